"""Who is due: rules and facts in, one answer for each person out.

The same path answers for one person and for ten million. What it means is written in
docs/explanation/who-is-due.md; tests compare it with a plain reading of that page.
"""

from datetime import date

import polars as pl

from vaksam.core.rules.evaluation.answering import answered
from vaksam.core.rules.evaluation.cohabitants import households
from vaksam.core.rules.evaluation.compiling import compiled
from vaksam.core.rules.in_force import RuleSet


def evaluate(facts: pl.DataFrame, rules: RuleSet, *, on: date) -> pl.DataFrame:
    """Who is due on a day, by rules known at a moment.

    Parameters
    ----------
    facts
        One row for each person alive and resident: person Int64, born_on Date (1 January where
        only the year is known, null where not even that is), year_only Bool, sex UInt8 (ISO
        5218), region UInt8 (24), groups UInt64 (bits of `vaksam.core.groups`), household Int64
        (null for none; co-habitants are found among the rows given), and for slots k = 1, 2 …,
        in date order, dose_k_on Date and dose_k_product UInt8 (255: unknown; null: none).

    Returns
    -------
    DataFrame
        One row for each row of `facts`, in its order: person; status and why UInt8 (their place
        in `Status` and `Why`); phase, next_dose UInt8; valid_doses UInt8, those that count
        towards the offer; earliest_on, recommended_on, latest_on Date; products UInt64 (bit n:
        the product of number n may be given for the next dose, each from its own day); place
        UInt8 (its place in `Place`); rule UInt16, the deciding one, an index into `rules.rules`.
        Null where there is none.
    """
    ready = compiled(rules, on)
    return answered(facts, ready, households(facts, ready))

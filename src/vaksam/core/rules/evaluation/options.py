"""For many persons at once: the answer, and for each product whether and when it may be given."""

from datetime import date

import numpy as np
import polars as pl

from vaksam.core.rules.evaluation.answering import explained
from vaksam.core.rules.evaluation.cohabitants import households
from vaksam.core.rules.evaluation.compiling import compiled
from vaksam.core.rules.evaluation.days import LAST
from vaksam.core.rules.in_force import RuleSet

_OPTIONS = {
    "row": pl.UInt32, "product": pl.String, "hindered": pl.Boolean, "earliest_on": pl.Date,
    "latest_on": pl.Date,
}  # fmt: skip


def options(facts: pl.DataFrame, rules: RuleSet, *, on: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Answers as `evaluate` gives them, with `row`; and what may be given for the next dose.

    Parameters
    ----------
    facts
        As `evaluate` wants them.

    Returns
    -------
    answers, products
        `products` has a row for each product that may be given to a person, or that only a pause
        hinders: row UInt32 (of `facts`), product (code), hindered, earliest_on, latest_on (null:
        no last day). Of persons known by year only, those of the last-born.
    """
    ready = compiled(rules, on)
    answers, detail = explained(facts, ready, households(facts, ready))
    codes = {product.number: product.code for product in rules.products}
    found = []
    for each in detail.choices.each:
        rows = np.flatnonzero(each.may | each.hindered)
        days = np.minimum(each.earliest[rows], LAST).astype("datetime64[D]")
        latest = each.latest[rows]
        ends = latest <= LAST
        found.append(
            pl.DataFrame({
                "row": rows.astype(np.uint32),
                "product": pl.Series([codes[each.number]] * len(rows), dtype=pl.String),
                "hindered": each.hindered[rows], "earliest_on": days,
                "latest_on": np.where(ends, latest, 0).astype("datetime64[D]"), "ends": ends,
            }).select(
                "row", "product", "hindered", pl.col("earliest_on").cast(pl.Date),
                pl.when("ends").then(pl.col("latest_on").cast(pl.Date)).alias("latest_on"),
            )
        )  # fmt: skip
    return answers.with_row_index("row"), pl.concat(found) if found else pl.DataFrame(
        schema=_OPTIONS
    )

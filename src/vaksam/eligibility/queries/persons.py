"""One person's answer in each programme, worked out anew, and how it has changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from vaksam.base import clock
from vaksam.core import groups
from vaksam.core.products import Product
from vaksam.core.rules import Decision, Dose, Facts, Sentence, decide, words
from vaksam.core.rules.in_force import RuleSet
from vaksam.eligibility import facts
from vaksam.eligibility.models import StatusChange
from vaksam.programmes import queries as programmes
from vaksam.programmes.queries import ProgrammeRef


@dataclass(frozen=True, slots=True)
class Answer:
    """What the rules say about one person in one programme today, and why."""

    programme: ProgrammeRef
    decision: Decision
    rules: RuleSet

    def sentences(self, *, language: str, discreet: bool = False) -> list[Sentence]:
        """The chain of reasons; `discreet` names no group."""
        return words(self.decision, self.rules, language=language, discreet=discreet)


@dataclass(frozen=True, slots=True)
class Change:
    """What a status became on a day."""

    programme: str
    changed_on: date
    status: str
    reason: str
    next_dose: int | None
    earliest_on: date | None


def answer(programme: str, person: int, *, on: date | None = None) -> Answer | None:
    """One person's answer in one programme; None for those who have died, moved or been merged.

    Worked out from the facts at this moment, so it is right even before the stored status is.
    """
    day = on or clock.today()
    rules = programmes.rules(programme)
    rows = facts.read(programme, persons=[person], on=day)
    own = rows.filter(pl.col("person") == person)
    if own.is_empty():
        return None
    known = as_facts(
        own.row(0, named=True), rows.filter(pl.col("person") != person), rules.products
    )
    return Answer(programmes.programme(programme), decide(known, rules, on=day), rules)


def facts_of(programme: str, person: int, *, on: date | None = None) -> Facts | None:
    """What the rules read about one person today; None as for `answer`."""
    rows = facts.read(programme, persons=[person], on=on or clock.today())
    own = rows.filter(pl.col("person") == person)
    if own.is_empty():
        return None
    others = rows.filter(pl.col("person") != person)
    return as_facts(own.row(0, named=True), others, programmes.rules(programme).products)


def answers(person: int, *, on: date | None = None) -> list[Answer]:
    """One person's answer in every programme that runs on the day."""
    day = on or clock.today()
    found = (answer(code, person, on=day) for code in programmes.running(on=day))
    return [each for each in found if each is not None]


def history(person: int) -> list[Change]:
    """What the stored status has been, the newest first."""
    rows = StatusChange.objects.filter(person_id=person).order_by("-id")
    return [
        Change(
            row.programme_id, row.changed_on, row.status, row.reason, row.next_dose, row.earliest_on
        )
        for row in rows
    ]


def as_facts(
    row: dict[str, object], household: pl.DataFrame | None, products: Sequence[Product]
) -> Facts:
    """A row of the facts frame as the facts of one person, with those they live with."""
    others: Iterable[dict[str, object]] = [] if household is None else household.to_dicts()
    return Facts(
        born_on=row["born_on"],  # type: ignore[arg-type]
        year_only=bool(row["year_only"]),
        sex=int(row["sex"]),  # type: ignore[call-overload]
        region=f"{row['region']:02}",
        groups=frozenset(groups.codes(int(row["groups"]))),  # type: ignore[call-overload]
        doses=tuple(_doses(row, {each.number: each.code for each in products})),
        household=tuple(as_facts(other, None, products) for other in others),
    )


def _doses(row: dict[str, object], codes: dict[int, str]) -> Iterable[Dose]:
    slot = 1
    while (on := row.get(f"dose_{slot}_on")) is not None:
        number = int(row[f"dose_{slot}_product"])  # type: ignore[call-overload]
        yield Dose(on, codes.get(number, ""), bool(row[f"dose_{slot}_abroad"]))  # type: ignore[arg-type]
        slot += 1

"""What a row that came back means beside what is registered now."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time

from vaksam.core.rounds.sheet.layout import Given


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose that is registered; what is not known is empty."""

    id: int
    product: str
    on: date
    lot: str = ""
    site: str = ""
    at: time | None = None
    vaccinator: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class Known:
    """What is registered now of a row's person.

    `own` is the dose that this round gave; `others` are doses against the disease that were
    registered since the person was put on the list, by anybody else.
    """

    name: str = field(repr=False)
    born: str = field(repr=False)
    product: str
    outcome: str = ""
    own: Dose | None = None
    others: tuple[Dose, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """`state`: new (to be written), same (nothing is), conflict. `dose`: the one meant.

    Why of a conflict: other-name (the row was made somebody else's), other-dose (somebody
    registered another dose meanwhile), edited (a row that was taken back before says else).
    Why of the same: empty, again, elsewhere (somebody registered this very dose).
    """

    state: str
    why: str = ""
    dose: int | None = None


NEW = Verdict("new")


def verdict(given: Given, known: Known) -> Verdict:
    """What to do with a row that has an id. Nothing is ever lost: what disagrees is a conflict."""
    if not given.outcome:
        return Verdict("same", "empty")
    if (given.name, given.born) != (known.name, known.born):
        return Verdict("conflict", "other-name")
    if known.own is not None:
        if given.outcome == "given" and _agrees(given, known.own):
            return Verdict("same", "again", known.own.id)
        return Verdict("conflict", "edited", known.own.id)
    if known.outcome:
        same = known.outcome == given.outcome != "given"  # else the dose was taken back
        return Verdict("same", "again") if same else Verdict("conflict", "edited")
    return _beside(given, known.others, known.product) if given.outcome == "given" else NEW


def _beside(given: Given, others: Sequence[Dose], product: str) -> Verdict:
    """A dose that was given, beside those that somebody else registered meanwhile."""
    for dose in others:
        if (dose.product, dose.on, dose.lot) == (product, given.on, given.lot):
            return Verdict("same", "elsewhere", dose.id)
    return Verdict("conflict", "other-dose", others[-1].id) if others else NEW


def _agrees(given: Given, dose: Dose) -> bool:
    """Whether a row says no other than what is registered; what it leaves out agrees."""
    pairs = ((given.on, dose.on), (given.lot, dose.lot), (given.site, dose.site),
             (given.at, dose.at), (given.vaccinator, dose.vaccinator))  # fmt: skip
    return all(not said or said == there for said, there in pairs)

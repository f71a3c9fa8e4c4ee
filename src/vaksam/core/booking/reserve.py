"""Doses left at the end of the day: who is asked, in which order, and why others are not.

The order is that of the programme, so a reserve list never jumps the queue: phase, then the day
from which the person has been due, then year of birth (the oldest first), then when they joined.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

LATE = 9_999


class Passed(StrEnum):
    """Why somebody on the list is not asked now."""

    NOT_DUE = "not_due"
    DECLINED = "declined"  # they do not want the vaccine
    OTHER_PRODUCT = "other_product"
    OTHER_DOSE = "other_dose"
    HOSPITAL_ONLY = "hospital_only"
    TOO_FAR = "too_far"
    NO_TIME = "no_time"  # could not be there before the doses end
    NOT_NOW = "not_now"  # their own hours do not fit
    BOOKED_SOON = "booked_soon"  # has a place today or tomorrow
    FAMILY_TOO_LARGE = "family_too_large"  # not doses enough for all of them
    DOSES_GONE = "doses_gone"  # those before them take the last ones
    ASKED = "asked"  # asked already for these doses


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody on the list. Members of a `party` (0: alone) come all or none.

    `minutes` is the journey to the venue; `notice` how long they need before they can leave.
    """

    person: int
    party: int
    phase: int | None
    due_since: date | None
    born_year: int | None
    joined_at: datetime
    products: frozenset[str]
    due: bool
    minutes: float
    most_minutes: float
    notice: float
    hospital: bool = False
    dose: int | None = None
    not_now: bool = False
    booked_soon: bool = False
    asked: bool = False
    declined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """Doses of a product at a venue, to be given within so many minutes."""

    product: str
    doses: int
    minutes: float
    hospital: bool = False
    dose: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One party's place in the order: asked (`passed` None), or passed over and why."""

    persons: tuple[int, ...]
    rank: int
    passed: Passed | None


def order(candidates: Iterable[Candidate], left: Leftover) -> list[Turn]:
    """Everybody on the list in priority order, with whom to ask now for the doses left.

    A party stands where its first member does and is asked only if there are doses for all; a
    smaller party behind it may then be asked. The doses of those asked are counted off.

    Examples
    --------
    >>> from datetime import date, datetime
    >>> def one(person, phase, **more):
    ...     return Candidate(person=person, party=0, phase=phase, due_since=date(2021, 4, 1),
    ...         born_year=1950, joined_at=datetime(2021, 4, 2), products=frozenset({"a"}),
    ...         due=True, minutes=10, most_minutes=30, notice=0, **more)
    >>> order([one(1, 3), one(2, 2), one(3, 1, hospital=True)],
    ...       Leftover(product="a", doses=1, minutes=60))  # doctest: +NORMALIZE_WHITESPACE
    [Turn(persons=(3,), rank=1, passed=<Passed.HOSPITAL_ONLY: 'hospital_only'>),
     Turn(persons=(2,), rank=2, passed=None),
     Turn(persons=(1,), rank=3, passed=<Passed.DOSES_GONE: 'doses_gone'>)]
    """
    parties: dict[tuple[int, int], list[Candidate]] = {}
    for each in candidates:
        key = (each.party, 0) if each.party else (0, each.person)
        parties.setdefault(key, []).append(each)
    queue = sorted((sorted(members, key=_priority) for members in parties.values()),
                   key=lambda members: _priority(members[0]))  # fmt: skip
    doses, turns = left.doses, []
    for rank, members in enumerate(queue, 1):
        passed = _passed(members, left)
        if passed is None and len(members) > doses:
            passed = Passed.FAMILY_TOO_LARGE if doses and members[1:] else Passed.DOSES_GONE
        if passed is None:
            doses -= len(members)
        turns.append(Turn(tuple(each.person for each in members), rank, passed))
    return turns


def _priority(each: Candidate) -> tuple[object, ...]:
    return (
        LATE if each.phase is None else each.phase, each.due_since or date.max,
        each.born_year or LATE, each.joined_at, each.person,
    )  # fmt: skip


def _passed(members: Sequence[Candidate], left: Leftover) -> Passed | None:
    """What keeps a party from being asked: one member's hindrance is everyone's."""
    return next((code for code, holds in _TESTS if any(holds(one, left) for one in members)), None)


_TESTS: tuple[tuple[Passed, Callable[[Candidate, Leftover], bool]], ...] = (
    (Passed.ASKED, lambda one, left: one.asked),
    (Passed.DECLINED, lambda one, left: one.declined),
    (Passed.NOT_DUE, lambda one, left: not one.due),
    (Passed.OTHER_PRODUCT, lambda one, left: left.product not in one.products),
    (Passed.OTHER_DOSE, lambda one, left: left.dose is not None and one.dose != left.dose),
    (Passed.HOSPITAL_ONLY, lambda one, left: one.hospital and not left.hospital),
    (Passed.BOOKED_SOON, lambda one, left: one.booked_soon),
    (Passed.NOT_NOW, lambda one, left: one.not_now),
    (Passed.TOO_FAR, lambda one, left: one.minutes > one.most_minutes),
    (Passed.NO_TIME, lambda one, left: one.minutes + one.notice > left.minutes),
)

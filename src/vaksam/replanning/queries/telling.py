"""What a change did, for those who tell of it: to a person, to a venue, to everybody."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from vaksam.base import clock
from vaksam.core.errors import NotFound
from vaksam.replanning.models import Change, Move, State

LASTS = timedelta(days=14)  # how long the public page tells of a change
NEVER = (Move.Step.LEFT, Move.Step.UNDONE)  # the time is what it was


@dataclass(frozen=True, slots=True)
class ChangeRef:
    """`loud`: why messages go in quiet hours, too; `began_at`: when it was announced."""

    id: int
    region_code: str
    name: str
    why: str
    state: str
    loud: str
    parts: tuple[dict[str, Any], ...]
    texts: dict[str, Any]
    began_at: datetime | None


@dataclass(frozen=True, slots=True)
class MoveRef:
    """What a change does to one appointment; `was_at` is the time before it."""

    appointment: int
    wrong: str
    action: str
    step: str
    new: int | None
    back: int | None
    was_at: datetime


@dataclass(frozen=True, slots=True)
class AtVenue:
    """What a change does at a venue: by day and product, how many go elsewhere and come instead.

    `called_off` are those of `away` without another time.
    """

    rows: tuple[tuple[date, str, int, int], ...]
    away: int
    called_off: int
    coming: int
    reasons: dict[str, int] = field(default_factory=dict)


def change(pk: int) -> ChangeRef:
    """Raises NotFound."""
    row = Change.objects.filter(pk=pk).first()
    if row is None:
        raise no_such_change()
    return ChangeRef(row.pk, row.region_code, row.name, row.why, row.state, row.loud,
                     tuple(row.parts), row.texts, row.began_at)  # fmt: skip


def no_such_change() -> NotFound:
    """The same words for none and for one out of reach."""
    return NotFound("unknown-change", "There is no such change in the regions you work in.")


def of_person(pk: int, person: int) -> dict[int, MoveRef]:
    """What a change does to a person, by the appointment before it."""
    rows = Move.objects.filter(change=pk, person=person).exclude(step__in=NEVER)
    columns = rows.values_list("appointment", "wrong", "action", "step", "new", "back",
                               "appointment__slot__starts_at")  # fmt: skip
    return {row[0]: MoveRef(*row) for row in columns}


def times_before(pk: int, persons: Collection[int]) -> dict[int, list[datetime]]:
    """When some persons would come, had the change not been; by person."""
    rows = Move.objects.filter(change=pk, person__in=list(persons)).exclude(step__in=NEVER)
    found: dict[int, list[datetime]] = {}
    for person, at in rows.values_list("person", "appointment__slot__starts_at"):
        found.setdefault(person, []).append(at)
    return found


def persons(pk: int) -> int:
    """How many persons' times a change touches."""
    rows = Move.objects.filter(change=pk).exclude(step__in=NEVER).exclude(action="keep")
    return rows.values("person").distinct().count()


def at_venue(pk: int, venue: int) -> AtVenue:
    """What a change does at a venue, one statement."""
    rows = Move.objects.filter(change=pk).exclude(step__in=NEVER).exclude(action="keep")
    here = rows.filter(Q(appointment__slot__venue=venue) | Q(to_slot__venue=venue))
    away: Counter[tuple[date, str]] = Counter()
    coming: Counter[tuple[date, str]] = Counter()
    reasons: Counter[str] = Counter()
    off = 0
    for was, to, name, new_name, was_at, to_at, units, wrong in here.values_list(
        "appointment__slot__venue", "to_slot__venue", "appointment__slot__product__name",
        "to_slot__product__name", "appointment__slot__starts_at", "to_slot__starts_at",
        "appointment__units", "wrong",
    ):  # fmt: skip
        if was == venue:
            away[clock.day_of(was_at), name] += units
            reasons[wrong] += units
            off += units if to is None else 0
        if to == venue:
            coming[clock.day_of(to_at), new_name] += units
    table = tuple((*key, away[key], coming[key]) for key in sorted(away.keys() | coming.keys()))
    return AtVenue(table, away.total(), off, coming.total(), dict(reasons))


def venues_of(pk: int) -> list[int]:
    """The venues that a change touches, by id."""
    rows = Move.objects.filter(change=pk).exclude(step__in=NEVER).exclude(action="keep")
    pairs = rows.values_list("appointment__slot__venue", "to_slot__venue").distinct()
    return sorted({venue for pair in pairs for venue in pair if venue is not None})


def notices(regions: Collection[str], language: str) -> list[str]:
    """What the public page tells of changes in force, the newest first; one statement.

    A text is shown for two weeks from when the change began, or until `texts["until"]` (a day).
    """
    rows = Change.objects.filter(
        region_code__in=regions, state__in=(State.APPLYING, State.APPLIED), what_if=False,
        began_at__gt=clock.now() - 10 * LASTS,
    ).order_by("-began_at")  # fmt: skip
    return [
        text
        for texts, began_at in rows.values_list("texts", "began_at")
        if (text := str(texts.get("public", {}).get(language, "")).strip())
        and began_at is not None
        and clock.today() <= _until(texts, began_at)
    ]


def _until(texts: dict[str, Any], began_at: datetime) -> date:
    told = texts.get("until")
    return date.fromisoformat(told) if told else clock.day_of(began_at + LASTS)

"""Whom to call about a change: those whom no message of it reached."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from vaksam.base import clock
from vaksam.base.access import Subject
from vaksam.base.scope import Scope
from vaksam.booking import access
from vaksam.booking import queries as booking
from vaksam.booking.models import Callback
from vaksam.booking.queries.lists import name_of
from vaksam.messaging.facts import Recipient, recipients
from vaksam.messaging.models import Message, State
from vaksam.messaging.queries.sent import TO_CALL
from vaksam.people import access as people
from vaksam.people.models import Person
from vaksam.people.queries.persons import log
from vaksam.replanning.queries import telling


@dataclass(frozen=True, slots=True)
class ToCall:
    """Somebody to call. Of protected persons neither name, number nor birth is told.

    `soonest`: when they would come, rightly or wrongly; `kind` and `why`: which message did not
    reach them, and why; `waiting`: they stand on the callback list for this.
    """

    person: int
    name: str = field(repr=False)
    born_on: date | None = field(repr=False)
    telephone: str = field(repr=False)
    language: str
    protected: bool
    appointments: tuple[int, ...]
    soonest: datetime
    kind: str
    why: str
    waiting: bool


def to_call(change: int, *, scope: Scope, path: str = "") -> list[ToCall]:
    """Those of a change whom no message reached, by the day they come, the oldest first; logged.

    Who wants no contact is not among them, nor who was called, has come, or has chosen a time.
    Raises NotFound, NotAllowed: for those who work with persons.
    """
    ref = telling.change(change)
    if not scope.reaches(ref.region_code):
        raise telling.no_such_change()
    people.demand_scope(scope, ref.region_code, *access.STAFF)
    missed = {row.person_id: row for row in _missed(change)}
    found = _found(change, missed, _listed(change, missed))
    log("messaging.to_call", scope, subject=Subject("change", str(change)),
        reason=f"hits={len(found)}", path=path)  # fmt: skip
    return sorted(found, key=_order)


def marker(change: int) -> str:
    """What the notes of a change's calls begin with.

    >>> marker(7)
    '[7]'
    """
    return f"[{change}]"


def called(change: int) -> int:
    """How many have been called about a change."""
    return Callback.objects.filter(
        note__startswith=f"{marker(change)} ", done_at__isnull=False
    ).count()  # fmt: skip


def _missed(change: int) -> list[Message]:
    """The last message of each person of a change, where it reached nobody."""
    rows = Message.objects.filter(change=change).exclude(why="undone")
    last = rows.order_by("person", "-pk").distinct("person")
    return [row for row in last if row.state == State.FAILED
            or (row.state == State.DROPPED and row.why in TO_CALL)]  # fmt: skip


def _listed(change: int, persons: Collection[int]) -> dict[int, bool]:
    """Persons on the callback list for a change, and whether the call was made."""
    rows = Callback.objects.filter(
        person__in=list(persons), note__startswith=f"{marker(change)} "
    ).order_by("pk")  # fmt: skip
    return {row.person_id: row.done_at is not None for row in rows if row.person_id}


def _found(change: int, missed: dict[int, Message], listed: dict[int, bool]) -> list[ToCall]:
    wanted = {pk: row for pk, row in missed.items() if not listed.get(pk)}
    ids = {each for row in wanted.values() for each in (*row.about["appointments"],
                                                        *row.about["off"])}  # fmt: skip
    refs = booking.appointments(ids)
    held = {(ref.person, ref.programme, ref.dose) for ref in booking.held_by(wanted)}
    who, rows = recipients(wanted), Person.objects.in_bulk(list(wanted))
    before, by_person = telling.times_before(change, wanted), defaultdict(list)
    for ref in refs:
        by_person[ref.person].append(ref)
    found = []
    for pk, row in wanted.items():
        off = row.about["off"]
        mine = [
            ref for ref in by_person[pk]
            if ref.starts_at > clock.now()
            and (ref.held or (ref.id in off and (pk, ref.programme, ref.dose) not in held))
        ]  # fmt: skip
        if mine and not who[pk].gone:
            found.append(
                _to_call(
                    row, rows[pk], who[pk], mine, before=before.get(pk, []), waiting=pk in listed
                )
            )
    return found


def _to_call(
    row: Message, person: Person, who: Recipient, refs: list[booking.AppointmentRef], *,
    before: list[datetime], waiting: bool,
) -> ToCall:  # fmt: skip
    soonest = min([refs[0].starts_at, *(at for at in before if at > clock.now())])
    hidden = bool(person.protection)
    return ToCall(
        person.pk, name_of(person), None if hidden else person.born_on,
        "" if hidden else who.contact.mobile, who.language, hidden,
        tuple(ref.id for ref in refs), soonest, row.kind, row.why, waiting,
    )  # fmt: skip


_YOUNGEST: Final = date.max


def _order(each: ToCall) -> tuple[date, date, int]:
    return clock.day_of(each.soonest), each.born_on or _YOUNGEST, each.person

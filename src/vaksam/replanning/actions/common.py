"""What applying and undoing share: the change's row, who goes in a batch, and what came of it.

A batch is written in one transaction together with its moves, so a change that was broken off
goes on where it stood. Places that others of the same change have to leave first are waited for.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.base.roles import Role
from vaksam.base.scope import demand
from vaksam.booking.actions import Outcome
from vaksam.core.booking.together import Going, who_goes
from vaksam.core.errors import NotFound, Refused
from vaksam.people.models import Person
from vaksam.replanning.models import Change, State

BATCH = 300
LARGEST = 3_000
PLANNERS = (Role.REGION_COORDINATOR,)

# A move that waits: where its place is now, and where it is to be. Forth, then back.
_WAITING = {
    State.APPLYING: """SELECT m.id, m.wave, m.party, m.person_id, m.appointment_id, m.new_id,
            m.action, m.wrong, a.units, a.slot_id AS leaves, m.to_slot_id AS enters, s.starts_at
        FROM replanning_move m JOIN booking_appointment a ON a.id = m.appointment_id
        LEFT JOIN booking_slot s ON s.id = m.to_slot_id
        WHERE m.change_id = %s AND m.step = 'planned'""",
    State.UNDOING: """SELECT m.id, m.wave, m.party, m.person_id, m.appointment_id, m.new_id,
            m.action, m.wrong, a.units, n.slot_id AS leaves, a.slot_id AS enters, s.starts_at
        FROM replanning_move m JOIN booking_appointment a ON a.id = m.appointment_id
        LEFT JOIN booking_appointment n ON n.id = m.new_id
        JOIN booking_slot s ON s.id = a.slot_id
        WHERE m.change_id = %s AND m.step = 'done'""",
}
_LEAVES = {State.APPLYING: "a.slot_id", State.UNDOING: "n.slot_id"}
_ORDER = "ORDER BY m.wave, m.party, m.id"
_STEP = {State.APPLYING: "planned", State.UNDOING: "done"}
_ROOM = "SELECT id, planned - taken FROM booking_slot WHERE id = ANY(%s)"
_MARK = {
    State.APPLYING: """UPDATE replanning_move AS m SET step = new.step, "left" = new.code,
        new_id = new.made, done_at = %s
        FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[])
        AS new (id, step, code, made) WHERE m.id = new.id""",
    State.UNDOING: """UPDATE replanning_move AS m SET step = new.step, "left" = new.code,
        back_id = new.made, undone_at = %s
        FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[])
        AS new (id, step, code, made) WHERE m.id = new.id""",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A move whose turn comes. `leaves` and `enters` are slots, None where there is none."""

    id: int
    wave: int
    party: int
    person: int
    appointment: int
    new: int | None
    action: str
    wrong: str
    units: int
    leaves: int | None
    enters: int | None
    starts_at: datetime | None


def locked(change: int, *, by: User | None = None) -> Change:
    """The change with its row locked. Raises NotFound, NotAllowed."""
    row = Change.objects.select_for_update().filter(pk=change).first()
    if row is None:
        raise NotFound("unknown-change", "There is no such change.")
    demand(by, row.region_code, *PLANNERS)
    return row


def demand_state(row: Change, *states: State) -> None:
    if row.state not in states:
        raise Refused(
            "change-moved-on", "The change is {state} by now. Load the page again.",
            state=row.get_state_display(),
        )  # fmt: skip


def save(row: Change, action: str, by: User | None, **values: Any) -> None:
    """Set some fields of a locked change, and say so."""
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    audit.record(by=by, action=f"replanning.{action}", target=f"change {row.pk}")


def left(row: Change) -> int:
    """Moves that wait for their turn."""
    return row.moves.filter(step=_STEP[State(row.state)]).count()


def hold_persons(batch: Sequence[Waiting]) -> None:
    """Lock whose they are, by id, before anything is asked about them."""
    rows = Person.objects.select_for_update(no_key=True)
    list(rows.filter(pk__in={each.person for each in batch}).order_by("pk").values_list("pk"))


def pick(row: Change) -> list[Waiting]:
    """The next whole parties, soonest waves first, and with them those whose places they need.

    More than `LARGEST` only where none of fewer could go: all wait for one another in a ring.
    """
    state = State(row.state)
    batch = _whole(row, _ask(row, f"{_ORDER} LIMIT %s", BATCH))
    most = LARGEST
    while batch:
        going, tight = _seen(batch)
        if len(batch) >= most:
            if going:
                break
            most *= 2
        mine = [each.id for each in batch]
        leaves = f"AND {_LEAVES[state]} = ANY(%s) AND NOT m.id = ANY(%s)"
        more = _ask(row, f"{leaves} {_ORDER} LIMIT %s", list(tight), mine, BATCH)
        if not more:
            break
        batch = _sorted(_whole(row, more) + batch)
    return batch


def deferred(row: Change, batch: Sequence[Waiting], full: Collection[int]) -> set[int]:
    """Of those that found no place (ids of moves), who waits for others that have yet to go."""
    stuck = [each for each in batch if each.id in full]
    slots = list({each.enters for each in stuck if each.enters is not None})
    if not slots:
        return set()
    leaves = f"AND {_LEAVES[State(row.state)]} = ANY(%s) AND NOT m.id = ANY(%s)"
    outside = _ask(row, leaves, slots, [each.id for each in batch])
    freed = {each.leaves for each in outside}
    parties: set[int] = set()
    while more := {e.party for e in stuck if e.enters in freed and e.party not in parties}:
        parties |= more
        freed |= {each.leaves for each in stuck if each.party in more}
    return {each.id for each in stuck if each.party in parties}


def mark(row: Change, done: Sequence[tuple[int, str, str, int | None]]) -> None:
    """Write what came of moves: id, step, code of why it was left, the appointment made."""
    if done:
        columns = [list(column) for column in zip(*done, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(_MARK[State(row.state)], [clock.now(), *columns])


def told(
    row: Change, batch: Sequence[Waiting], outcomes: Mapping[int, Outcome], *, full: str, done: str,
    stays: str,
) -> list[tuple[int, str, str, int | None]]:  # fmt: skip
    """Outcomes of a batch (by appointment) as `mark` wants them, without those to be tried again.

    An appointment made before (when undoing) stays named; `done` and `stays` are steps.
    """
    stuck = {e.id for e in batch if e.appointment in outcomes
             and outcomes[e.appointment].left == full}  # fmt: skip
    again = deferred(row, batch, stuck)
    found = []
    for each in batch:
        one = outcomes.get(each.appointment)
        if one is not None and each.id not in again:
            found.append((each.id, stays if one.left else done, one.left, one.new))
    return found


def _seen(batch: Sequence[Waiting]) -> tuple[set[int], set[int]]:
    """Parties that could go, as things look without locks, and the slots the others lack."""
    parties: dict[int, list[Waiting]] = {}
    for each in batch:
        parties.setdefault(each.party, []).append(each)
    goings = [
        Going(_sum((e.leaves, e.units) for e in party), _sum((e.enters, e.units) for e in party))
        for party in parties.values()
    ]
    wanted = list({slot for each in goings for slot in each.takes})
    with connection.cursor() as cursor:
        cursor.execute(_ROOM, [wanted])
        room = dict(cursor.fetchall())
    going = who_goes(goings, room)
    lacked = {slot for n, each in enumerate(goings) if n not in going for slot in each.takes}
    return going, lacked


def _sum(pairs: Any) -> dict[int, int]:
    found: dict[int, int] = {}
    for slot, units in pairs:
        if slot is not None:
            found[slot] = found.get(slot, 0) + units
    return found


def _whole(row: Change, some: Sequence[Waiting]) -> list[Waiting]:
    """With the rest of their parties; in order of wave and party."""
    alone = [each for each in some if each.party < 0]
    parties = list({each.party for each in some if each.party >= 0})
    found = alone + (_ask(row, "AND m.party = ANY(%s)", parties) if parties else [])
    return _sorted(found)


def _sorted(batch: Sequence[Waiting]) -> list[Waiting]:
    """The soonest wave first, whole parties together."""
    first: dict[int, int] = {}
    for each in batch:
        first[each.party] = min(each.wave, first.get(each.party, each.wave))
    return sorted(batch, key=lambda each: (first[each.party], each.party, each.id))


def _ask(row: Change, more: str, *values: Any) -> list[Waiting]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_WAITING[State(row.state)]} {more}", [row.pk, *values])
        return [Waiting(*_alone(found)) for found in cursor.fetchall()]


def _alone(found: tuple[Any, ...]) -> tuple[Any, ...]:
    """Party 0 is nobody's: each is one of their own (below 0)."""
    return found if found[2] else (*found[:2], -found[0], *found[3:])

"""Change hundreds of appointments at once, and take that back: for a change of rules or doses.

Everything happens in the caller's transaction: with the row that says how far the change has come.
Whoever is told hears it of the change, in waves; so the events are of their own.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from vaksam.base import audit, clock, outbox
from vaksam.base.models import User
from vaksam.booking.actions.many import Held, Row, Writing, hold, token, write
from vaksam.booking.models import Channel, Reason, State
from vaksam.core.booking.together import Going, who_goes


@dataclass(frozen=True, slots=True)
class Rebook:
    """Another place for an appointment, or none: then it is cancelled for the reason.

    Members of a `party` (0: alone) go all or none. `until`: they are asked, and the place is
    theirs until the end of that day unless they take it.
    """

    appointment: int
    slot: int | None
    reason: str
    party: int = 0
    wave: int = 0
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Back:
    """An appointment that a change ended, and the one it made instead (None: it cancelled)."""

    old: int
    new: int | None
    party: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one. `left` says why it was left as it was, else empty: `gone` (has died,
    moved away or been merged), `changed` (meanwhile, by others), `past`, `closed`, `not-right`
    (of another programme), `no-place` (`taken` when taken back), `party` (another was left).
    """

    appointment: int
    new: int | None = None
    left: str = ""


@dataclass(slots=True)
class _Step:
    """One of either: the appointment held now, the one copied, and where from and to."""

    key: int
    party: int
    ends: Row | None = None
    like: Row | None = None
    to: int | None = None  # a slot, or (below 0) a place that a block holds
    until: date | None = None
    reason: str = ""
    wave: int = 0
    left: str = ""


def rebook_many(
    *, moves: Sequence[Rebook], change: int, by: User | None, channel: str = Channel.SYSTEM,
    open_places: bool = False,
) -> list[Outcome]:  # fmt: skip
    """Give each another place, or none; what came of each, in their order.

    `change` is named in the events. Who stands first goes first where places are few.
    `open_places`: places that are planned but not open are taken, since doses are set aside for
    them. The caller has judged that the new places are right for their holders, and may do this.
    Some fifteen statements, however many there are.
    """
    assert connection.in_atomic_block, "rebook in the transaction of the change"
    assert all(each.reason in Reason.values for each in moves), "a reason of booking's own"
    slots = {each.slot for each in moves if each.slot is not None}
    held = hold({each.appointment for each in moves}, slots)
    steps = [_forth(each, held) for each in moves]
    made = _go(steps, held, "no-place", open_places, channel, by)
    told = {"change": change}
    moved = [each for each in steps if not each.left and each.to is not None]
    called_off = [each for each in steps if not each.left and each.to is None]
    _tell("booking.rebooked", ((each, made[each.key]) for each in moved), told, waves=True)
    _tell("booking.called_off_by_change", ((each, each.key) for each in called_off), told,
          waves=True)  # fmt: skip
    return _done("booking.rebook", steps, made, change, by)


def undo_many(
    *, pairs: Sequence[Back], change: int, by: User | None, channel: str = Channel.SYSTEM,
    open_places: bool = True,
) -> list[Outcome]:  # fmt: skip
    """Give each the old place again, where it is free and nobody has answered or changed anything.

    Nothing that was written is taken away: a third appointment, at the old time, replaces the
    one that the change made (or the one that it cancelled). Otherwise as `rebook_many`.
    """
    assert connection.in_atomic_block, "take back in the transaction of the change"
    known = {pk for each in pairs for pk in (each.old, each.new) if pk is not None}
    held = hold(known, ())
    steps = [_back(each, held) for each in pairs]
    made = _go(steps, held, "taken", open_places, channel, by)
    returned = ((each, made[each.key]) for each in steps if not each.left)
    _tell("booking.rebooked_back", returned, {"change": change}, waves=False)
    return _done("booking.undo_rebooking", steps, made, change, by)


def _forth(move: Rebook, held: Held) -> _Step:
    row = held.rows.get(move.appointment)
    step = _Step(move.appointment, move.party, row, row, move.slot, move.until, move.reason,
                 move.wave)  # fmt: skip
    if row is None or not row.is_held:
        step.left = "changed"
    elif row.person not in held.there:
        step.left = "gone"
    elif move.slot is not None:
        step.left = _wrong_slot(move.slot, row, held)
        if step.until is None and row.state == State.RESERVED:
            step.until = row.kept_until
    return step


def _back(pair: Back, held: Held) -> _Step:
    old = held.rows.get(pair.old)
    new = held.rows.get(pair.new) if pair.new is not None else None
    step = _Step(pair.old, pair.party, new, new or old)
    if old is None or old.is_held or old.is_replaced == (pair.new is None):
        step.left = "changed"
    elif old.person not in held.there:
        step.left = "gone"
    elif held.holding.get((old.person, old.programme, old.dose)) != pair.new or _answered(new):
        step.left = "changed"
    else:
        step.to = held.keeper(old)
        step.until = max(old.kept_until, clock.today()) if old.kept_until else None
        step.left = _wrong_slot(old.slot, old, held)
    return step


def _answered(row: Row | None) -> bool:
    """Whoever was asked and has said yes keeps it."""
    return row is not None and row.kept_until is not None and row.state == State.BOOKED


def _wrong_slot(slot: int, row: Row, held: Held) -> str:
    found = held.slots.get(slot)
    if found is None or found.programme != row.programme:
        return "not-right"
    if found.starts_at <= clock.now():
        return "past"
    return "closed" if found.session in held.closed else ""


def _go(
    steps: list[_Step], held: Held, full: str, open_places: bool, channel: str, by: User | None
) -> dict[int, int]:  # fmt: skip
    """Decide which parties go, and write it; the new appointments by the old."""
    parties = _parties(steps)
    for party in parties:
        if any(each.left for each in party):
            for each in party:
                each.left = each.left or "party"
    whole = [party for party in parties if not any(each.left for each in party)]
    going = who_goes([_going(party, held) for party in whole], held.room(open_places=open_places))
    writing = Writing()
    for n, party in enumerate(whole):
        if n not in going:
            for each in party:
                each.left = full
            continue
        request = token()
        for each in party:
            _write(each, request, writing, held)
    made = write(writing, channel=channel, by=by, now=clock.now())
    return {
        each.key: made[each.ends.id if each.ends else each.key]
        for each in steps if not each.left and each.to is not None
    }  # fmt: skip


def _parties(steps: Iterable[_Step]) -> list[list[_Step]]:
    found: dict[tuple[int, int], list[_Step]] = {}
    for each in steps:
        found.setdefault((each.party, 0 if each.party else each.key), []).append(each)
    return list(found.values())


def _going(party: Sequence[_Step], held: Held) -> Going:
    gives: dict[int, int] = defaultdict(int)
    takes: dict[int, int] = defaultdict(int)
    for each in party:
        if each.ends is not None:
            gives[held.keeper(each.ends)] += each.ends.units
        if each.to is not None and each.like is not None:
            takes[each.to] += each.like.units
    return Going(gives, takes)


def _write(step: _Step, request: Any, writing: Writing, held: Held) -> None:
    assert step.like is not None
    if step.ends is not None:
        state = State.CANCELLED if step.to is None else State.MOVED
        writing.end(step.ends, state, step.reason, held)
    if step.to is not None:
        state = State.RESERVED if step.until else State.BOOKED
        writing.make(step.like, step.to, state, step.until, request=request,
                     replaces=step.ends.id if step.ends else step.key, held=held)  # fmt: skip


def _tell(
    name: str, done: Iterable[tuple[_Step, int]], told: dict[str, Any], *, waves: bool
) -> None:
    """One event a person, with all of theirs; of the soonest wave."""
    persons: dict[int, list[tuple[_Step, int]]] = defaultdict(list)
    for step, pk in done:
        if step.like is not None:
            persons[step.like.person].append((step, pk))
    outbox.publish_all(name, (
        (f"person {person}",
         {"appointments": [pk for _, pk in theirs], "person": person, **told}
         | ({"wave": min(step.wave for step, _ in theirs)} if waves else {}))
        for person, theirs in persons.items()
    ))  # fmt: skip


def _done(
    action: str, steps: Sequence[_Step], made: dict[int, int], change: int, by: User | None
) -> list[Outcome]:  # fmt: skip
    if any(not each.left for each in steps):
        details = {"appointments": [each.key for each in steps if not each.left]}
        audit.record(by=by, action=action, target=f"change {change}", details=details)
    return [Outcome(each.key, made.get(each.key), each.left) for each in steps]


__all__ = ["Back", "Outcome", "Rebook", "rebook_many", "undo_many"]

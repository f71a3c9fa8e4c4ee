"""Hundreds of appointments locked, ended and made anew in as many statements as for one.

The locking law is that of `vaksam.booking.models`: persons, appointments, places of blocks and
slots, each by id. What is written is what `vaksam.booking.actions.rebooking` has decided.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import connection

from vaksam.base.models import User
from vaksam.booking.actions.taking import settle
from vaksam.booking.models import ACTIVE

_OWNERS = "SELECT id, person_id FROM booking_appointment WHERE id = ANY(%s)"
_PERSONS = """SELECT id, died_on IS NULL AND moved_out_on IS NULL AND merged_into_id IS NULL
    FROM people_person WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"""
_APPOINTMENTS = """SELECT id, person_id, programme_id, dose, units, state, kept_until, slot_id,
    block_id, EXISTS (SELECT FROM booking_appointment n WHERE n.replaces_id = a.id)
    FROM booking_appointment a WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE OF a"""
_DOSES = """SELECT id, person_id, programme_id, dose FROM booking_appointment
    WHERE person_id = ANY(%s) AND state = ANY(%s)"""
_BLOCKS = """SELECT id, slot_id, block_id, places, used FROM booking_blockslot WHERE id = ANY(%s)
    ORDER BY id FOR NO KEY UPDATE"""
_RELEASED = "SELECT id FROM booking_block WHERE id = ANY(%s) AND released_at IS NOT NULL"
_SLOTS = """SELECT id, session_id, programme_id, starts_at, planned, places, taken
    FROM booking_slot WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"""
_CLOSED = "SELECT id FROM booking_session WHERE id = ANY(%s) AND closed_at IS NOT NULL"
# The day a letter was to be answered by stays with those alone that were not answered.
_END = """UPDATE booking_appointment AS a SET state = new.state, ended_at = %s,
    ended_reason = new.reason, ended_channel = %s, ended_by_id = %s,
    kept_until = CASE WHEN a.state = 'reserved' THEN a.kept_until END
    FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS new (id, state, reason)
    WHERE a.id = new.id"""
_MAKE = """
WITH new AS (
    SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[],
        %s::date[], %s::bigint[]) AS n (token, like_id, replaces, slot, state, until, block)
), asked AS (
    INSERT INTO booking_request (token, channel, made_at, by_id)
    SELECT DISTINCT token, %s, %s::timestamptz, %s::bigint FROM new RETURNING id, token
)
INSERT INTO booking_appointment (request_id, person_id, slot_id, programme_id, dose, units, state,
    needs, visits, kept_until, prebooking_id, block_id, replaces_id, ended_reason, ended_channel)
SELECT asked.id, a.person_id, new.slot, a.programme_id, a.dose, a.units, new.state, a.needs,
    a.visits, new.until, a.prebooking_id, new.block, new.replaces, '', ''
FROM new JOIN asked USING (token) JOIN booking_appointment a ON a.id = new.like_id
ORDER BY new.replaces RETURNING id, replaces_id"""
_BLOCKS_SETTLE = """UPDATE booking_blockslot AS b SET used = b.used + new.used,
    places = b.places + new.places FROM unnest(%s::bigint[], %s::int[], %s::int[])
    AS new (id, used, places) WHERE b.id = new.id"""


@dataclass(frozen=True, slots=True)
class Row:
    """An appointment as it stands, locked."""

    id: int
    person: int
    programme: str
    dose: int
    units: int
    state: str
    kept_until: date | None
    slot: int
    block: int | None
    is_replaced: bool

    @property
    def is_held(self) -> bool:
        return self.state in ACTIVE


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot as it stands, locked."""

    id: int
    session: int
    programme: str
    starts_at: datetime
    planned: int
    places: int
    taken: int


@dataclass(frozen=True, slots=True)
class BlockRow:
    """Places of a slot that a block holds, locked."""

    id: int
    slot: int
    block: int
    places: int
    used: int


@dataclass(frozen=True, slots=True)
class Held:
    """What is locked. `there`: persons neither dead, moved away nor merged; `holding`: who has a
    place for which dose of which programme, and the appointment."""

    rows: dict[int, Row]
    there: set[int]
    holding: dict[tuple[int, str, int], int]
    blocks: dict[int, BlockRow]
    released: set[int]
    slots: dict[int, SlotRow]
    closed: set[int]

    def keeper(self, row: Row) -> int:
        """What the place of an appointment was taken of: its slot, or (below 0) its block."""
        if row.block is None or self.blocks[row.block].block in self.released:
            return row.slot
        return -row.block

    def room(self, *, open_places: bool) -> dict[int, int]:
        """Places left by slot and (below 0) by block: of those open, or of all planned."""
        found = {
            each.id: (each.planned if open_places else min(each.places, each.planned)) - each.taken
            for each in self.slots.values()
        }
        return found | {-each.id: each.places - each.used for each in self.blocks.values()}


@dataclass(slots=True)
class Writing:
    """What is to be written: ended ones (id, state, reason), new ones, places by keeper."""

    ended: list[tuple[int, str, str]] = field(default_factory=list)
    made: list[tuple[Any, ...]] = field(default_factory=list)
    places: Counter[int] = field(default_factory=Counter)
    shrunk: Counter[int] = field(default_factory=Counter)

    def end(self, row: Row, state: str, reason: str, held: Held) -> None:
        self.ended.append((row.id, state, reason))
        self.places[held.keeper(row)] -= row.units
        if row.block is not None and held.keeper(row) > 0:
            self.shrunk[row.block] -= row.units

    def make(
        self, like: Row, keeper: int, state: str, until: date | None, *, request: Any,
        replaces: int, held: Held,
    ) -> None:  # fmt: skip
        block = -keeper if keeper < 0 else None
        slot = held.blocks[block].slot if block else keeper
        self.made.append((request, like.id, replaces, slot, state, until, block))
        self.places[keeper] += like.units


def hold(appointments: Collection[int], slots: Collection[int]) -> Held:
    """Lock appointments with their persons, the slots and blocks they are in, and more slots."""
    owners = dict(_all(_OWNERS, list(appointments)))
    there = {pk for pk, here in _all(_PERSONS, sorted(set(owners.values()))) if here}
    rows = {found[0]: Row(*found) for found in _all(_APPOINTMENTS, sorted(owners))}
    rows = {pk: row for pk, row in rows.items() if row.person == owners[pk]}
    holding = {
        (person, programme, dose): pk
        for pk, person, programme, dose in _all(_DOSES, sorted(there), list(ACTIVE))
    }
    named = sorted({row.block for row in rows.values() if row.block is not None})
    blocks = {found[0]: BlockRow(*found) for found in (_all(_BLOCKS, named) if named else ())}
    gone = {each.block for each in blocks.values()}
    released = {pk for (pk,) in _all(_RELEASED, sorted(gone))} if gone else set()
    wanted = {*slots, *(row.slot for row in rows.values())}
    found = {row[0]: SlotRow(*row) for row in _all(_SLOTS, sorted(wanted))}
    sessions = sorted({each.session for each in found.values()})
    # Read after the slots are locked: whoever closes a session has locked them as well.
    closed = {pk for (pk,) in _all(_CLOSED, sessions)}
    return Held(rows, there, holding, blocks, released, found, closed)


def write(
    writing: Writing, *, channel: str, by: User | None, now: datetime
) -> Mapping[int, int]:  # fmt: skip
    """Write all of it; the new appointments by those they replace."""
    who = by.pk if by else None
    made: list[tuple[int, int]] = []
    with connection.cursor() as cursor:
        if writing.ended:
            cursor.execute(_END, [now, channel, who, *_columns(writing.ended)])
        if writing.made:
            cursor.execute(_MAKE, [*_columns(writing.made), channel, now, who])
            made = cursor.fetchall()
        used = {-keeper: n for keeper, n in writing.places.items() if keeper < 0}
        if blocks := sorted(used.keys() | writing.shrunk.keys()):
            cursor.execute(_BLOCKS_SETTLE, [
                blocks, [used.get(pk, 0) + writing.shrunk[pk] for pk in blocks],
                [writing.shrunk[pk] for pk in blocks],
            ])  # fmt: skip
    settle({keeper: n for keeper, n in writing.places.items() if keeper > 0})
    return {replaced: pk for pk, replaced in made}


def token() -> Any:
    """Of a request that nobody sends again."""
    return uuid4()


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _all(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall())

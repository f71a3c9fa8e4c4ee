"""Book places, all or none: one person's, both doses, two vaccines, or a household's."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from vaksam.base import audit, clock, outbox
from vaksam.base.models import User
from vaksam.booking import facts
from vaksam.booking.actions.short import Short, book_short
from vaksam.booking.actions.taking import change, gone
from vaksam.booking.facts import Place
from vaksam.booking.models import ACTIVE, Appointment, Block, BlockSlot, Channel, State
from vaksam.booking.refusing import refused
from vaksam.core.booking import Held
from vaksam.core.capacity import Visit, units
from vaksam.core.errors import Refused
from vaksam.people import access as people_access
from vaksam.people import actions as people
from vaksam.people.models import Person

MOST = 12  # places in one request

_REQUEST = """INSERT INTO booking_request (token, channel, made_at, by_id) VALUES (%s, %s, %s, %s)
    ON CONFLICT (token) DO NOTHING RETURNING id"""


@dataclass(frozen=True, slots=True)
class Ask:
    """A place for a person. `replaces` is the appointment it is moved from.

    `block`: the place is one that the block holds. `reserved_until`: given by letter, free again
    unless kept by that day.
    """

    person: int
    slot: int
    visits: tuple[str, ...] = ()
    needs: str = ""
    replaces: int | None = None
    block: int | None = None
    prebooking: int | None = None
    reserved_until: date | None = None

    @property
    def is_plain(self) -> bool:
        """A new place that nobody has held for the person."""
        return not (self.replaces or self.block or self.prebooking or self.reserved_until)

    @property
    def units(self) -> int:
        return units([Visit(each) for each in self.visits])


@dataclass(frozen=True, slots=True)
class Booked:
    """The appointments of a request; `again`: they were made by the same request before."""

    appointments: tuple[int, ...]
    again: bool = False


def book(*, asks: Sequence[Ask], token: UUID, channel: str, by: User | None) -> Booked:
    """Book every place asked for, or none. The same token again books nothing and answers alike.

    The locking law is that of `vaksam.booking.models`. Cost: six statements for a first place
    whose stored status says yes; some 25 ms more where the rules must be read closely.

    Raises
    ------
    Refused
        `place-gone`, or a code of `vaksam.booking.refusing`: what to do instead; `person` in the
        values says whose place it is. `not-held`: the appointment to move is no longer held.
    NotFound, NotAllowed
        As `vaksam.people.actions.hold`.
    """
    _check(asks, channel)
    try:
        with transaction.atomic():
            return _book(asks, token, channel, by)
    except IntegrityError as error:
        if "booking_dose_once" not in str(error):
            raise
        raise Refused("booked-meanwhile", "This dose has just been booked for them.") from error


def _book(asks: Sequence[Ask], token: UUID, channel: str, by: User | None) -> Booked:
    if asks[0].is_plain and len(asks) == 1 and (done := _shortly(asks[0], token, channel, by)):
        return done
    now = clock.now()
    request = _request(token, channel, by)
    if request is None:
        return _made_before(token, asks, by)
    persons = _persons(asks, by)
    given_up = _given_up(asks)
    places = facts.places({ask.slot for ask in asks})
    doses = _doses(asks, persons, places, given_up, online=channel == Channel.WEB,
                   by_staff=by is not None)  # fmt: skip
    _end_replaced(given_up, channel, by)
    _take(asks, given_up, now)
    rows = Appointment.objects.bulk_create(
        Appointment(
            request_id=request, person_id=ask.person, slot_id=ask.slot,
            programme_id=places[ask.slot].programme, dose=dose, units=ask.units,
            state=State.RESERVED if ask.reserved_until else State.BOOKED, needs=ask.needs[:300],
            visits=list(ask.visits), kept_until=ask.reserved_until, replaces_id=ask.replaces,
            block_id=ask.block, prebooking_id=ask.prebooking,
        )
        for ask, dose in zip(asks, doses, strict=True)
    )  # fmt: skip
    made = tuple(row.pk for row in rows)
    _tell("moved" if given_up else "booked", request, _by_person(rows), channel, by)
    return Booked(made)


def _shortly(ask: Ask, token: UUID, channel: str, by: User | None) -> Booked | None:
    """Three statements, where nothing can stand in the way; None: take the long way."""
    asked = Short(ask.person, ask.slot, ask.units, json.dumps(ask.visits), ask.needs[:300], token,
                  channel)  # fmt: skip
    made = book_short(asked, by)
    if made is None:
        return None
    _tell("booked", made[0], {ask.person: [made[1]]}, channel, by)
    return Booked((made[1],))


def _tell(
    what: str, request: int, appointments: Mapping[int, list[int]], channel: str, by: User | None
) -> None:
    """The audit's entry and the events, one for each person."""
    details = {"appointments": [pk for pks in appointments.values() for pk in pks],
               "channel": channel}  # fmt: skip
    audit.record(by=by, action=f"booking.{what}", target=f"request {request}", details=details)
    for person, pks in appointments.items():
        outbox.publish(f"booking.{what}", {"appointments": pks, "person": person},
                       key=f"person {person}")  # fmt: skip


def _by_person(rows: Sequence[Appointment]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row.pk)
    return found


def _check(asks: Sequence[Ask], channel: str) -> None:
    if not asks:
        raise Refused("no-place", "Choose a time.")
    if len(asks) > MOST:
        raise Refused("too-many", "Book at most {most} times at once.", most=MOST)
    if channel not in Channel.values:
        raise Refused("bad-channel", "That way of booking is not known.")
    known = set(Visit)
    if any(visit not in known for ask in asks for visit in ask.visits):
        raise Refused("bad-visit", "That kind of visit is not known.")


def _request(token: UUID, channel: str, by: User | None) -> int | None:
    """The new request; None where the token has been used. Waits for one under way."""
    with connection.cursor() as cursor:
        cursor.execute(_REQUEST, [token, channel, clock.now(), by.pk if by else None])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _made_before(token: UUID, asks: Sequence[Ask], by: User | None) -> Booked:
    """What the same request made. Somebody else's token tells nothing about whom it booked."""
    rows = Appointment.objects.filter(request__token=token).order_by("pk")
    found = list(rows.values_list("pk", "person_id", "slot_id"))
    if sorted((person, slot) for _, person, slot in found) != sorted(
        (ask.person, ask.slot) for ask in asks
    ):
        raise Refused("token-used", "This booking was sent before with other times. Start again.")
    for person in sorted({ask.person for ask in asks}):
        people.hold(person=person, by=by)
    return Booked(tuple(pk for pk, _, _ in found), again=True)


def _persons(asks: Sequence[Ask], by: User | None) -> dict[int, Person]:
    """Locks them by id; who has died or moved out is not booked."""
    found = {}
    for person in sorted({ask.person for ask in asks}):
        row = people.hold(person=person, by=by)
        if row.died_on is not None or row.moved_out_on is not None:
            raise people_access.no_such_person()
        found[person] = row
    return found


def _given_up(asks: Sequence[Ask]) -> list[Appointment]:
    """The appointments that are moved, locked by id. Raises Refused where one is not held."""
    pairs = [(ask.replaces, ask.person) for ask in asks if ask.replaces is not None]
    if not pairs:
        return []
    wanted = dict(pairs)
    rows = Appointment.objects.select_for_update().filter(pk__in=wanted, state__in=ACTIVE)
    found = [row for row in rows.order_by("pk") if row.person_id == wanted[row.pk]]
    if len(found) != len(pairs):
        raise Refused("not-held", "That time is no longer held. Look at the times again.")
    return found


def _doses(
    asks: Sequence[Ask], persons: Mapping[int, Person], places: Mapping[int, Place],
    given_up: Sequence[Appointment], *, online: bool, by_staff: bool,
) -> list[int]:  # fmt: skip
    """The dose number of each ask, judged in order of time; what is asked for counts as held."""
    held = facts.held(persons, without=[row.pk for row in given_up])
    doses: dict[int, int] = {}
    for n in sorted(range(len(asks)), key=lambda n: _when(places, asks[n])):
        ask, place = asks[n], places.get(asks[n].slot)
        if place is None or (online and not place.online):
            raise gone(ask.slot)
        person = persons[ask.person]
        has = held.setdefault(ask.person, [])
        theirs = [places[other.slot] for other in asks if other.person == ask.person]
        visit = [other for other in theirs if _same_visit(other, place)]
        others = {each.disease for each in visit}
        has_else = [one for one in has if not (one.disease in others and one.on == place.on)]
        said = facts.verdict(ask.person, person.region_code, person.born_on, place, has_else,
                             visit=visit, by_staff=by_staff)  # fmt: skip
        if not said.may or said.dose is None:
            raise refused(said, person=ask.person)
        doses[n] = said.dose
        has.append(
            Held(appointment=0, programme=place.programme, disease=place.disease,
                 product=place.product, dose=said.dose, on=place.on, place=place.venue_name)
        )  # fmt: skip
    return [doses[n] for n in range(len(asks))]


def _when(places: Mapping[int, Place], ask: Ask) -> tuple[datetime, int]:
    place = places.get(ask.slot)
    if place is None:
        raise gone(ask.slot)
    return place.starts_at, ask.slot


def _same_visit(one: Place, other: Place) -> bool:
    return one.venue == other.venue and one.on == other.on and one.disease != other.disease


def _end_replaced(rows: Collection[Appointment], channel: str, by: User | None) -> None:
    Appointment.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=State.MOVED, ended_at=clock.now(), ended_channel=channel, ended_by=by
    )


def _take(asks: Sequence[Ask], given_up: Sequence[Appointment], now: datetime) -> None:
    """Places of blocks come from the block, others from the slot; those given up go back.

    Blocks are locked before slots, as by those who release them.
    """
    wanted: Counter[int] = Counter()
    for ask in asks:
        if ask.block is None:
            wanted[ask.slot] += ask.units
    for row in given_up:
        wanted[row.slot_id] -= give_back_to_block(row)
    for ask in asks:
        if ask.block is not None:
            _take_of_block(ask, now)
    change(wanted, now=now)


def _take_of_block(ask: Ask, now: datetime) -> None:
    taken = BlockSlot.objects.filter(
        pk=ask.block or 0, slot_id=ask.slot, block__released_at=None, slot__starts_at__gt=now,
        slot__session__closed_at=None,
    )  # fmt: skip
    row = taken.select_for_update(of=("self",)).first()
    if row is None or row.used + ask.units > row.places:
        raise Refused("block-full", "The group's places at that time are all named.")
    BlockSlot.objects.filter(pk=row.pk).update(used=row.used + ask.units)


def give_back_to_block(row: Appointment) -> int:
    """The units that go back to the slot: none while a block still holds the place."""
    if row.block_id is None:
        return row.units
    block = BlockSlot.objects.select_for_update().get(pk=row.block_id)
    # Read after the lock: whoever held it may just have released the block.
    released = Block.objects.filter(pk=block.block_id, released_at__isnull=False).exists()
    changed = replace_counts(block, row.units, released=released)
    BlockSlot.objects.filter(pk=block.pk).update(**changed)
    return row.units if released else 0


def replace_counts(block: BlockSlot, number: int, *, released: bool) -> dict[str, int]:
    """What a block's slot has when so many named places are given back."""
    used = {"used": block.used - number}
    return used | ({"places": block.places - number} if released else {})

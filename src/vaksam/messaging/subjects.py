"""What a message is about: an appointment, a code or an offer, read when it is sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import ceil

from django.conf import settings

from vaksam.base import clock
from vaksam.booking import queries as booking
from vaksam.booking.actions.codes import code_of
from vaksam.booking.models import Appointment, Code, Offer
from vaksam.core.messages import Kind, Values, Visit
from vaksam.core.messages.kinds import REASONS
from vaksam.messaging import links
from vaksam.messaging.facts import Recipient
from vaksam.messaging.models import Message
from vaksam.records import queries as records
from vaksam.replanning.queries import telling
from vaksam.venues import queries as venues


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """`until`: when a code or an offer ends; `answered`: it is used or answered; `asked`: the
    channel a code was asked by; `visit`: for the calendar, without words; `declined`: they do not
    want the vaccine it is about; `soonest`: when they would come if they did not hear of a change,
    where that is before `starts_at`.
    """

    values: Values
    held: bool = False
    starts_at: datetime | None = None
    until: datetime | None = None
    answered: bool = False
    asked: str = ""
    declined: bool = False
    soonest: datetime | None = None
    visit: Visit | None = field(default=None, repr=False)


def subject(message: Message, who: Recipient) -> Subject | None:
    """What the message is about; None where it is somebody else's by now, as after a merge."""
    if message.change_id is not None:
        return _change(message, message.change_id, who)
    ((kind, pk),) = message.about.items()
    return {"appointment": _appointment, "code": _code, "offer": _offer}[kind](pk, who)


def of_appointment(
    ref: booking.AppointmentRef, who: Recipient, place: venues.VenueRef, code: str = ""
) -> Values:
    """What is said of an appointment."""
    return Values(
        link=links.booking(who.language), telephone=place.telephone or settings.VAKSAM_TELEPHONE,
        starts_at=ref.starts_at, place=place.name, address=_where(place), travel=_travel(place),
        keep_by=ref.kept_until, code=code, hidden=who.hidden,
    )  # fmt: skip


def _appointment(pk: int, who: Recipient) -> Subject | None:
    found = booking.appointments([pk])
    if not found or found[0].person != who.person:
        return None
    place = venues.venue(found[0].venue)
    values = of_appointment(found[0], who, place)
    return Subject(values=values, held=found[0].held, starts_at=found[0].starts_at,
                   declined=_declined(pk=who.person, programme=found[0].programme),
                   visit=_visit(found[0], place, values))  # fmt: skip


def _change(message: Message, change: int, who: Recipient) -> Subject | None:
    """What a change does to a person: the times that hold now, and those called off by it."""
    wanted = [ref for ref in booking.appointments(named(message)) if ref.person == who.person]
    if not wanted:
        return None
    off = message.kind == Kind.CALLED_OFF_BY_CHANGE
    said = _said(message, wanted)
    if not said:  # given up, moved on or over since: it stops
        return Subject(values=Values(link=links.booking(who.language)), held=off,
                       starts_at=wanted[-1].starts_at)  # fmt: skip
    moves = {} if message.kind == Kind.BACK else telling.of_person(change, who.person)
    first, *more = (_changed(ref, who, moves) for ref in said)
    times = [each.was_at for each in moves.values() if each.was_at > clock.now()]
    return Subject(
        values=replace(first, more=tuple(more)), held=not off, starts_at=said[0].starts_at,
        soonest=min([said[0].starts_at, *times]),
        visit=_visit(said[0], venues.venue(said[0].venue), first),
    )  # fmt: skip


def named(message: Message) -> set[int]:
    """The appointments that a message of a change is about."""
    return {*message.about["appointments"], *message.about["off"]}


def still_off(
    message: Message, refs: Iterable[booking.AppointmentRef]
) -> list[booking.AppointmentRef]:
    """Those called off for which the person has no other time by now."""
    held = {(ref.programme, ref.dose) for ref in booking.held_by([message.person_id])}
    return [ref for ref in refs if ref.id in message.about["off"]
            and (ref.programme, ref.dose) not in held]  # fmt: skip


def _said(
    message: Message, wanted: Iterable[booking.AppointmentRef]
) -> list[booking.AppointmentRef]:
    """The times to name, those held first."""
    refs = [ref for ref in wanted if ref.starts_at > clock.now()]
    off, held = still_off(message, refs), [ref for ref in refs if ref.held]
    if message.kind == Kind.CALLED_OFF_BY_CHANGE:
        return off
    return [*held, *off] if held else []


def _changed(
    ref: booking.AppointmentRef, who: Recipient, moves: Mapping[int, telling.MoveRef]
) -> Values:
    before = moves.get(ref.id) or moves.get(ref.replaces or 0)
    reason = before.wrong if before and before.wrong in REASONS else "other"
    return replace(
        of_appointment(ref, who, venues.venue(ref.venue)), product=ref.product_name, held=ref.held,
        reason=reason if moves else "",
    )  # fmt: skip


def _code(pk: int, who: Recipient) -> Subject | None:
    row = Code.objects.filter(pk=pk, person=who.person).first()
    if row is None:
        return None
    values = Values(link=links.booking(who.language), code=code_of(row), until=row.until,
                    minutes=_minutes(row.until))  # fmt: skip
    return Subject(values=values, until=row.until, answered=row.used_at is not None,
                   asked=row.channel)  # fmt: skip


def _offer(pk: int, who: Recipient) -> Subject | None:
    rows = Offer.objects.select_related("leftover")
    row = rows.filter(pk=pk, person=who.person).first()
    if row is None or row.leased_until is None:
        return None
    place = venues.venue(row.leftover.venue_id)
    values = Values(
        link=links.offer(who.language), place=place.name, address=_where(place),
        until=row.leftover.until, minutes=_minutes(row.leased_until), hidden=who.hidden,
    )  # fmt: skip
    return Subject(values=values, until=row.leased_until,
                   declined=_declined(pk=who.person, programme=row.leftover.programme_id),
                   answered=row.state != Offer.State.ASKED)  # fmt: skip


def _declined(*, pk: int, programme: str) -> bool:
    return bool(records.declined([pk], programme))


def visit_of(ref: booking.AppointmentRef, who: Recipient) -> Visit:
    """An appointment for a calendar; without words."""
    place = venues.venue(ref.venue)
    return _visit(ref, place, of_appointment(ref, who, place))


def _visit(ref: booking.AppointmentRef, place: venues.VenueRef, values: Values) -> Visit:
    first, moves = _first(ref)
    where = "" if values.hidden else ", ".join(filter(None, (values.place, values.address)))
    return Visit(
        uid=f"appointment-{first}@{links.host()}", sequence=moves + (not ref.held),
        starts_at=ref.starts_at, summary="", place=where,
        minutes=ceil(place.minutes_per_person + place.observation_minutes),
        organizer=settings.VAKSAM_MAIL_FROM,
    )  # fmt: skip


def _first(ref: booking.AppointmentRef) -> tuple[int, int]:
    """The appointment that this one goes back to, and how often it was moved since."""
    first, before, moves = ref.id, ref.replaces, 0
    while before is not None:
        first, moves = before, moves + 1
        before = Appointment.objects.values_list("replaces_id", flat=True).get(pk=first)
    return first, moves


def _where(place: venues.VenueRef) -> str:
    return ", ".join(filter(None, (place.street, f"{place.postcode} {place.city}".strip())))


def _travel(place: venues.VenueRef) -> str:
    return " ".join(filter(None, (place.directions, place.public_transport)))


def _minutes(until: datetime) -> int:
    """Whole minutes left, rounded down: nobody is promised more than there is."""
    return max(1, int((until - clock.now()).total_seconds() // 60))

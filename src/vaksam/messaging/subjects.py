"""What a message is about: an appointment, a code or an offer, read when it is sent."""

from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from django.conf import settings

from vaksam.base import clock
from vaksam.booking import queries as booking
from vaksam.booking.actions.codes import code_of
from vaksam.booking.models import Appointment, Code, Offer
from vaksam.core.messages import Values, Visit
from vaksam.messaging import links
from vaksam.messaging.facts import Recipient
from vaksam.messaging.models import Message
from vaksam.venues import queries as venues


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """`until`: when a code or an offer ends; `answered`: it is used or answered; `asked`: the
    channel a code was asked by; `visit`: for the calendar, without words.
    """

    values: Values
    held: bool = False
    starts_at: datetime | None = None
    until: datetime | None = None
    answered: bool = False
    asked: str = ""
    visit: Visit | None = field(default=None, repr=False)


def subject(message: Message, who: Recipient) -> Subject | None:
    """What the message is about; None where it is somebody else's by now, as after a merge."""
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
                   visit=_visit(found[0], place, values))  # fmt: skip


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
                   answered=row.state != Offer.State.ASKED)  # fmt: skip


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

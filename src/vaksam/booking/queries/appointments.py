"""Who holds which place: of a person, of a venue's day, and as messages tell of them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from vaksam.base import clock
from vaksam.base.access import Subject
from vaksam.base.scope import Scope
from vaksam.booking import access
from vaksam.booking.models import ACTIVE, Appointment, Request
from vaksam.core.errors import NotAllowed
from vaksam.people.queries.persons import log
from vaksam.venues import queries as venues


@dataclass(frozen=True, slots=True)
class AppointmentRef:
    """A place that somebody holds or held."""

    id: int
    person: int
    slot: int
    session: int
    venue: int
    venue_name: str
    programme: str
    product: str
    product_name: str
    dose: int
    starts_at: datetime
    state: str
    channel: str
    needs: str
    visits: tuple[str, ...]
    kept_until: date | None
    made_at: datetime
    ended_reason: str
    replaces: int | None

    @property
    def held(self) -> bool:
        return self.state in ACTIVE

    @property
    def day(self) -> date:
        return clock.day_of(self.starts_at)


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody expected at a venue. Of protected persons only that they come is told."""

    appointment: AppointmentRef
    given_name: str = field(repr=False)
    family_name: str = field(repr=False)
    born_on: date | None = field(repr=False)
    protected: bool = False
    interpreter: bool = False
    language: str = ""
    units: int = 1


def of_person(person: int) -> list[AppointmentRef]:
    """Every appointment of a person, those held first, then the newest.

    For callers that have opened the person's record, or whom the person has signed in to.
    """
    rows = [_ref(row) for row in _rows().filter(person=person)]
    return sorted(rows, key=lambda each: (not each.held, each.starts_at if each.held
                                          else clock.now() - each.starts_at))  # fmt: skip


def appointments(pks: Iterable[int]) -> list[AppointmentRef]:
    """Some appointments in order of time; for messages and for callers who hold the person."""
    rows = _rows().filter(pk__in=list(pks))
    return [_ref(row) for row in rows.order_by("slot__starts_at", "pk")]


def held_by(persons: Collection[int]) -> list[AppointmentRef]:
    """The places that some persons hold, in order of time. For messages."""
    rows = _rows().filter(person__in=list(persons), state__in=ACTIVE)
    return [_ref(row) for row in rows.order_by("slot__starts_at", "pk")]


def between(since: datetime, until: datetime) -> list[AppointmentRef]:
    """Places held from a moment to another, in order of time; for reminders."""
    rows = _rows().filter(slot__starts_at__gte=since, slot__starts_at__lt=until, state__in=ACTIVE)
    return [_ref(row) for row in rows.order_by("slot__starts_at", "pk")]


def prebooked(prebooking: int) -> list[AppointmentRef]:
    """Times given by letter and neither kept nor freed, by person; for the letters."""
    rows = _rows().filter(prebooking=prebooking, state="reserved")
    return [_ref(row) for row in rows.order_by("pk")]


def day(venue: int, on: date, *, scope: Scope, path: str = "") -> list[Coming]:
    """Who is expected at a venue on a day, in order of time; looking is logged.

    Raises NotFound, NotAllowed: only the venue's staff and the region's agents.
    """
    place = venues.venue(venue, scope=scope)
    if not scope.reaches(place.region_code, *access.STAFF):
        raise NotAllowed("role-needed", "Your roles do not work with persons.")
    start = clock.at(on)
    rows = _rows().select_related("person").filter(
        slot__venue=venue, slot__starts_at__gte=start,
        slot__starts_at__lt=start + timedelta(days=1), state__in=[*ACTIVE, "came", "no_show"],
    )  # fmt: skip
    found = [_coming(row) for row in rows.order_by("slot__starts_at", "pk")]
    log("booking.day", scope, subject=Subject("venue", str(venue)), reason=f"hits={len(found)}",
        path=path)  # fmt: skip
    return found


def request_of(token: UUID) -> list[AppointmentRef]:
    """What a request booked; empty where there is none."""
    request = Request.objects.filter(token=token).first()
    if request is None:
        return []
    return [_ref(row) for row in _rows().filter(request=request).order_by("slot__starts_at", "pk")]


def _rows() -> QuerySet[Appointment]:
    return Appointment.objects.select_related("slot__venue", "slot__product", "request")


def _coming(row: Appointment) -> Coming:
    person, hidden = row.person, bool(row.person.protection)
    return Coming(
        _ref(row),
        "" if hidden else person.given_name,
        "" if hidden else person.family_name,
        None if hidden else person.born_on,
        hidden, person.interpreter, person.language, row.units,
    )  # fmt: skip


def _ref(row: Appointment) -> AppointmentRef:
    slot = row.slot
    return AppointmentRef(
        id=row.pk, person=row.person_id, slot=slot.pk, session=slot.session_id,
        venue=slot.venue_id, venue_name=slot.venue.name, programme=row.programme_id,
        product=slot.product_id, product_name=slot.product.name, dose=row.dose,
        starts_at=slot.starts_at, state=row.state, channel=row.request.channel, needs=row.needs,
        visits=tuple(row.visits), kept_until=row.kept_until, made_at=row.request.made_at,
        ended_reason=row.ended_reason, replaces=row.replaces_id,
    )  # fmt: skip

"""Free times, and booking for integrators: the same actions as the pages."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.security import django_auth

from vaksam.base import clock
from vaksam.base.models import User
from vaksam.booking import actions, queries
from vaksam.booking.actions import Ask
from vaksam.booking.queries import AppointmentRef, Search
from vaksam.people import queries as people

router = Router()


class TimeOut(Schema):
    """Free places from a moment on. `km` from the position asked about, as the crow flies."""

    slot: int
    venue: int
    product: str
    dose: int | None
    starts_at: datetime
    free: int
    km: float | None


class AskIn(Schema):
    """A place for a person; `replaces` is the appointment that it is moved from."""

    person: int
    slot: int
    visits: list[str] = []
    needs: str = ""
    replaces: int | None = None


class BookingIn(Schema):
    """All or none. The same token again books nothing and answers alike."""

    token: UUID
    channel: str = "phone"
    asks: list[AskIn]


class AppointmentOut(Schema):
    id: int
    person: int
    slot: int
    venue: int
    programme: str
    product: str
    dose: int
    starts_at: datetime
    state: str


class CancelIn(Schema):
    reason: str = "unknown"
    channel: str = "phone"


@router.get("/times", response=list[TimeOut], summary="Free times, nearest or soonest first")
def times(
    request: HttpRequest, programme: str, region: str = "", dose: int | None = None,
    since: date | None = None, latitude: float | None = None, longitude: float | None = None,
    limit: int = 20,
) -> list[queries.Time]:  # fmt: skip
    """Open to everybody; what residents may book by themselves."""
    regions = (region,) if region else tuple(people.regions())
    search = Search(
        programme=programme, regions=regions, dose=dose, latitude=latitude, longitude=longitude,
        since=clock.at(since) if since else None,
    )  # fmt: skip
    most = max(1, min(limit, 100))
    if latitude is not None and longitude is not None:
        return queries.near(search, venues=most, each=3)[:most]
    return queries.soonest(search, most=most)


@router.post("/appointments", auth=django_auth, response=list[AppointmentOut], summary="Book")
def book(request: HttpRequest, asked: BookingIn) -> list[AppointmentRef]:
    """Book places for persons of the account's regions, all or none."""
    asks = [
        Ask(each.person, each.slot, tuple(each.visits), each.needs, replaces=each.replaces)
        for each in asked.asks
    ]
    done = actions.book(asks=asks, token=asked.token, channel=asked.channel, by=_account(request))
    return queries.appointments(done.appointments)


@router.post(
    "/appointments/{int:appointment}/cancel", auth=django_auth, response={204: None},
    summary="Give a place up",
)  # fmt: skip
def cancel(request: HttpRequest, appointment: int, asked: CancelIn) -> tuple[int, None]:
    """Once or again: a place given up stays so."""
    actions.cancel(
        appointments=[appointment], reason=asked.reason, channel=asked.channel,
        by=_account(request),
    )  # fmt: skip
    return 204, None


def _account(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user

"""Two venues with vaccine and a few sessions in Västerbotten, on the morning of 13 April 2021.

`demand_whole()` is what must hold after whatever was done: no place is lost, none is held twice.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.support import region
from vaksam.base.roles import Role

PROGRAMME = "covid-19-2021"
TODAY = date(2021, 4, 13)  # a Tuesday; it is 07:30
SOON, LATER, LAST = date(2021, 4, 15), date(2021, 5, 6), date(2021, 5, 20)

VENUES = """
[[venue]]
code = "lager"
name = "Vaccinlagret"
kind = "store"
municipality_code = "2480"
frozen = true
contact = "Lagret"
telephone = "090-0000000"
[[venue]]
code = "ersboda"
name = "Ersboda hälsocentral"
kind = "health_centre"
municipality_code = "2480"
street = "Ersbodavägen 1"
postcode = "90600"
city = "Umeå"
telephone = "090-0000001"
[[venue]]
code = "nus"
name = "Norrlands universitetssjukhus"
kind = "hospital"
municipality_code = "2480"
"""


@dataclass
class Here:
    """Venues, sessions by name, persons by name, and a lot of Comirnaty at Ersboda."""

    ersboda: int
    nus: int
    lot: int
    sessions: dict[str, int] = field(default_factory=dict)
    persons: dict[str, int] = field(default_factory=dict)

    def __getattr__(self, name: str) -> int:
        return self.persons[name]

    def slots(self, session: str) -> list[int]:
        """A session's slots, in order of time."""
        from vaksam.booking.models import Slot

        rows = Slot.objects.filter(session=self.sessions[session]).order_by("starts_at")
        return list(rows.values_list("pk", flat=True))


# Name, born, region; Karin's, Nils's and Åke's turn is this week, Sven's the next.
PERSONS = (
    ("karin", date(1949, 3, 2), "24"), ("nils", date(1947, 6, 6), "24"),
    ("ake", date(1950, 1, 9), "24"), ("berit", date(1951, 2, 2), "24"),
    ("elsa", date(1948, 8, 8), "24"), ("sven", date(1953, 5, 6), "24"),
    ("young", date(1990, 5, 6), "24"), ("away", date(1945, 5, 6), "01"),
)  # fmt: skip


def plan(day: date, first: int = 9, last: int = 10, **more: Any) -> Any:
    """An hour with five slots of two places."""
    from vaksam.booking import actions

    fields = {"programme": PROGRAMME, "product": "comirnaty", "stations": 1, "minutes": 5,
              "interval": 10, "vaccinators": 1}  # fmt: skip
    return actions.Plan(day=day, opens_at=time(first), closes_at=time(last), **fields | more)


def fill(persons: Any = PERSONS, vials: int = 20, expires: date = date(2021, 9, 1)) -> Here:
    from vaksam.areas import actions as areas
    from vaksam.eligibility import actions as eligibility
    from vaksam.eligibility import queries as stored
    from vaksam.programmes import actions as programmes
    from vaksam.supply import actions as supply
    from vaksam.venues import actions as venues
    from vaksam.venues import queries

    areas.seed()
    programmes.seed_programmes()
    venues.import_venues(text=VENUES, file_name="venues.toml", by=None)
    at = {each.code: each.id for each in queries.venues()}
    lot = supply.known_lot(product="comirnaty", number="EP2163", expires_on=expires).pk
    for venue in ("ersboda", "nus"):
        supply.receive(venue=at[venue], lot=lot, vials=vials, by=None)
    here = Here(at["ersboda"], at["nus"], lot)
    for name, born, code in persons:
        here.persons[name] = person(name, born, code)
    for code in ("24", "01"):
        eligibility.refresh_region(programme=PROGRAMME, region_code=code)
    stored.forget()
    return here


def person(name: str, born: date, code: str = "24", **more: Any) -> int:
    from vaksam.core.identity import Identity, Kind
    from vaksam.people import actions as people

    numbered = more.pop("numbered", True)
    serial = more.pop("serial", 980)
    known = [Identity(Kind.PERSONAL_NUMBER, region.number(f"{born:%Y%m%d}", serial))]
    return people.register_person(
        region_code=code, identities=known if numbered else [], given_name=name.title(),
        family_name="Berg", born_on=born, by=None, **more,
    ).person  # fmt: skip


def planned(here: Here) -> Here:
    from vaksam.booking import actions

    for name, day in (("soon", SOON), ("later", LATER), ("last", LAST)):
        here.sessions[name] = actions.plan_session(venue=here.ersboda, plan=plan(day), by=None)
    here.sessions["nus"] = actions.plan_session(venue=here.nus, plan=plan(SOON), by=None)
    return here


@pytest.fixture(scope="module")
def _region(django_db_setup: None, django_db_blocker: Any) -> Iterator[Here]:
    """One transaction for a module; those of races commit, and come after it."""
    from django.db import transaction

    with (
        django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic()
    ):  # fmt: skip
        region.stand(patch)
        yield planned(fill())
        transaction.set_rollback(True)


@pytest.fixture
def here(_region: Here, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    from vaksam.eligibility import queries

    region.stand(monkeypatch, region.MORNING + timedelta(minutes=5))  # all that was done is past
    queries.forget()
    yield _region
    queries.forget()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Move the clock: `at(13, 9, 20)` is the 13th of April, 09:20."""
    from vaksam.base import clock
    from vaksam.eligibility import queries

    def move(day: int, hour: int = 8, minute: int = 0, month: int = 4) -> None:
        moment = datetime(2021, month, day, hour, minute, tzinfo=clock.SWEDEN)
        region.stand(monkeypatch, moment)
        queries.forget()

    return move


@pytest.fixture
def coordinator(user_with: Callable[..., Any]) -> Any:
    return user_with(Role.REGION_COORDINATOR)


@pytest.fixture
def staff(user_with: Callable[..., Any]) -> Any:
    return user_with(Role.VENUE_STAFF)


def book(*asks: Any, token: Any = None, channel: str = "phone", by: Any = None) -> Any:
    """Book pairs of person and slot, or asks."""
    from vaksam.booking import actions

    made = [each if isinstance(each, actions.Ask) else actions.Ask(*each) for each in asks]
    return actions.book(asks=made, token=token or uuid4(), channel=channel, by=by)


def one(*asks: Any, **more: Any) -> int:
    """Book, and the first appointment."""
    return book(*asks, **more).appointments[0]


def demand_whole() -> None:
    """Each slot has as many taken as are held, and each block as many named as there are."""
    from vaksam.booking.models import Appointment, BlockSlot, Slot

    using = ("reserved", "booked", "came", "no_show")
    slots: dict[int, int] = {}
    blocks: dict[int, int] = {}
    rows = Appointment.objects.filter(state__in=using).values_list("slot", "block", "units")
    for slot, block, units in rows:
        if block is None:
            slots[slot] = slots.get(slot, 0) + units
        else:
            blocks[block] = blocks.get(block, 0) + units
    for held in BlockSlot.objects.select_related("block"):
        slots[held.slot_id] = slots.get(held.slot_id, 0) + held.places
        assert held.used == blocks.get(held.pk, 0), f"named places of block slot {held.pk}"
        assert held.used <= held.places
        assert held.block.released_at is None or held.used == held.places
    for slot in Slot.objects.all():
        assert slot.taken == slots.get(slot.pk, 0), f"places taken of slot {slot.pk}"
        assert slot.taken <= slot.places


def taken(slot: int) -> int:
    from vaksam.booking.models import Slot

    return Slot.objects.get(pk=slot).taken

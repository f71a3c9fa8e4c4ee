"""Four evenings that the sources tell of, small: people, places, doses and everybody's times."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from tests.booking.conftest import PROGRAMME, person
from tests.support import region
from vaksam.base import clock

VENUES = "".join(
    f"""
[[venue]]
code = "{code}"
name = "{name}"
kind = "{kind}"
municipality_code = "{place}"
latitude = {lat}
longitude = {lon}
"""
    for code, name, kind, place, lat, lon in (
        ("lager", "Vaccinlagret", "store", "2480", 63.82, 20.26),
        ("ersboda", "Ersboda hälsocentral", "health_centre", "2480", 63.86, 20.32),
        ("alidhem", "Ålidhems hälsocentral", "health_centre", "2480", 63.81, 20.31),
        ("skelleftea", "Skellefteå hälsocentral", "health_centre", "2482", 64.75, 20.95),
    )
)


@dataclass
class Scene:
    """An evening: `venues` by code, `lots` by product, who holds which first time."""

    name: str
    moment: datetime
    venues: dict[str, int] = field(default_factory=dict)
    lots: dict[str, int] = field(default_factory=dict)
    people: list[int] = field(default_factory=list)

    @property
    def day(self) -> date:
        return self.moment.date()


def at(year: int, month: int, day: int, hour: int) -> datetime:
    return datetime(year, month, day, hour, tzinfo=clock.SWEDEN)


def fill(name: str, moment: datetime, *, products: tuple[str, ...]) -> Scene:
    """Venues and lots; nobody yet."""
    from vaksam.areas import actions as areas
    from vaksam.programmes import actions as programmes
    from vaksam.supply import actions as supply
    from vaksam.venues import actions as venues
    from vaksam.venues import queries

    areas.seed()
    programmes.seed_programmes()
    venues.import_venues(text=VENUES, file_name="venues.toml", by=None)
    scene = Scene(name, moment)
    scene.venues = {each.code: each.id for each in queries.venues()}
    for product in products:
        expires = moment.date() + timedelta(days=180)
        lot = supply.known_lot(product=product, number=f"L{product[:3]}1", expires_on=expires)
        scene.lots[product] = lot.pk
    return scene


def stock(scene: Scene, venue: str, product: str, vials: int) -> None:
    from vaksam.supply import actions as supply

    supply.receive(venue=scene.venues[venue], lot=scene.lots[product], vials=vials, by=None)


def sessions(
    scene: Scene, venue: str, product: str, first: date, last: date, *, places: int = 1
) -> None:
    """An hour on each working day, with six times of so many places."""
    from vaksam.booking import actions

    day = first
    while day <= last:
        if day.weekday() < 5:
            plan = actions.Plan(
                programme=PROGRAMME, product=product, day=day, opens_at=time(9),
                closes_at=time(10), stations=places, vaccinators=places, minutes=10, interval=10,
            )  # fmt: skip
            actions.plan_session(venue=scene.venues[venue], plan=plan, by=None)
        day += timedelta(days=1)
    actions.adjust_all(region="24")


def born(year: int, n: int) -> date:
    return date(year, 1 + n % 12, 1 + n % 28)


def people(scene: Scene, births: list[date], *, groups: tuple[str, ...] = ()) -> list[int]:
    from vaksam.people import actions
    from vaksam.people.models import Person

    found = []
    for n, on in enumerate(births, len(scene.people)):
        found.append(person(f"p{n}", on, serial=100 + n))
        for group in groups:
            actions.claim_group(person=found[-1], group=group, source="health_record",
                                legal_basis="HSL", by=None)  # fmt: skip
    Person.objects.filter(pk__in=found).update(municipality_code="2480", latitude=63.84,
                                               longitude=20.3)  # fmt: skip
    scene.people += found
    return found


def given(persons: list[int], product: str, on: date) -> None:
    from vaksam.records import actions

    for one in persons:
        actions.register(person=one, given_on=on, product=product, source="venue", by=None)


def refresh() -> None:
    from vaksam.eligibility import actions, queries

    actions.refresh_region(programme=PROGRAMME, region_code="24")
    queries.forget()


def book_all(scene: Scene, persons: list[int], product: str, first: date, last: date) -> list[int]:
    """Each takes the first time that is free and allowed."""
    from vaksam.booking import actions
    from vaksam.booking.models import Slot
    from vaksam.core.errors import Refused

    made = []
    for one in persons:
        for slot in _free(Slot, product, first, last):
            try:
                made += actions.book(asks=[actions.Ask(one, slot)], token=uuid4(),
                                     channel="phone", by=None).appointments  # fmt: skip
            except Refused:
                continue
            break
    return made


def _free(slot: Any, product: str, first: date, last: date) -> Iterator[int]:
    from django.db.models import F

    rows = slot.objects.filter(
        product=product, taken__lt=F("places"), starts_at__gte=clock.at(first),
        starts_at__lt=clock.at(last + timedelta(days=1)),
    )  # fmt: skip
    yield from rows.order_by("starts_at", "pk").values_list("pk", flat=True)[:6]


def directive(code: str, on: date, rules: list[dict[str, Any]],
              ends: list[dict[str, Any]] | None = None) -> dict[str, Any]:  # fmt: skip
    """A national directive, as somebody writes it in the form."""
    about = region.DIRECTIVE["directive"] | {
        "code": code, "authority": "fohm", "review_on": "2027-01-01",
        "title": {"sv": code, "en": code}, "announced_at": clock.now().isoformat(),
        "effective_from": on.isoformat(),
    }  # fmt: skip
    about.pop("region")
    named = [{"title": {"sv": each["code"], "en": each["code"]}} | each for each in rules]
    return {"directive": about, "rule": named} | ({"ends": ends} if ends else {})


def halved() -> Scene:
    """(a) Friday 15 January 2021: the Monday's volumes are halved."""
    from vaksam.supply import actions as supply

    scene = fill("halved", at(2021, 1, 15, 14), products=("comirnaty",))
    monday = date(2021, 1, 18)
    for week in (monday, monday + timedelta(weeks=1), monday + timedelta(weeks=2)):
        supply.announce(product="comirnaty", receiver="24", region_code="24", day=week, doses=60,
                        announced_by="Folkhälsomyndigheten", by=None)  # fmt: skip
        for venue in ("ersboda", "alidhem"):
            supply.plan_dispatch(
                sender=scene.venues["lager"], receiver=scene.venues[venue], expected_on=week,
                wanted=[supply.Wanted(product="comirnaty", vials=5)], by=None,
            )  # fmt: skip
    for venue in ("ersboda", "alidhem"):
        sessions(scene, venue, "comirnaty", monday, date(2021, 2, 5))
    old = people(scene, [born(1930 + n % 15, n) for n in range(50)], groups=("care_home",))
    refresh()
    book_all(scene, old, "comirnaty", monday, date(2021, 1, 22))
    return scene


def paused() -> Scene:
    """(b) 16 March 2021: a product is paused; later it comes back for 65 and older only."""
    scene = fill("paused", at(2021, 3, 16, 9), products=("vaxzevria", "comirnaty"))
    first, last = date(2021, 3, 17), date(2021, 4, 16)
    for product in ("vaxzevria", "comirnaty"):
        stock(scene, "ersboda", product, 30)
        stock(scene, "alidhem", product, 30)
    sessions(scene, "ersboda", "vaxzevria", first, last)
    sessions(scene, "alidhem", "vaxzevria", first, last)
    sessions(scene, "ersboda", "comirnaty", first, last)
    staff = people(scene, [born(1965 + n % 25, n) for n in range(30)], groups=("care_staff",))
    old = people(scene, [born(1935 + n % 6, n) for n in range(10)])
    refresh()
    book_all(scene, staff, "vaxzevria", first, last)
    book_all(scene, old, "comirnaty", first, last)
    return scene


def interval() -> Scene:
    """(c) April 2021: those with a first dose have their second three weeks later."""
    scene = fill("interval", at(2021, 4, 13, 8), products=("comirnaty",))
    for venue in ("ersboda", "alidhem"):
        stock(scene, venue, "comirnaty", 60)
        sessions(scene, venue, "comirnaty", date(2021, 4, 14), date(2021, 6, 11))
    mine = people(scene, [born(1935 + n % 8, n) for n in range(40)])
    given(mine, "comirnaty", date(2021, 3, 29))
    refresh()
    book_all(scene, mine, "comirnaty", date(2021, 4, 19), date(2021, 4, 30))
    return scene


def stopped() -> Scene:
    """(d) 6 October 2021: a product is stopped for those born 1991 and later."""
    scene = fill("stopped", at(2021, 10, 6, 9), products=("spikevax", "comirnaty"))
    first, last = date(2021, 10, 7), date(2021, 11, 12)
    for product in ("spikevax", "comirnaty"):
        for venue in ("ersboda", "alidhem"):
            stock(scene, venue, product, 30)
    sessions(scene, "ersboda", "spikevax", first, last)
    sessions(scene, "alidhem", "spikevax", first, last)
    sessions(scene, "ersboda", "comirnaty", first, last)
    young = people(scene, [born(1991 + n % 8, n) for n in range(20)])
    older = people(scene, [born(1975 + n % 10, n) for n in range(10)])
    given(young[:8], "spikevax", date(2021, 9, 1))
    refresh()
    book_all(scene, [*young, *older], "spikevax", first, last)
    return scene

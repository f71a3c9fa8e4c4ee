"""The demo's supply: two weeks of deliveries, dispatches and opened vials, by the product's own
actions and a clock that is moved."""

import tomllib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from importlib.resources import files

import numpy as np
import shapely

from vaksam.areas import queries as areas
from vaksam.base import actions as base
from vaksam.base import clock
from vaksam.core.products import Product
from vaksam.core.supply.allocate import Weights
from vaksam.core.synthetic.venues import Place, venues
from vaksam.core.weeks import Week
from vaksam.programmes import queries as programmes
from vaksam.replanning import sharing
from vaksam.replanning.sharing import Choices
from vaksam.supply import actions, queries
from vaksam.supply.actions import Arrived, Wanted
from vaksam.venues import actions as venue_actions
from vaksam.venues import queries as venue_queries
from vaksam.venues.queries import VenueRef

Say = Callable[[str], None]
DAYS = 10
SCARCE = 0.5  # of what venues can give
AGENCY = "Folkhälsomyndigheten"
SCENARIOS = (
    """name = "Halva leveranser i fyra veckor"
[[change]]
kind = "deliveries"
factor = 0.5
from = 1
to = 4
""",
    """name = "Intresset avtar"
[[change]]
kind = "interest"
factor = 0.6
from = 2
""",
)
# What there was of each product at the moments of the sources, as shares of a week's doses.
SHARES: dict[str, dict[str, float]] = {
    "covid-19-2021": {"comirnaty": 0.7, "spikevax": 0.15, "vaxzevria": 0.15},
}


def provide(region: str, morning: datetime, *, scale: float, halved: bool, say: Say) -> None:
    """Venues, plans, and the last ten days at them; then the clock stands at the morning."""
    say("Deliveries, stock and the last days at the venues …")
    _venues(region, scale)
    here = venue_queries.venues(regions=[region])
    store, places = here[0], [each for each in here if not each.is_store]
    weekly = {
        product: round(sum(each.doses_per_week for each in places) * share * SCARCE)
        for product, share in _products(morning).items()
    }
    _plans(region, morning.date(), weekly, halved=halved)
    rng = np.random.default_rng(4)
    for back in range(DAYS, 0, -1):
        by_hand = max(places, key=lambda each: each.doses_per_week) if back == 1 else None
        _day(store, places, morning.date() - timedelta(days=back), weekly, rng, by_hand=by_hand)
    _go(morning)
    actions.sum_up()
    _today(store, places, morning.date(), weekly)
    _share(region)
    actions.look()


def _venues(region: str, scale: float) -> None:
    text = files("vaksam.core.synthetic").joinpath("vasterbotten.toml").read_text("utf-8")
    told = tomllib.loads(text)["municipality"]
    residents = {code: row["residents"] for code, row in told.items()}
    names = {area.code: area.name for area in areas.municipalities(region)}
    found = []
    for each in areas.geometry("municipality")["features"]:
        code = each["properties"]["code"]
        if code in residents:
            point = shapely.geometry.shape(each["geometry"]).representative_point()
            found.append(Place(code, names[code], residents[code], point.y, point.x))
    made = venues(region, found, scale=scale)
    venue_actions.keep_venues(made, by=None)


def _products(morning: datetime) -> dict[str, float]:
    """Products that may be had on the morning, with their share of the doses."""
    for code in programmes.running(on=morning.date()):
        if code in SHARES:
            return {
                product.code: SHARES[code][product.code]
                for product in programmes.products()
                if product.code in SHARES[code] and _had(product, morning.date())
            }
    return {"comirnaty-xbb": 1.0}


def _had(product: Product, on: date) -> bool:
    return product.doses_per_vial(on) is not None and product.approval(on) is not None


def _plans(region: str, today: date, weekly: dict[str, int], *, halved: bool) -> None:
    monday = Week.of(today).monday
    for week in range(-1, 7):
        day = monday + timedelta(weeks=week)
        _go(_at(min(day - timedelta(days=21), today - timedelta(days=1)), 9))
        for product, doses in weekly.items():
            actions.announce(
                product=product, receiver=region, region_code=region, day=day, doses=doses,
                announced_by=AGENCY, by=None, certainty=0.9 if week > 1 else 1.0,
            )  # fmt: skip
    # On a Friday the Monday after next is halved; in January the very next one is.
    friday = monday - timedelta(days=3)
    _go(_at(friday, 15))
    for product, doses in weekly.items():
        day = monday if halved else monday + timedelta(weeks=2)
        actions.announce(
            product=product, receiver=region, region_code=region, day=day, doses=doses // 2,
            announced_by=AGENCY, by=None, note="Tillverkaren levererar hälften",
        )  # fmt: skip


def _day(
    store: VenueRef, places: list[VenueRef], day: date, weekly: dict[str, int],
    rng: np.random.Generator, *, by_hand: VenueRef | None,
) -> None:  # fmt: skip
    """`by_hand`: a venue whose doses of the day are given one by one, by those who come."""
    if day.weekday() > 4:
        return
    _go(_at(day, 7))
    if day.weekday() == 0 or not queries.stock(venue=store.id):
        for product, doses in weekly.items():
            _receive(store, product, doses, day)
    _go(_at(day, 8))
    if day.weekday() in (0, 2):
        _send(store, places, day, weekly)
    _go(_at(day, 10))
    _take_in(places, day, rng)
    _go(_at(day, 11))
    for place in places:
        if place is not by_hand:
            _vaccinate(place, rng)


def _receive(store: VenueRef, product: str, doses: int, day: date) -> None:
    vials = max(round(doses / _nominal(product, day)), 4)
    lot = actions.known_lot(
        product=product, number=f"{product[:2].upper()}{day:%y%m%d}",
        expires_on=day + timedelta(days=75),
    )  # fmt: skip
    actions.receive(venue=store.id, lot=lot.pk, vials=vials, by=None)


def _send(store: VenueRef, places: list[VenueRef], day: date, weekly: dict[str, int]) -> None:
    """Half a week's doses to each venue, in proportion to what it can give."""
    whole = sum(place.doses_per_week for place in places)
    there = {product: 0 for product in weekly}
    for row in queries.stock(venue=store.id):
        there[row.product] = there.get(row.product, 0) + row.vials
    for place in places:
        wanted = []
        for product, doses in weekly.items():
            vials = int(doses / 2 * place.doses_per_week / whole / _nominal(product, day))
            if vials and there[product] >= vials:
                wanted.append(Wanted(product, vials))
                there[product] -= vials
        if wanted:
            dispatch = actions.plan_dispatch(
                sender=store.id, receiver=place.id, expected_on=day, wanted=wanted, by=None,
                box="orange" if place.hours_from_store < 2 else "vit",
            )  # fmt: skip
            actions.send(dispatch=dispatch, by=None)


def _take_in(places: list[VenueRef], day: date, rng: np.random.Generator) -> None:
    for each in queries.dispatches(regions=[places[0].region_code], stages=["sent"]):
        damaged = each.vials > 4 and rng.random() < 0.15
        arrived = [
            Arrived(line.id, line.vials - int(damaged and n == 0), int(damaged and n == 0),
                    "damaged" if damaged and n == 0 else "")
            for n, line in enumerate(each.lines)
        ]  # fmt: skip
        actions.receive_dispatch(
            dispatch=each.id, arrived=arrived, by=None, lowest=2.6, highest=6.8
        )


def _vaccinate(place: VenueRef, rng: np.random.Generator) -> None:
    """A day's vials: opened, drawn, given, emptied; now and then one is dropped."""
    usable = [row for row in queries.stock(venue=place.id) if row.state in ("cold", "thawed")]
    wanted = max(place.doses_per_week / 5 / 6, 0.3)
    for row in usable[:2]:
        for _ in range(min(int(wanted + rng.random()), row.vials, 6)):
            if rng.random() < 0.02:
                actions.waste(venue=place.id, lot=row.lot, vials=1, reason="dropped", by=None)
                continue
            vial = actions.open_vial(venue=place.id, lot=row.lot, by=None)
            nominal = row.doses // row.vials
            drawn = nominal - int(rng.random() < 0.15) + int(rng.random() < 0.05)
            actions.draw(vial=vial, doses=drawn, by=None)
            actions.give(vial=vial, doses=drawn, by=None)
            actions.empty(vial=vial, by=None)


def _today(store: VenueRef, places: list[VenueRef], today: date, weekly: dict[str, int]) -> None:
    """On the way this morning; one of yesterday's has not come."""
    largest = sorted(places, key=lambda each: -each.doses_per_week)[:5]
    for n, place in enumerate(largest):
        product = max(weekly, key=lambda each: weekly[each])
        dispatch = actions.plan_dispatch(
            sender=store.id, receiver=place.id,
            expected_on=today - timedelta(days=1) if n == 4 else today,
            wanted=[Wanted(product, 3)], by=None, box="orange",
        )  # fmt: skip
        actions.send(dispatch=dispatch, by=None)


def _share(region: str) -> None:
    """A plan that is chosen, one to compare it with, and scenarios to look at."""
    made = [
        sharing.allocate(region=region, choices=Choices(name=name, weights=weights), by=None)
        for name, weights in (
            ("Jämn täckning", Weights(due=3, equal=6, least=6)),
            ("Efter fas", Weights()),
        )
    ]
    sharing.choose(allocation=made[-1], by=None)
    for text in SCENARIOS:
        actions.save_scenario(region_code=region, text=text, by=None)


def _nominal(product: str, day: date) -> int:
    found = next(each for each in programmes.products() if each.code == product)
    return found.doses_per_vial(day) or 1


def _at(day: date, hour: int) -> datetime:
    return clock.at(day, time(hour))


def _go(moment: datetime) -> None:
    base.move_clock(to=moment, by=None)
    clock.forget()

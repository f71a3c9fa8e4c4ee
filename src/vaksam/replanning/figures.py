"""What both plans and forecasts ask first: products, yields, stock and what is to come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from vaksam.base import clock
from vaksam.core.errors import Refused
from vaksam.core.products import Product
from vaksam.core.supply.realised import realised_yield
from vaksam.core.weeks import Week
from vaksam.eligibility import queries as eligibility
from vaksam.eligibility.queries import DueCell, Residents
from vaksam.programmes import queries as programmes
from vaksam.supply import queries as supply
from vaksam.supply.queries import PlanRef, StockRow
from vaksam.venues import queries as venues
from vaksam.venues.queries import VenueRef

LEARNT_OVER = timedelta(weeks=8)


@dataclass(frozen=True, slots=True)
class Figures:
    """A region this Monday. `yields` doses a vial gives, `nominal` those it counts as."""

    programme: str
    region: str
    today: date
    monday: date
    store: VenueRef
    venues: tuple[VenueRef, ...]
    products: dict[str, Product]
    nominal: dict[str, int]
    yields: dict[str, float]
    wasted: dict[str, float]
    stock: tuple[StockRow, ...]
    plan: tuple[PlanRef, ...]
    came: dict[tuple[str, int], int] = field(default_factory=dict)
    due: tuple[DueCell, ...] = ()
    residents: tuple[Residents, ...] = ()

    def week_of(self, day: date) -> int:
        return (day - self.monday).days // 7


def figures(region: str) -> Figures:
    """Read everything once; some fifteen queries.

    Raises
    ------
    Refused
        The region has no store or venue, or no programme runs.
    """
    today = clock.today()
    monday = Week.of(today).monday
    running = programmes.running(on=today)
    here = venues.venues(regions=[region])
    store = next((each for each in here if each.is_store), None)
    places = tuple(each for each in here if not each.is_store and each.doses_per_week)
    if store is None or not places:
        raise Refused("no-venues", "The region has no store with venues. Import its venues first.")
    programme = next(iter(running), None)
    if programme is None:
        raise Refused("no-programme", "No programme runs today.")
    diseases = {each.code: each.disease for each in programmes.programmes()}
    products = {
        each.code: each
        for each in programmes.products(diseases[programme])
        if each.doses_per_vial(today) and each.approval(today)
    }
    nominal = {code: each.doses_per_vial(today) or 1 for code, each in products.items()}
    return Figures(
        programme=programme, region=region, today=today, monday=monday, store=store,
        venues=places, products=products, nominal=nominal,
        yields=_yields(region, nominal, today), wasted=_wasted(region, nominal, today),
        stock=tuple(each for each in supply.stock(venues_in=[region])
                    if each.product in products and not each.block),
        plan=tuple(each for each in supply.plan(receivers=[region], since=monday)
                   if each.product in products),
        came=_came(region, monday),
        due=tuple(eligibility.due_cells(programme, regions=[region], on=today)),
        residents=tuple(eligibility.residents(programme, regions=[region], on=today)),
    )  # fmt: skip


def _yields(region: str, nominal: dict[str, int], today: date) -> dict[str, float]:
    """As realised over the last weeks; nominal where no vial has been emptied."""
    vials = supply.opened_and_drawn(regions=[region], since=today - LEARNT_OVER)
    found = dict(realised_yield(vials, by=("product",)).select("product", "mean").iter_rows())
    return {code: float(found.get(code) or doses) for code, doses in nominal.items()}


def _wasted(region: str, nominal: dict[str, int], today: date) -> dict[str, float]:
    """Share of vials that are thrown away."""
    lost = supply.wasted(regions=[region], since=today - LEARNT_OVER)
    opened = supply.opened_and_drawn(regions=[region], since=today - LEARNT_OVER)
    found = {}
    for code, doses in nominal.items():
        mine = lost.filter(product=code)
        vials = float(mine["vials"].sum()) + float(mine["doses"].sum()) / doses
        all_vials = opened.filter(product=code).height + float(mine["vials"].sum())
        found[code] = min(vials / all_vials, 0.5) if all_vials else 0.0
    return found


def _came(region: str, monday: date) -> dict[tuple[str, int], int]:
    """Doses that have come this week already, by product."""
    found: dict[tuple[str, int], int] = {}
    outcome = supply.outcome(receivers=[region], regions=[region], since=monday)
    for (product, _), doses in outcome.items():
        found[product, 0] = found.get((product, 0), 0) + doses
    return found


def to_come(known: Figures) -> list[tuple[PlanRef, int, int]]:
    """Plan lines with their week and the doses that have not come yet."""
    found = []
    for line in known.plan:
        week = known.week_of(line.day)
        there = known.came.get((line.product, week), 0)
        if (left := line.doses - there) > 0:
            found.append((line, week, left))
    return found


def of_bits(bits: int, products: Mapping[str, Product]) -> frozenset[str]:
    """Codes of the products whose numbers stand in a mask."""
    return frozenset(code for code, each in products.items() if bits & (1 << each.number))

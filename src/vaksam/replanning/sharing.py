"""A region's allocation: the question from its own figures, the answer kept, the plan chosen."""

from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db import transaction

from vaksam.base import clock
from vaksam.base.models import User
from vaksam.core.errors import Refused
from vaksam.core.supply.allocate import (
    Arrival,
    Due,
    Pack,
    Place,
    Plan,
    Problem,
    Promise,
    Weights,
    difference,
    extra_box,
    outcome,
    pro_rata,
    solve,
    why_less,
)
from vaksam.core.supply.allocate.problem import SENT
from vaksam.core.supply.sessions import group_sessions
from vaksam.replanning.figures import Figures, figures, of_bits, to_come
from vaksam.supply import actions, queries
from vaksam.supply.actions import Wanted
from vaksam.supply.queries import AllocationRef
from vaksam.venues.queries import VenueRef

PRIORITY = {1: 1.0, 2: 0.85, 3: 0.7, 4: 0.5, 0: 0.4}
LONGEST_ROAD = 6.0  # hours, of vials that must not be shaken
EXTRAS = 6
WORKING_DAYS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a coordinator asks for. `keep` the plan accepted before, as little disturbed as can be.

    `package` vials are never parted (1: single vials are sent).
    """

    name: str
    weeks: int = 4
    package: int = 1
    weights: Weights = field(default_factory=Weights)
    keep: bool = False


def allocate(*, region: str, choices: Choices, by: User | None) -> int:
    """Work out a plan and keep it; its id. A second or so for a region.

    Raises Refused where there is nothing to share or the choices cannot be.
    """
    _demand(choices)
    known = figures(region)
    asked = problem(known, choices)
    plan = solve(asked)
    before = queries.accepted(region)
    answer = _answer(asked, plan, known, before)
    question = asdict(choices) | {"monday": known.monday.isoformat()}
    return actions.save_allocation(
        region_code=region, name=choices.name, question=question, answer=answer, by=by
    )


@transaction.atomic
def choose(*, allocation: int, by: User | None) -> list[int]:
    """This is the plan: the present week's vials become dispatches from the store; their ids.

    Those of the plan before that have not left are cancelled, so that nothing is sent twice.

    Raises Refused where it is chosen already or was made for another week.
    """
    found = queries.allocation(allocation)
    known = figures(found.region_code)
    if found.question["monday"] != known.monday.isoformat():
        raise Refused("another-week", "The plan was made for another week. Make a new one.")
    actions.mark_chosen(allocation=allocation, by=by)
    ids = {each.code: each.id for each in known.venues}
    wanted: dict[str, list[Wanted]] = defaultdict(list)
    for row in found.answer["sent"]:
        if row["period"] == 0 and row["place"] in ids:
            wanted[row["place"]].append(Wanted(row["product"], row["vials"]))
    day = known.today + timedelta(days=1)
    day += timedelta(days=max(7 - day.weekday(), 0) if day.weekday() > 4 else 0)
    return [
        actions.plan_dispatch(
            sender=known.store.id, receiver=ids[place], expected_on=day, wanted=lines, by=by,
            note=found.name, allocation=allocation,
        )
        for place, lines in sorted(wanted.items())
    ]  # fmt: skip


def problem(known: Figures, choices: Choices) -> Problem:
    """The question in the core's words. Persons of a municipality are parted over its venues by
    what these can give."""
    places = _places(known)
    before = queries.accepted(known.region) if choices.keep else None
    return Problem(
        periods=choices.weeks,
        packs=tuple(
            Pack(code, known.yields[code] * (1 - known.wasted[code]), choices.package,
                 choices.package == 1, _life(known, code))
            for code in sorted(known.products)
        ),
        places=tuple(places.values()),
        arrivals=tuple(_arrivals(known, choices)),
        due=tuple(_due(known, choices)),
        promises=tuple(_promises(known, choices)),
        weights=choices.weights,
        priority={str(phase): worth for phase, worth in PRIORITY.items()},
        before=_shifted(before, known, choices) if before else None,
    )  # fmt: skip


def _demand(choices: Choices) -> None:
    if not 1 <= choices.weeks <= 12:
        raise Refused("bad-number", "Plan for 1 to 12 weeks.")
    if not 1 <= choices.package <= 1000:
        raise Refused("bad-number", "A package has 1 to 1,000 vials.")
    if not all(0 <= weight <= 10 for weight in asdict(choices.weights).values()):
        raise Refused("bad-number", "Give weights from 0 to 10.")
    if not choices.name.strip():
        raise Refused("needs-name", "Give the plan a name.")


def _shares(known: Figures) -> dict[str, list[tuple[VenueRef, float]]]:
    """By municipality: its venues, with each one's part of what they can give together. A
    municipality without a venue is served by the region's largest."""
    by_place: dict[str, list[VenueRef]] = defaultdict(list)
    for each in known.venues:
        by_place[each.municipality_code].append(each)
    largest = max(known.venues, key=lambda each: each.doses_per_week)
    codes = {each.municipality for each in known.residents} | by_place.keys()
    found = {}
    for code in codes:
        here = by_place.get(code) or [largest]
        whole = sum(each.doses_per_week for each in here)
        found[code] = [(each, each.doses_per_week / whole) for each in here]
    return found


def _places(known: Figures) -> dict[str, Place]:
    people: dict[str, float] = defaultdict(float)
    covered: dict[str, float] = defaultdict(float)
    shares = _shares(known)
    for row in known.residents:
        for venue, share in shares[row.municipality]:
            people[venue.code] += row.persons * share
            covered[venue.code] += row.covered * share
    stock: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for heap in known.stock:
        if heap.state in ("frozen", "cold", "thawed", "transit"):
            good = known.yields[heap.product] * (1 - known.wasted[heap.product])
            stock[heap.venue][heap.product] += heap.vials * good
    return {
        each.code: Place(
            each.code, round(people[each.code]), float(each.doses_per_week),
            frozenset(code for code in known.products if _reaches(known, code, each)),
            round(covered[each.code]), dict(stock[each.id]),
        )
        for each in known.venues
    }  # fmt: skip


def _reaches(known: Figures, code: str, venue: VenueRef) -> bool:
    return not known.products[code].shake_sensitive or venue.hours_from_store <= LONGEST_ROAD


def _life(known: Figures, code: str) -> int | None:
    days = known.products[code].days_after_thaw
    return max(days // 7, 1) if days else None


def _arrivals(known: Figures, choices: Choices) -> list[Arrival]:
    found = []
    for heap in known.stock:
        if heap.venue == known.store.id and heap.state in ("frozen", "cold", "thawed"):
            last = known.week_of(clock.day_of(heap.until))
            ends = max(last, 0) if last < choices.weeks else None
            found.append(Arrival(heap.product, 0, heap.vials, ends))
    for line, week, doses in to_come(known):
        if 0 <= week < choices.weeks:
            found.append(Arrival(line.product, week, doses // known.nominal[line.product]))
    return found


def _due(known: Figures, choices: Choices) -> list[Due]:
    cells: dict[tuple[str, str, frozenset[str], int], float] = defaultdict(float)
    shares = _shares(known)
    for cell in known.due:
        if cell.dose == 1 and cell.week is not None and cell.week < choices.weeks:
            products = of_bits(cell.products, known.products) or frozenset(known.products)
            for venue, share in shares[cell.municipality]:
                key = (venue.code, str(cell.phase), products, cell.week)
                cells[key] += cell.persons * share
    return [
        Due(place, group, persons, products, week)
        for (place, group, products, week), persons in sorted(
            cells.items(), key=lambda each: (each[0][0], each[0][1], each[0][3], sorted(each[0][2]))
        )
    ]


def _promises(known: Figures, choices: Choices) -> list[Promise]:
    """Second doses, of the product that the first was of."""
    places = _places(known)
    found: dict[tuple[str, str, int], float] = defaultdict(float)
    shares = _shares(known)
    for cell in known.due:
        if cell.dose != 2 or cell.week is None or cell.week >= choices.weeks:
            continue
        product = min(of_bits(cell.products, known.products), default=None)
        for venue, share in shares[cell.municipality]:
            if product is not None and product in places[venue.code].takes:
                found[venue.code, product, cell.week] += cell.persons * share
    return [Promise(*key, doses) for key, doses in sorted(found.items())]


def _shifted(before: AllocationRef, known: Figures, choices: Choices) -> pl.DataFrame:
    """The accepted plan's weeks as they are counted now."""
    weeks = known.week_of(date.fromisoformat(before.question["monday"]))
    rows = [
        row | {"period": row["period"] + weeks}
        for row in before.answer["sent"]
        if 0 <= row["period"] + weeks < choices.weeks
    ]
    return pl.DataFrame(rows, schema=SENT)


def _answer(
    asked: Problem, plan: Plan, known: Figures, before: AllocationRef | None
) -> dict[str, Any]:
    plain, less = pro_rata(asked), why_less(asked, plan)
    lacks = {each.place for each in less[:EXTRAS]}
    changed = None
    if before is not None:
        now = _shifted(before, known, Choices(name="-", weeks=asked.periods))
        changed = difference(now, plan.sent).to_dicts()
    return {
        "sent": plan.sent.to_dicts(),
        "given": plan.given.group_by("place", "group", "product", "period")
        .agg(pl.col("doses").sum().round(1)).sort("place", "group", "product", "period").to_dicts(),
        "late": plan.late.to_dicts(),
        "outcome": asdict(outcome(asked, plan)),
        "pro_rata": asdict(outcome(asked, plain)),
        "less": [asdict(each) for each in less],
        "extra": [asdict(extra_box(asked, plan, place, product, 0))
                  for place in sorted(lacks) for product in _main(asked)],
        "places": [
            {"code": p.code, "population": p.population, "covered": p.covered,
             "capacity": p.capacity}
            for p in asked.places
        ],
        "sessions": _sessions(plan, known),
        "gap": plan.gap, "size": list(plan.size), "seconds": round(plan.seconds, 2),
        "changed": changed,
    }  # fmt: skip


def _sessions(plan: Plan, known: Figures) -> list[dict[str, Any]]:
    """Small places this week: the days to open vials on, so that they are emptied.

    Persons come evenly over the working days; whoever would leave a vial half empty waits.
    """
    first = plan.given.filter(pl.col("period") == 0).group_by("place", "product").agg(
        pl.col("doses").sum()
    )  # fmt: skip
    found = []
    for place, product, doses in first.sort("place", "product").iter_rows():
        size, persons = known.nominal[product], round(doses)
        if 0 < persons < size * WORKING_DAYS:
            days = [persons * (n + 1) // WORKING_DAYS - persons * n // WORKING_DAYS
                    for n in range(WORKING_DAYS)]  # fmt: skip
            held = group_sessions(days, doses_per_vial=size, longest_wait=WORKING_DAYS - 1)
            found.append({"place": place, "product": product,
                          "sessions": [asdict(each) for each in held]})  # fmt: skip
    return found


def _main(asked: Problem) -> list[str]:
    """The product of which there is most."""
    vials: dict[str, float] = defaultdict(float)
    for each in asked.arrivals:
        vials[each.product] += each.vials
    return [max(vials, key=lambda code: vials[code])] if vials else []


__all__ = ["Choices", "allocate", "choose", "problem"]

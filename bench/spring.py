"""A spring to plan for: places, deliveries, persons due and second doses promised; all made up."""

from collections.abc import Iterator

import numpy as np

from vaksam.core.supply.allocate import Arrival, Due, Pack, Place, Problem, Promise, Weights

COUNTRY, REGION = 10_400_000, 300_000  # persons
# Doses of a vial, vials of a box, weeks it can be used once delivered, share of all doses.
_PRODUCTS = {"comirnaty": (5.5, 195, 4, 0.6), "spikevax": (10.0, 10, 4, 0.2),
             "vaxzevria": (10.0, 10, None, 0.15), "jcovden": (5.0, 10, None, 0.05)}  # fmt: skip
_MRNA = frozenset(("comirnaty", "spikevax"))
# Share of the population, first week, priority, products.
_PHASES = {"phase_1": (0.06, 0, 1.0, _MRNA), "phase_2": (0.12, 0, 0.8, frozenset(_PRODUCTS)),
           "phase_3": (0.20, 2, 0.5, frozenset(_PRODUCTS) - {"vaxzevria"}),
           "phase_4": (0.30, 5, 0.3, _MRNA)}  # fmt: skip
_SECONDS = 4  # weeks of second doses promised before the horizon


def problem(
    places: int, weeks: int, *, people: int, box: int | None = None,
    weights: Weights | None = None, seed: int = 20210413,
) -> Problem:  # fmt: skip
    """A spring: each week doses for 3 in 100, deliveries uneven, capacity for 3 to 8 in 100.

    Places are about as uneven as Sweden's municipalities; where there are few, as health centres.
    One place in ten cannot take a product other than Comirnaty. Boxes are as each product's are
    and may be broken, or of `box` vials and may not.
    """
    rng = np.random.default_rng(seed)
    sizes = rng.lognormal(0, 1.0 if places > 40 else 0.6, places)
    persons = np.round(sizes * people / sizes.sum()).astype(int).tolist()
    packs = tuple(
        Pack(product, doses, box or own, box is None, life)
        for product, (doses, own, life, _) in _PRODUCTS.items()
    )
    made = tuple(_place(f"p{n:03}", many, rng) for n, many in enumerate(persons))
    due = (_due(place, rng) for place in made)
    return Problem(
        weeks, packs, made,
        tuple(_arrival(pack, week, people, rng) for pack in packs for week in range(weeks)),
        tuple(each for one in due for each in one),
        tuple(Promise(each.code, "comirnaty", week, each.population * 0.008)
              for each in made for week in range(_SECONDS)),
        weights or Weights(), {phase: priority for phase, (_, _, priority, _) in _PHASES.items()},
    )  # fmt: skip


def _place(code: str, people: int, rng: np.random.Generator) -> Place:
    takes = {each for each in _PRODUCTS if each == "comirnaty" or rng.random() < 0.9}
    capacity, covered = rng.uniform((0.03, 0.02), (0.08, 0.10)) * people
    return Place(code, people, capacity, frozenset(takes), round(covered))


def _due(place: Place, rng: np.random.Generator) -> Iterator[Due]:
    for phase, (share, since, _, products) in _PHASES.items():
        persons = round(place.population * share * rng.uniform(0.7, 1.3))
        yield Due(place.code, phase, persons, products, since)


def _arrival(pack: Pack, week: int, people: int, rng: np.random.Generator) -> Arrival:
    doses = 0.03 * people * _PRODUCTS[pack.product][-1] * rng.uniform(0.6, 1.2)
    boxes = int(doses / pack.doses_per_vial / pack.vials_per_box)
    last = week + 5 if pack.product == "spikevax" else None
    return Arrival(pack.product, week, boxes * pack.vials_per_box, last)

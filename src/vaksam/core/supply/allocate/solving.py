"""The model: whole vials and boxes, promises first, then what the coordinator weighs."""

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Final

import polars as pl

from vaksam.core.supply.allocate.building import Model, Solved, relaxed, whole
from vaksam.core.supply.allocate.problem import (
    GIVEN,
    LATE,
    SECOND,
    SENT,
    Pack,
    Place,
    Plan,
    Problem,
)
from vaksam.core.supply.allocate.rounding import Cell, rounded

GAP: Final = 0.005
SECONDS: Final = 10.0
LATE_COST: Final = (200.0, 1e5)  # of a promised dose a period late, at least and at most
WASTE_COST: Final = 1.0
HANDLING_COST: Final = 0.01  # nothing is sent in vain
BASE: Final = 0.5  # a dose given is always better than none
SEGMENTS: Final = 20  # of coverage: a dose at 0–5 % counts 20/20, at 95–100 % 1/20


@dataclass(slots=True)
class _Columns:
    """Numbers of columns and rows by what they mean."""

    sent: dict[Cell, int] = field(default_factory=dict)
    given: list[tuple[tuple[str, str, str, int], int]] = field(default_factory=list)
    second: dict[Cell, int] = field(default_factory=dict)
    late: dict[Cell, int] = field(default_factory=dict)
    of_period: dict[tuple[str, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    of_product: dict[Cell, list[int]] = field(default_factory=lambda: defaultdict(list))
    of_group: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    left: dict[tuple[str, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    store_rows: dict[tuple[str, int], int] = field(default_factory=dict)
    place_rows: dict[tuple[str, int], int] = field(default_factory=dict)

    def give(self, key: tuple[str, str, str, int], column: int) -> None:
        place, group, product, t = key
        self.given.append((key, column))
        self.of_period[place, t].append(column)
        self.of_product[place, product, t].append(column)
        self.of_group[place, group].append(column)


def _unit(pack: Pack) -> int:
    """Vials in the smallest thing that is sent."""
    return 1 if pack.breakable else pack.vials_per_box


def solve(problem: Problem, *, gap: float = GAP, seconds: float = SECONDS) -> Plan:
    """The best plan within a relative gap of what any plan can reach.

    A mixed-integer linear programme over places r, products p, groups g and periods t:

    - vials sent x[r,p,t] are whole boxes plus, where boxes may be broken, loose vials;
    - the store sends no more than has come, lots first that end first;
    - stock at a place = stock before + yield · x − given − wasted ≥ 0, and is no more than what
      came within the life of the product;
    - given ≤ capacity of the place in the period; first doses of a group ≤ persons due;
    - promised doses not given by t are late, at a cost above all else.

    The value is ``Σ given · (½ + due · priority + early · (1 − t/T)) + equal · U + least · N ·
    min coverage − population · Σ shortfall of share − changes · Σ|x − x before|``, with U concave
    in each place's coverage and N the persons covered or due; less `late_cost` for each promised
    dose and period late beyond what must be, and a little for each vial sent or wasted. Lots that
    end within the horizon bind the sum over places, not each of them: who gets which lot is
    settled first-expired-first-out when vials are sent.

    Parameters
    ----------
    gap
        Relative; proven by HiGHS (Huangfu & Hall 2018, doi:10.1007/s12532-017-0130-5).
    seconds
        Where they end first the best plan found is returned with its own gap.
    """
    began = time.monotonic()
    model, columns = _build(problem)
    # What must be late whatever is done is no part of the gap.
    model.offset = late_cost(problem) * _must_be_late(model, columns)
    loose = relaxed(model)
    assert loose is not None, "nothing sent is always possible"
    best = _near(problem, model, columns, loose)
    bound = loose.value
    if best is None or _gap(best.value, bound) > gap:
        start = None if best is None else best.values
        left = seconds - (time.monotonic() - began)
        found, limit = whole(model, start=start, gap=gap, seconds=left)
        bound = min(bound, limit)
        if found is not None and (best is None or found.value > best.value):
            exact = {n: round(float(found.values[n])) for n in model.whole}
            best = relaxed(model, fixed=exact) or found  # the duals, with whole columns fixed
    assert best is not None, "nothing sent is always possible"
    return _read(problem, columns, best, bound, model.size, time.monotonic() - began)


def late_cost(problem: Problem) -> float:
    """More than a promised dose can make way for: the largest package, all of it worth most."""
    weights = problem.weights
    worth = BASE + weights.due + weights.early + weights.equal + weights.population
    worth += 2 * weights.changes
    least = min((each.population for each in problem.places if each.population), default=1)
    worth += weights.least * _reachable(problem) / least
    package = max(_unit(each) * each.doses_per_vial for each in problem.packs)
    return min(max(2 * worth * package, LATE_COST[0]), LATE_COST[1])


def _reachable(problem: Problem) -> float:
    return sum(each.covered for each in problem.places) + sum(e.persons for e in problem.due)


def _must_be_late(model: Model, columns: _Columns) -> float:
    """Promised doses, times periods, that are late in any plan."""
    if not columns.late:
        return 0.0
    late = set(columns.late.values())
    alone = replace(
        model, offset=0.0, cost=[-1.0 if n in late else 0.0 for n in range(len(model.cost))]
    )
    found = relaxed(alone)
    return 0.0 if found is None else max(-found.value, 0.0)


def with_sent(problem: Problem, sent: Mapping[Cell, int]) -> Plan:
    """The best that can be done with these vials sent (and no others)."""
    began = time.monotonic()
    model, columns = _build(problem)
    packs = {each.product: each for each in problem.packs}
    fixed = {n: sent.get(cell, 0) / _unit(packs[cell[1]]) for cell, n in columns.sent.items()}
    found = relaxed(model, fixed=fixed)
    assert found is not None, "more is sent than has come"
    return _read(problem, columns, found, found.value, model.size, time.monotonic() - began)


def _gap(value: float, bound: float) -> float:
    return max(bound - value, 0.0) / max(abs(value), 1e-9)


def _near(problem: Problem, model: Model, columns: _Columns, loose: Solved) -> Solved | None:
    """Whole vials near those of the relaxed model, and the best that can be done with them."""
    parts = {cell: float(loose.values[n]) for cell, n in columns.sent.items()}
    units = rounded(parts, needed=_needed(problem, columns, loose))
    return relaxed(model, fixed={columns.sent[cell]: count for cell, count in units.items()})


def _needed(problem: Problem, columns: _Columns, loose: Solved) -> dict[Cell, int]:
    """Units that must have come to a place by a period for the promises that can be kept."""
    found: dict[Cell, int] = {}
    so_far: dict[tuple[str, str], float] = {}
    stock = {(p.code, product): n for p in problem.places for product, n in p.stock.items()}
    for (place, product, t), column in columns.second.items():  # in order of periods
        way = place, product
        so_far[way] = so_far.get(way, -stock.get(way, 0.0)) + float(loose.values[column])
        pack = problem.pack(product)
        units = so_far[way] / (pack.doses_per_vial * _unit(pack))
        found[place, product, t] = max(ceil(units - 1e-6), 0)
    return found


def _build(problem: Problem) -> tuple[Model, _Columns]:
    model, columns = Model(), _Columns()
    ways = [
        (place, pack)
        for place in problem.places
        for pack in problem.packs
        if pack.product in place.takes
    ]
    before = _before(problem)
    for place, pack in ways:
        for t in range(problem.periods):
            _sending(problem, model, columns, (place.code, pack.product, t), pack, before)
    _givings(problem, model, columns)
    for place, pack in ways:
        _stock(problem, model, columns, place, pack)
    for pack in problem.packs:
        _store(problem, model, columns, pack)
    for place in problem.places:
        for t in range(problem.periods):
            if given := columns.of_period.get((place.code, t)):
                row = model.row([(each, 1.0) for each in given], at_most=place.capacity)
                columns.place_rows[place.code, t] = row
    _promises(problem, model, columns)
    _principles(problem, model, columns)
    return model, columns


def _before(problem: Problem) -> dict[Cell, int]:
    if problem.before is None:
        return {}
    rows = problem.before.select("place", "product", "period", "vials").iter_rows()
    return {(place, product, t): vials for place, product, t, vials in rows}


def _sending(
    problem: Problem, model: Model, columns: _Columns, cell: Cell, pack: Pack,
    before: dict[Cell, int],
) -> None:  # fmt: skip
    """What is sent costs next to nothing; otherwise than before, by the cost on changes."""
    unit, there = _unit(pack), before.get(cell, 0)
    change = problem.weights.changes * pack.doses_per_vial if problem.before is not None else 0.0
    anew = change * unit if not there else 0.0
    sent = columns.sent[cell] = model.column(-HANDLING_COST - anew, whole=True)
    if change and there:
        more, less = model.column(-change), model.column(-change, float(there))
        model.equal([(sent, float(unit)), (more, -1.0), (less, 1.0)], there)


def _givings(problem: Problem, model: Model, columns: _Columns) -> None:
    weights, takes = problem.weights, {each.code: each.takes for each in problem.places}
    for waiting in problem.due:
        worth = BASE + weights.due * problem.priority.get(waiting.group, 1.0)
        given = []
        for product in sorted(waiting.products & takes[waiting.place]):
            for t in range(waiting.since, problem.periods):
                column = model.column(worth + weights.early * (1 - t / problem.periods))
                columns.give((waiting.place, waiting.group, product, t), column)
                given.append((column, 1.0))
        if given:
            model.row(given, at_most=waiting.persons)
    since: dict[tuple[str, str], int] = {}
    for promise in problem.promises:
        way = promise.place, promise.product
        since[way] = min(since.get(way, promise.period), promise.period)
    for (place, product), first in since.items():
        if product in takes[place]:
            for t in range(first, problem.periods):
                column = columns.second[place, product, t] = model.column(BASE)
                columns.give((place, SECOND, product, t), column)


def _stock(problem: Problem, model: Model, columns: _Columns, place: Place, pack: Pack) -> None:
    """stock(t) − stock(t−1) − yield · sent + given + wasted = 0, and no more than still lives."""
    last, start = None, place.stock.get(pack.product, 0.0)
    lives = pack.life is not None and pack.life < problem.periods
    ends = any(each.product == pack.product and each.last is not None for each in problem.arrivals)
    for t in range(problem.periods):
        cell = (place.code, pack.product, t)
        stock = model.column()
        columns.left[pack.product, t].append(stock)
        parts = [(stock, 1.0)] + [(each, 1.0) for each in columns.of_product.get(cell, ())]
        parts.append((columns.sent[cell], -_unit(pack) * pack.doses_per_vial))
        if last is not None:
            parts.append((last, -1.0))
        if lives or ends:
            parts.append((model.column(-WASTE_COST), 1.0))
        model.equal(parts, start if t == 0 else 0.0)
        if lives and pack.life is not None:
            _alive(model, columns, pack, cell, stock, start)
        last = stock


def _alive(
    model: Model, columns: _Columns, pack: Pack, cell: Cell, stock: int, start: float
) -> None:
    """What came within the life of the product, without the period in which it ends."""
    assert pack.life is not None
    place, product, t = cell
    recent = range(max(t - pack.life + 2, 0), t + 1)
    came = [
        (columns.sent[place, product, each], -_unit(pack) * pack.doses_per_vial) for each in recent
    ]
    # What lay there at the start lives as if it had come in the first period.
    model.row([(stock, 1.0), *came], at_most=start if t < pack.life - 1 else 0.0)


def _store(problem: Problem, model: Model, columns: _Columns, pack: Pack) -> None:
    """Vials in the store, and lots that end: what is left of them cannot be used."""
    arrivals = [each for each in problem.arrivals if each.product == pack.product]
    ends = {each.last for each in arrivals if each.last is not None}
    at_places = sum(place.stock.get(pack.product, 0.0) for place in problem.places)
    last = None
    for t in range(problem.periods):
        store, lost = model.column(), model.column(-WASTE_COST)
        parts = [(store, 1.0), (lost, 1.0)]
        parts += [
            (columns.sent[place.code, pack.product, t], float(_unit(pack)))
            for place in problem.places
            if pack.product in place.takes
        ]
        if last is not None:
            parts.append((last, -1.0))
        came = float(sum(each.vials for each in arrivals if each.period == t))
        columns.store_rows[pack.product, t] = model.equal(parts, came)
        if t in ends:
            lasting = [e for e in arrivals if e.period <= t and (e.last is None or e.last > t)]
            most = sum(each.vials for each in lasting) * pack.doses_per_vial + at_places
            held = [(each, 1.0) for each in columns.left[pack.product, t]]
            model.row([(store, pack.doses_per_vial), *held], at_most=most)
        last = store


def _promises(problem: Problem, model: Model, columns: _Columns) -> None:
    """Doses promised by t less those given by t are late."""
    cost = late_cost(problem)
    promised: dict[tuple[str, str], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for each in problem.promises:
        promised[each.place, each.product][each.period] += each.doses
    for (place, product), by_period in promised.items():
        so_far, given = 0.0, []
        for t in range(min(by_period), problem.periods):
            so_far += by_period.get(t, 0.0)
            if (column := columns.second.get((place, product, t))) is not None:
                given.append(column)
            late = columns.late[place, product, t] = model.column(-cost)
            model.equal([(late, 1.0), *((each, 1.0) for each in given)], so_far)


def _principles(problem: Problem, model: Model, columns: _Columns) -> None:
    weights = problem.weights
    if not (weights.equal or weights.least or weights.population):
        return
    least = model.column(weights.least * _reachable(problem), 1.0) if weights.least else None
    everybody = model.column() if weights.population else None
    totals = []
    for place in problem.places:
        first = [
            (column, 1.0)
            for (code, group), given in columns.of_group.items()
            if code == place.code and group != SECOND
            for column in given
        ]
        total = model.column()
        totals.append((total, 1.0))
        model.equal([*first, (total, -1.0)], 0.0)
        if weights.equal:
            _equal(model, place, total, weights.equal)
        if least is not None and place.population:
            row = [(least, float(place.population)), (total, -1.0)]
            model.row(row, at_most=float(place.covered))
        if everybody is not None:
            share = place.population / max(sum(p.population for p in problem.places), 1)
            short = model.column(-weights.population)
            model.row([(short, 1.0), (total, 1.0), (everybody, -share)], at_least=0.0)
    if everybody is not None:
        model.equal([*totals, (everybody, -1.0)], 0.0)


def _equal(model: Model, place: Place, total: int, weight: float) -> None:
    """Coverage in steps of 1/SEGMENTS, each worth less than the one below."""
    width = place.population / SEGMENTS
    parts: list[tuple[int, float]] = [(total, -1.0)]
    for n in range(SEGMENTS):
        room = min(max((n + 1) * width - place.covered, 0.0), width)
        if room:
            parts.append((model.column(weight * (SEGMENTS - n) / SEGMENTS, room), 1.0))
    parts.append((model.column(), 1.0))  # more first doses than population: worth nothing more
    model.equal(parts, 0.0)


def _read(
    problem: Problem, columns: _Columns, found: Solved, bound: float,
    size: tuple[int, int, int], seconds: float,
) -> Plan:  # fmt: skip
    values, packs = found.values, {each.product: each for each in problem.packs}
    sent = []
    for cell, n in columns.sent.items():
        pack = packs[cell[1]]
        if vials := round(float(values[n])) * _unit(pack):
            sent.append((*cell, vials, vials // pack.vials_per_box))
    sums: dict[tuple[str, str, str, int], float] = defaultdict(float)
    for key, n in columns.given:
        sums[key] += float(values[n])
    given = [(*key, doses) for key, doses in sums.items() if doses > 1e-6]
    late = [(*key, float(values[n])) for key, n in columns.late.items() if values[n] > 1e-6]
    return Plan(
        sent=pl.DataFrame(sent, schema=SENT, orient="row"),
        given=pl.DataFrame(given, schema=GIVEN, orient="row"),
        late=pl.DataFrame(late, schema=LATE, orient="row"),
        value=found.value,
        bound=max(bound, found.value),
        store_value={key: float(found.duals[n]) for key, n in columns.store_rows.items()},
        place_value={key: float(found.duals[n]) for key, n in columns.place_rows.items()},
        size=size,
        seconds=seconds,
    )

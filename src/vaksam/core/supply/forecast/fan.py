"""Week by week, many times over with what is not known drawn anew."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from vaksam.core.supply.forecast.situation import Cohort, Line, Situation

DRAWS: Final = 400
SHARES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fan:
    """Quantiles over the draws.

    Attributes
    ----------
    weeks
        product, week, quantity, and columns p5, p25, p50, p75, p95. Quantities, in nominal doses:
        `needed` (wanted that week, second doses included), `given`, `short` (needed and not had
        that week), `stock` (left at the week's end), `expired`.
    totals
        quantity, p5 … p95 over all products and weeks; `stock` and `short` those of the last
        week, `needed` what was given and is still short.
    """

    weeks: pl.DataFrame
    totals: pl.DataFrame


def forecast(situation: Situation, *, draws: int = DRAWS, seed: int = 1) -> Fan:
    """What is needed, given, left and lost by week and product, as a fan.

    Each draw takes shares and paces from what was learnt, yields about their mean, and lets a
    planned delivery of certainty c come whole with probability c, otherwise as an even share of
    it. Within a week second doses come first, then cohorts in the order they were opened; of
    several products the one of which there is most; lots first that end first.

    Cost grows as draws × weeks × (cohorts × products + lots).
    """
    rng = np.random.default_rng(seed)
    walk = _Walk(situation, draws, rng)
    for week in range(situation.weeks):
        walk.step(week)
    return _fan(situation, walk.seen)


class _Walk:
    """The state of all draws at once."""

    def __init__(self, situation: Situation, draws: int, rng: np.random.Generator) -> None:
        self.s, self.draws = situation, draws
        self.rates = {
            line.product: np.clip(rng.normal(line.given, line.spread, draws), 0.3, 1.0)
            for line in situation.lines
        }
        self.lots: dict[str, list[tuple[float, _Array]]] = {p.product: [] for p in situation.lines}
        for held in situation.held:
            last = float("inf") if held.last is None else held.last
            self._put(held.product, last, np.full(draws, float(held.doses)))
        self.coming = []
        for each in situation.coming:
            whole = rng.random(draws) < each.certainty
            came = each.doses * np.where(whole, 1.0, rng.random(draws))
            last = float("inf") if each.lasts is None else each.week + each.lasts - 1
            self.coming.append((each.product, each.week, last, came))
        self.second = {
            (line.product, week): np.full(draws, situation.second.get((line.product, week), 0.0))
            for line in situation.lines
            for week in range(situation.weeks)
        }
        self.owed = {line.product: np.zeros(draws) for line in situation.lines}
        self.cohorts = []
        for cohort in sorted(situation.cohorts, key=lambda each: each.opens):
            shares, paces = cohort.uptake.draw(rng, draws)
            willing = np.clip(cohort.waiting - cohort.persons * (1 - shares), 0, cohort.waiting)
            self.cohorts.append((cohort, willing, paces))
        self.seen: dict[str, list[_Array]] = {
            name: [] for name in ("needed", "given", "short", "stock", "expired")
        }

    def step(self, week: int) -> None:
        for product, when, last, doses in self.coming:
            if when == week:
                self._put(product, last, doses)
        zero = {line.product: np.zeros(self.draws) for line in self.s.lines}
        now = {name: {p: n.copy() for p, n in zero.items()} for name in self.seen}
        room = np.full(self.draws, self.s.capacity)
        for line in self.s.lines:
            room = self._seconds(line, week, now, room)
        for cohort, willing, paces in self.cohorts:
            if cohort.opens <= week:
                room = self._firsts(cohort, willing, paces, week, now, room)
        for line in self.s.lines:
            now["expired"][line.product] += self._end(line.product, week)
            now["stock"][line.product] = self._there(line.product)
        for name, by_product in now.items():
            self.seen[name].append(np.array([by_product[p.product] for p in self.s.lines]))

    def _seconds(
        self, line: Line, week: int, now: dict[str, dict[str, _Array]], room: _Array
    ) -> _Array:
        owed = self.owed[line.product] + self.second[line.product, week]
        wanted = owed / self.rates[line.product]
        if week in line.paused:
            used = np.zeros(self.draws)
        else:
            most = np.minimum(wanted, room / self.rates[line.product])
            used = self._take(line.product, most)
        given = used * self.rates[line.product]
        self.owed[line.product] = np.clip(owed - given, 0, None)
        self._note(now, line.product, wanted, used)
        return np.clip(room - given, 0, None)

    def _firsts(
        self, cohort: Cohort, willing: _Array, paces: _Array, week: int,
        now: dict[str, dict[str, _Array]], room: _Array,
    ) -> _Array:  # fmt: skip
        coming = willing * paces * self._interest(week)
        open_lines = [
            line for line in self.s.lines
            if line.product in cohort.products and week not in line.paused
        ]  # fmt: skip
        held_out = {product: share for product, since, share in self.s.waits if week < since}
        coming = coming * (1 - max(held_out.values(), default=0.0))
        left = coming.copy()
        there = {line.product: self._there(line.product) for line in open_lines}
        wanted_of = max(
            open_lines, key=lambda each: float(there[each.product].mean()), default=None
        )
        for line in sorted(open_lines, key=lambda each: -float(there[each.product].mean())):
            rate = self.rates[line.product]
            used = self._take(line.product, np.minimum(left, room) / rate)
            given = used * rate
            left, room = np.clip(left - given, 0, None), np.clip(room - given, 0, None)
            willing -= given
            self._note(now, line.product, used, used)
            later = week + line.interval
            if line.doses > 1 and later < self.s.weeks:
                self.second[line.product, later] = self.second[line.product, later] + given
        if wanted_of is not None:
            missed = left / self.rates[wanted_of.product]
            self._note(now, wanted_of.product, missed, np.zeros(self.draws))
        return room

    def _interest(self, week: int) -> float:
        return min((factor for since, factor in self.s.interest if week >= since), default=1.0)

    @staticmethod
    def _note(
        now: dict[str, dict[str, _Array]], product: str, wanted: _Array, used: _Array
    ) -> None:
        now["needed"][product] += wanted
        now["given"][product] += used
        now["short"][product] += np.clip(wanted - used, 0, None)

    def _put(self, product: str, last: float, doses: _Array) -> None:
        self.lots[product].append((last, doses))
        self.lots[product].sort(key=lambda each: each[0])

    def _take(self, product: str, wanted: _Array) -> _Array:
        taken = np.zeros(self.draws)
        for _, doses in self.lots[product]:
            part = np.minimum(doses, wanted - taken)
            doses -= part
            taken += part
        return taken

    def _there(self, product: str) -> _Array:
        return self._sum([doses for _, doses in self.lots[product]])

    def _end(self, product: str, week: int) -> _Array:
        ended = [doses for last, doses in self.lots[product] if last <= week]
        self.lots[product] = [each for each in self.lots[product] if each[0] > week]
        return self._sum(ended)

    def _sum(self, parts: list[_Array]) -> _Array:
        return sum(parts, start=np.zeros(self.draws))


def _total(seen: dict[str, list[_Array]], quantity: str) -> _Array:
    """Who waits stands in every week's need, so the need in all is what was given and is short."""
    sums = {name: np.array(seen[name]).sum(axis=(0, 1)) for name in ("given", "expired")}
    last = {name: seen[name][-1].sum(axis=0) for name in ("stock", "short")}
    known: dict[str, _Array] = {**sums, **last, "needed": sums["given"] + last["short"]}
    return known[quantity]


def _fan(situation: Situation, seen: dict[str, list[_Array]]) -> Fan:
    names = [f"p{round(share * 100)}" for share in SHARES]
    weeks, totals = [], []
    for quantity, by_week in seen.items():
        table = np.array(by_week)  # week, product, draw
        levels = np.quantile(table, SHARES, axis=2)
        weeks += [
            (line.product, week, quantity, *levels[:, week, n].tolist())
            for n, line in enumerate(situation.lines)
            for week in range(situation.weeks)
        ]
        totals.append((quantity, *np.quantile(_total(seen, quantity), SHARES).tolist()))
    columns = dict.fromkeys(names, pl.Float64)
    return Fan(
        pl.DataFrame(weeks, orient="row", schema={
            "product": pl.String, "week": pl.Int64, "quantity": pl.String, **columns}),
        pl.DataFrame(totals, orient="row", schema={"quantity": pl.String, **columns}),
    )  # fmt: skip

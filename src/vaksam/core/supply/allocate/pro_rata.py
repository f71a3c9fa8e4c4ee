"""The plain rule regions used in 2021: what comes is shared by population as it comes."""

from collections import defaultdict

import polars as pl

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

NOTHING = 1e-9
FOREVER = float("inf")


def pro_rata(problem: Problem) -> Plan:
    """Each period's vials by population among places that take the product, in whole units.

    Units are shared by the largest remainder (Hare's quota), remainders carried to the next
    period. A place gives promised second doses first, then first doses by priority, the product
    that ends first first, as far as its capacity reaches.
    """
    sent = {
        (code, pack.product, t): vials
        for pack in problem.packs
        for (code, t), vials in _shared(problem, pack).items()
    }
    given: list[tuple[str, str, str, int, float]] = []
    late: list[tuple[str, str, int, float]] = []
    for place in problem.places:
        _give(problem, place, sent, given, late)
    boxes = {pack.product: pack.vials_per_box for pack in problem.packs}
    rows = [
        (code, product, t, vials, vials // boxes[product])
        for (code, product, t), vials in sent.items()
        if vials
    ]
    return Plan(
        pl.DataFrame(rows, schema=SENT, orient="row"),
        pl.DataFrame(given, schema=GIVEN, orient="row"),
        pl.DataFrame(late, schema=LATE, orient="row"),
    )


def _shared(problem: Problem, pack: Pack) -> dict[tuple[str, int], int]:
    unit = 1 if pack.breakable else pack.vials_per_box
    takers = [place for place in problem.places if pack.product in place.takes]
    people = sum(place.population for place in takers)
    found: dict[tuple[str, int], int] = {}
    owed = dict.fromkeys((place.code for place in takers), 0.0)
    spare = 0
    for t in range(problem.periods):
        come = spare + sum(
            e.vials for e in problem.arrivals if (e.product, e.period) == (pack.product, t)
        )
        units, spare = divmod(come, unit)
        if not people:
            continue
        for place in takers:
            owed[place.code] += units * place.population / people
        whole = {place.code: max(int(owed[place.code]), 0) for place in takers}
        order = sorted(takers, key=lambda each: whole[each.code] - owed[each.code])
        for place in order[: max(units - sum(whole.values()), 0)]:
            whole[place.code] += 1
        for place in takers:
            owed[place.code] -= whole[place.code]
            found[place.code, t] = whole[place.code] * unit
    return found


class _Fridge:
    """Doses at one place: batches with the last period of use, oldest first."""

    def __init__(self, problem: Problem, place: Place) -> None:
        self.lives = {each.product: each.life for each in problem.packs}
        self.heaps: dict[str, list[list[float]]] = defaultdict(list)
        for product, doses in place.stock.items():
            self.put(product, 0, doses)

    def put(self, product: str, t: int, doses: float, last: int | None = None) -> None:
        life = self.lives[product]
        ends = (FOREVER if life is None else t + life - 1, FOREVER if last is None else last)
        self.heaps[product].append([min(ends), doses])
        self.heaps[product].sort(key=lambda batch: batch[0])

    def ends(self, product: str) -> float:
        """When the first of its doses end."""
        return min((batch[0] for batch in self.heaps[product] if batch[1] > 0), default=FOREVER)

    def take(self, product: str, wanted: float) -> float:
        taken = 0.0
        for batch in self.heaps[product]:
            part = min(batch[1], wanted - taken)
            batch[1] -= part
            taken += part
        return taken

    def end(self, t: int) -> None:
        for heap in self.heaps.values():
            heap[:] = [batch for batch in heap if batch[0] > t]


def _lots(problem: Problem, product: str, t: int) -> list[tuple[int | None, float]]:
    """Last periods of what is in the store by a period and comes from it, with their parts."""
    come = [each for each in problem.arrivals if each.product == product and each.period <= t]
    newest = max((each.period for each in come if each.vials), default=t)
    lots = [each for each in come if each.period == newest]
    whole = sum(each.vials for each in lots)
    return [(each.last, each.vials / whole) for each in lots] if whole else [(None, 1.0)]


def _give(
    problem: Problem, place: Place, sent: dict[tuple[str, str, int], int],
    given: list[tuple[str, str, str, int, float]], late: list[tuple[str, str, int, float]],
) -> None:  # fmt: skip
    """One place, period by period."""
    fridge = _Fridge(problem, place)
    waiting = [(each, [each.persons]) for each in problem.due if each.place == place.code]
    waiting.sort(key=lambda pair: -problem.priority.get(pair[0].group, 1.0))
    promises = [each for each in problem.promises if each.place == place.code]
    owed: dict[str, float] = defaultdict(float)
    for t in range(problem.periods):
        for pack in problem.packs:
            vials = sent.get((place.code, pack.product, t), 0)
            for last, part in _lots(problem, pack.product, t):
                fridge.put(pack.product, t, vials * part * pack.doses_per_vial, last)
        for promise in promises:
            owed[promise.product] += promise.doses if promise.period == t else 0.0
        room = place.capacity
        for product in owed:
            used = fridge.take(product, min(owed[product], room))
            room, owed[product] = room - used, owed[product] - used
            given.append((place.code, SECOND, product, t, used))
            late.append((place.code, product, t, owed[product]))
        for each, left in waiting:
            products = each.products & place.takes if each.since <= t else frozenset()
            for product in sorted(products, key=lambda code: (fridge.ends(code), code)):
                used = fridge.take(product, min(left[0], room))
                room, left[0] = room - used, left[0] - used
                given.append((place.code, each.group, product, t, used))
        fridge.end(t)
    given[:] = [row for row in given if row[-1] > NOTHING]
    late[:] = [row for row in late if row[-1] > NOTHING]

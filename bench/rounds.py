"""Rounds of 200 and 500 homes: seconds, and kilometres beside going to the nearest home next.

Also by itself: `python bench/rounds.py`; `--search` shows how the answer gets better with the
iterations. Seconds are of the processor, so that a busy machine does not tell.
"""

import random
import sys
import time
from collections.abc import Sequence
from itertools import pairwise

from report import Table, Value, show
from rich.console import Console

from vaksam.core.rounds import Limits, Rounds, Stop, Team, plan
from vaksam.core.rounds.question import Orders, Question
from vaksam.core.rounds.solving import usual_iterations
from vaksam.core.rounds.travel import travel

UMEA = (63.825, 20.263)
LEAVES, UNTIL = 8 * 60, 16 * 60
LIMITS = Limits(6, vial_minutes=360, drive_minutes=240, shake_sensitive=True)
SIZES = ((200, 8), (500, 20))  # homes and cars


def homes(n: int, seed: int = 1) -> list[Stop]:
    """One person each, 12 minutes, thick in town and thin around it (about 10 km either way)."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    return [Stop(i, UMEA[0] + dice.gauss(0, 0.08), UMEA[1] + dice.gauss(0, 0.18), 1, 12)
            for i in range(n)]  # fmt: skip


def nearest(stops: Sequence[Stop], teams: Sequence[Team]) -> tuple[Question, Orders]:
    """Each team goes to the nearest home that is left until its limits are full."""
    far = travel([UMEA, *((each.latitude, each.longitude) for each in stops)])
    question = Question(stops, teams, LIMITS, far, LEAVES)
    left, orders = set(range(len(stops))), Orders()
    for team in range(len(teams)):
        order: list[int] = []
        while True:
            here = order[-1] if order else None
            fit = [n for n in sorted(left, key=lambda n: (question.minutes(here, n), n))[:25]
                   if question.back([*order, n], team) is not None]  # fmt: skip
            if not fit:
                break
            order.append(fit[0])
            left.discard(fit[0])
        if order:
            orders[team] = order
    return question, orders


def km(question: Question, orders: Orders) -> float:
    total = 0.0
    for order in orders.values():
        path = [0, *(n + 1 for n in order), 0]
        total += sum(float(question.far.km[a, b]) for a, b in pairwise(path))
    return total


def planned(stops: Sequence[Stop], teams: Sequence[Team], iterations: int) -> tuple[Rounds, float]:
    began = time.process_time()
    found = plan(stops, teams, LIMITS, depot=UMEA, leaves=LEAVES, iterations=iterations)
    return found, time.process_time() - began


def run(*, search: bool = False) -> list[Table]:
    rows: list[tuple[Value, ...]] = []
    for size, cars in SIZES:
        stops, teams = homes(size), [Team(str(n), UNTIL) for n in range(cars)]
        question, orders = nearest(stops, teams)
        reached, minutes = question.worth(orders)
        plain = km(question, orders)
        rows.append((f"{size}, nearest next", reached, len(orders), -minutes, plain, 1.0, None,
                     None))  # fmt: skip
        usual = usual_iterations(size)
        for iterations in (usual, 2_000, 10_000) if search else (usual,):
            found, seconds = planned(stops, teams, iterations)
            length = sum(each.km for each in found.routes)
            left = sum(each.left for each in found.routes)
            rows.append((f"{size}, {iterations} iterations", size - len(found.left),
                         len(found.routes), found.minutes, length, length / plain, left,
                         seconds))  # fmt: skip
    columns = ("homes", "reached", "cars", "minutes out", "km", "× nearest", "doses left", "s")
    return [Table("Rounds to homes of one person", columns, rows)]


if __name__ == "__main__":
    for table in run(search="--search" in sys.argv):
        show(table, Console())

"""Times of one thing done again and again."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


@dataclass(slots=True)
class Times:
    """Seconds of each run, in order."""

    seconds: list[float] = field(default_factory=list)

    def add(self, call: Callable[[], object]) -> object:
        began = time.perf_counter()
        result = call()
        self.seconds.append(time.perf_counter() - began)
        return result

    @property
    def median(self) -> float:
        return float(np.median(self.seconds))

    @property
    def p95(self) -> float:
        return float(np.quantile(self.seconds, 0.95))


def measure(
    call: Callable[[], object], times: int, *, warm: int = 1, at_most: float = 4.0, least: int = 3
) -> Times:
    """`call` timed `times` times, after `warm` runs that are not counted.

    What is slow is run less often: no new run after `at_most` seconds, once there are `least`.
    """
    for _ in range(warm):
        call()
    found = Times()
    while len(found.seconds) < times:
        if sum(found.seconds) > at_most and len(found.seconds) >= least:
            break
        found.add(call)
    return found

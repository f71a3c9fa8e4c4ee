"""One day at the stations, as a queue in SimPy: who comes first is served first."""

from collections.abc import Generator, Iterator, Sequence
from itertools import chain
from math import inf

import numpy as np
import simpy
from numpy.typing import NDArray

from vaksam.core.capacity.setup import Setup

Floats = NDArray[np.float64]
Process = Generator[simpy.Event, None, None]
Closure = tuple[float, float]

LEAVING, PERSON = 0, 1  # a vaccinator who leaves finishes the visit, and goes before the next


def serve(
    arrivals: Floats, minutes: Floats, *, stations: int, closures: Sequence[Closure] = ()
) -> Floats:
    """When each person's visit at a station starts.

    Parameters
    ----------
    arrivals : array of float, shape (persons,)
        Minutes from opening, 0 or more; served in this order, the earlier row first among equals.
    minutes : array of float, shape (persons,)
        Of each visit at the station.
    stations : int
    closures : sequence of (float, float)
        From and to when one station, whichever, has nobody; a visit that has begun is finished.

    Returns
    -------
    array of float, shape (persons,)
        Minutes from opening.

    Examples
    --------
    >>> serve(np.array([0.0, 1, 2]), np.array([5.0, 5, 5]), stations=2).tolist()
    [0.0, 1.0, 5.0]
    >>> serve(np.array([0.0, 1, 2]), np.array([5.0, 5, 5]), stations=1,
    ...       closures=[(6, 20)]).tolist()
    [0.0, 5.0, 20.0]
    """
    environment = simpy.Environment()
    resource = simpy.PriorityResource(environment, capacity=stations)
    starts = np.full(len(arrivals), np.nan)
    for closure in closures:
        environment.process(_closure(environment, resource, *closure))
    for n, (arrival, length) in enumerate(zip(arrivals.tolist(), minutes.tolist(), strict=True)):
        environment.process(_visit(environment, resource, starts, n, arrival, length))
    environment.run()
    return starts


def _visit(
    environment: simpy.Environment, resource: simpy.PriorityResource, starts: Floats, n: int,
    arrival: float, minutes: float,
) -> Process:  # fmt: skip
    yield environment.timeout(arrival)
    with resource.request(priority=PERSON) as turn:
        yield turn
        starts[n] = environment.now
        yield environment.timeout(minutes)


def _closure(
    environment: simpy.Environment, resource: simpy.PriorityResource, since: float, until: float
) -> Process:
    yield environment.timeout(since)
    turn = resource.request(priority=LEAVING)
    yield turn
    if until < inf:
        yield environment.timeout(max(until - environment.now, 0))
        resource.release(turn)


def closures(setup: Setup) -> tuple[Closure, ...]:
    """Spans in which a station has no vaccinator, in minutes from opening; one station each.

    Those who are on duty last stay until all are vaccinated, so the last to close stay open.

    Raises
    ------
    ValueError
        If no vaccinator is on duty after opening.

    Examples
    --------
    >>> from datetime import time
    >>> shifts = ((time(9), time(12)), (time(13), time(16)), (time(9), time(11)))
    >>> closures(Setup(opens_at=time(9), closes_at=time(16), stations=2, minutes=6,
    ...                vaccinators=shifts))
    ((180, 240), (120, inf))
    """
    steps = _steps(setup)
    if not steps:
        raise ValueError(f"nobody is on duty after opening: {setup}")
    found = (_closed(steps, station) for station in range(1, setup.stations + 1))
    return tuple(chain.from_iterable(found))


def _steps(setup: Setup) -> list[tuple[int, int]]:
    """From when how many stations work, until the last vaccinator goes."""
    moments = {0} | {
        max(setup.since_opening(moment), 0) for span in setup.vaccinators for moment in span
    }
    steps = [(moment, setup.working(moment, moment + 1)) for moment in sorted(moments)]
    while steps and not steps[-1][1]:
        steps.pop()
    return steps


def _closed(steps: Sequence[tuple[int, int]], station: int) -> Iterator[Closure]:
    """Spans when fewer than `station` work."""
    since: int | None = None
    for moment, working in steps:
        if working < station and since is None:
            since = moment
        if working >= station and since is not None:
            yield since, moment
            since = None
    if since is not None:
        yield since, inf

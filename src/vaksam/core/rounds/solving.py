"""Orders of stops by PyVRP, begun anew some times where they are few, and what still fits in."""

from collections.abc import Sequence

import numpy as np
from pyvrp import Client, Depot, Location, ProblemData, VehicleType, solve
from pyvrp.stop import MaxIterations

from vaksam.core.rounds.problem import DAY
from vaksam.core.rounds.question import Orders, Question

FAR = 10 * DAY  # minutes: no limit
FEW = 40  # stops: so few are quick, and one search may stay where it began
STARTS = 8


def solved(can: Sequence[int], question: Question, *, seed: int, iterations: int | None) -> Orders:
    """The best found for the stops `can`; teams that stay are not in it."""
    if not can or not any(team.until > question.leaves for team in question.teams):
        return {}
    data, out = _data(can, question)
    rounds = iterations if iterations is not None else usual_iterations(len(can))
    tries = []
    for start in range(STARTS if len(can) <= FEW else 1):
        best = solve(data, MaxIterations(rounds), seed=seed + start, collect_stats=False).best
        found: Orders = {}
        for route in best.routes() if best.is_feasible() else ():
            visits = [can[each.idx] for each in route.schedule() if each.is_client()]
            if visits:
                found[out[route.vehicle_type()]] = visits
        tries.append(filled(found, can, question))
    return max(tries, key=question.worth)


def usual_iterations(stops: int) -> int:
    """Enough by bench/rounds.py: fewer for more stops, each of which costs more."""
    return max(500, min(1_000, 200_000 // max(stops, 1)))


def filled(orders: Orders, can: Sequence[int], question: Question) -> Orders:
    """Each stop that is left put in where it costs the fewest minutes, if it fits anywhere."""
    gone = {n for order in orders.values() for n in order}
    found = shortest_shifts(orders, question)
    left = [n for n in can if n not in gone]
    for n in sorted(left, key=lambda n: (-question.stops[n].persons, n)):
        best: tuple[int, int, list[int]] | None = None
        for team in range(len(question.teams)):
            order = found.get(team, [])
            before = question.walk(order)[1] if order else question.leaves
            for place in range(len(order) + 1):
                tried = [*order[:place], n, *order[place:]]
                back = question.back(tried, team)
                if back is not None and (best is None or back - before < best[0]):
                    best = (back - before, team, tried)
        if best is not None:
            found[best[1]] = best[2]
    return found


def shortest_shifts(orders: Orders, question: Question) -> Orders:
    """The same routes, each done by the team that goes home first of those who can do it."""
    free = sorted(range(len(question.teams)), key=lambda team: question.teams[team].until)
    found: Orders = {}
    for order in sorted(orders.values(), key=lambda order: question.walk(order)[1]):
        team = next(team for team in free if question.back(order, team) is not None)
        free.remove(team)
        found[team] = list(order)
    return found


def _data(can: Sequence[int], question: Question) -> tuple[ProblemData, list[int]]:
    """The problem, and the teams in the order of its vehicles.

    The departure is fixed, so that the hours of a vial are time windows. The driving that a
    vaccine bears is the solver's distance, in which the way back is nought.
    """
    at = np.array([0, *(n + 1 for n in can)])
    minutes = question.far.minutes[np.ix_(at, at)]
    outward = minutes.copy()
    outward[:, 0] = 0
    most = question.limits.drive_minutes
    leaves = question.leaves
    out = [n for n, team in enumerate(question.teams) if team.until > leaves]
    prize = sum(question.teams[n].until - leaves for n in out) + 1  # more than any way costs
    stops = [question.stops[n] for n in can]
    clients = [
        Client(place, service_duration=stop.minutes, tw_early=stop.opens,
               tw_late=question.latest_start(stop), prize=prize * stop.persons, required=False)
        for place, stop in enumerate(stops, 1)
    ]  # fmt: skip
    vehicles = [
        VehicleType(tw_early=leaves, start_late=leaves, tw_late=question.teams[n].until,
                    max_distance=FAR if most is None else most, unit_distance_cost=0,
                    unit_duration_cost=1)
        for n in out
    ]  # fmt: skip
    places = [Location(0, 0), *(Location(stop.longitude, stop.latitude) for stop in stops)]
    return ProblemData(places, clients, [Depot(0)], vehicles, [outward], [minutes]), out

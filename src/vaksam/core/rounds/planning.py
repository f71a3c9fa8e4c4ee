"""Routes for teams that leave together: most people first, then the fewest minutes out.

A vehicle routing problem with time windows and optional clients, solved by the iterated local
search of PyVRP (N. A. Wouda, L. Lan, W. Kool, INFORMS Journal on Computing 36, 2024).
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from vaksam.core.rounds.problem import Left, Limits, Rounds, Route, Stop, Team, Visit, Way
from vaksam.core.rounds.question import Question
from vaksam.core.rounds.solving import solved
from vaksam.core.rounds.travel import Place, travel
from vaksam.core.rounds.vials import Box, drawn, longest_dose


def plan(
    stops: Sequence[Stop],
    teams: Sequence[Team],
    limits: Limits,
    *,
    depot: Place,
    leaves: int,
    seed: int = 0,
    iterations: int | None = None,
) -> Rounds:
    """Who goes where in which order, when, and which vials are opened.

    Parameters
    ----------
    depot
        Latitude and longitude of the fridge, from which all leave at `leaves`.
    iterations
        Of the search; None: as many as the size asks for. The same question with the same seed
        has the same answer, on any machine.

    Notes
    -----
    Maximised: 1. persons reached, 2. minus the minutes from leaving to coming back, all teams
    together. A team that has nowhere to go stays.
    """
    far = travel([depot, *((each.latitude, each.longitude) for each in stops)])
    question = Question(stops, teams, limits, far, leaves)
    why = {n: said for n in range(len(stops)) if (said := _hindrance(n, question))}
    can = [n for n in range(len(stops)) if n not in why]
    orders = solved(can, question, seed=seed, iterations=iterations)
    reached = {n for order in orders.values() for n in order}
    why |= {n: "no-time" for n in can if n not in reached}
    routes = tuple(_route(team, orders[team], question) for team in sorted(orders))
    return Rounds(routes, tuple(Left(stops[n].id, why[n]) for n in sorted(why)))


def _hindrance(n: int, question: Question) -> str:
    """Why not even a team that goes straight there could do it; empty where it could."""
    stop, limits = question.stops[n], question.limits
    if limits.vial_minutes is not None and longest_dose(stop) > limits.vial_minutes:
        return "too-slow"
    if limits.drive_minutes is not None and question.driven([n]) > limits.drive_minutes:
        return "too-far"
    if all(question.back([n], team) is None for team in range(len(question.teams))):
        return "too-late"
    return ""


def _route(team: int, order: Sequence[int], question: Question) -> Route:
    """The times and vials of an order of stops."""
    stops, limits, leaves = question.stops, question.limits, question.leaves
    persons = sum(stops[n].persons for n in order)
    before = drawn(limits, persons, leaves) if limits.way is Way.DRAWN else ()
    box = Box(limits)
    times, back = question.walk(order)
    visits: list[Visit] = []
    marks = [0]  # how many vials have been opened by the end of each stop
    for n, (arrives, starts) in zip(order, times, strict=True):
        until = before[-1].until if before else box.give(stops[n], starts)
        visits.append(Visit(stops[n].id, arrives, starts, starts + stops[n].minutes, (), until))
        marks.append(len(box.used))
    path = [0, *(n + 1 for n in order), 0]
    return Route(
        team=question.teams[team].name,
        leaves=leaves,
        back=back,
        visits=tuple(
            replace(visit, opened=box.opened(*span))
            for visit, span in zip(visits, pairwise(marks), strict=True)
        ),
        drawn=before,
        driving_minutes=sum(int(question.far.minutes[leg]) for leg in pairwise(path)),
        km=sum(float(question.far.km[leg]) for leg in pairwise(path)),
        vials=len(before) or len(box.used),
        left=len(before) * limits.doses - persons if before else box.left,
    )

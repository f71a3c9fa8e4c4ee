"""Rounds to homes and care homes: routes within the hours that a vial lasts."""

from vaksam.core.rounds.planning import plan
from vaksam.core.rounds.problem import Left, Limits, Opening, Rounds, Route, Stop, Team, Visit, Way
from vaksam.core.rounds.travel import Travel, travel

__all__ = [
    "Left",
    "Limits",
    "Opening",
    "Rounds",
    "Route",
    "Stop",
    "Team",
    "Travel",
    "Visit",
    "Way",
    "plan",
    "travel",
]

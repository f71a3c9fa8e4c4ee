"""Coverage goals: what they ask, whether published figures can answer, how far an area has come."""

from vaksam.core.coverage.goals.doses import Doses
from vaksam.core.coverage.goals.goal import Goal
from vaksam.core.coverage.goals.spans import Span, compose, nearest, union
from vaksam.core.coverage.goals.standing import Outcome, Progress, progress
from vaksam.core.coverage.goals.weekly import Pace, WeekPoint, pace

__all__ = [
    "Doses",
    "Goal",
    "Outcome",
    "Pace",
    "Progress",
    "Span",
    "WeekPoint",
    "compose",
    "nearest",
    "pace",
    "progress",
    "union",
]

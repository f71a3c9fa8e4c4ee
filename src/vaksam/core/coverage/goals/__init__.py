"""Coverage goals: what they ask, whether published figures can answer, how far an area has come."""

from vaksam.core.coverage.goals.answers import (
    Answer,
    AnswerCode,
    Doses,
    Published,
    answerable,
    born_by,
)
from vaksam.core.coverage.goals.goal import Goal
from vaksam.core.coverage.goals.spans import Span, compose, nearest
from vaksam.core.coverage.goals.standing import Outcome, Progress, progress
from vaksam.core.coverage.goals.weekly import Pace, WeekPoint, pace

__all__ = [
    "Answer",
    "AnswerCode",
    "Doses",
    "Goal",
    "Outcome",
    "Pace",
    "Progress",
    "Published",
    "Span",
    "WeekPoint",
    "answerable",
    "born_by",
    "compose",
    "nearest",
    "pace",
    "progress",
]

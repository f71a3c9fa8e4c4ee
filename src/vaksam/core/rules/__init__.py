"""Rules as data, who is due by them, and why."""

from vaksam.core.rules.decision import (
    Decision,
    Dose,
    Facts,
    Judgement,
    ProductChoice,
    Reason,
    Status,
    Why,
)
from vaksam.core.rules.evaluation import evaluate
from vaksam.core.rules.evaluation.bulk import evaluate_file
from vaksam.core.rules.evaluation.one import decide
from vaksam.core.rules.explain import Sentence, words
from vaksam.core.rules.facts import frame

__all__ = [
    "Decision",
    "Dose",
    "Facts",
    "Judgement",
    "ProductChoice",
    "Reason",
    "Sentence",
    "Status",
    "Why",
    "decide",
    "evaluate",
    "evaluate_file",
    "frame",
    "words",
]

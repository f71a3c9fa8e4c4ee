"""The vaccination visit decided: health declaration, triage, prescription, checks, closing."""

from vaksam.core.clinic.checks import Check, Level, Vial, before, may_give, stops
from vaksam.core.clinic.closing import Difference, Line, agree, extra
from vaksam.core.clinic.effects import LONG, SHORT, Outcome
from vaksam.core.clinic.explain import words
from vaksam.core.clinic.observing import Observed, of_visit, past, staying
from vaksam.core.clinic.prescribing import Prescription, covering, why_not
from vaksam.core.clinic.questions import (
    LANGUAGES,
    Question,
    Questionnaire,
    asked,
    clean,
    current,
    questionnaire,
    questionnaires,
)
from vaksam.core.clinic.triage import History, Reaction, Reason, Triage, triage

__all__ = [
    "LANGUAGES", "LONG", "SHORT", "Check", "Difference", "History", "Level", "Line", "Observed",
    "Outcome", "Prescription", "Question", "Questionnaire", "Reaction", "Reason", "Triage", "Vial",
    "agree", "asked", "before", "clean", "covering", "current", "extra", "may_give", "of_visit",
    "past", "questionnaire", "questionnaires", "staying", "stops", "triage", "why_not", "words",
]  # fmt: skip

"""What others ask of the visit."""

from vaksam.clinic.queries.closing import ClosingView, DayLines, closings, lines
from vaksam.clinic.queries.prescriptions import (
    PrescriptionView,
    general,
    of_person,
    prescription,
)
from vaksam.clinic.queries.visits import (
    VisitRef,
    VisitView,
    given_today,
    here,
    looked_at,
    to_assess,
    visit,
    visit_of,
)

__all__ = [
    "ClosingView", "DayLines", "PrescriptionView", "VisitRef", "VisitView", "closings", "general",
    "given_today", "here", "lines", "looked_at", "of_person", "prescription", "to_assess",
    "visit", "visit_of",
]  # fmt: skip

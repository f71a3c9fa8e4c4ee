"""What others ask of venues. Plain values come back, never models."""

from vaksam.venues.queries.hours import hours, open_on
from vaksam.venues.queries.people import StaffRef, one_of_staff, staff
from vaksam.venues.queries.places import VenueRef, ref, venue, venues
from vaksam.venues.queries.shifts import (
    ShiftRef,
    Staffing,
    absences,
    candidates,
    missing,
    on_duty,
    one_shift,
    shifts,
    staffing,
    vaccinators,
)

__all__ = [
    "ShiftRef", "StaffRef", "Staffing", "VenueRef", "absences", "candidates", "hours", "missing",
    "on_duty", "one_of_staff", "one_shift", "open_on", "ref", "shifts", "staff", "staffing",
    "vaccinators", "venue", "venues",
]  # fmt: skip

"""Adding and changing venues, their hours, and who works there."""

from vaksam.venues.actions.absences import replace, report_absent, take_back_absence
from vaksam.venues.actions.importing import import_venues, keep_venues
from vaksam.venues.actions.people import add_staff, change_staff
from vaksam.venues.actions.places import change_venue, set_hours
from vaksam.venues.actions.shifts import Copied, cancel_shift, copy_week, plan_shift

__all__ = [
    "Copied", "add_staff", "cancel_shift", "change_staff", "change_venue", "copy_week",
    "import_venues", "keep_venues", "plan_shift", "replace", "report_absent", "set_hours",
    "take_back_absence",
]  # fmt: skip

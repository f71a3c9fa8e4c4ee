"""Addresses of venues and staff. No address holds a name: people go by their ids."""

from django.urls import path

from vaksam.web.planning.venues import absences, hours, places, shifts, staff

_VENUE = "venues/<int:venue>/"
_SHIFT = "venues/shifts/<int:shift>/"

urlpatterns = [
    path("venues/", places.venues, name="venues"),
    path("venues/staff/", staff.staff, name="venues-staff"),
    path("venues/staff/new/", staff.add, name="venues-staff-add"),
    path("venues/staff/<int:staff>/", staff.change, name="venues-staff-edit"),
    path("venues/shifts/", absences.missing, name="venues-shifts"),
    path(_SHIFT + "absent/", absences.report, name="venues-shifts-absent"),
    path(_SHIFT + "back/", absences.take_back, name="venues-shifts-back"),
    path(_SHIFT + "replace/", absences.replace, name="venues-shifts-replace"),
    path(_SHIFT + "cancel/", shifts.cancel, name="venues-shifts-cancel"),
    path(_VENUE, places.one, name="venues-one"),
    path(_VENUE + "change/", places.change, name="venues-edit"),
    path(_VENUE + "hours/", hours.change, name="venues-hours"),
    path(_VENUE + "shifts/new/", shifts.plan, name="venues-shifts-new"),
    path(_VENUE + "shifts/copy/", shifts.copy, name="venues-shifts-copy"),
]

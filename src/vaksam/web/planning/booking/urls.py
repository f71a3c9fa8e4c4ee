"""Booking, for those who plan and those who answer the telephone."""

from django.urls import path

from vaksam.web.planning.booking import (
    calls,
    door,
    groups,
    kept,
    letters,
    pairs,
    person,
    reserve,
    sessions,
    week,
)

_SESSION = "booking/session/<int:session>/"
_PERSON = "booking/person/<int:person>/"
_TIME = "booking/time/<int:appointment>/"
_LETTERS = "booking/letters/<int:prebooking>/"
_LEFT = "booking/left/<int:leftover>/"

urlpatterns = [
    path("booking/", week.week, name="booking"),
    path("booking/adjust/", week.adjust, name="booking-adjust"),
    path("booking/venue/<int:venue>/", sessions.venue, name="booking-venue"),
    path("booking/venue/<int:venue>/new/", sessions.new, name="booking-session-new"),
    path("booking/venue/<int:venue>/copy/", sessions.copy, name="booking-copy"),
    path("booking/venue/<int:venue>/left/", reserve.offer, name="booking-offer"),
    path(_SESSION, sessions.session, name="booking-session"),
    path(_SESSION + "change/", sessions.change, name="booking-session-change"),
    path(_SESSION + "close/", sessions.close, name="booking-session-close"),
    path(_SESSION + "move/", sessions.move, name="booking-session-move"),
    path(_PERSON, person.person, name="booking-person"),
    path(_PERSON + "book/", person.book, name="booking-book"),
    path(_PERSON + "reserve/", person.reserve, name="booking-person-reserve"),
    path(_PERSON + "call/", person.call, name="booking-person-call"),
    path(_TIME + "cancel/", person.cancel, name="booking-cancel"),
    path(_TIME + "keep/", person.keep, name="booking-keep"),
    path("booking/calls/", calls.calls, name="booking-calls"),
    path("booking/calls/<int:callback>/done/", calls.done, name="booking-call-done"),
    path("booking/letters/", letters.letters, name="booking-letters"),
    path("booking/letters/new/", letters.new, name="booking-letters-new"),
    path(_LETTERS, letters.letter, name="booking-letter"),
    path(_LETTERS + "<int:file>.pdf", letters.pdf, name="booking-letter-pdf"),
    path(_LETTERS + "<int:run>.csv", letters.addresses, name="booking-letter-addresses"),
    path(_LETTERS + "<slug:step>/", letters.act, name="booking-letter-act"),
    path("booking/groups/", groups.groups, name="booking-groups"),
    path("booking/groups/new/", groups.new, name="booking-groups-new"),
    path("booking/groups/<int:block>/", groups.group, name="booking-group"),
    path("booking/reserve/", reserve.reserve, name="booking-reserve"),
    path(_LEFT, reserve.left, name="booking-left"),
    path(_LEFT + "<slug:step>/", reserve.act, name="booking-left-act"),
    path("booking/pairs/", pairs.pairs, name="booking-pairs"),
    path("booking/pairs/<int:suspicion>/", pairs.settle, name="booking-settle"),
    path("booking/kept/", kept.kept, name="booking-kept"),
    path("booking/kept/<slug:by>.<slug:form>", kept.file, name="booking-kept-file"),
    path("booking/door/", door.door, name="booking-door"),
]

"""What others ask of booking. Plain values come back, never models."""

from vaksam.booking.queries.appointments import (
    AppointmentRef,
    Coming,
    appointments,
    between,
    day,
    held_by,
    of_person,
    prebooked,
    request_of,
)
from vaksam.booking.queries.figures import By, Ended, ended, reasons
from vaksam.booking.queries.judging import Judged, judged
from vaksam.booking.queries.lists import (
    BlockRef,
    CallbackRef,
    LeftoverRef,
    OfferRef,
    PairRef,
    PrebookingRef,
    TicketRef,
    accepted,
    block,
    blocks,
    callbacks,
    calls_waiting,
    door,
    leftover,
    leftovers,
    offers,
    offers_to,
    on_reserve,
    pairs,
    pairs_waiting,
    prebooking,
    prebookings,
    published,
    reserve_of,
    shown,
    ticket,
    tickets,
    tickets_waiting,
    waiting_minutes,
)
from vaksam.booking.queries.sessions import (
    SessionRef,
    SlotRef,
    binding,
    booked_needs,
    doses,
    plan,
    queues,
    session,
    sessions,
    setup,
    simulated,
    slots,
    venue_names,
)
from vaksam.booking.queries.times import Search, Time, at_venue, near, soonest, time_of

__all__ = [
    "AppointmentRef", "BlockRef", "By", "CallbackRef", "Coming", "Ended", "Judged", "LeftoverRef",
    "OfferRef", "PairRef", "PrebookingRef", "Search", "SessionRef", "SlotRef", "TicketRef",
    "Time", "accepted", "appointments", "at_venue", "between", "binding", "block", "blocks",
    "booked_needs", "callbacks", "calls_waiting", "day", "door", "doses", "ended", "held_by",
    "judged", "leftover", "leftovers", "near", "of_person", "offers", "offers_to", "on_reserve",
    "pairs", "pairs_waiting", "plan", "prebooked", "prebooking", "prebookings", "published",
    "queues", "reasons", "request_of", "reserve_of", "session", "sessions", "setup", "shown",
    "simulated", "slots", "soonest", "ticket", "tickets", "tickets_waiting", "time_of",
    "venue_names", "waiting_minutes",
]  # fmt: skip

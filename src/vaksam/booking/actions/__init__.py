"""Writes with consequences: sessions, places, lists."""

from vaksam.booking.actions.accordion import Adjusted, adjust, adjust_all, adjust_region
from vaksam.booking.actions.blocks import hold_block, release_block
from vaksam.booking.actions.blocks import release_due as release_blocks
from vaksam.booking.actions.booking import Ask, Booked, book
from vaksam.booking.actions.callbacks import ask_for_call, called
from vaksam.booking.actions.codes import ask_for_code, sign_in, sign_in_known
from vaksam.booking.actions.codes import forget_old as forget_codes
from vaksam.booking.actions.door import Standing, set_door, stand
from vaksam.booking.actions.door import forget_old as forget_arrivals
from vaksam.booking.actions.doubles import settle, suspect
from vaksam.booking.actions.dropin import call_next, draw_ticket, serve
from vaksam.booking.actions.dropin import leave as leave_queue
from vaksam.booking.actions.ending import cancel, come, keep, no_show, note_needs
from vaksam.booking.actions.following import follow
from vaksam.booking.actions.moving import Moved, move_booked
from vaksam.booking.actions.prebooking import Cohort, Prebooked, cohort, prebook, release
from vaksam.booking.actions.prebooking import release_due as release_prebooked
from vaksam.booking.actions.publishing import publish
from vaksam.booking.actions.rebooking import Back, Outcome, Rebook, rebook_many, undo_many
from vaksam.booking.actions.reopening import reopen_session
from vaksam.booking.actions.reserve import Terms, answer, end_offers, go_on, join, offer_doses
from vaksam.booking.actions.reserve import leave as leave_reserve
from vaksam.booking.actions.sessions import (
    Plan,
    change_session,
    close_session,
    copy_week,
    plan_session,
    staffing_changed,
)
from vaksam.booking.actions.shown import count_shown

__all__ = [
    "Adjusted",
    "Ask",
    "Back",
    "Booked",
    "Cohort",
    "Moved",
    "Outcome",
    "Plan",
    "Prebooked",
    "Rebook",
    "Standing",
    "Terms",
    "adjust",
    "adjust_all",
    "adjust_region",
    "answer",
    "ask_for_call",
    "ask_for_code",
    "book",
    "call_next",
    "called",
    "cancel",
    "change_session",
    "close_session",
    "cohort",
    "come",
    "copy_week",
    "count_shown",
    "draw_ticket",
    "end_offers",
    "follow",
    "forget_arrivals",
    "forget_codes",
    "go_on",
    "hold_block",
    "join",
    "keep",
    "leave_queue",
    "leave_reserve",
    "move_booked",
    "no_show",
    "note_needs",
    "offer_doses",
    "plan_session",
    "prebook",
    "publish",
    "rebook_many",
    "release",
    "release_block",
    "release_blocks",
    "release_prebooked",
    "reopen_session",
    "serve",
    "set_door",
    "settle",
    "sign_in",
    "sign_in_known",
    "staffing_changed",
    "stand",
    "suspect",
    "undo_many",
]

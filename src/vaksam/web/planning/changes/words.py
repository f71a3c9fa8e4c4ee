"""States, reasons and actions of changes, as people read them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vaksam.web.components import Tone

Words = dict[str, str | Promise]

STATES: Words = {
    "draft": _("Draft"),
    "previewed": _("Looked at"),
    "approved": _("Approved"),
    "applying": _("Being applied"),
    "applied": _("Applied"),
    "undoing": _("Being taken back"),
    "undone": _("Taken back"),
    "dropped": _("Given up"),
}
TONES: dict[str, Tone] = {
    "draft": "info", "previewed": "info", "approved": "warning", "applying": "warning",
    "applied": "success", "undoing": "warning", "undone": "info", "dropped": "info",
}  # fmt: skip
KINDS: Words = {
    "directive": _("A directive in work takes effect"),
    "delivery": _("Fewer doses come"),
    "venue_closed": _("A venue closes"),
    "staff": _("Vaccinators are missing"),
    "recall": _("A lot is recalled"),
}
KIND_HELP: Words = {
    "directive": _("A product is paused, an interval changes, another group comes first."),
    "delivery": _("Half of what was promised comes, or nothing."),
    "venue_closed": _("No electricity, water, snow: nobody can come for some days."),
    "staff": _("Those who work cannot take everybody who is booked."),
    "recall": _("The doses of a lot may not be given."),
}
WRONG: Words = {
    "closed": _("The venue is closed"),
    "staff": _("Too few vaccinators"),
    "no_doses": _("No doses"),
    "paused": _("The product is paused"),
    "not_due": _("Not their turn"),
    "assess": _("A physician must look first"),
    "hospital": _("At a hospital only"),
    "product": _("May not have the product"),
    "too_early": _("Too soon after the last dose"),
    "too_late": _("Too long after the last dose"),
    "other_dose": _("The time is for another dose"),
    "household": _("Goes along with a household"),
    "recalled": _("The lot is recalled"),
}
ACTIONS: Words = {
    "keep": _("Stays"),
    "other_product": _("Same time, another product"),
    "move": _("Gets another time"),
    "ask": _("Is asked"),
    "cancel": _("Is called off, keeps the place in line"),
}
WHYS: Words = {
    "still_right": _("still right"),
    "same_time": _("the same time"),
    "same_venue": _("the same venue"),
    "other_venue": _("another venue"),
    "too_far": _("farther than should be decided for somebody"),
    "too_long": _("longer than should be decided for somebody"),
    "consent": _("another product"),
    "pinned": _("must stay together with another time"),
    "nothing_right": _("nothing may be given to them on any day"),
    "no_times": _("no times that are right"),
    "no_room": _("others stand before them"),
    "not_back": _("did not book again"),
    "no_longer_right": _("the time would be wrong"),
    "planner": _("you decided"),
}
STEPS: Words = {
    "planned": _("Planned"),
    "done": _("Done"),
    "left": _("Left for you"),
    "undone": _("Taken back"),
    "stays": _("Could not be taken back"),
}
STEP_TONES: dict[str, Tone] = {"planned": "info", "done": "success", "left": "warning",
                               "undone": "info", "stays": "warning"}  # fmt: skip
LEFT: Words = {
    "changed": _("somebody changed the time meanwhile"),
    "gone": _("the person has moved, died or is merged"),
    "no-place": _("the place was taken"),
    "not-right": _("the new time is wrong by now"),
    "party": _("goes along with somebody who was left"),
    "ask": _("nothing fits: call and agree on a time"),
    "stopped": _("the change was stopped before"),
    "taken": _("the old place is taken"),
    "past": _("the old time has passed"),
    "closed": _("the old session is closed"),
    "answered": _("has answered since"),
}
WAYS: Words = {
    "proposed": _("As proposed"),
    "own_venue": _("Nobody goes elsewhere"),
    "same_product": _("Nobody gets another product"),
    "other_product": _("Another product without asking"),
    "more_sessions": _("Open Saturdays where most are hit"),
    "reserve": _("Send doses from the store"),
    "cancel_all": _("By hand: cancel all, let them book again"),
    "shift_all": _("By hand: move all by a week"),
}
BY_HAND = ("cancel_all", "shift_all")
DO: Words = {
    "stay": _("Stay where they are"),
    "ask": _("Are asked"),
    "cancel": _("Are called off"),
}
WHO: Words = {
    "old": _("People aged 80 and older"),
    "second": _("People waiting for a second or later dose"),
    "rural": _("People in small municipalities"),
    "protected": _("People with protected identity"),
    "other_language": _("People with another language than Swedish"),
    "foreign_born": _("People in areas where many are born abroad"),
}
FATES: Words = {
    "came": _("Came"),
    "said_yes": _("Said yes"),
    "holds": _("Have the new time, nothing heard"),
    "no_answer": _("Asked, no answer yet"),
    "lapsed": _("Did not answer in time"),
    "moved": _("Chose another time themselves"),
    "booked_anew": _("Called off, have booked anew"),
    "in_line": _("Called off, wait in line"),
    "cancelled": _("Cancelled themselves"),
    "other": _("Something else"),
}
PARTS_STAYED: Words = {
    "directive": _("the directive"),
    "venue_closed": _("a closed session"),
    "recall": _("the recall"),
    "staff": _("the number of vaccinators"),
    "delivery": _("the plan of deliveries"),
}
LANGUAGES: Words = {
    "sv": _("Swedish"), "en": _("English"), "ar": _("Arabic"), "so": _("Somali"),
    "fi": _("Finnish"),
}  # fmt: skip

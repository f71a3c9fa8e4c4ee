"""Names of what booking has, in the language of the page."""

from django.utils.translation import gettext_lazy as _

from vaksam.core.booking.reserve import Passed
from vaksam.core.capacity import Limit

STATES = {
    "reserved": _("reserved by letter"),
    "booked": _("booked"),
    "came": _("came"),
    "moved": _("moved"),
    "cancelled": _("cancelled"),
    "released": _("not kept"),
    "no_show": _("did not come"),
}
CHANNELS = {
    "web": _("on the web"),
    "phone": _("by phone"),
    "venue": _("at the venue"),
    "letter": _("by letter"),
    "group": _("in a group"),
    "drop_in": _("drop-in"),
    "reserve": _("reserve list"),
    "system": _("by Vaksam"),
}
REASONS = {
    "time": _("the time does not suit"),
    "ill": _("ill"),
    "elsewhere": _("vaccinated elsewhere"),
    "transport": _("cannot get there"),
    "declined": _("does not want the vaccine"),
    "double": _("booked twice"),
    "closed": _("the venue closed the time"),
    "staff": _("too few staff"),
    "supply": _("too few doses"),
    "died": _("has died"),
    "left": _("has moved away"),
    "not_kept": _("not confirmed in time"),
    "not_due": _("no longer recommended"),
    "other": _("other reason"),
    "unknown": _("not said"),
}
#: What a caller can say; the commonest first.
SAID = ("time", "ill", "elsewhere", "transport", "declined", "other", "unknown")
VISITS = {"extra_time": _("extra time"), "interpreter": _("interpreter")}
LIMITS = {
    Limit.STATIONS: _("the stations"),
    Limit.VACCINATORS: _("the vaccinators"),
    Limit.ROOM: _("the room"),
}
PASSED = {
    Passed.NOT_DUE: _("is not due"),
    Passed.DECLINED: _("does not want the vaccine"),
    Passed.OTHER_PRODUCT: _("may not have this product"),
    Passed.OTHER_DOSE: _("needs another dose number"),
    Passed.HOSPITAL_ONLY: _("is vaccinated at a hospital"),
    Passed.TOO_FAR: _("longer journey than they said"),
    Passed.NO_TIME: _("could not be there in time"),
    Passed.NOT_NOW: _("not at this hour, they said"),
    Passed.BOOKED_SOON: _("has a time today or tomorrow, or is asked elsewhere"),
    Passed.FAMILY_TOO_LARGE: _("not doses enough for the whole family"),
    Passed.DOSES_GONE: _("no doses left for them"),
    Passed.ASKED: _("asked already"),
}
OFFERS = {
    "asked": _("asked"),
    "accepted": _("is coming"),
    "declined": _("said no"),
    "expired": _("did not answer"),
    "passed": _("passed over"),
}
OFFER_TONES = {
    "asked": "info", "accepted": "success", "declined": "neutral", "expired": "warning",
    "passed": "neutral",
}  # fmt: skip
TICKETS = {
    "waiting": _("waiting"), "called": _("called"), "served": _("served"), "left": _("left"),
}  # fmt: skip

"""Names of what a visit has, in the language of the page."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from vaksam.core.clinic import Check, Difference, Level, words
from vaksam.core.clinic.effects import Outcome
from vaksam.core.clinic.explain import outcome
from vaksam.core.clinic.triage import Reason
from vaksam.web.components import Tone

WAYS: Final[Mapping[str, Promise]] = {
    "drop_in": _("drop-in"), "reserve": _("called from the reserve list"),
    "list": _("by a list"), "household": _("with somebody of the household"),
    "booked": _("booked"),
}  # fmt: skip
IDENTIFIED: Final[Mapping[str, Promise]] = {
    "document": _("Identity document"), "known": _("Somebody known vouches"),
    "certified": _("Certified by staff"), "electronic": _("Electronic identity"),
}  # fmt: skip
TOLD: Final[Mapping[str, Promise]] = {
    "own": _("on the person's own device"), "tablet": _("on a tablet at the venue"),
    "aloud": _("asked aloud"), "paper": _("on paper"),
}  # fmt: skip
OUTCOMES: Final[Mapping[str, Promise]] = {
    "given": _("vaccinated"), "refused": _("does not want the vaccine"), "later": _("not now"),
    "hospital": _("to be vaccinated at a hospital"), "physician": _("a physician is to assess"),
    "left": _("left before the vaccine"), "mistake": _("checked in by mistake"),
}  # fmt: skip
AFTER: Final[Mapping[str, Promise]] = {
    "well": _("well"), "unwell": _("unwell"), "left": _("left before the time"),
}  # fmt: skip
SITES: Final[Mapping[str, Promise]] = {
    "left_arm": _("left upper arm"), "right_arm": _("right upper arm"),
    "left_thigh": _("left thigh"), "right_thigh": _("right thigh"), "other": _("another place"),
}  # fmt: skip
STAFF_ROLES: Final[Mapping[str, Promise]] = {
    "nurse": _("nurse"), "physician": _("physician"), "pharmacist": _("pharmacist"),
    "assistant_nurse": _("assistant nurse"), "administrator": _("administrator"),
    "host": _("host"), "interpreter": _("interpreter"),
}  # fmt: skip
ANSWERS: Final[Mapping[str, Promise]] = {
    "yes": _("Yes"), "no": _("No"), "unsure": _("Not sure"),
}  # fmt: skip
LANGUAGE_NAMES: Final[Mapping[str, str]] = {
    "sv": "Svenska", "sv-easy": "Lätt svenska", "en": "English", "ar": "العربية",
    "so": "Soomaali", "fi": "Suomi",
}  # fmt: skip
TONES: Final[Mapping[Outcome, Tone]] = {
    Outcome.GIVE: "success", Outcome.GIVE_LONGER: "warning", Outcome.NOT_THIS_PRODUCT: "warning",
    Outcome.NOT_NOW: "warning", Outcome.ASK_PHYSICIAN: "danger", Outcome.HOSPITAL: "danger",
}  # fmt: skip
LEVELS: Final[Mapping[Level, Tone]] = {
    Level.OK: "success", Level.WARN: "warning", Level.STOP: "danger",
}  # fmt: skip


def shown_in() -> str:
    """The language of the page: sv or en."""
    return (get_language() or "sv")[:2]


def in_words(each: Reason | Check | Difference, names: Mapping[str, str]) -> str:
    """A reason, check or difference, in the language of the page."""
    return words(each, shown_in(), names)


def of_outcome(each: Outcome) -> str:
    return outcome(each.value, shown_in())

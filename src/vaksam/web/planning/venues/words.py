"""Kinds, professions, absences and hours, as people read them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time

from babel import Locale
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from vaksam.base import clock
from vaksam.core.venues import Span
from vaksam.venues.queries import VenueRef

KINDS: dict[str, str | Promise] = {
    "health_centre": gettext_lazy("health centre"),
    "hospital": gettext_lazy("hospital"),
    "mass_venue": gettext_lazy("mass vaccination venue"),
    "pharmacy": gettext_lazy("pharmacy"),
    "mobile": gettext_lazy("mobile team"),
    "bus": gettext_lazy("vaccination bus"),
    "pop_up": gettext_lazy("temporary venue"),
    "care_home": gettext_lazy("care home"),
    "workplace": gettext_lazy("workplace"),
    "school": gettext_lazy("school"),
    "place_of_worship": gettext_lazy("place of worship"),
    "care_homes": gettext_lazy("rounds to care homes"),
    "homes": gettext_lazy("rounds to homes"),
    "store": gettext_lazy("vaccine store"),
}
PROVIDERS: dict[str, str | Promise] = {
    "region": gettext_lazy("region"),
    "municipality": gettext_lazy("municipality"),
    "private": gettext_lazy("private under contract"),
}
EMPLOYERS: dict[str, str | Promise] = PROVIDERS | {
    "agency": gettext_lazy("staffing agency"),
    "voluntary": gettext_lazy("voluntary organisation"),
}
ROLES: dict[str, str | Promise] = {
    "nurse": gettext_lazy("nurse"),
    "physician": gettext_lazy("physician"),
    "pharmacist": gettext_lazy("pharmacist"),
    "assistant_nurse": gettext_lazy("assistant nurse"),
    "administrator": gettext_lazy("administrator"),
    "host": gettext_lazy("host"),
    "interpreter": gettext_lazy("interpreter"),
}
REASONS: dict[str, str | Promise] = {
    "ill": gettext_lazy("ill"),
    "child_ill": gettext_lazy("child ill"),
    "moved": gettext_lazy("moved to another venue"),
    "other": gettext_lazy("another reason"),
}
ACCESS: dict[str, str | Promise] = {
    "step_free": gettext_lazy("step-free"),
    "lift": gettext_lazy("lift"),
    "toilet": gettext_lazy("accessible toilet"),
    "quiet_room": gettext_lazy("quiet room"),
    "parking": gettext_lazy("disabled parking"),
    "hearing_loop": gettext_lazy("hearing loop"),
}
# Offered in forms, the most spoken in Sweden first; the national minority languages are all here.
LANGUAGES = (
    "sv", "en", "fi", "ar", "so", "fa", "ti", "uk", "ru", "pl", "bs", "hr", "sr", "es", "de", "fr",
    "tr", "ku", "ckb", "am", "zh", "vi", "th", "my", "rom", "yi", "fit", "se", "sma", "smj", "sju",
    "swl",
)  # fmt: skip
_UNKNOWN_TO_BABEL: dict[str, str | Promise] = {
    "sju": gettext_lazy("Ume Sami"),
    "swl": gettext_lazy("Swedish Sign Language"),
}


def language(code: str) -> str:
    """A language's name in the language of the page; the code where it has none."""
    if code in _UNKNOWN_TO_BABEL:
        return str(_UNKNOWN_TO_BABEL[code])
    return str(Locale.parse((get_language() or "sv")[:2]).languages.get(code, code))


def languages(codes: Iterable[str]) -> str:
    return ", ".join(language(code) for code in codes)


def access(venue: VenueRef) -> list[str]:
    """What a venue offers people with functional impairments."""
    return [str(label) for name, label in ACCESS.items() if getattr(venue, name)]


def address(venue: VenueRef) -> str:
    """Street and city on one line, as far as they are known."""
    city = " ".join(part for part in (venue.postcode, venue.city) if part)
    return ", ".join(part for part in (venue.street, city) if part)


def clock_time(value: time) -> str:
    """08:00; the end of the day is 24:00."""
    return "24:00" if value == time.max else f"{value:%H:%M}"


def span(value: Span) -> str:
    return f"{clock_time(value[0])}–{clock_time(value[1])}"


def spans(values: Sequence[Span] | None) -> str:
    """08:00–12:00, 13:00–16:00; closed; not told."""
    if values is None:
        return _("not told")
    return ", ".join(map(span, values)) or _("closed")


def moments(starts_at: datetime, ends_at: datetime) -> str:
    """08:00–16:00, by the clock in Sweden."""
    start, end = (each.astimezone(clock.SWEDEN).time() for each in (starts_at, ends_at))
    return span((start, end))

"""What each field of a venue may hold."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, Final

from vaksam.core.errors import Fault
from vaksam.core.venues.facts import KINDS, PROVIDERS


@dataclass(frozen=True, slots=True)
class Check:
    """What a field may hold, and the words that say so."""

    fits: Callable[[Any], bool]
    message: str
    values: Mapping[str, object] = field(default_factory=dict)


def _text(most: int) -> Check:
    return Check(
        lambda found: isinstance(found, str) and len(found) <= most,
        "Write text of at most {most} characters.", {"most": most},
    )  # fmt: skip


def _whole(least: int, most: int) -> Check:
    return Check(
        lambda found: type(found) is int and least <= found <= most,
        "Write a whole number from {least} to {most}.", {"least": least, "most": most},
    )  # fmt: skip


def _number(least: float, most: float) -> Check:
    return Check(
        lambda found: type(found) in (int, float) and least <= found <= most,
        "Write a number from {least} to {most}.", {"least": least, "most": most},
    )  # fmt: skip


def _one_of(known: Iterable[str]) -> Check:
    choices = tuple(known)
    return Check(
        lambda found: isinstance(found, str) and found in choices,
        "Choose one of these: {known}.", {"known": ", ".join(choices)},
    )  # fmt: skip


def _like(pattern: str, most: int) -> Callable[[Any], bool]:
    shape = re.compile(pattern)
    return lambda found: (
        isinstance(found, str) and len(found) <= most and shape.fullmatch(found) is not None
    )


def are_languages(found: Any) -> bool:
    """Whether it is a list of ISO 639 codes, each once.

    >>> are_languages(["sv", "smj"]), are_languages(["sv", "sv"]), are_languages("sv")
    (True, False, False)
    """
    code = _like("[a-z]{2,3}", 3)
    if not isinstance(found, list | tuple) or not all(map(code, found)):
        return False
    return len(set(found)) == len(found)


_FLAG: Final = Check(lambda found: isinstance(found, bool), "Write true or false.")
_TIME: Final = Check(
    lambda found: isinstance(found, time), "Write a time of day, such as 15:00:00."
)
_LANGUAGES: Final = Check(are_languages, "Write a list of ISO 639 codes (sv, smj), each once.")
_WEB: Final = Check(_like(r"(https?://\S+)?", 200), "Write an address that starts with https://.")
_POSTCODE: Final = Check(_like(r"(\d{3} ?\d{2})?", 6), "Write five digits, such as 903 25.")
_CHECKS: Final[dict[str, Check]] = {
    "code": _text(40), "name": _text(120), "kind": _one_of(KINDS), "municipality_code": _text(4),
    "provider": _one_of(PROVIDERS), "frozen": _FLAG, "hours_from_store": _number(0, 1000),
    "doses_per_week": _whole(0, 1_000_000), "cut_off": _TIME, "contact": _text(80),
    "telephone": _text(20), "latitude": _number(-90, 90), "longitude": _number(-180, 180),
    "street": _text(120), "postcode": _POSTCODE, "city": _text(60), "step_free": _FLAG,
    "lift": _FLAG, "toilet": _FLAG, "quiet_room": _FLAG, "parking": _FLAG, "hearing_loop": _FLAG,
    "languages": _LANGUAGES, "public_transport": _text(200), "directions": _text(400),
    "web": _WEB, "observation_minutes": _whole(0, 120), "room": _whole(1, 100_000),
    "stations": _whole(1, 500), "minutes_per_person": _number(0.5, 120),
    "interval_minutes": _whole(1, 240), "public": _FLAG,
}  # fmt: skip
#: Fields that may be empty.
_OPTIONAL: Final = frozenset({"room", "latitude", "longitude"})


def faults_in(values: Mapping[str, Any], *, row: int | None = None) -> list[Fault]:
    """What is wrong with the fields that are told; what is missing is no fault here."""
    faults = []
    for name, value in values.items():
        check = _CHECKS.get(name)
        if check is None:
            faults.append(Fault("unknown-field", "This field is not known.", row=row, column=name))
        elif not check.fits(value) and not (value is None and name in _OPTIONAL):
            faults.append(Fault("bad-value", check.message, row=row, column=name,
                                value=str(value), values=check.values))  # fmt: skip
    if values.get("kind") == "store" and values.get("public"):
        faults.append(Fault("store-public", "A store cannot be shown to residents.", row=row,
                            column="public"))  # fmt: skip
    return faults

"""What a change is made of, read from what the planner has put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from vaksam.core.errors import Refused


@dataclass(frozen=True, slots=True)
class NewRules:
    """A draft directive takes effect. `version` is its version's id."""

    version: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """Of what is expected of a product on some days (both included), so large a share comes.

    `to_on` None: from then on.
    """

    product: str
    from_on: date
    to_on: date | None
    share: float


@dataclass(frozen=True, slots=True)
class Closed:
    """A venue is closed on some days, both included."""

    venue: int
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True)
class Lost:
    """So many vaccinators are at a venue on some days, both included."""

    venue: int
    from_on: date
    to_on: date
    vaccinators: int


@dataclass(frozen=True, slots=True)
class Recalled:
    """A lot may not be used."""

    lot: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Extra:
    """A session that could be opened."""

    venue: int
    day: date
    opens: time
    closes: time
    product: str
    vaccinators: int


Part = NewRules | Delivery | Closed | Lost | Recalled | Extra
MOST_DAYS = 366


def read(parts: Sequence[Mapping[str, Any]]) -> tuple[Part, ...]:
    """The parts of a change.

    Raises
    ------
    Refused
        A part is of no known kind or lacks something; says which (`part`, counted from 1).
    """
    found: list[Part] = []
    for n, part in enumerate(parts, 1):
        try:
            found.append(_READ[str(part["kind"])](part))
        except (KeyError, TypeError, ValueError) as error:
            raise Refused(
                "bad-part", "Part {part} of the change is not whole. Fill it in again.", part=n
            ) from error
    return tuple(found)


def of(parts: Sequence[Part], kind: type[Any]) -> list[Any]:
    """Those of a kind."""
    return [each for each in parts if isinstance(each, kind)]


def _days(part: Mapping[str, Any]) -> tuple[date, date]:
    first, last = date.fromisoformat(part["from"]), date.fromisoformat(part["to"])
    if not 0 <= (last - first).days <= MOST_DAYS:
        raise ValueError("days are not in order")
    return first, last


def _delivery(part: Mapping[str, Any]) -> Delivery:
    share = float(part["share"])
    to_on = date.fromisoformat(part["to"]) if part.get("to") else None
    from_on = date.fromisoformat(part["from"])
    if not 0 <= share <= 1 or (to_on and to_on < from_on):
        raise ValueError("a share is from 0 to 1")
    return Delivery(str(part["product"]), from_on, to_on, share)


def _lost(part: Mapping[str, Any]) -> Lost:
    vaccinators = int(part["vaccinators"])
    if vaccinators < 0:
        raise ValueError("0 or more")
    return Lost(int(part["venue"]), *_days(part), vaccinators)


def _extra(part: Mapping[str, Any]) -> Extra:
    opens, closes = time.fromisoformat(part["opens"]), time.fromisoformat(part["closes"])
    if closes <= opens or int(part["vaccinators"]) < 1:
        raise ValueError("it opens before it closes")
    return Extra(int(part["venue"]), date.fromisoformat(part["day"]), opens, closes,
                 str(part["product"]), int(part["vaccinators"]))  # fmt: skip


_READ: dict[str, Callable[[Mapping[str, Any]], Part]] = {
    "directive": lambda part: NewRules(int(part["version"])),
    "delivery": _delivery,
    "venue_closed": lambda part: Closed(int(part["venue"]), *_days(part)),
    "staff": _lost,
    "recall": lambda part: Recalled(int(part["lot"]), str(part.get("reason", ""))),
    "extra_session": _extra,
}

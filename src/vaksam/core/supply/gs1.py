"""GS1 element strings of vials and boxes: GTIN, lot, last day, serial number."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import biip
from biip import ParseError
from biip.gs1_messages import GS1Message

from vaksam.core.errors import Refused

FNC1: Final = "\x1d"


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a label says; empty or None where it does not."""

    gtin: str = ""
    lot: str = ""
    expires_on: date | None = None
    serial: str = ""
    count: int | None = None


def read(text: str) -> Scanned:
    """A label as scanned (DataMatrix with or without symbology identifier) or typed with brackets.

    Raises
    ------
    Refused
        It is no GS1 message: says what to do.

    >>> read("(01)07046261398572(10)ABC123(17)210531").lot
    'ABC123'
    """
    cleaned = text.strip().replace("^", FNC1).removeprefix("]d2").removeprefix("]C1").lstrip(FNC1)
    if not cleaned:
        raise Refused("no-code", "Scan or type the code.")
    try:
        message = _message(cleaned)
    except ParseError as error:
        raise Refused(
            "not-gs1", "The code cannot be read: {why} Scan again, or type lot and last day.",
            why=f"{str(error).rstrip('.')}.",
        ) from error  # fmt: skip
    return _scanned(message)


def _message(text: str) -> GS1Message:
    if text.startswith("("):
        return GS1Message.parse_hri(text)
    return GS1Message.parse(text)


def _scanned(message: GS1Message) -> Scanned:
    def value(*ais: str) -> str:
        for ai in ais:
            if element := message.element_strings.get(ai=ai):
                return element.value
        return ""

    expiry = message.element_strings.get(ai="17")
    count = value("30", "37")
    return Scanned(
        gtin=value("01", "02"),
        lot=value("10"),
        expires_on=expiry.date if expiry else None,
        serial=value("21"),
        count=int(count) if count.isdecimal() else None,
    )


__all__ = ["FNC1", "Scanned", "biip", "read"]

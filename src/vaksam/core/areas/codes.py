"""Kinds of area and the form of their codes, as Statistics Sweden (SCB) writes them.

Region `24`, municipality `2480`, RegSO `2480R001`, DeSO `2480A0010`: each code begins with the
codes of the areas around it. RegSO and DeSO exist in editions, and one code can mean different
ground in two editions, so an edition always goes with them.
"""

import re
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    COUNTRY = "country"
    REGION = "region"
    MUNICIPALITY = "municipality"
    REGSO = "regso"
    DESO = "deso"


PATTERNS: Final = {
    Kind.COUNTRY: r"^SE$",
    Kind.REGION: r"^\d{2}$",
    Kind.MUNICIPALITY: r"^\d{4}$",
    Kind.REGSO: r"^\d{4}R\d{3}$",
    Kind.DESO: r"^\d{4}[ABC]\d{4}$",
}
EDITIONS: Final = ("2018", "2025")
SMALL: Final = (Kind.REGSO, Kind.DESO)
LARGE: Final = (Kind.COUNTRY, Kind.REGION, Kind.MUNICIPALITY)


def kind_of(code: str) -> Kind | None:
    """The kind whose codes look like `code`; None when no kind's do.

    >>> kind_of("2480A0010")
    <Kind.DESO: 'deso'>
    """
    return next((kind for kind, form in PATTERNS.items() if re.fullmatch(form, code)), None)


def region_short_name(name: str) -> str:
    """A region's name without "län" and its genitive, as in everyday use.

    >>> region_short_name("Västra Götalands län"), region_short_name("Kalmar län")
    ('Västra Götaland', 'Kalmar')
    """
    return re.sub(r"s? län$", "", name)

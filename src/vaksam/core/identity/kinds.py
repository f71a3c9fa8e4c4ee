"""What a person can be known as."""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    PERSONAL_NUMBER = "personal_number"
    COORDINATION_NUMBER = "coordination_number"
    RESERVE_NUMBER = "reserve_number"  # issuer: region code, CLNK (Inera CareLink) or NRID
    PASSPORT = "passport"  # issuer: country, ISO 3166 alpha-2
    LOCAL = "local"  # a sending system's own stable id; issuer: the source's name


NATIONAL: Final = (Kind.PERSONAL_NUMBER, Kind.COORDINATION_NUMBER)
"""Kinds that need no issuer: twelve digits, from the Tax Agency."""

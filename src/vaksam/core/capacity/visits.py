"""Kinds of visits, and how many places each takes."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Visit(StrEnum):
    """What a visit needs beyond the ordinary."""

    ORDINARY = "ordinary"
    EXTRA_TIME = "extra_time"
    INTERPRETER = "interpreter"
    TWO_VACCINES = "two_vaccines"


UNITS: Final[Mapping[Visit, int]] = MappingProxyType(
    {Visit.ORDINARY: 1, Visit.EXTRA_TIME: 2, Visit.INTERPRETER: 2, Visit.TWO_VACCINES: 1}
)
"""Places a visit takes in its session. Two vaccines take one place in each one's session."""


def units(visits: Collection[Visit]) -> int:
    """Places that a visit of all these kinds takes: those of the longest.

    Examples
    --------
    >>> units({Visit.TWO_VACCINES, Visit.INTERPRETER}), units(())
    (2, 1)
    """
    return max((UNITS[visit] for visit in visits), default=UNITS[Visit.ORDINARY])

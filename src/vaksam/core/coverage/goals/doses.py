"""Spans of doses, as sheets tell them apart."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Doses:
    """Persons with `first` to `last` doses; `last` None is `first` or more.

    >>> Doses(1, 1)  # exactly one
    Doses(first=1, last=1)
    """

    first: int
    last: int | None = None

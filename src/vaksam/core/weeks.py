"""ISO 8601 weeks, as Swedish health statistics are published."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

_WRITTEN = re.compile(r"^(\d{4})-?[wWvV](\d{1,2})$")


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One ISO week: Monday to Sunday, week 1 holding the year's first Thursday.

    >>> Week.parse("2021w15").sunday
    datetime.date(2021, 4, 18)
    >>> Week(2020, 53).next
    Week(year=2021, number=1)
    >>> Week(2021, 53)
    Traceback (most recent call last):
    ValueError: 2021 has no week 53
    """

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.year <= 9998 or not 1 <= self.number <= weeks_in(self.year):
            raise ValueError(f"{self.year} has no week {self.number}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read “2021w15”, “2021-W15” or “2021v15”; ValueError otherwise."""
        if not (match := _WRITTEN.match(text.strip())):
            raise ValueError(f"a week is written 2021w15, not {text!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @classmethod
    def from_key(cls, key: int) -> Self:
        return cls(*divmod(key, 100))

    @property
    def key(self) -> int:
        """Year and week as one sortable number: 202115."""
        return self.year * 100 + self.number

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 7)

    @property
    def next(self) -> "Week":
        return Week.of(self.monday + timedelta(days=7))

    @property
    def previous(self) -> "Week":
        return Week.of(self.monday - timedelta(days=7))

    def __str__(self) -> str:
        return f"{self.year}w{self.number:02d}"


def weeks_in(year: int) -> int:
    """52 or 53: 28 December is always in the year's last ISO week."""
    return date(year, 12, 28).isocalendar().week

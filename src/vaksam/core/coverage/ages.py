"""Age groups as statistics publish them: a first and a last year of age, both included."""

import re
from dataclasses import dataclass
from typing import Self

_CLOSED = re.compile(r"^(\d{1,3})\s*[-–]\s*(\d{1,3})(?:\s*år)?$")
_OPEN = re.compile(r"^(\d{1,3})\s*(?:\+|år och äldre|eller äldre|år eller äldre)$")


@dataclass(frozen=True, slots=True, order=True)
class AgeGroup:
    """Ages `first` to `last`; no last means and older.

    >>> AgeGroup.parse("90 eller äldre").code
    '90+'
    >>> AgeGroup.parse("12-15")
    AgeGroup(first=12, last=15)
    """

    first: int
    last: int | None = None

    def __post_init__(self) -> None:
        if self.first < 0 or (self.last is not None and self.last < self.first):
            raise ValueError(f"no such ages: {self.first}–{self.last}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read “12-15”, “18+”, “90 eller äldre” or “Totalt 18+”; ValueError otherwise."""
        bare = text.strip().removeprefix("Totalt").strip()
        if match := _CLOSED.match(bare):
            return cls(int(match[1]), int(match[2]))
        if match := _OPEN.match(bare):
            return cls(int(match[1]))
        raise ValueError(f"not an age group: {text!r}")

    @property
    def code(self) -> str:
        return f"{self.first}+" if self.last is None else f"{self.first}-{self.last}"

    def __contains__(self, age: int) -> bool:
        return self.first <= age and (self.last is None or age <= self.last)

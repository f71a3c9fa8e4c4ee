"""Counts as one may see them: a coordinator as they are, others with small numbers protected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from django.utils.translation import gettext as _

from vaksam.base.disclosure import policy
from vaksam.core.disclosure import protect, shown
from vaksam.web import formats

HIDDEN = "·"
TOTAL = "total"
Levels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """`exact`: numbers as they are."""

    exact: bool

    def number(self, persons: int) -> str:
        """One number by itself."""
        found = persons if self.exact else shown(persons, policy())
        return told(found)

    def by(self, cells: Mapping[Levels, int], names: Sequence[str]) -> dict[Levels, int | None]:
        """A table with its totals (level `TOTAL`); None where a number is not shown.

        `names` are of the levels, which must not overlap.
        """
        if self.exact:
            return _summed(cells)
        if not cells:
            return {}
        frame = pl.DataFrame([(*levels, n) for levels, n in cells.items()],
                             schema=[*names, "n"], orient="row")  # fmt: skip
        safe = protect(frame, dimensions=list(names), count="n", policy=policy(), total=TOTAL)
        return {tuple(map(str, row[:-1])): row[-1] for row in safe.select(*names, "n").iter_rows()}

    def note(self) -> str:
        """What the mark means, where there may be one."""
        if self.exact:
            return ""
        return _("“%(mark)s”: a small number that is not shown.") % {"mark": HIDDEN}


def told(persons: int | None) -> str:
    return HIDDEN if persons is None else formats.number(persons)


def _summed(cells: Mapping[Levels, int]) -> dict[Levels, int | None]:
    found: dict[Levels, int | None] = {}
    for levels, n in cells.items():
        for which in range(2 ** len(levels)):
            key = tuple(TOTAL if which >> at & 1 else level for at, level in enumerate(levels))
            found[key] = (found.get(key) or 0) + n
    return found

"""A day at a venue reconciled, by lot: what was drawn, given, wasted and registered."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A lot's day at a venue. Vials: `opened`, `left_open`. All else in doses.

    `nominal` in the vials opened, `drawn` into syringes, `given` in the ledger, `wasted` of those
    drawn, `emptied_left` what could not be drawn from emptied vials, `registered` in the record,
    `left_drawn` in syringes at the end of the day.
    """

    lot: str
    product: str
    opened: int
    nominal: int
    drawn: int
    given: int
    wasted: int
    emptied_left: int
    left_open: int
    registered: int
    left_drawn: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """What does not agree.

    drawn         drawn is not given + wasted + left in syringes
    not_registered  given in the ledger and not in the record
    not_given     registered in the record and not given in the ledger
    left_drawn    doses in syringes at the end of the day
    left_open     vials still open at the end of the day
    """

    lot: str
    code: str
    values: tuple[tuple[str, object], ...] = ()


def agree(lines: Iterable[Line]) -> tuple[Difference, ...]:
    """Every difference, by lot in the order of the lines; none: the day may be closed."""
    return tuple(each for line in lines for each in _differences(line))


def extra(line: Line) -> int:
    """Doses beyond the nominal ones of the vials, or fewer (below zero), once all are emptied.

    >>> extra(Line("EJ6795", "comirnaty", 2, 12, 13, 13, 0, 0, 0, 13))
    1
    """
    return line.drawn + line.emptied_left - line.nominal


def _differences(line: Line) -> Iterator[Difference]:
    product = ("product", line.product)
    accounted = line.given + line.wasted + line.left_drawn
    if line.drawn != accounted:
        yield Difference(line.lot, "drawn", (
            product, ("drawn", line.drawn), ("given", line.given), ("wasted", line.wasted),
            ("left", line.left_drawn), ("difference", line.drawn - accounted),
        ))  # fmt: skip
    if line.given != line.registered:
        code = "not_registered" if line.given > line.registered else "not_given"
        yield Difference(line.lot, code, (
            product, ("given", line.given), ("registered", line.registered),
            ("difference", abs(line.given - line.registered)),
        ))  # fmt: skip
    if line.left_drawn:
        yield Difference(line.lot, "left_drawn", (product, ("doses", line.left_drawn)))
    if line.left_open:
        yield Difference(line.lot, "left_open", (product, ("vials", line.left_open)))

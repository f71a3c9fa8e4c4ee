"""What lies in a fridge, as its pages show it: each heap with what can be done with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from vaksam.base import clock
from vaksam.supply.queries import StockRow
from vaksam.web.planning.supply.words import STATES, moment

UNOPENED = ("frozen", "cold", "thawed", "quarantine")


@dataclass(frozen=True, slots=True)
class Heap:
    """Unopened vials that are alike. What may be done is for the page; the actions check it."""

    row: StockRow
    product: str
    state: str | Promise
    until: str
    ended: bool
    may_open: bool
    may_thaw: bool
    may_clear: bool
    may_return: bool


def heaps(
    rows: Iterable[StockRow], products: dict[str, str], *, planner: bool, store: bool
) -> list[Heap]:
    """Heaps in the rows' order. `planner`: a coordinator looks; `store`: suppliers deliver here."""
    return [_heap(row, products, planner, store) for row in rows if row.state in UNOPENED]


def time_passed(rows: Iterable[StockRow], lot: int) -> int:
    """How many unopened vials of a lot are past their time."""
    now = clock.now()
    return sum(
        row.vials for row in rows if row.lot == lot and row.state in UNOPENED and row.until <= now
    )


def _heap(row: StockRow, products: dict[str, str], planner: bool, store: bool) -> Heap:
    ended = row.until <= clock.now()
    usable = not ended and not row.block
    can: dict[str, Any] = {
        "may_open": usable and row.state in ("cold", "thawed"),
        "may_thaw": usable and row.state == "frozen",
        "may_clear": usable and row.state == "quarantine" and planner,
        "may_return": store,
    }
    return Heap(
        row=row, product=products.get(row.product, row.product), state=STATES[row.state],
        until=moment(row.until), ended=ended, **can,
    )  # fmt: skip

"""Vials that were opened at a venue on some days: which one did a dose come out of?"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from vaksam.base import clock
from vaksam.core.supply.ledger import State
from vaksam.supply.models import Kind, Leg


@dataclass(frozen=True, slots=True)
class OpenedRef:
    """A vial that was opened, open still or not."""

    vial: int
    product: str
    product_name: str
    lot_number: str
    opened_at: datetime


def opened(venue: int, *, since: date, until: date) -> list[OpenedRef]:
    """Vials opened at a venue from a day to a day, the last one included; one query."""
    rows = Leg.objects.filter(
        venue=venue, state=State.OPENED, vials=1, document__kind=Kind.OPENED,
        document__reversed_by=None, document__at__gte=clock.at(since),
        document__at__lt=clock.at(until + timedelta(days=1)),
    )  # fmt: skip
    rows = rows.select_related("document", "lot__product").order_by("document__at", "document")
    return [
        OpenedRef(row.document_id, row.lot.product_id, row.lot.product.name, row.lot.number,
                  row.document.at)
        for row in rows
    ]  # fmt: skip

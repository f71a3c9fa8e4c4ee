"""What has happened, document by document."""

from dataclasses import dataclass
from datetime import datetime

from vaksam.supply.models import Document


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """A document of the ledger. `vials` and `doses` are what it moved."""

    id: int
    kind: str
    venue: int
    at: datetime
    by: str
    reason: str
    note: str
    lot_number: str
    product: str
    vials: int
    doses: int
    reversed: bool


def documents(venue: int, *, limit: int = 50) -> list[DocumentRef]:
    """The newest documents of a venue; three queries."""
    rows = (
        Document.objects.filter(venue=venue)
        .select_related("by", "reversed_by")
        .prefetch_related("legs__lot")
        .order_by("-at", "-pk")[:limit]
    )
    return [_ref(row) for row in rows]


def _ref(row: Document) -> DocumentRef:
    legs = list(row.legs.all())
    first = legs[0] if legs else None
    return DocumentRef(
        id=row.pk, kind=row.kind, venue=row.venue_id, at=row.at,
        by=row.by.get_username() if row.by else "", reason=row.reason, note=row.note,
        lot_number=first.lot.number if first else "",
        product=first.lot.product_id if first else "",
        vials=sum(max(leg.vials, 0) for leg in legs), doses=sum(max(leg.doses, 0) for leg in legs),
        reversed=hasattr(row, "reversed_by"),
    )  # fmt: skip

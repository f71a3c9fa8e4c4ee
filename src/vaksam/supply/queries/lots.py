"""Lots, where they lie and who had them, and recalls."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum

from vaksam.supply.models import Leg, Lot, Recall


@dataclass(frozen=True, slots=True)
class LotRef:
    id: int
    product: str
    number: str
    expires_on: date
    recalled: bool
    gtin: str = ""


@dataclass(frozen=True, slots=True)
class RecallRef:
    id: int
    lot: int
    lot_number: str
    product: str
    reason: str
    at: datetime
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Where:
    """What of a lot is, or went, where: by venue and state."""

    venue: int
    venue_name: str
    region_code: str
    state: str
    vials: int
    doses: int


def lots(*, product: str | None = None) -> list[LotRef]:
    """Lots (of a product), the one that ends first first."""
    rows = Lot.objects.order_by("expires_on", "number")
    if product is not None:
        rows = rows.filter(product=product)
    called = set(Recall.objects.filter(lifted_at=None).values_list("lot_id", flat=True))
    return [
        LotRef(row.pk, row.product_id, row.number, row.expires_on, row.pk in called, row.gtin)
        for row in rows
    ]


def recalls() -> list[RecallRef]:
    """Recalls, those in force first, then the newest."""
    rows = Recall.objects.select_related("lot").order_by("-at")
    found = [
        RecallRef(row.pk, row.lot_id, row.lot.number, row.lot.product_id, row.reason, row.at,
                  row.lifted_at)
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda each: each.lifted_at is not None)


def where_lot(lot: int) -> list[Where]:
    """Where a lot lies and who received it: every account that is not empty."""
    rows = (
        Leg.objects.filter(lot=lot)
        .exclude(state__in=("supplier", "content"))
        .values("venue", "venue__name", "venue__region_code", "state")
        .annotate(v=Sum("vials"), d=Sum("doses"))
        .order_by("venue__name", "state")
    )
    return [
        Where(row["venue"], row["venue__name"], row["venue__region_code"], row["state"],
              row["v"], row["d"])
        for row in rows
        if row["v"] or row["d"]
    ]  # fmt: skip

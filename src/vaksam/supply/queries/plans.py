"""Delivery plans as known at a moment, their changes, and what came of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum

from vaksam.base import clock
from vaksam.supply.models import Delivered, Leg, PlanChange


@dataclass(frozen=True, slots=True)
class PlanRef:
    """A plan line as it was last announced."""

    line: int
    product: str
    receiver: str
    day: date
    weekly: bool
    doses: int
    certainty: float
    announced_at: datetime
    announced_by: str
    changes: int


@dataclass(frozen=True, slots=True)
class ChangeRef:
    """One announcement, the doses announced before, and days of notice until the line's day."""

    line: int
    product: str
    receiver: str
    day: date
    doses: int
    before: int | None
    announced_at: datetime
    announced_by: str
    note: str
    notice_days: int


def plan(
    *, receivers: Iterable[str] | None = None, known_at: datetime | None = None,
    since: date | None = None,
) -> list[PlanRef]:  # fmt: skip
    """Lines as known at a moment (now), by day; one query."""
    found: dict[int, list[PlanChange]] = {}
    for row in _rows(receivers, known_at or clock.now(), since):
        found.setdefault(row.line_id, []).append(row)
    plans = [
        PlanRef(
            line=line, product=rows[-1].line.product_id, receiver=rows[-1].line.receiver,
            day=rows[-1].line.day, weekly=rows[-1].line.weekly, doses=rows[-1].doses,
            certainty=rows[-1].certainty, announced_at=rows[-1].announced_at,
            announced_by=rows[-1].announced_by, changes=len(rows) - 1,
        )
        for line, rows in found.items()
    ]  # fmt: skip
    return sorted(plans, key=lambda each: (each.day, each.product, each.receiver))


def changes(
    *, receivers: Iterable[str] | None = None, since: date | None = None
) -> list[ChangeRef]:
    """Every announcement after the first of its line, the newest first."""
    before: dict[int, int] = {}
    found = []
    for row in _rows(receivers, clock.now(), since):
        if row.line_id in before:
            day = clock.day_of(row.announced_at)
            found.append(
                ChangeRef(
                    row.line_id, row.line.product_id, row.line.receiver, row.line.day, row.doses,
                    before[row.line_id], row.announced_at, row.announced_by, row.note,
                    (row.line.day - day).days,
                )
            )  # fmt: skip
        before[row.line_id] = row.doses
    return found[::-1]


def outcome(
    *, receivers: Iterable[str], regions: Iterable[str], since: date
) -> dict[tuple[str, date], int]:
    """Doses that came, by product and day: from the ledger's receipts and from files."""
    found: dict[tuple[str, date], int] = {}
    legs = (
        Leg.objects.filter(
            document__kind="received", vials__gt=0, at__date__gte=since,
            venue__region_code__in=list(regions),
        )
        .values_list("lot__product", "at")
        .annotate(vials=Sum("vials"))
    )  # fmt: skip
    from vaksam.supply.facts import nominal

    for product, at, vials in legs:
        key = (product, clock.day_of(at))
        found[key] = found.get(key, 0) + vials * nominal(at).get(product, 1)
    rows = Delivered.objects.filter(
        receiver__in=list(receivers), day__gte=since, product__isnull=False
    )
    for product, day, doses in rows.values_list("product", "day", "doses"):
        found[product, day] = found.get((product, day), 0) + doses
    return found


def _rows(
    receivers: Iterable[str] | None, known_at: datetime, since: date | None
) -> Iterable[PlanChange]:
    rows = PlanChange.objects.filter(announced_at__lte=known_at).select_related("line")
    if receivers is not None:
        rows = rows.filter(line__receiver__in=list(receivers))
    if since is not None:
        rows = rows.filter(line__day__gte=since)
    return rows.order_by("announced_at", "pk")

"""Alerts about supply, with their owners."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vaksam.supply.models import Alert


@dataclass(frozen=True, slots=True)
class AlertRef:
    id: int
    kind: str
    venue: int
    venue_name: str
    values: dict[str, Any]
    opened_at: datetime
    closed_at: datetime | None
    owner: str


def alerts(
    *, regions: Iterable[str] | None = None, venue: int | None = None, closed: bool = False
) -> list[AlertRef]:
    """Open alerts (with `closed`, also the latest hundred that closed), oldest first."""
    rows = Alert.objects.select_related("venue", "owner")
    if regions is not None:
        rows = rows.filter(venue__region_code__in=list(regions))
    if venue is not None:
        rows = rows.filter(venue=venue)
    found = [_ref(row) for row in rows.filter(closed_at=None).order_by("opened_at", "pk")]
    if closed:
        found += [_ref(row) for row in rows.exclude(closed_at=None).order_by("-closed_at")[:100]]
    return found


def _ref(row: Alert) -> AlertRef:
    return AlertRef(
        row.pk, row.kind, row.venue_id, row.venue.name, row.values, row.opened_at, row.closed_at,
        row.owner.get_username() if row.owner else "",
    )  # fmt: skip

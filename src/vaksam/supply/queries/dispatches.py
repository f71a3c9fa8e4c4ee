"""Dispatches with their lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from vaksam.core.errors import NotFound
from vaksam.supply.models import Dispatch


@dataclass(frozen=True, slots=True)
class LineRef:
    id: int
    product: str
    product_name: str
    lot: int | None
    lot_number: str
    expires_on: date | None
    vials: int
    arrived: int | None
    damaged: int
    discrepancy: str


@dataclass(frozen=True, slots=True)
class DispatchRef:
    """A dispatch. `vials` in all; `photo` whether there is one of the receipt."""

    id: int
    sender: int
    sender_name: str
    receiver: int
    receiver_name: str
    receiver_region: str
    stage: str
    expected_on: date
    transport: str
    box: str
    hours: float | None
    note: str
    sent_at: datetime | None
    received_at: datetime | None
    lowest: float | None
    highest: float | None
    telephone: str
    photo: bool
    lines: tuple[LineRef, ...]

    @property
    def vials(self) -> int:
        return sum(line.vials for line in self.lines)


def dispatches(
    *, regions: Iterable[str] | None = None, receiver: int | None = None,
    stages: Iterable[str] | None = None, since: date | None = None,
) -> list[DispatchRef]:  # fmt: skip
    """Dispatches to venues of some regions, the one that is expected first first."""
    rows = Dispatch.objects.select_related("sender", "receiver").prefetch_related(
        "lines__product", "lines__lot"
    )
    if regions is not None:
        rows = rows.filter(receiver__region_code__in=list(regions))
    if receiver is not None:
        rows = rows.filter(receiver=receiver)
    if stages is not None:
        rows = rows.filter(stage__in=list(stages))
    if since is not None:
        rows = rows.filter(expected_on__gte=since)
    return [_ref(row) for row in rows.order_by("expected_on", "pk")[:500]]


def dispatch(pk: int) -> DispatchRef:
    """One dispatch. Raises NotFound."""
    row = Dispatch.objects.select_related("sender", "receiver").filter(pk=pk).first()
    if row is None:
        raise NotFound("unknown-dispatch", "There is no such dispatch.")
    return _ref(row)


def _ref(row: Dispatch) -> DispatchRef:
    lines = sorted(row.lines.all(), key=lambda line: line.pk)
    return DispatchRef(
        id=row.pk, sender=row.sender_id, sender_name=row.sender.name, receiver=row.receiver_id,
        receiver_name=row.receiver.name, receiver_region=row.receiver.region_code,
        stage=row.stage, expected_on=row.expected_on, transport=row.transport, box=row.box,
        hours=row.hours, note=row.note, sent_at=row.sent_at, received_at=row.received_at,
        lowest=row.lowest, highest=row.highest, telephone=row.sender.telephone,
        photo=bool(row.photo),
        lines=tuple(
            LineRef(
                line.pk, line.product_id, line.product.name, line.lot_id,
                line.lot.number if line.lot else "", line.lot.expires_on if line.lot else None,
                line.vials, line.arrived, line.damaged, line.discrepancy,
            )
            for line in lines
        ),
    )  # fmt: skip

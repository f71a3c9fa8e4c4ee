"""Vials sent from a store to a venue: planned, on the way, received and counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from vaksam.base import audit, clock, outbox
from vaksam.base.models import User
from vaksam.core.errors import NotFound, Refused
from vaksam.core.supply import ledger
from vaksam.core.supply.ledger import Amount, Holdings, Key, Leg, State
from vaksam.core.supply.picking import first_expired_first_out
from vaksam.supply import access, stock
from vaksam.supply.actions import lots
from vaksam.supply.actions.writing import Told, lock, write
from vaksam.supply.models import Dispatch, DispatchLine, Kind
from vaksam.venues.models import Venue

Stage = Dispatch.Stage
HOURS_SHAKE_SENSITIVE = 6.0  # by road, of vials that must not be shaken


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many vials of a product, the lots chosen when they are sent."""

    product: str
    vials: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """How a line arrived: whole vials, damaged ones, and why the rest is missing."""

    line: int
    whole: int
    damaged: int = 0
    discrepancy: str = ""


@transaction.atomic
def plan_dispatch(
    *, sender: int, receiver: int, expected_on: date, wanted: Sequence[Wanted], by: User | None,
    transport: str = "cold", box: str = "", note: str = "", allocation: int | None = None,
) -> int:  # fmt: skip
    """Plan a dispatch; its id. Nothing leaves the store yet."""
    origin = access.venue(sender, by, *access.PLANNERS)
    goal = access.venue(receiver, by, *access.PLANNERS)
    if sender == receiver:
        raise Refused("nowhere", "Sender and receiver are the same.")
    _demand_wanted(wanted)
    _demand_transport(goal, {each.product: _product(each.product) for each in wanted}, transport)
    row = _new(origin, goal, expected_on, wanted, by, note=note, transport=transport, box=box,
               allocation_id=allocation)  # fmt: skip
    audit.record(by=by, action="supply.plan_dispatch", target=f"dispatch:{row.pk}")
    return row.pk


@transaction.atomic
def order(
    *, venue: int, wanted: Sequence[Wanted], expected_on: date, by: User | None, note: str = "",
) -> int:  # fmt: skip
    """A venue asks its region's store for vials; the dispatch, which a coordinator approves.

    Raises Refused where the region has no store.
    """
    goal = access.venue(venue, by, *access.STAFF)
    origin = Venue.objects.filter(
        region_code=goal.region_code, kind="store", closed_on=None
    ).order_by("pk").first()  # fmt: skip
    if origin is None or origin.pk == goal.pk:
        raise Refused("no-store", "There is no store to order from. Ask a coordinator.")
    _demand_wanted(wanted)
    if expected_on < clock.today():
        raise Refused("past-day", "The day has passed. Give today or a later one.")
    _demand_transport(goal, {each.product: _product(each.product) for each in wanted}, "cold")
    row = _new(origin, goal, expected_on, wanted, by, note=note, stage=Stage.ORDERED)
    audit.record(by=by, action="supply.order", target=f"dispatch:{row.pk}")
    return row.pk


@transaction.atomic
def approve_order(*, dispatch: int, by: User | None) -> None:
    """What a venue ordered is planned to be sent."""
    row = _locked(dispatch, (Stage.ORDERED,), by, access.PLANNERS)
    row.stage, row.planned_at = Stage.PLANNED, clock.now()
    row.save()
    audit.record(by=by, action="supply.approve_order", target=f"dispatch:{row.pk}")


@transaction.atomic
def send(*, dispatch: int, by: User | None) -> int:
    """The vials leave: of each product those whose time ends first; the document's number.

    Raises Refused where the store has too few that may be used.
    """
    row = _locked(dispatch, (Stage.PLANNED,), by, access.PLANNERS)
    lines = list(row.lines.select_related("product"))
    here = stock.at(clock.now(), venues=[row.sender_id])
    lock((row.sender_id, key.lot) for key in here)
    here = stock.of_shelves(sorted({(row.sender_id, key.lot) for key in here}))
    known = lots.facts(sorted({key.lot for key in here}))
    legs: list[Leg] = []
    sent: list[DispatchLine] = []
    for line in lines:
        mine = {
            key: amount for key, amount in here.items() if known[key.lot].product == line.product_id
        }
        picks = first_expired_first_out(
            mine, known, vials=line.vials, at=clock.now(), states=_states(row)
        )
        if (have := sum(pick.vials for pick in picks)) < line.vials:
            raise Refused(
                "too-few", "The store has {have} usable vials of {product}, not {wanted}.",
                have=have, product=line.product.name, wanted=line.vials,
            )  # fmt: skip
        for pick in picks:
            until = _until(row, pick.key, line.product_id)
            legs += ledger.send(pick.key, row.receiver_id, pick.vials, until=until)
            sent.append(
                DispatchLine(dispatch=row, product_id=line.product_id, lot_id=pick.key.lot,
                             vials=pick.vials, state=_arrival_state(row, pick.key), until=until)
            )  # fmt: skip
    row.lines.all().delete()
    DispatchLine.objects.bulk_create(sent)
    row.stage, row.sent_at = Stage.SENT, clock.now()
    row.save()
    shelves = {(key.venue, key.lot) for key, _ in legs}
    outbox.publish("supply.sent", {"dispatch": row.pk})
    return write(Kind.SENT, row.sender, shelves, lambda held, n: legs, Told(by=by, dispatch=row))


@transaction.atomic
def receive_dispatch(
    *, dispatch: int, arrived: Sequence[Arrived], by: User | None, lowest: float | None = None,
    highest: float | None = None, note: str = "", photo: Any = None,
) -> int:  # fmt: skip
    """Count what came against what was sent; the document's number.

    A reading outside 2–8 °C (frozen: above −15 °C) puts everything in quarantine until cleared.
    Missing vials are written down as such, damaged ones as wasted.

    Raises Refused where a line is not counted, more came than was sent, or a difference has no
    reason.
    """
    row = _locked(dispatch, (Stage.SENT,), by, access.STAFF)
    lines = {line.pk: line for line in row.lines.select_related("product")}
    told = {each.line: each for each in arrived}
    if set(told) != set(lines):
        raise Refused("not-counted", "Count every line of the dispatch.")
    quarantine = _outside(row, lowest, highest)
    legs: list[Leg] = []
    for pk, line in lines.items():
        legs += _arrival(row, line, told[pk], quarantine=quarantine)
        line.arrived, line.damaged = told[pk].whole, told[pk].damaged
        line.discrepancy = told[pk].discrepancy[:40]
        line.save()
    row.stage, row.received_at = Stage.RECEIVED, clock.now()
    row.lowest, row.highest, row.note = lowest, highest, (note or row.note)[:300]
    if photo is not None:
        row.photo.save(f"{row.pk}.jpg", photo, save=False)
    row.save()
    shelves = {(key.venue, key.lot) for key, _ in legs}
    outbox.publish("supply.received", {"dispatch": row.pk})

    def make(held: Holdings, number: int) -> list[Leg]:
        return legs

    return write(Kind.ARRIVED, row.receiver, shelves, make, Told(by=by, note=note, dispatch=row))


@transaction.atomic
def cancel_dispatch(*, dispatch: int, by: User | None) -> None:
    """Give up a dispatch that has not left."""
    row = _locked(dispatch, (Stage.ORDERED, Stage.PLANNED), by, access.PLANNERS)
    row.stage = Stage.CANCELLED
    row.save()
    audit.record(by=by, action="supply.cancel_dispatch", target=f"dispatch:{row.pk}")


def _demand_wanted(wanted: Sequence[Wanted]) -> None:
    if not wanted or any(each.vials < 1 for each in wanted):
        raise Refused("bad-number", "Give a number of vials, 1 or more.")


def _new(
    origin: Venue, goal: Venue, expected_on: date, wanted: Sequence[Wanted], by: User | None, *,
    note: str, **more: str | int | None,
) -> Dispatch:  # fmt: skip
    shaken = any(_product(each.product).shake_sensitive for each in wanted)
    row = Dispatch.objects.create(
        sender=origin, receiver=goal, expected_on=expected_on, note=note[:300],
        planned_at=clock.now(), by=by, hours=HOURS_SHAKE_SENSITIVE if shaken else None, **more,
    )  # fmt: skip
    DispatchLine.objects.bulk_create(
        DispatchLine(dispatch=row, product_id=each.product, vials=each.vials) for each in wanted
    )
    return row


def _arrival(row: Dispatch, line: DispatchLine, came: Arrived, *, quarantine: bool) -> list[Leg]:
    if min(came.whole, came.damaged) < 0 or came.whole + came.damaged > line.vials:
        raise Refused(
            "too-many", "{sent} vials of {product} were sent: {came} cannot have come.",
            sent=line.vials, product=line.product.name, came=came.whole + came.damaged,
        )  # fmt: skip
    missing = line.vials - came.whole - came.damaged
    if (missing or came.damaged) and not came.discrepancy:
        raise Refused("needs-reason", "Say why what came differs from what was sent.")
    assert line.lot_id is not None
    way = Key(row.receiver_id, line.lot_id, State.TRANSIT, line.until)
    state = State.QUARANTINE if quarantine else State(line.state)
    parts = ((came.whole, state), (came.damaged, State.WASTED), (missing, State.COUNTED))
    return [
        leg
        for vials, target in parts
        if vials
        for leg in ledger.change(way, target, Amount(vials), until=line.until)
    ]


def _outside(row: Dispatch, lowest: float | None, highest: float | None) -> bool:
    if row.transport == "frozen":
        return highest is not None and highest > -15
    return (lowest is not None and lowest < 2) or (highest is not None and highest > 8)


def _states(row: Dispatch) -> tuple[State, ...]:
    if row.transport == "frozen":
        return (State.FROZEN,)
    return (State.THAWED, State.COLD, State.FROZEN)


def _arrival_state(row: Dispatch, key: Key) -> str:
    """A frozen vial sent cold thaws on the way."""
    if key.state is State.COLD:
        return State.COLD.value
    frozen = row.transport == "frozen" and row.receiver.frozen
    return State.FROZEN.value if frozen else State.THAWED.value


def _until(row: Dispatch, key: Key, product: str) -> Any:
    if key.state is not State.FROZEN or row.transport == "frozen":
        return key.until
    days = _product(product).days_after_thaw
    return clock.now() + timedelta(days=days) if days else None


def _demand_transport(goal: Venue, products: Mapping[str, Any], transport: str) -> None:
    if transport == "frozen" and not goal.frozen:
        raise Refused("no-freezer", "{venue} has no freezer: send it cold.", venue=goal.name)
    shaken = [product for product in products.values() if product.shake_sensitive]
    if shaken and transport == "cold" and goal.hours_from_store > HOURS_SHAKE_SENSITIVE:
        raise Refused(
            "too-far", "{product} must not be shaken for {hours} hours on the road to {venue}.",
            product=shaken[0].name, hours=goal.hours_from_store, venue=goal.name,
        )  # fmt: skip


def _product(code: str) -> Any:
    from vaksam.programmes import queries as programmes

    for each in programmes.products():
        if each.code == code:
            return each
    raise Refused("unknown-product", "There is no product “{code}”.", code=code)


def _locked(
    pk: int, stages: tuple[Dispatch.Stage, ...], by: User | None, roles: tuple[Any, ...]
) -> Dispatch:
    row = Dispatch.objects.select_for_update(of=["self"]).select_related(
        "sender", "receiver"
    ).filter(pk=pk).first()  # fmt: skip
    if row is None:
        raise NotFound("unknown-dispatch", "There is no such dispatch.")
    access.demand(by, row.receiver.region_code, *roles)
    if row.stage not in stages:
        raise Refused(
            "not-in-that-stage", "The dispatch is {stage} by now. Load the page again.",
            stage=row.get_stage_display(),
        )  # fmt: skip
    return row

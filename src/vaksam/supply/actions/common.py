"""What the actions on vials share."""

from collections.abc import Callable, Iterable
from datetime import datetime

from vaksam.core.errors import NotFound, Refused
from vaksam.core.supply import ledger
from vaksam.core.supply.ledger import Amount, Holdings, Key, Leg, State
from vaksam.core.supply.picking import demand_usable as demand_usable_lot
from vaksam.core.supply.reasons import Reason
from vaksam.supply.actions import lots
from vaksam.supply.models import Document, Kind, Lot
from vaksam.supply.models import Leg as LegRow

Make = Callable[[Holdings, int], list[Leg]]


def vial_of(vial: int, state: State) -> tuple[Document, Key]:
    row = Document.objects.filter(pk=vial, kind=Kind.OPENED).first()
    opened = LegRow.objects.filter(document=vial, state=State.OPENED).first()
    if row is None or opened is None:
        raise NotFound("unknown-vial", "There is no such open vial.")
    return row, Key(opened.venue_id, opened.lot_id, state, opened.until, vial)


def leg(row: LegRow) -> Leg:
    key = Key(row.venue_id, row.lot_id, State(row.state), row.until, row.vial)
    return key, Amount(row.vials, row.doses)


def lot_of(pk: int) -> Lot:
    found = Lot.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("unknown-lot", "There is no such lot.")
    return found


def demand_usable(key: Key, at: datetime) -> None:
    demand_usable_lot(key, lots.facts([key.lot])[key.lot], at=at)


def demand_some(vials: int) -> None:
    if not 1 <= vials <= 1_000_000:
        raise Refused("bad-number", "Give a number of vials, 1 or more.")


def reason_of(reason: str) -> str:
    if reason not in set(Reason):
        raise Refused("bad-reason", "Say why: choose from the list.")
    return reason


def something(make: Make) -> Make:
    """Refuse a document that changes nothing."""

    def checked(held: Holdings, number: int) -> list[Leg]:
        legs = make(held, number)
        if not legs:
            raise Refused("nothing-to-do", "That changes nothing.")
        return legs

    return checked


def taken(there: Iterable[tuple[Key, Amount]], vials: int, state: State) -> list[Leg]:
    """So many vials out of some heaps, in their order."""
    legs, left, have = [], vials, 0
    for key, amount in there:
        have += amount.vials
        if taken := min(left, amount.vials):
            legs += ledger.change(key, state, Amount(taken))
            left -= taken
    if left:
        raise Refused(
            "not-there", "There are {have} vials ({state}), not {wanted}. Count the fridge.",
            have=have, wanted=vials, state="unopened",
        )  # fmt: skip
    return legs

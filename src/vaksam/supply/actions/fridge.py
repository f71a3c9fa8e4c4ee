"""What happens to unopened vials at a venue or store. Each returns its document's number."""

from datetime import datetime, timedelta
from uuid import UUID

from vaksam.base import clock
from vaksam.base.models import User
from vaksam.core.errors import NotFound, Refused
from vaksam.core.supply import ledger
from vaksam.core.supply.ledger import UNOPENED, Amount, Holdings, Key, Leg, State
from vaksam.core.supply.picking import last_moment
from vaksam.core.supply.reasons import Reason
from vaksam.supply import access
from vaksam.supply.actions import lots
from vaksam.supply.actions.common import (
    demand_some,
    demand_usable,
    leg,
    lot_of,
    reason_of,
    something,
    taken,
)
from vaksam.supply.actions.writing import Told, write
from vaksam.supply.models import Document, Kind
from vaksam.supply.models import Leg as LegRow


def receive(
    *, venue: int, lot: int, vials: int, by: User | None, state: State | None = None,
    at: datetime | None = None, note: str = "", token: UUID | None = None,
) -> int:  # fmt: skip
    """Vials come from a supplier to a store or venue, frozen or cold as the product is kept."""
    place = access.venue(venue, by, *access.STAFF)
    demand_some(vials)
    found = lot_of(lot)
    frozen = lots.product_of(found).storage != "cold" and place.frozen
    target = Key(venue, lot, state or (State.FROZEN if frozen else State.COLD))
    told = Told(by=by, at=at, note=note, token=token)
    return write(
        Kind.RECEIVED, place, [(venue, lot)], lambda held, n: ledger.receive(target, vials), told
    )


def thaw(
    *, venue: int, lot: int, vials: int, by: User | None, at: datetime | None = None,
    token: UUID | None = None,
) -> int:  # fmt: skip
    """Frozen vials are taken out: from now on their thaw life counts."""
    place = access.venue(venue, by, *access.STAFF)
    demand_some(vials)
    found, moment = lot_of(lot), at or clock.now()
    days = lots.product_of(found).days_after_thaw
    until = moment + timedelta(days=days) if days else None
    source = Key(venue, lot, State.FROZEN)
    demand_usable(source, moment)
    legs = ledger.change(source, State.THAWED, Amount(vials), until=until)
    told = Told(by=by, at=at, token=token)
    return write(Kind.THAWED, place, [(venue, lot)], lambda held, n: legs, told)


def waste(
    *, venue: int, lot: int, vials: int, reason: str, by: User | None,
    at: datetime | None = None, note: str = "", token: UUID | None = None,
) -> int:  # fmt: skip
    """Unopened vials are thrown away, the ones whose time ends first first."""
    kind = Kind.EXPIRED if reason == Reason.EXPIRED else Kind.WASTED
    state = State.EXPIRED if kind is Kind.EXPIRED else State.WASTED
    told = Told(by=by, at=at, reason=reason_of(reason), note=note, token=token)
    return _out(kind, state, venue, lot, vials, told)


def expire(*, venue: int, lot: int, by: User | None, token: UUID | None = None) -> int:
    """Unopened vials of a lot whose time has passed are written off, all of them and no others."""
    place = access.venue(venue, by, *access.STAFF)
    known, now = lots.facts([lot_of(lot).pk]), clock.now()

    def make(held: Holdings, number: int) -> list[Leg]:
        return [
            part
            for key, amount in held.items()
            if key.state in UNOPENED - {State.TRANSIT} and last_moment(key, known[lot]) <= now
            for part in ledger.change(key, State.EXPIRED, amount)
        ]

    ended = known[lot].expires_on < clock.today()
    told = Told(by=by, reason=Reason.EXPIRED if ended else Reason.THAW_LIFE, token=token)
    return write(Kind.EXPIRED, place, [(venue, lot)], something(make), told)


def give_back(
    *, venue: int, lot: int, vials: int, by: User | None, note: str = "",
    token: UUID | None = None,
) -> int:  # fmt: skip
    """Vials go back to the supplier."""
    told = Told(by=by, note=note, token=token)
    return _out(Kind.RETURNED, State.RETURNED, venue, lot, vials, told)


def quarantine(*, venue: int, lot: int, by: User | None, reason: str) -> int:
    """All unopened vials of a lot at a venue are put aside until cleared."""
    place = access.venue(venue, by, *access.STAFF)

    def make(held: Holdings, number: int) -> list[Leg]:
        return [
            part
            for key, amount in held.items()
            if key.state in (State.FROZEN, State.COLD, State.THAWED)
            for part in ledger.change(key, State.QUARANTINE, amount, until=key.until)
        ]

    told = Told(by=by, reason="", note=reason)
    return write(Kind.QUARANTINED, place, [(venue, lot)], something(make), told)


def clear(*, venue: int, lot: int, by: User | None, note: str = "") -> int:
    """Vials in quarantine may be used: they are kept cold from now on."""
    place = access.venue(venue, by, *access.PLANNERS)

    def make(held: Holdings, number: int) -> list[Leg]:
        return [
            part
            for key, amount in held.items()
            if key.state is State.QUARANTINE
            for part in ledger.change(
                key, State.THAWED if key.until else State.COLD, amount, until=key.until
            )
        ]

    return write(Kind.CLEARED, place, [(venue, lot)], something(make), Told(by=by, note=note))


def count(
    *, venue: int, lot: int, vials: int, by: User | None, note: str = "",
    token: UUID | None = None,
) -> int:  # fmt: skip
    """So many unopened vials of a lot lie in the fridge: the difference is written down."""
    place = access.venue(venue, by, *access.STAFF)
    if vials < 0:
        raise Refused("bad-number", "Give a number of vials, 0 or more.")

    def make(held: Holdings, number: int) -> list[Leg]:
        there = [
            (key, amount) for key, amount in held.items()
            if key.state in (State.FROZEN, State.COLD, State.THAWED)
        ]  # fmt: skip
        more = vials - sum(amount.vials for _, amount in there)
        if more > 0:
            key = there[0][0] if there else Key(venue, lot, State.COLD)
            return ledger.move(Key(venue, lot, State.COUNTED), key, Amount(more))
        return taken(there, -more, State.COUNTED)

    told = Told(by=by, note=note, token=token)
    return write(Kind.COUNTED, place, [(venue, lot)], something(make), told)


def reverse(*, document: int, by: User | None, note: str) -> int:
    """Take a document back. What has happened to its vials since must be taken back first."""
    row = Document.objects.select_related("venue").filter(pk=document).first()
    if row is None:
        raise NotFound("unknown-document", "There is no such document.")
    access.demand(by, row.venue.region_code, *access.STAFF)
    if not note.strip():
        raise Refused("needs-reason", "Say why it is taken back.")
    if row.kind in (Kind.REVERSED, Kind.SENT, Kind.ARRIVED):
        raise Refused("not-reversible", "This is corrected by a count, not taken back.")
    legs = [leg(each) for each in LegRow.objects.filter(document=row).order_by("pk")]
    shelves = {(key.venue, key.lot) for key, _ in legs}

    def make(held: Holdings, number: int) -> list[Leg]:
        if Document.objects.filter(reverses=row).exists():
            raise Refused("reversed-already", "It has been taken back already.")
        return ledger.reverse(legs)

    return write(Kind.REVERSED, row.venue, shelves, make, Told(by=by, note=note, reverses=row))


def _out(kind: Kind, state: State, venue: int, lot: int, vials: int, told: Told) -> int:
    place = access.venue(venue, told.by, *access.STAFF)
    demand_some(vials)

    def make(held: Holdings, number: int) -> list[Leg]:
        known = lots.facts([lot])
        there = sorted(
            ((key, amount) for key, amount in held.items()
             if key.state in UNOPENED - {State.TRANSIT}),
            key=lambda each: last_moment(each[0], known[lot]),
        )  # fmt: skip
        return taken(there, vials, state)

    return write(kind, place, [(venue, lot)], make, told)

"""Stock by venue, product, lot and state, now or at any moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from vaksam.base import clock
from vaksam.core.supply.ledger import UNOPENED, State
from vaksam.core.supply.picking import last_moment
from vaksam.supply import stock as sums
from vaksam.supply.actions import lots as known
from vaksam.supply.facts import nominal
from vaksam.venues import queries as venues


@dataclass(frozen=True, slots=True)
class StockRow:
    """Vials that are alike. `doses`: in unopened vials as they count that day, else what is left.

    `until` is when they cannot be used any more; `block` why they cannot be used now.
    """

    venue: int
    venue_name: str
    product: str
    lot: int
    lot_number: str
    expires_on: date
    state: str
    vial: int | None
    vials: int
    doses: int
    until: datetime
    block: str


@dataclass(frozen=True, slots=True)
class VialRef:
    """An open vial, with the doses left in it and drawn from it, and the minutes it has left."""

    vial: int
    product: str
    lot_number: str
    left: int
    drawn: int
    until: datetime
    minutes: int


def stock(
    *, venues_in: Iterable[str] | None = None, venue: int | None = None,
    at: datetime | None = None,
) -> list[StockRow]:  # fmt: skip
    """What is held (in some regions, or at a venue) at a moment, what ends first first."""
    moment = at or clock.now()
    places = {each.id: each for each in venues.venues(regions=venues_in)}
    wanted = [venue] if venue is not None else None if venues_in is None else list(places)
    held = {
        key: amount for key, amount in sums.at(moment, venues=wanted).items() if key.venue in places
    }
    lots, doses = known.facts(sorted({key.lot for key in held})), nominal(moment)
    rows = [
        StockRow(
            venue=key.venue, venue_name=places[key.venue].name, product=lots[key.lot].product,
            lot=key.lot, lot_number=lots[key.lot].number, expires_on=lots[key.lot].expires_on,
            state=key.state.value, vial=key.vial, vials=amount.vials,
            doses=amount.vials * doses.get(lots[key.lot].product, 1)
            if key.state in UNOPENED else amount.doses,
            until=last_moment(key, lots[key.lot]), block=lots[key.lot].block or "",
        )
        for key, amount in held.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.venue_name, row.product, row.until, row.lot_number))


def open_vials(venue: int) -> list[VialRef]:
    """Vials that are open at a venue, the one that ends first first."""
    now = clock.now()
    rows = stock(venue=venue)
    drawn = {row.vial: row.doses for row in rows if row.state == State.DRAWN}
    found = [
        VialRef(
            vial=row.vial, product=row.product, lot_number=row.lot_number, left=row.doses,
            drawn=drawn.get(row.vial, 0), until=row.until,
            minutes=max(int((row.until - now).total_seconds() // 60), 0),
        )
        for row in rows
        if row.state == State.OPENED and row.vial is not None
    ]  # fmt: skip
    return sorted(found, key=lambda each: each.until)

"""What happens to an open vial. Each returns its document's number; a vial has that of opening."""

from datetime import datetime, timedelta
from uuid import UUID

from vaksam.base import clock
from vaksam.base.models import User
from vaksam.core.errors import Refused
from vaksam.core.supply import ledger
from vaksam.core.supply.ledger import USABLE, Amount, Holdings, Key, Leg, State
from vaksam.core.supply.picking import first_expired_first_out, last_moment
from vaksam.supply import access
from vaksam.supply.actions import lots
from vaksam.supply.actions.common import demand_usable, lot_of, reason_of, vial_of
from vaksam.supply.actions.writing import Told, write
from vaksam.supply.models import Kind


def open_vial(
    *, venue: int, lot: int, by: User | None, at: datetime | None = None,
    token: UUID | None = None,
) -> int:  # fmt: skip
    """One vial is opened, of those whose time ends first; its number is the document's.

    Raises Refused where the lot is blocked, past its time, or there is no vial to open.
    """
    place = access.venue(venue, by, *access.STAFF)
    found, moment = lot_of(lot), at or clock.now()
    product = lots.product_of(found)
    known = lots.facts([lot])

    def make(held: Holdings, number: int) -> list[Leg]:
        demand_usable(Key(venue, lot, State.COLD), moment)
        picks = first_expired_first_out(held, known, vials=1, at=moment, states=USABLE)
        if not picks:
            raise Refused("no-vial", "There is no vial of lot {lot} to open.", lot=found.number)
        source = picks[0].key
        hours = product.hours_after_opening or 24
        until = min(moment + timedelta(hours=hours), last_moment(source, known[lot]))
        doses = product.doses_per_vial(clock.day_of(moment)) or 1
        return ledger.open_vial(source, doses=doses, until=until, vial=number)

    return write(Kind.OPENED, place, [(venue, lot)], make, Told(by=by, at=at, token=token))


def draw(
    *, vial: int, doses: int = 1, by: User | None, at: datetime | None = None,
    token: UUID | None = None,
) -> int:  # fmt: skip
    """Doses are drawn from an open vial; more than the nominal ones may be in it."""
    _, key = vial_of(vial, State.OPENED)
    place = access.venue(key.venue, by, *access.STAFF)
    if not 1 <= doses <= 20:
        raise Refused("bad-number", "Give a number from 1 to 20.")
    moment = at or clock.now()

    def make(held: Holdings, number: int) -> list[Leg]:
        demand_usable(key, moment)
        there = held.get(key)
        if there is None or not there.vials:
            raise Refused("vial-done", "The vial is emptied or thrown away already.")
        return ledger.draw(key, doses, held=there.doses)

    told = Told(by=by, at=at, token=token)
    return write(Kind.DRAWN, place, [(key.venue, key.lot)], make, told)


def give(
    *, vial: int, doses: int = 1, by: User | None, at: datetime | None = None,
    token: UUID | None = None,
) -> int:  # fmt: skip
    """Drawn doses are given."""
    _, key = vial_of(vial, State.DRAWN)
    place = access.venue(key.venue, by, *access.STAFF)
    moment = at or clock.now()

    def make(held: Holdings, number: int) -> list[Leg]:
        demand_usable(key, moment)
        return ledger.change(key, State.GIVEN, Amount(0, doses))

    told = Told(by=by, at=at, token=token)
    return write(Kind.GIVEN, place, [(key.venue, key.lot)], make, told)


def empty(
    *, vial: int, by: User | None, at: datetime | None = None, token: UUID | None = None
) -> int:
    """No more can be drawn from a vial; what is left in it is no wastage."""
    _, key = vial_of(vial, State.OPENED)
    place = access.venue(key.venue, by, *access.STAFF)

    def make(held: Holdings, number: int) -> list[Leg]:
        there = held.get(key)
        if there is None or not there.vials:
            raise Refused("vial-done", "The vial is emptied or thrown away already.")
        return ledger.empty(key, held=there.doses)

    told = Told(by=by, at=at, token=token)
    return write(Kind.EMPTIED, place, [(key.venue, key.lot)], make, told)


def waste_vial(
    *, vial: int, reason: str, by: User | None, at: datetime | None = None, note: str = "",
    token: UUID | None = None,
) -> int:  # fmt: skip
    """An open vial is thrown away with what is in it, and what was drawn and not given."""
    _, key = vial_of(vial, State.OPENED)
    place = access.venue(key.venue, by, *access.STAFF)
    drawn = Key(key.venue, key.lot, State.DRAWN, key.until, key.vial)

    def make(held: Holdings, number: int) -> list[Leg]:
        legs = [
            leg for each in (key, drawn) if held.get(each)
            for leg in ledger.change(each, State.WASTED, held[each])
        ]  # fmt: skip
        if not legs:
            raise Refused("vial-done", "The vial is emptied or thrown away already.")
        return legs

    told = Told(by=by, at=at, reason=reason_of(reason), note=note, token=token)
    return write(Kind.WASTED, place, [(key.venue, key.lot)], make, told)

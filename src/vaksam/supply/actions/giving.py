"""Doses out of a vial into a person, and what is put right when the wrong vial was named."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from vaksam.base import clock
from vaksam.base.models import User
from vaksam.core.errors import NotFound, Refused
from vaksam.core.supply import ledger
from vaksam.core.supply.ledger import NOTHING, Amount, Key, Leg, State
from vaksam.supply import access, stock
from vaksam.supply.actions.common import demand_usable, leg, lot_of, vial_of
from vaksam.supply.actions.writing import Told, lock, write
from vaksam.supply.models import Document, Kind
from vaksam.supply.models import Leg as LegRow
from vaksam.venues.models import Venue


@transaction.atomic
def inject(
    *, vial: int, by: User | None, at: datetime | None = None, token: UUID | None = None,
    beyond: bool = True,
) -> int:  # fmt: skip
    """One dose of an open vial is given: a drawn one, else it is drawn now; the document's number.

    `beyond`: also one more than the vial is counted as.

    Raises
    ------
    Refused
        The lot is blocked, the time has passed, or the vial is done with. `beyond`: its last
        dose has just been drawn.
    NotFound, NotAllowed
        There is no such vial, or it stands where `by` does not work.
    """
    _, key = vial_of(vial, State.DRAWN)
    place = access.venue(key.venue, by, *access.STAFF)
    if token and (known := Document.objects.filter(token=token).first()):
        return known.pk
    demand_usable(key, at or clock.now())
    lock([(key.venue, key.lot)])
    held = stock.of_shelves([(key.venue, key.lot)])
    if not held.get(key, NOTHING).doses:
        opened = Key(key.venue, key.lot, State.OPENED, key.until, vial)
        there = held.get(opened, NOTHING)
        if not there.vials:
            raise Refused("vial-done", "The vial is emptied or thrown away already.")
        if there.doses < 1 and not beyond:
            raise Refused("beyond", "The last dose of the vial has just been drawn. Look again.")
        _write(Kind.DRAWN, place, ledger.draw(opened, 1, held=there.doses), Told(by=by, at=at))
    given = ledger.change(key, State.GIVEN, Amount(0, 1))
    return _write(Kind.GIVEN, place, given, Told(by=by, at=at, token=token))


@transaction.atomic
def take_back(*, document: int, by: User | None, note: str) -> None:
    """A dose was not given out of the vial that was named, or not at all.

    It is in the vial again; where that is emptied or thrown away by now, with what was left in
    it. Nothing happens to a document that has been taken back already.

    Raises NotFound, NotAllowed.
    """
    row = Document.objects.select_related("venue").filter(pk=document, kind=Kind.GIVEN).first()
    if row is None:
        raise NotFound("unknown-document", "There is no such document.")
    access.demand(by, row.venue.region_code, *access.STAFF)
    legs = _legs(row)
    drawn = next(key for key, _ in legs if key.state is State.DRAWN)
    lock([(drawn.venue, drawn.lot)])
    if Document.objects.filter(reverses=row).exists():
        return
    told = Told(by=by, note=note, reverses=row)
    _write(Kind.REVERSED, row.venue, ledger.reverse(legs), told)
    before = _drawing(row, drawn)
    if before is not None:
        told = Told(by=by, note=note, reverses=before)
        _write(Kind.REVERSED, row.venue, ledger.reverse(_legs(before)), told)
    held = stock.of_shelves([(drawn.venue, drawn.lot)])
    opened = Key(drawn.venue, drawn.lot, State.OPENED, drawn.until, drawn.vial)
    if not held.get(opened, NOTHING).vials:
        left = [leg for key in (opened, drawn) if held.get(key)
                for leg in ledger.change(key, State.RESIDUE, held[key])]  # fmt: skip
        if left:
            _write(Kind.EMPTIED, row.venue, left, Told(by=by, note=note))


@transaction.atomic
def give_afterwards(
    *, venue: int, lot: int, at: datetime, by: User | None, vial: int | None = None, note: str = ""
) -> int:
    """A dose of a lot was given at a moment that has been; the document's number.

    Out of the vial, if it is known; it may be past its time now, or emptied. What is not held
    any more comes out of what was left in the vial, or out of the content of unopened ones.

    Raises Refused where the vial is of another lot or venue, NotFound, NotAllowed.
    """
    place, number = access.venue(venue, by, *access.STAFF), lot_of(lot).pk
    key = Key(venue, number, State.DRAWN)
    if vial is not None:
        _, key = vial_of(vial, State.DRAWN)
        if (key.venue, key.lot) != (venue, number):
            raise Refused("other-lot", "That vial is of another lot. Choose one of the lot.")
    lock([(venue, number)])
    opened = Key(venue, number, State.OPENED, key.until, vial)
    there = stock.of_shelves([(venue, number)]).get(opened, NOTHING) if vial else NOTHING
    if there.vials:
        legs = ledger.draw(opened, 1, held=there.doses)
    else:
        source = State.RESIDUE if vial else State.CONTENT
        legs = ledger.move(Key(venue, number, source, None, vial), key, Amount(0, 1))
    _write(Kind.DRAWN, place, legs, Told(by=by, at=at, note=note))
    given = ledger.change(key, State.GIVEN, Amount(0, 1))
    return _write(Kind.GIVEN, place, given, Told(by=by, at=at, note=note))


def _write(kind: Kind, venue: Venue, legs: Sequence[Leg], told: Told) -> int:
    shelves = {(key.venue, key.lot) for key, _ in legs}
    return write(kind, venue, shelves, lambda held, number: list(legs), told)


def _legs(row: Document) -> list[Leg]:
    return [leg(each) for each in LegRow.objects.filter(document=row).order_by("pk")]


def _drawing(given: Document, drawn: Key) -> Document | None:
    """The document that drew the one dose, newest first; None: they were drawn together."""
    rows = LegRow.objects.filter(
        vial=drawn.vial, lot=drawn.lot, venue=drawn.venue, state=State.DRAWN, doses=1,
        document__kind=Kind.DRAWN, document__reversed_by=None, document_id__lt=given.pk,
    )  # fmt: skip
    found = rows.select_related("document").order_by("-document_id").first()
    return found.document if found else None

"""Put a dose right by a new version, or take it back; what was written before is kept.

Locking law: the persons are locked in the order of their ids, then the dose's row. The ledger's
shelves come after.
"""

from dataclasses import replace
from typing import Any

from django.db import transaction

from vaksam.base import audit, clock, outbox
from vaksam.base.models import User
from vaksam.core.errors import NotFound, Refused
from vaksam.people import actions as people
from vaksam.programmes.models import Product
from vaksam.records.actions.registering import Told, add, check
from vaksam.records.models import Vaccination
from vaksam.supply import actions as supply
from vaksam.supply.models import Lot

_CHANGES = frozenset({
    "person", "product", "product_name", "lot", "given_on", "given_at", "dose_number", "site",
    "country", "source", "vouched_by", "vaccinator_name", "vial",
})  # fmt: skip


@transaction.atomic
def correct(*, vaccination: int, why: str, by: User | None, **changes: Any) -> int:
    """A new version of a dose, and its id; the older one stands in the history.

    Where the dose came out of our own stock and another product or lot is named, the ledger is put
    right as well: the dose is back in the vial that was named, and out of the right one (`vial`
    where it is known, else any of the lot).

    Parameters
    ----------
    changes
        What was wrong: the person (an id), product or product_name, lot, given_on, given_at,
        dose_number, site, country, source, vouched_by, vaccinator_name; vial.

    Raises
    ------
    Refused
        Nothing is changed, no reason is told, somebody has corrected it meanwhile, or it cannot
        be as `vaksam.records.actions.register` says. `unknown-lot`: the lot was never here.
    NotFound, NotAllowed
        As `vaksam.people.actions.hold`, for both persons.
    """
    assert _CHANGES.issuperset(changes), "what can be corrected"
    why = _reason(why)
    owner = _owner(vaccination)
    to = int(changes.pop("person", None) or owner)
    held = {pk: people.hold(person=pk, by=by) for pk in sorted({owner, to})}
    row = _lock(vaccination)
    vial = changes.pop("vial", None)
    before = told_of(row)
    after = replace(before, **_tidy(changes, before))
    if after == before and to == owner and vial is None:
        raise Refused("no-change", "That changes nothing. Say what was wrong.")
    check(held[to], after)
    if row.document_id and (vial or (after.product, after.lot) != (before.product, before.lot)):
        after = _restock(row, after, vial, why, by)
    elif after.given_at and after.given_on != clock.day_of(after.given_at):
        after = replace(after, given_at=None)
    _end(row, by, why)
    new = add(held[to], after, by, version=row.version + 1, first=row.first_id or row.pk, why=why)
    _tell("records.correct", row, {owner, to}, by, {"dose": new.pk, "instead_of": row.pk})
    return new.pk


@transaction.atomic
def withdraw(*, vaccination: int, by: User | None, why: str = "") -> None:
    """Take back a dose that was registered by mistake; it is kept.

    Out of our own stock it is back in its vial. One taken back already is left as it is.

    Raises
    ------
    Refused
        `corrected-meanwhile`: it was corrected, and another version stands.
    NotFound, NotAllowed
        As `vaksam.people.actions.hold`.
    """
    people.hold(person=_owner(vaccination), by=by)
    row = Vaccination.objects.select_for_update(of=("self",)).get(pk=vaccination)
    if row.withdrawn_at is not None:
        later = Vaccination.objects.filter(first=row.first_id or row.pk, version__gt=row.version)
        if later.exists():
            raise _meanwhile()
        return
    if row.document_id:
        supply.take_back(document=row.document_id, by=by, note=why)
    _end(row, by, why.strip())
    _tell("records.withdraw", row, {row.person_id}, by, {"dose": vaccination})


def told_of(row: Vaccination) -> Told:
    """What a version says."""
    return Told(
        given_on=row.given_on, source=row.source, product=row.product_id or "",
        product_name=row.product_name, country=row.country, lot=row.lot, given_at=row.given_at,
        dose_number=row.dose_number, site=row.site, venue=row.venue_id,
        vaccinator=row.vaccinator_id, vaccinator_name=row.vaccinator_name,
        vouched_by=row.vouched_by, document=row.document_id,
    )  # fmt: skip


def _tidy(changes: dict[str, Any], before: Told) -> dict[str, Any]:
    """A product of ours or a name, never both; texts without blanks at their ends."""
    found = {
        name: value.strip() if isinstance(value, str) else value for name, value in changes.items()
    }
    if found.get("product"):
        found["product_name"] = ""
    elif found.get("product_name"):
        found["product"] = ""
    return found


def _restock(row: Vaccination, after: Told, vial: int | None, why: str, by: User | None) -> Told:
    """Back into the vial that was named, and out of the right one; the lot as the stock has it."""
    assert row.document_id is not None and row.venue_id is not None
    lot = Lot.objects.filter(product=after.product or None, number=after.lot.upper()).first()
    if lot is None:
        name = Product.objects.filter(pk=after.product).values_list("name", flat=True).first()
        raise Refused(
            "unknown-lot", "There is no lot {lot} of {product} in the stock. Look at the vial.",
            lot=after.lot or "–", product=name or after.product_name,
        )  # fmt: skip
    supply.take_back(document=row.document_id, by=by, note=why)
    moment = after.given_at or clock.at(after.given_on)
    document = supply.give_afterwards(
        venue=row.venue_id, lot=lot.pk, at=moment, by=by, vial=vial, note=why
    )
    return replace(after, lot=lot.number, document=document)


def _owner(vaccination: int) -> int:
    person = (
        Vaccination.objects.filter(pk=vaccination)
        .values_list("person_id", "person__merged_into_id")
        .first()
    )
    if person is None:
        raise NotFound("no-such-dose", "There is no such dose.")
    return int(person[1] or person[0])


def _lock(vaccination: int) -> Vaccination:
    row = Vaccination.objects.select_for_update(of=("self",)).get(pk=vaccination)
    if row.withdrawn_at is not None:
        raise _meanwhile()
    return row


def _meanwhile() -> Refused:
    return Refused(
        "corrected-meanwhile", "It has been corrected or taken back meanwhile. Look again."
    )


def _end(row: Vaccination, by: User | None, why: str) -> None:
    Vaccination.objects.filter(pk=row.pk).update(
        withdrawn_at=clock.now(), withdrawn_by=by, withdrawn_why=why[:300]
    )


def _reason(why: str) -> str:
    if not (why := why.strip()[:300]):
        raise Refused("needs-reason", "Say why it is corrected.")
    return why


def _tell(
    action: str, row: Vaccination, persons: set[int], by: User | None, details: dict[str, int]
) -> None:
    for pk in sorted(persons):
        audit.record(by=by, action=action, target=f"person {pk}", details=details)
    outbox.publish("records.changed", {"persons": sorted(persons)})

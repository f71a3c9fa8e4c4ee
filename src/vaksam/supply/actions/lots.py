"""Lots: known by product and number, recalled and lifted."""

from datetime import date

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.core.errors import NotFound, Refused
from vaksam.core.products import Product
from vaksam.core.supply.picking import Block, LotFacts
from vaksam.programmes import queries as programmes
from vaksam.programmes.models import Product as ProductRow
from vaksam.supply import access
from vaksam.supply.models import Lot, Recall


def lot(*, product: str, number: str, expires_on: date, gtin: str = "") -> Lot:
    """The lot of a product, made when it is new.

    Raises Refused where the lot is known with another last day, or the product is not known.
    """
    number = number.strip().upper()
    if not number:
        raise Refused("needs-lot", "Give the lot's number.")
    row = ProductRow.objects.filter(code=product).first()
    if row is None:
        raise Refused("unknown-product", "There is no product “{code}”.", code=product)
    found, _ = Lot.objects.get_or_create(
        product=row, number=number, defaults={"expires_on": expires_on, "gtin": gtin}
    )
    if found.expires_on != expires_on:
        raise Refused(
            "other-last-day",
            "Lot {lot} is known with the last day {day}. Look at the box again.",
            lot=number, day=found.expires_on.isoformat(),
        )  # fmt: skip
    return found


@transaction.atomic
def recall(*, lot: int, reason: str, by: User | None) -> int:
    """Call a lot back: from now on it cannot be sent, opened or given; the recall's id."""
    found = Lot.objects.select_for_update().filter(pk=lot).first()
    if found is None:
        raise NotFound("unknown-lot", "There is no such lot.")
    access.demand_planner(by)
    if not reason.strip():
        raise Refused("needs-reason", "Say why the lot is called back.")
    if found.recalls.filter(lifted_at=None).exists():
        raise Refused("recalled-already", "Lot {lot} is recalled already.", lot=found.number)
    row = Recall.objects.create(lot=found, reason=reason.strip()[:300], at=clock.now(), by=by)
    audit.record(by=by, action="supply.recall", target=f"lot:{found.pk}")
    return row.pk


@transaction.atomic
def lift_recall(*, recall: int, by: User | None) -> None:
    """The lot may be used again."""
    access.demand_planner(by)
    row = Recall.objects.select_for_update().filter(pk=recall, lifted_at=None).first()
    if row is None:
        raise NotFound("unknown-recall", "There is no such recall in force.")
    row.lifted_at = clock.now()
    row.save(update_fields=["lifted_at"])
    audit.record(by=by, action="supply.lift_recall", target=f"lot:{row.lot_id}")


def facts(lots: list[int]) -> dict[int, LotFacts]:
    """What is known of lots, by id; two queries."""
    called = set(
        Recall.objects.filter(lot__in=lots, lifted_at=None).values_list("lot_id", flat=True)
    )
    rows = Lot.objects.filter(pk__in=lots).values_list("pk", "number", "product_id", "expires_on")
    return {
        pk: LotFacts(number, product, expires_on, Block.RECALLED if pk in called else None)
        for pk, number, product, expires_on in rows
    }


def product_of(lot: Lot) -> Product:
    """The product as the core has it."""
    return next(each for each in programmes.products() if each.code == lot.product_id)

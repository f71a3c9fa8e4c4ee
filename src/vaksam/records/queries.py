"""Doses given to a person."""

from dataclasses import dataclass
from datetime import date

from vaksam.records.models import Vaccination


@dataclass(frozen=True, slots=True)
class DoseView:
    """One dose; `product` is empty where it is none of ours, and `name` says what it was."""

    id: int
    product: str
    name: str
    given_on: date
    country: str
    lot: str
    source: str
    withdrawn: bool


def doses(person: int) -> list[DoseView]:
    """Every dose of a person in date order, withdrawn ones as well.

    For callers that have opened the person's record, which is what is logged.
    """
    rows = Vaccination.objects.filter(person_id=person).select_related("product")
    return [
        DoseView(
            id=row.pk,
            product=row.product_id or "",
            name=row.product.name if row.product else row.product_name,
            given_on=row.given_on,
            country=row.country,
            lot=row.lot,
            source=row.get_source_display(),
            withdrawn=row.withdrawn_at is not None,
        )
        for row in rows.order_by("given_on", "pk")
    ]

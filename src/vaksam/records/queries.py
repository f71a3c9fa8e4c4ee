"""Doses given to a person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from vaksam.base import clock
from vaksam.records.models import Refusal, Vaccination


@dataclass(frozen=True, slots=True)
class DoseView:
    """One version of a dose; `product` is empty where it is none of ours, `name` says what it was.

    `first` is the id of the first version: the same for all versions of a dose. `in_stock`: it
    came out of our own stock.
    """

    id: int
    product: str
    name: str
    given_on: date
    country: str
    lot: str
    source: str
    withdrawn: bool
    dose_number: int | None = None
    site: str = ""
    venue: str = ""
    given_at: datetime | None = None
    vaccinator: str = ""
    vouched_by: str = ""
    version: int = 1
    first: int = 0
    why: str = ""
    withdrawn_why: str = ""
    registered_at: datetime | None = None
    registered_by: str = ""
    in_stock: bool = False
    source_code: str = ""
    site_code: str = ""
    venue_id: int | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""


def doses(person: int) -> list[DoseView]:
    """Every dose of a person in date order, withdrawn ones as well.

    For callers that have opened the person's record, which is what is logged.
    """
    rows = Vaccination.objects.filter(person_id=person).select_related(
        "product", "venue", "registered_by", "withdrawn_by"
    )
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
            dose_number=row.dose_number,
            site=str(row.get_site_display()) if row.site else "",
            venue=row.venue.name if row.venue else "",
            given_at=row.given_at,
            vaccinator=row.vaccinator_name,
            vouched_by=row.vouched_by,
            version=row.version,
            first=row.first_id or row.pk,
            why=row.why,
            withdrawn_why=row.withdrawn_why,
            registered_at=row.registered_at,
            registered_by=row.registered_by.get_username() if row.registered_by else "",
            in_stock=row.document_id is not None,
            source_code=row.source,
            site_code=row.site,
            venue_id=row.venue_id,
            withdrawn_at=row.withdrawn_at,
            withdrawn_by=row.withdrawn_by.get_username() if row.withdrawn_by else "",
        )
        for row in rows.order_by("given_on", "pk")
    ]


@dataclass(frozen=True, slots=True)
class RefusalView:
    """That somebody declines a programme's vaccine; `until` None: until they say else."""

    programme: str
    said_at: datetime
    until: date | None
    quiet: bool
    note: str


def refusals(person: int) -> list[RefusalView]:
    """What a person declines today. For callers that have opened the record."""
    rows = _holding().filter(person=person).order_by("programme")
    return [RefusalView(r.programme_id, r.said_at, r.until, r.quiet, r.note) for r in rows]


def declined(persons: Collection[int], programme: str) -> set[int]:
    """Those who are not to be written to about a programme, of some; one query."""
    rows = _holding().filter(person__in=list(persons), programme=programme, quiet=True)
    return set(rows.values_list("person_id", flat=True))


def _holding() -> QuerySet[Refusal]:
    today = clock.today()
    return Refusal.objects.filter(Q(until=None) | Q(until__gte=today), lifted_at=None)

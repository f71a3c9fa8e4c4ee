"""Prescriptions: a region's general directives, and a person's own."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from vaksam.base import clock
from vaksam.base.scope import Scope
from vaksam.clinic import access
from vaksam.clinic.models import Prescription
from vaksam.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class PrescriptionView:
    """A prescription as it was signed; empty `doses` and `roles`: any."""

    id: int
    person: int | None
    region_code: str
    programme: str
    products: tuple[str, ...]
    doses: tuple[int, ...]
    age_from: int
    age_to: int | None
    roles: tuple[str, ...]
    cleared: tuple[str, ...]
    text: str
    signer_name: str
    signer_title: str
    signed_at: datetime
    valid_from: date
    valid_to: date
    revoked_at: datetime | None

    @property
    def holds(self) -> bool:
        today = clock.today()
        return self.revoked_at is None and self.valid_from <= today <= self.valid_to


def general(*, scope: Scope) -> list[PrescriptionView]:
    """General directives of the regions one works in: those that hold first, then the newest."""
    rows = Prescription.objects.filter(person=None)
    regions = scope.regions_as(*access.READERS)
    if regions is not None:
        rows = rows.filter(region_code__in=sorted(regions))
    return sorted(_views(rows), key=lambda each: (not each.holds, each.id * -1))


def of_person(person: int) -> list[PrescriptionView]:
    """A person's own, the newest first. For callers that have opened the record."""
    return _views(Prescription.objects.filter(person=person))


def prescription(pk: int, *, scope: Scope) -> PrescriptionView:
    """One general directive. Raises NotFound."""
    for each in general(scope=scope):
        if each.id == pk:
            return each
    raise NotFound("unknown-prescription", "There is no such prescription.")


def _views(rows: QuerySet[Prescription]) -> list[PrescriptionView]:
    return [
        PrescriptionView(
            id=row.pk, person=row.person_id, region_code=row.region_code,
            programme=row.programme_id, products=tuple(row.products), doses=tuple(row.doses),
            age_from=row.age_from, age_to=row.age_to, roles=tuple(row.roles),
            cleared=tuple(row.cleared), text=row.text, signer_name=row.signer_name,
            signer_title=row.signer_title, signed_at=row.signed_at, valid_from=row.valid_from,
            valid_to=row.valid_to, revoked_at=row.revoked_at,
        )
        for row in rows.order_by("-pk")
    ]  # fmt: skip

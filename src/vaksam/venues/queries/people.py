"""Those who work at venues."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from vaksam.core.errors import NotFound
from vaksam.venues.models import Staff


@dataclass(frozen=True, slots=True)
class StaffRef:
    """Somebody among the staff. `venue`: where usually, None where nowhere in particular."""

    id: int
    region_code: str
    name: str = field(repr=False)  # personal data: not for logs
    role: str
    venue: int | None
    venue_name: str
    vaccinates: bool
    anaphylaxis: bool
    draws: bool
    volunteer: bool
    employer: str
    languages: tuple[str, ...]
    left_on: date | None


def staff(region: str, *, on: date | None = None) -> list[StaffRef]:
    """Everybody of a region, by name; with `on`, those who have not left by that day."""
    rows = Staff.objects.filter(region_code=region)
    if on is not None:
        rows = rows.filter(Q(left_on=None) | Q(left_on__gte=on))
    return [staff_ref(row) for row in rows.select_related("venue").order_by("name", "pk")]


def one_of_staff(pk: int, *, regions: Iterable[str] | None) -> StaffRef:
    """Somebody of some regions (None: of all). Raises NotFound."""
    rows = Staff.objects.filter(pk=pk).select_related("venue")
    if regions is not None:
        rows = rows.filter(region_code__in=list(regions))
    row = rows.first()
    if row is None:
        raise NotFound("unknown-staff", "There is no such person among the staff.")
    return staff_ref(row)


def staff_ref(row: Staff) -> StaffRef:
    return StaffRef(
        id=row.pk, region_code=row.region_code, name=row.name, role=row.role, venue=row.venue_id,
        venue_name=row.venue.name if row.venue else "", vaccinates=row.vaccinates,
        anaphylaxis=row.anaphylaxis, draws=row.draws, volunteer=row.volunteer,
        employer=row.employer, languages=tuple(row.languages), left_on=row.left_on,
    )  # fmt: skip

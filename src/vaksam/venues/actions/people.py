"""Those who work at venues. Names stay out of the audit log."""

from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.core.errors import NotFound, Refused
from vaksam.core.venues import are_languages
from vaksam.venues import access
from vaksam.venues.models import Employer, Shift, Staff, StaffRole, Venue

#: Who may give doses: by licence, or by delegation under a physician's general directive.
MAY_VACCINATE: Final = frozenset(
    {StaffRole.NURSE, StaffRole.PHYSICIAN, StaffRole.PHARMACIST, StaffRole.ASSISTANT_NURSE}
)
_FLAGS: Final = frozenset({"vaccinates", "anaphylaxis", "draws", "volunteer"})
_FIELDS: Final = _FLAGS | {"name", "role", "venue", "employer", "languages", "left_on"}


@transaction.atomic
def add_staff(*, region_code: str, name: str, role: str, by: User | None, **facts: Any) -> int:
    """Add somebody who works at the region's venues; the new id.

    Parameters
    ----------
    role
        A value of `StaffRole`.
    facts
        `venue` (id of where usually, or None), `vaccinates`, `anaphylaxis`, `draws`,
        `volunteer` (bool), `employer` (a value of `Employer`), `languages` (ISO 639 codes).

    Raises
    ------
    Refused
        Something of it cannot be.
    NotAllowed
        `by` does not coordinate the region.
    """
    access.demand(by, region_code)
    row = Staff(region_code=region_code)
    _fill(row, {"name": name, "role": role} | facts)
    row.save()
    audit.record(by=by, action="venues.add_staff", target=f"staff:{row.pk}")
    return row.pk


@transaction.atomic
def change_staff(*, staff: int, by: User | None, **changes: Any) -> None:
    """Change some of what is known of somebody; `left_on` ends the employment.

    Raises Refused, NotAllowed and NotFound as `add_staff`.
    """
    row = access.staff(staff, by)
    _fill(row, changes)
    if row.left_on is not None:
        _demand_no_shifts_after(row, row.left_on)
    row.save()
    audit.record(
        by=by, action="venues.change_staff", target=f"staff:{row.pk}",
        details={"fields": sorted(changes)},
    )  # fmt: skip


def _fill(row: Staff, told: dict[str, Any]) -> None:
    assert told.keys() <= _FIELDS, "a field of somebody among the staff"
    told = dict(told)
    if "venue" in told:
        row.venue = _venue_of(told.pop("venue"), row.region_code)
    for name, value in told.items():
        setattr(row, name, value)
    row.name = row.name.strip()
    row.languages = list(row.languages)
    _demand_possible(row)


def _demand_possible(row: Staff) -> None:
    if not 1 <= len(row.name) <= 120:
        raise Refused("needs-name", "Give the person's name, at most 120 characters.")
    if row.role not in StaffRole.values:
        raise Refused("bad-role", "Choose a profession from the list.")
    if row.employer not in Employer.values:
        raise Refused("bad-employer", "Choose an employer from the list.")
    if not are_languages(row.languages):
        raise Refused("bad-languages", "Write languages as ISO 639 codes (sv, smj), each once.")
    if row.vaccinates and row.role not in MAY_VACCINATE:
        raise Refused(
            "may-not-vaccinate",
            "Only nurses, physicians, pharmacists and assistant nurses vaccinate.",
        )


def _venue_of(pk: int | None, region_code: str) -> Venue | None:
    if pk is None:
        return None
    found = Venue.objects.filter(pk=pk, region_code=region_code).first()
    if found is None:
        raise NotFound("unknown-venue", "There is no such venue in the region.")
    return found


def _demand_no_shifts_after(row: Staff, last: date) -> None:
    after = clock.at(last + timedelta(days=1))
    shifts = Shift.objects.filter(staff=row, starts_at__gte=after, absent_at=None).count()
    if shifts:
        raise Refused(
            "shifts-left",
            "There are {n} shifts after that day. Report them absent or take them away first.",
            n=shifts,
        )

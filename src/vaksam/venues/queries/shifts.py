"""Who works where and when, who is absent, and what that leaves."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from vaksam.base import clock
from vaksam.core.errors import NotFound
from vaksam.core.venues import Span
from vaksam.venues.models import Shift
from vaksam.venues.queries.people import StaffRef, staff


@dataclass(frozen=True, slots=True)
class ShiftRef:
    """Somebody's hours at a venue. `replaced_by`: who fills the absence, if anybody does."""

    id: int
    venue: int
    venue_name: str
    staff: int
    name: str = field(repr=False)  # personal data: not for logs
    role: str
    vaccinates: bool
    anaphylaxis: bool
    starts_at: datetime
    ends_at: datetime
    absent_at: datetime | None
    absent_reason: str
    replaced_by: str = field(repr=False)

    @property
    def absent(self) -> bool:
        return self.absent_at is not None

    @property
    def missing(self) -> bool:
        """Absent, and nobody fills the place."""
        return self.absent and not self.replaced_by

    @property
    def day(self) -> date:
        """The day it begins, in Sweden."""
        return clock.day_of(self.starts_at)


@dataclass(frozen=True, slots=True)
class Staffing:
    """A venue's day: people who work, of whom vaccinators; absences that nobody fills."""

    on_duty: int = 0
    vaccinators: int = 0
    missing: int = 0
    emergency: bool = False  # somebody competent for anaphylaxis is on duty


def shifts(venue: int, since: date, until: date) -> list[ShiftRef]:
    """Shifts that begin on one of the days, both included; absent ones, too."""
    return _refs(_between(since, until).filter(venue=venue))


def one_shift(pk: int, *, regions: Iterable[str] | None) -> ShiftRef:
    """A shift at a venue of some regions (None: of all). Raises NotFound."""
    rows = Shift.objects.filter(pk=pk)
    if regions is not None:
        rows = rows.filter(venue__region_code__in=list(regions))
    for found in _refs(rows):
        return found
    raise NotFound("unknown-shift", "There is no such shift. It may have been taken away.")


def on_duty(venue: int, day: date) -> list[ShiftRef]:
    """Those who work at the venue at some time of the day, absent ones left out."""
    start, end = clock.at(day), clock.at(day + timedelta(days=1))
    rows = Shift.objects.filter(venue=venue, starts_at__lt=end, ends_at__gt=start, absent_at=None)
    return _refs(rows)


def vaccinators(venue: int, day: date) -> tuple[Span, ...]:
    """From when to when each one who vaccinates is there: a span a shift, absent ones left out.

    Times of day in Sweden, within the day (midnight at its end is 23:59:59.999999), earliest
    first.
    """
    start, end = clock.at(day), clock.at(day + timedelta(days=1))
    spans = [
        (max(each.starts_at, start).astimezone(clock.SWEDEN).time(),
         time.max if each.ends_at >= end else each.ends_at.astimezone(clock.SWEDEN).time())
        for each in on_duty(venue, day)
        if each.vaccinates
    ]  # fmt: skip
    return tuple(sorted(spans))


def absences(regions: Iterable[str] | None, since: date, until: date) -> list[ShiftRef]:
    """Absences on some days, both included, in some regions (None: in all), filled or not."""
    rows = _between(since, until).filter(absent_at__isnull=False)
    if regions is not None:
        rows = rows.filter(venue__region_code__in=list(regions))
    return _refs(rows)


def missing(regions: Iterable[str] | None, since: date, until: date) -> list[ShiftRef]:
    """Those absences that nobody fills."""
    return [each for each in absences(regions, since, until) if each.missing]


def candidates(shift: ShiftRef) -> list[StaffRef]:
    """Who could fill an absence: free at that time, and vaccinates where the absent one does.

    Those who usually work at the venue come first, then by name.
    """
    region = Shift.objects.values_list("venue__region_code", flat=True).get(pk=shift.id)
    busy = set(
        Shift.objects.filter(
            starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at, absent_at=None,
            venue__region_code=region,
        ).values_list("staff_id", flat=True)
    ) | {shift.staff}  # fmt: skip
    free = [each for each in staff(region, on=shift.day) if each.id not in busy]
    able = [each for each in free if each.vaccinates or not shift.vaccinates]
    return sorted(able, key=lambda each: each.venue != shift.venue)


def staffing(venues: Iterable[int], day: date) -> dict[int, Staffing]:
    """The day of each venue, in one query; shifts that begin on the day."""
    wanted = list(venues)
    by_venue: dict[int, list[ShiftRef]] = {each: [] for each in wanted}
    for each in _refs(_between(day, day).filter(venue__in=wanted)):
        by_venue[each.venue].append(each)
    return {venue: _sum(found) for venue, found in by_venue.items()}


def _sum(found: list[ShiftRef]) -> Staffing:
    there = [each for each in found if not each.absent]
    return Staffing(
        on_duty=len({each.staff for each in there}),
        vaccinators=len({each.staff for each in there if each.vaccinates}),
        missing=sum(each.missing for each in found),
        emergency=any(each.anaphylaxis for each in there),
    )


def _between(since: date, until: date) -> QuerySet[Shift]:
    return Shift.objects.filter(
        starts_at__gte=clock.at(since), starts_at__lt=clock.at(until + timedelta(days=1))
    )


def _refs(rows: QuerySet[Shift]) -> list[ShiftRef]:
    related = rows.select_related("staff", "venue", "replaced_by__staff")
    return [_ref(row) for row in related.order_by("starts_at", "staff__name", "pk")]


def _ref(row: Shift) -> ShiftRef:
    return ShiftRef(
        id=row.pk, venue=row.venue_id, venue_name=row.venue.name, staff=row.staff_id,
        name=row.staff.name, role=row.staff.role, vaccinates=row.staff.vaccinates,
        anaphylaxis=row.staff.anaphylaxis, starts_at=row.starts_at, ends_at=row.ends_at,
        absent_at=row.absent_at, absent_reason=row.absent_reason,
        replaced_by=row.replaced_by.staff.name if row.replaced_by else "",
    )  # fmt: skip

"""Reported doses: a reporter's own, and for coordinators the rows that they must look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from vaksam.base.scope import Scope
from vaksam.core.errors import NotFound
from vaksam.exchange import access
from vaksam.exchange.models import DoseReport, Entry, ReportRow
from vaksam.exchange.queries.register import _log
from vaksam.people.queries import Alike
from vaksam.people.queries.alike import alike, described

State = ReportRow.State
SHOWN = 100


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report, and how many of its rows became what."""

    id: int
    municipality_code: str
    file_name: str
    uploaded_at: datetime
    rows: int
    registered: int
    known: int
    to_review: int
    rejected: int


@dataclass(frozen=True, slots=True)
class RowView:
    """A row as its reporter sees it; no person is named. `register`: its state there, or ""."""

    number: int
    state: str
    given_on: date | None
    product: str
    register: str
    why: str


@dataclass(frozen=True, slots=True)
class RowToReview:
    """A row that a coordinator looks at: what it says, and whom it may mean."""

    id: int
    number: int
    region_code: str
    municipality_code: str
    uploaded_at: datetime
    person: Mapping[str, str]
    dose: Mapping[str, str]
    likely: tuple[Alike, ...] = ()


def reports(*, scope: Scope) -> list[ReportView]:
    """One's own reports, the newest first."""
    rows = _own(scope).annotate(**{
        f"n_{state.value}": Count("reported", filter=Q(reported__state=state)) for state in State
    })  # fmt: skip
    return [_view(row) for row in rows.order_by("-pk")[:SHOWN]]


def report(pk: int, *, scope: Scope, after: int = 0) -> tuple[ReportView, list[RowView]]:
    """One of one's own reports with its next rows. Raises NotFound."""
    found = next((each for each in reports(scope=scope) if each.id == pk), None)
    if found is None:
        raise NotFound("no-such-report", "There is no such report of yours.")
    sent = Entry.objects.filter(dose=OuterRef("vaccination")).order_by("-pk").values("state")[:1]
    rows = ReportRow.objects.filter(report=pk, number__gt=after).order_by("number")
    rows = rows.select_related("vaccination__product").annotate(register=Subquery(sent))
    return found, [_row(row) for row in rows[:SHOWN]]


def to_review(*, region: str, scope: Scope) -> int:
    """How many rows wait for a coordinator. Raises NotAllowed."""
    access.demand_scope(scope, region, *access.COUNTERS)
    return _waiting(region).count()


@transaction.atomic
def rows_to_review(*, region: str, scope: Scope) -> list[RowToReview]:
    """The next rows of a region to look at, the oldest first; logged. Raises NotAllowed."""
    access.demand_scope(scope, region, *access.COORDINATORS)
    rows = list(_waiting(region).select_related("report").order_by("pk")[:SHOWN])
    _log(scope, "exchange.rows", "region", int(region), f"rows={len(rows)}")
    return [_to_review(row) for row in rows]


@transaction.atomic
def row_to_review(pk: int, *, scope: Scope) -> RowToReview:
    """One row, and whom it may mean, worked out now; logged. Protected persons are never among
    them. Raises NotFound, NotAllowed.
    """
    row = ReportRow.objects.filter(pk=pk, state=State.REVIEW).select_related("report").first()
    if row is None:
        raise NotFound("no-such-row", "There is no such row to look at. Perhaps it is decided.")
    access.demand_scope(scope, row.report.region_code, *access.COORDINATORS)
    known = described(row.given["person"], municipality=row.report.municipality_code)
    likely = alike(known, region_code=row.report.region_code)
    _log(scope, "exchange.row", "report", row.report_id, f"hits={len(likely)}")
    return _to_review(row, likely)


def _own(scope: Scope) -> QuerySet[DoseReport]:
    if scope.user_id is None:
        return DoseReport.objects.none()
    regions = scope.regions_as(*access.REPORTERS)
    rows = DoseReport.objects.filter(uploaded_by=scope.user_id)
    return rows if regions is None else rows.filter(region_code__in=sorted(regions))


def _waiting(region: str) -> QuerySet[ReportRow]:
    return ReportRow.objects.filter(report__region_code=region, state=State.REVIEW)


def _view(row: DoseReport) -> ReportView:
    counts = vars(row)
    return ReportView(
        row.pk, row.municipality_code, row.file_name, row.uploaded_at, row.rows,
        counts["n_registered"], counts["n_known"], counts["n_review"], counts["n_rejected"],
    )  # fmt: skip


def _row(row: ReportRow) -> RowView:
    given = row.vaccination
    told = row.given.get("dose", {})
    day = given.given_on if given else date.fromisoformat(told["given_on"]) if told else None
    product = given.product.name if given and given.product else told.get("product", "")
    return RowView(row.number, row.state, day, product, vars(row)["register"] or "", row.why)


def _to_review(row: ReportRow, likely: tuple[Alike, ...] = ()) -> RowToReview:
    report = row.report
    return RowToReview(
        row.pk, row.number, report.region_code, report.municipality_code, report.uploaded_at,
        row.given["person"], row.given["dose"], likely,
    )  # fmt: skip

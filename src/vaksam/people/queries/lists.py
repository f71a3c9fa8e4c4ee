"""Lists in force, and what is to be looked at in them. For coordinators of the region."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from vaksam.base import clock
from vaksam.base.access import Subject
from vaksam.base.scope import Scope
from vaksam.core.errors import NotFound
from vaksam.people import access
from vaksam.people.models import GroupList, ListRow
from vaksam.people.queries.alike import Alike, alike, described
from vaksam.people.queries.persons import log

State = ListRow.State
ROWS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ListInForce:
    """A list that is used now, why it may be, and how far it is looked through."""

    id: int
    region_code: str
    municipality_code: str
    group: str
    source: str
    sender: str
    purpose: str
    legal_basis: str
    given_on: date
    last_day: date
    days_left: int
    rows: int
    matched: int
    to_review: int
    not_found: int
    rejected: int


@dataclass(frozen=True, slots=True)
class RowView:
    """A row to look at. `person` is whom it was found to mean; None for protected persons."""

    id: int
    number: int
    state: str
    given: dict[str, str]
    person: int | None


def lists_in_force(*, scope: Scope, on: date | None = None) -> list[ListInForce]:
    """The lists in force on a day (today), in the order in which they end; one query."""
    day = on or clock.today()
    found = Count("rows", filter=Q(rows__state__in=(State.MATCHED, State.CONFIRMED)))
    lists = _reached(scope, day).annotate(
        rows_all=Count("rows"), matched=found, **{
            state.value: Count("rows", filter=Q(rows__state=state))
            for state in (State.REVIEW, State.NOT_FOUND, State.REJECTED)
        },
    )  # fmt: skip
    return [_in_force(row, day) for row in lists.order_by("last_day", "pk")]


@transaction.atomic
def list_rows(pk: int, *, scope: Scope, state: str = State.REVIEW, after: int = 0) -> list[RowView]:
    """The next 100 rows of a list in a state, in the file's order, after row `after`; logged.

    Raises NotFound for a list that has ended, or is not of the scope's regions.
    """
    _reach(pk, scope)
    rows = ListRow.objects.filter(list=pk, state=state, number__gt=after)
    views = [_row(row) for row in rows.select_related("person").order_by("number")[:ROWS_SHOWN]]
    log("people.list_rows", scope, subject=Subject("list", str(pk)), reason=f"rows={len(views)}")
    return views


@transaction.atomic
def list_row(pk: int, *, scope: Scope) -> RowView:
    """One row of a list in force; logged. Raises as `list_rows`."""
    found = ListRow.objects.filter(pk=pk).select_related("person").first()
    if found is None:
        raise _no_such_list()
    _reach(found.list_id, scope)
    log("people.list_rows", scope, subject=Subject("list", str(found.list_id)), reason="rows=1")
    return _row(found)


@transaction.atomic
def candidates(row: int, *, scope: Scope) -> tuple[Alike, ...]:
    """Persons whom a row may mean, the likeliest first, worked out now; logged.

    Protected persons are never among them. Raises as `list_rows`.
    """
    found = ListRow.objects.filter(pk=row).first()
    if found is None:
        raise _no_such_list()
    stored = _reach(found.list_id, scope)
    known = described(found.given, municipality=stored.municipality_code)
    likely = alike(known, region_code=stored.region_code)
    log(
        "people.candidates", scope, subject=Subject("list", str(stored.pk)),
        reason=f"hits={len(likely)}",
    )  # fmt: skip
    return likely


def _reached(scope: Scope, on: date) -> QuerySet[GroupList]:
    lists = GroupList.objects.filter(last_day__gte=on, ended_at=None)
    regions = scope.regions_as(*access.COORDINATORS)
    return lists if regions is None else lists.filter(region_code__in=sorted(regions))


def _reach(pk: int, scope: Scope) -> GroupList:
    stored = _reached(scope, clock.today()).filter(pk=pk).first()
    if stored is None:
        raise _no_such_list()
    return stored


def _no_such_list() -> NotFound:
    return NotFound("no-such-list", "There is no such list in force in the regions you work in.")


def _row(row: ListRow) -> RowView:
    hidden = row.person is not None and row.person.protection
    person = None if hidden else row.person_id
    return RowView(row.pk, row.number, row.state, {} if hidden else row.given, person)


def _in_force(row: GroupList, on: date) -> ListInForce:
    counts = vars(row)
    return ListInForce(
        id=row.pk,
        region_code=row.region_code,
        municipality_code=row.municipality_code,
        group=row.group,
        source=row.source,
        sender=row.sender,
        purpose=row.purpose,
        legal_basis=row.legal_basis,
        given_on=row.given_on,
        last_day=row.last_day,
        days_left=(row.last_day - on).days,
        rows=counts["rows_all"],
        matched=counts["matched"],
        to_review=counts[State.REVIEW.value],
        not_found=counts[State.NOT_FOUND.value],
        rejected=counts[State.REJECTED.value],
    )

"""Sheets that came back, and the rows of them that a human must look at."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from vaksam.base.access import Subject
from vaksam.base.scope import Scope
from vaksam.core.rounds.sheet import Dose, Given
from vaksam.people.queries.persons import log
from vaksam.rounds import access, naming
from vaksam.rounds.known import current, dose
from vaksam.rounds.models import Row, Sheet
from vaksam.rounds.rows import given_of


@dataclass(frozen=True, slots=True)
class SheetView:
    """A file that came back: its rows by state."""

    id: int
    file_name: str
    made_at: datetime
    by: str
    rows: dict[str, int]


@dataclass(frozen=True, slots=True)
class RowView:
    """A row to look at. `registered` is the dose it disagrees with; `person` whom it means."""

    id: int
    number: int
    state: str
    why: str
    said: str
    given: Given = field(repr=False)
    person: int | None
    name: str = field(repr=False)
    outcome: str
    registered: Dose | None
    decision: str


def waiting(regions: Collection[str] | None) -> int:
    """How many rows wait in some regions (None: in all)."""
    rows = Row.objects.filter(state=Row.State.CONFLICT, decision="")
    if regions is not None:
        rows = rows.filter(sheet__round__venue__region_code__in=list(regions))
    return rows.count()


def returned(pk: int, *, scope: Scope) -> list[SheetView]:
    """The files that came back to a round, the newest first. Raises NotFound."""
    row = access.seen(pk, scope)
    rows = Sheet.objects.filter(round=row, direction=Sheet.Direction.BACK).select_related("by")
    return [
        SheetView(each.pk, each.file_name, each.made_at,
                  each.by.get_username() if each.by else "",
                  dict(Counter(each.rows.values_list("state", flat=True))))
        for each in rows.order_by("-made_at", "-pk")
    ]  # fmt: skip


@transaction.atomic
def conflicts(pk: int, *, scope: Scope, path: str = "") -> list[RowView]:
    """Rows to decide first, then those rejected or missing; looking is logged. Raises NotFound."""
    row = access.seen(pk, scope)
    states = (Row.State.CONFLICT, Row.State.REJECTED, Row.State.MISSING)
    rows = Row.objects.filter(sheet__round=row, state__in=states).select_related(
        "member__person", "member__vaccination", "person", "other__product"
    )
    found = [_row(each) for each in rows.order_by("sheet", "number", "pk")]
    log("rounds.rows", scope, subject=Subject("round", str(pk)), reason=f"hits={len(found)}",
        path=path)  # fmt: skip
    return sorted(found, key=lambda each: (each.state != Row.State.CONFLICT, bool(each.decision)))


def _row(row: Row) -> RowView:
    other = current(row.other)
    return RowView(
        id=row.pk, number=row.number, state=row.state, why=row.why, said=row.said,
        given=given_of(row), person=row.person_id,
        name=naming.name(row.person) if row.person else row.given.get("name", ""),
        outcome=row.member.outcome if row.member else "",
        registered=dose(other) if other else None, decision=row.decision,
    )  # fmt: skip

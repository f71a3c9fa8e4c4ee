"""Published figures just as they stand in the workbook: the record, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from vaksam.core.weeks import Week
from vaksam.coverage.models import Figure as FigureRow
from vaksam.coverage.queries.editions import EditionRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One published figure.

    `count` is persons (doses where `doses` is 0), `share` of the population as published or None,
    `population` persons where published, `born_by` the population's last birth year. `age` is
    "12+", "18-29", "all" (no limit) or "" (not stated). `label` is the workbook's own word for
    the dose. `week` is None for figures of the edition's own date.
    """

    edition_on: str
    area: str
    area_name: str
    week: Week | None
    age: str
    sex: str
    doses: int
    exactly: bool
    label: str
    count: int
    share: float | None
    population: int | None
    born_by: int | None
    sheet: int
    row: int


def figures(
    edition: EditionRef,
    *,
    areas: Sequence[str] | None = None,
    doses: int | None = None,
    week: Week | None = None,
    sheet: int | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[Figure]:
    """Figures of an edition in the workbook's order, narrowed by what is given."""
    rows = _rows(edition, areas, doses, week, sheet)
    found = rows.order_by("sheet", "row", "doses").values_list(
        "area__code", "area__short_name", "week", "age", "sex", "doses", "exactly", "label",
        "count", "share", "population", "born_by", "sheet", "row",
    )  # fmt: skip
    end = None if limit is None else offset + limit
    on = edition.edition_on.isoformat()
    return [_figure(on, row) for row in found[offset:end]]


def count_figures(
    edition: EditionRef,
    *,
    areas: Sequence[str] | None = None,
    doses: int | None = None,
    week: Week | None = None,
    sheet: int | None = None,
) -> int:
    """How many `figures` would give without a limit."""
    return _rows(edition, areas, doses, week, sheet).count()


def _rows(
    edition: EditionRef, areas: Sequence[str] | None, doses: int | None, week: Week | None,
    sheet: int | None,
) -> QuerySet[FigureRow]:  # fmt: skip
    rows = FigureRow.objects.filter(edition_id=edition.id)
    if areas is not None:
        rows = rows.filter(area__code__in=areas, area__edition="")
    if doses is not None:
        rows = rows.filter(doses=doses)
    if week is not None:
        rows = rows.filter(week=week.key)
    if sheet is not None:
        rows = rows.filter(sheet=sheet)
    return rows


def _figure(on: str, row: tuple) -> Figure:  # type: ignore[type-arg]
    return Figure(
        edition_on=on,
        area=row[0],
        area_name=row[1],
        week=Week.from_key(row[2]) if row[2] else None,
        age=row[3],
        sex=row[4],
        doses=row[5],
        exactly=row[6],
        label=row[7],
        count=row[8],
        share=row[9],
        population=row[10],
        born_by=row[11],
        sheet=row[12],
        row=row[13],
    )

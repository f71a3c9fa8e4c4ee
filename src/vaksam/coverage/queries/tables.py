"""What an edition holds: which ages, doses, sexes and weeks each of its sheets tells of."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from django.db.models import Max, Min

from vaksam.core.coverage.goals import Doses
from vaksam.core.weeks import Week
from vaksam.coverage.models import Figure, Sheet

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One sheet as a table.

    kind : the sheet's kind. level : "region" (the country and its regions), "country" or
    "municipality". ages : codes. doses : statuses told apart; doses_by_age : those of each age,
    since dose 3 is not offered to all. born_by : last birth year of the population by dose.
    weeks : first and last week; None for figures of the edition's own date.
    """

    sheet: int
    kind: str
    title: str
    note: str
    level: str
    ages: tuple[str, ...]
    doses: tuple[Doses, ...]
    doses_by_age: dict[str, tuple[Doses, ...]] = field(hash=False)
    sexes: tuple[str, ...]
    born_by: dict[int, int | None] = field(hash=False)
    weeks: tuple[Week, Week] | None

    @property
    def weekly(self) -> bool:
        return self.weeks is not None


@lru_cache(maxsize=64)
def tables(edition_id: int) -> tuple[Table, ...]:
    """The edition's tables by sheet. Kept in memory: an edition never changes."""
    cells: dict[int, list[tuple[str, int, bool, str, int | None, int, int, str]]] = {}
    grouped = (
        Figure.objects.filter(edition_id=edition_id)
        .values_list("sheet", "age", "doses", "exactly", "sex", "born_by")
        .annotate(first=Min("week"), last=Max("week"), level=Max("area__kind"))
        .order_by("sheet")
    )
    for sheet, *cell in grouped:
        cells.setdefault(sheet, []).append(tuple(cell))
    described = Sheet.objects.filter(edition_id=edition_id).order_by("position")
    return tuple(
        _table(sheet, cells[sheet.position]) for sheet in described if sheet.position in cells
    )


def weeks(edition_id: int) -> list[Week]:
    """Every week of the edition's series, first to last; empty without a series."""
    spans = [table.weeks for table in tables(edition_id) if table.weeks]
    if not spans:
        return []
    week, last = min(first for first, _ in spans), max(last for _, last in spans)
    found = [week]
    while found[-1] < last:
        found.append(found[-1].next)
    return found


def _table(
    sheet: Sheet, cells: list[tuple[str, int, bool, str, int | None, int, int, str]]
) -> Table:
    ages, doses, exactly, sexes, _, first, last, levels = zip(*cells, strict=True)
    statuses = [
        Doses(number, number if just else None) for number, just in zip(doses, exactly, strict=True)
    ]
    return Table(
        sheet=sheet.position,
        kind=sheet.kind,
        title=sheet.title,
        note=sheet.note,
        level=max(levels, key=("country", "municipality", "region").index),
        ages=_distinct(ages),
        doses=_distinct(statuses),
        doses_by_age={
            age: _distinct(one for of, one in zip(ages, statuses, strict=True) if of == age)
            for age in _distinct(ages)
        },
        sexes=_distinct(sexes),
        born_by={cell[1]: cell[4] for cell in cells},
        weeks=(Week.from_key(min(first)), Week.from_key(max(last))) if min(first) else None,
    )


def _distinct(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))

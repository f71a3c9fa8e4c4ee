"""What changed between two editions, and how complete the latest weeks turned out to be.

Sums are made in the database, and remembered since editions never change: to fetch and add up
tens of thousands of rows for each page takes several times as long.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from django.db import connection, transaction

from vaksam.areas import queries as areas
from vaksam.core.weeks import Week
from vaksam.coverage.queries.editions import EditionRef

# A sheet may move between editions, so figures are matched on what they tell of. Two sheets of
# one kind can tell of the same cell with different populations: `born_by` keeps them apart.
# Only the columns needed: the join sorts them, and wide rows do not fit in memory.
_SIDE = """SELECT s.kind, s.id AS sheet_id, f.area_id, f.week, f.age, f.sex, f.doses, f.exactly,
        COALESCE(f.born_by, 0) AS born_by, f.count, f.share
    FROM coverage_figure f
    JOIN coverage_sheet s ON s.edition_id = f.edition_id AND s.position = f.sheet
    WHERE f.edition_id = """
_PAIRS = f"""WITH old AS ({_SIDE} %(old)s), new AS ({_SIDE} %(new)s), pairs AS (
    SELECT COALESCE(new.sheet_id, old.sheet_id) AS sheet_id, area_id, week, doses,
        week > 0 AS weekly, area_id = %(country)s AS nationwide,
        old.count AS old, new.count AS new, old.share AS old_share, new.share AS new_share
    FROM old FULL JOIN new USING (kind, area_id, week, age, sex, doses, exactly, born_by)
)"""  # noqa: S608 - no values in it
_COUNTS = """COUNT(*) FILTER (WHERE old IS NOT NULL AND new IS NOT NULL),
    COUNT(*) FILTER (WHERE old <> new OR old = new AND old_share IS DISTINCT FROM new_share),
    COUNT(*) FILTER (WHERE old IS NULL), COUNT(*) FILTER (WHERE new IS NULL),
    COALESCE(SUM(old) FILTER (WHERE new IS NOT NULL), 0)::bigint,
    COALESCE(SUM(new) FILTER (WHERE old IS NOT NULL), 0)::bigint"""
_SUMS = f"""{_PAIRS}
SELECT sheet_id, area_id, weekly, week, doses, nationwide, {_COUNTS} FROM pairs
GROUP BY GROUPING SETS ((sheet_id), (area_id, weekly), (week, doses, nationwide))"""  # noqa: S608
_ROWS = f"""{_PAIRS}, counted AS (
    SELECT sheet_id, week, doses, area_id, {_COUNTS} FROM pairs GROUP BY 1, 2, 3, 4
)
SELECT s.title, s.kind, area.code, area.short_name, counted.*
FROM counted JOIN coverage_sheet s ON s.id = sheet_id JOIN areas_area area ON area.id = area_id
ORDER BY s.position, week, doses, area.code"""  # noqa: S608
# Enough to join two editions with weekly series of municipalities without going to the disk.
_WORK_MEM = "SET LOCAL work_mem = '32MB'"

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Change:
    """Of some figures: `shared` stand in both editions, and `changed` of them differ in count or
    share; `added` and `removed` stand in one. `old_count` and `new_count` sum the shared ones.
    """

    shared: int = 0
    changed: int = 0
    added: int = 0
    removed: int = 0
    old_count: int = 0
    new_count: int = 0

    def __add__(self, other: "Change") -> "Change":
        return Change(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Change)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Changes of one sheet for one area, week (None: the edition's date) and dose; see `Change`."""

    sheet_title: str
    kind: str
    week: Week | None
    doses: int
    area: str
    area_name: str
    shared: int
    changed: int
    added: int
    removed: int
    old_count: int
    new_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    """Changes by sheet title; by area and whether weekly; by week key, dose, whether of Sweden."""

    sheets: dict[str, Change]
    areas: dict[tuple[str, bool], Change]
    weeks: dict[tuple[int, int, bool], Change]


@dataclass(frozen=True, kw_only=True)
class Revisions:
    """All changes from one edition to a later one."""

    old: EditionRef
    new: EditionRef
    sums: _Sums

    @property
    def all(self) -> Change:
        return sum(self.sums.sheets.values(), Change())

    @property
    def by_sheet(self) -> dict[str, Change]:
        """By the sheet's title, in the order of the workbook."""
        return dict(self.sums.sheets)

    def by_area(self, *, weekly: bool = False) -> dict[str, Change]:
        """By area code; with `weekly` of the weekly series only."""
        return _add_up(
            (area, change)
            for (area, dated), change in self.sums.areas.items()
            if dated or not weekly
        )

    def by_week(self) -> dict[Week, Change]:
        """Of the weekly series, oldest first."""
        return _add_up(
            (Week.from_key(week), change)
            for (week, _, _), change in self.sums.weeks.items()
            if week
        )

    def of_sweden(self) -> dict[tuple[Week, int], Change]:
        """Of the whole country's weekly series, by week and dose."""
        return {
            (Week.from_key(week), dose): change
            for (week, dose, nationwide), change in self.sums.weeks.items()
            if week and dose and nationwide
        }

    def completeness(self) -> dict[tuple[Week, int], float]:
        """How much of each week was registered in time, for Sweden, by week and dose.

        With :math:`c_w` the cumulative count at the end of week :math:`w`, the week's own count is
        :math:`c_w - c_{w-1}`; its completeness is the older edition's divided by the newer's.
        Weeks without persons in the newer edition are left out. Above 1 where persons who died or
        moved have left the count since.
        """
        both = {key: change for key, change in self.of_sweden().items() if change.shared}
        found = {}
        for (week, dose), change in both.items():
            before = both.get((week.previous, dose), Change())
            registered = change.new_count - before.new_count
            if registered > 0:
                found[week, dose] = (change.old_count - before.old_count) / registered
        return found

    @cached_property
    def rows(self) -> tuple[Revision, ...]:
        """By sheet, week, dose and area. Many, and a query of their own: prefer the sums."""
        return tuple(_revision(row) for row in _fetch(_ROWS, self.old.id, self.new.id))

    def total(self, field: str) -> int:
        """A count of `Change`, over all figures."""
        return int(getattr(self.all, field))


def revisions(old: EditionRef, new: EditionRef) -> Revisions:
    """Compare two editions, the older first."""
    return Revisions(old=old, new=new, sums=_sums(old.id, new.id))


@lru_cache(maxsize=32)
def _sums(old: int, new: int) -> _Sums:
    """Kept in memory: editions never change, and there are few sums."""
    rows = _fetch(_SUMS, old, new)
    codes = {area.id: area.code for area in areas.by_code().values()}
    titles = _titles(old, new)
    sheets = _add_up((row[0], Change(*row[6:])) for row in rows if row[0] is not None)
    return _Sums(
        sheets=_add_up((title, sheets[key]) for key, title in titles if key in sheets),
        areas={(codes[row[1]], row[2]): Change(*row[6:]) for row in rows if row[1] is not None},
        weeks={
            row[3:6]: Change(*row[6:]) for row in sorted(rows, key=_by_week) if row[3] is not None
        },
    )


def _by_week(row: tuple[Any, ...]) -> tuple[int, int]:
    return (row[3] or 0, row[4] or 0)


def _titles(old: int, new: int) -> list[tuple[int, str]]:
    """Sheets of the newer edition in their order, then those of the older."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, title FROM coverage_sheet WHERE edition_id IN (%(old)s, %(new)s)"
            " ORDER BY edition_id = %(old)s, position",
            {"old": old, "new": new},
        )
        return list(cursor.fetchall())


def _fetch(statement: str, old: int, new: int) -> list[tuple[Any, ...]]:
    values = {"old": old, "new": new, "country": areas.country().id}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_WORK_MEM)
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _add_up(changes: Iterable[tuple[K, Change]]) -> dict[K, Change]:
    found: dict[K, Change] = {}
    for key, change in changes:
        found[key] = found[key] + change if key in found else change
    return found


def _revision(row: tuple[Any, ...]) -> Revision:
    title, kind, area, area_name, _, week, doses, _, *counts = row
    return Revision(
        sheet_title=title,
        kind=kind,
        week=Week.from_key(week) if week else None,
        doses=doses,
        area=area,
        area_name=area_name,
        **{field.name: count for field, count in zip(fields(Change), counts, strict=True)},
    )

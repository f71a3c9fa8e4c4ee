"""What changed between two editions, and how complete the latest weeks turned out to be."""

from dataclasses import dataclass

from django.db import connection

from vaksam.core.weeks import Week
from vaksam.coverage.queries.editions import EditionRef

# A sheet may move between editions, so figures are matched on what they tell of. Two sheets of
# one kind can tell of the same cell with different populations: `born_by` keeps them apart.
_MATCHED = """
WITH old AS (
    SELECT f.*, s.kind, s.title FROM coverage_figure f
    JOIN coverage_sheet s ON s.edition_id = f.edition_id AND s.position = f.sheet
    WHERE f.edition_id = %(old)s
), new AS (
    SELECT f.*, s.kind, s.title FROM coverage_figure f
    JOIN coverage_sheet s ON s.edition_id = f.edition_id AND s.position = f.sheet
    WHERE f.edition_id = %(new)s
)
SELECT COALESCE(new.title, old.title), COALESCE(new.kind, old.kind),
    COALESCE(new.week, old.week),
    COALESCE(new.doses, old.doses), area.code, area.short_name,
    COUNT(*) FILTER (WHERE old.row IS NOT NULL AND new.row IS NOT NULL) AS shared,
    COUNT(*) FILTER (WHERE old.row IS NOT NULL AND new.row IS NOT NULL
        AND (old.count, old.share) IS DISTINCT FROM (new.count, new.share)) AS changed,
    COUNT(*) FILTER (WHERE old.row IS NULL) AS added,
    COUNT(*) FILTER (WHERE new.row IS NULL) AS removed,
    SUM(old.count) FILTER (WHERE new.row IS NOT NULL) AS old_count,
    SUM(new.count) FILTER (WHERE old.row IS NOT NULL) AS new_count
FROM old FULL JOIN new
    ON (old.kind, old.area_id, old.week, old.age, old.sex, old.doses, old.exactly,
        COALESCE(old.born_by, 0))
     = (new.kind, new.area_id, new.week, new.age, new.sex, new.doses, new.exactly,
        COALESCE(new.born_by, 0))
JOIN areas_area area ON area.id = COALESCE(new.area_id, old.area_id)
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY MIN(COALESCE(new.sheet, old.sheet)), 3, 4, 5
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Changes of one sheet for one area, week (None: the edition's date) and dose.

    `shared` figures stand in both editions, of which `changed` differ in count or share;
    `old_count` and `new_count` are the sums over the shared ones.
    """

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

    @property
    def completeness(self) -> float | None:
        """Share of the newer count that the older edition had: below 1 for late registration."""
        return self.old_count / self.new_count if self.new_count else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """All changes from one edition to a later one."""

    old: EditionRef
    new: EditionRef
    rows: tuple[Revision, ...]

    def total(self, field: str, **narrow: object) -> int:
        """Sum of a field over the rows that match, for example week=None."""
        return sum(
            getattr(row, field)
            for row in self.rows
            if all(getattr(row, key) == value for key, value in narrow.items())
        )


def revisions(old: EditionRef, new: EditionRef) -> Revisions:
    """Compare two editions, the older first."""
    with connection.cursor() as cursor:
        cursor.execute(_MATCHED, {"old": old.id, "new": new.id})
        rows = tuple(_revision(row) for row in cursor.fetchall())
    return Revisions(old=old, new=new, rows=rows)


def _revision(row: tuple) -> Revision:  # type: ignore[type-arg]
    title, kind, week, doses, area, area_name, shared, changed, added, removed, old, new = row
    return Revision(
        sheet_title=title,
        kind=kind,
        week=Week.from_key(week) if week else None,
        doses=doses,
        area=area,
        area_name=area_name,
        shared=shared,
        changed=changed,
        added=added,
        removed=removed,
        old_count=int(old or 0),
        new_count=int(new or 0),
    )

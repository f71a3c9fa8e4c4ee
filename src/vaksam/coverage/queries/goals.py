"""Goals against published figures: met when, or how far away, or why it cannot be said."""

from collections.abc import Sequence
from dataclasses import dataclass

from vaksam.core.coverage.ages import AgeGroup
from vaksam.core.coverage.goals import (
    Doses,
    Goal,
    Progress,
    WeekPoint,
    nearest,
    progress,
    union,
)
from vaksam.core.weeks import Week
from vaksam.coverage.queries.cuts import (
    Choice,
    Cut,
    Series,
    all_series,
    bands_of,
    cuts,
    recipe,
    serves,
)
from vaksam.coverage.queries.parts import Cell
from vaksam.coverage.queries.tables import Table, tables, weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One area against one goal.

    exact : the goal's own population on the edition's date, published or added up from published
        figures; None where the edition has no such figures.
    nearest, nearest_age : then the population most like it that can be had for that date.
    progress : from the weekly series of the ages in `series_age`; None without a series.
    series_age : the goal's own ages where the series has them (`dated` is then true), else the
        nearest ages that are published week by week.
    """

    goal: Goal
    area: str
    area_name: str
    exact: Cell | None
    nearest: Cell | None
    nearest_age: str | None
    series_age: str | None
    dated: bool
    progress: Progress | None
    series: Series | None

    @property
    def share(self) -> float | None:
        """The goal's own share where it is known, else None: a neighbour's is not its own."""
        if self.exact is not None:
            return self.exact.share
        if self.dated and self.progress and self.progress.latest:
            return self.progress.latest.share
        return None

    @property
    def dates(self) -> Progress | None:
        """The goal's own dates and pace; None where they are known of a neighbour only."""
        return self.progress if self.dated else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached now; None where the figures cannot say."""
        return None if self.share is None else self.share >= self.goal.share


def standings(
    edition_id: int, level: str, goals: Sequence[Goal], *, areas: Sequence[str],
    until: Week | None = None,
) -> list[Standing]:  # fmt: skip
    """Every goal for every area of a level, goal by goal.

    until : as if it were then: without later weeks, and without the figures of the edition's
        date where the series goes on after `until`.

    Two queries, however many goals and areas.
    """
    later = until is not None and until < max(weeks(edition_id), default=until)
    dated = [None if later else snapshot_age(edition_id, level, goal) for goal in goals]
    weekly = [series_age(tables(edition_id), level, goal) for goal in goals]
    snapshots = cuts(edition_id, level, _choices(goals, dated), areas=areas, weekly=False)
    courses = all_series(edition_id, level, _choices(goals, weekly), areas=areas)
    return [
        standing
        for n, goal in enumerate(goals)
        for standing in _goal_standings(
            goal, areas, (snapshots[n], dated[n]), (courses[n], weekly[n]), until
        )
    ]


def _choices(goals: Sequence[Goal], ages: Sequence[str | None]) -> list[Choice | None]:
    return [
        Choice(doses=goal.doses, age=age) if age else None
        for goal, age in zip(goals, ages, strict=True)
    ]


def _goal_standings(
    goal: Goal, areas: Sequence[str], snapshot: tuple[Cut | None, str | None],
    course: tuple[Sequence[Series], str | None], until: Week | None,
) -> list[Standing]:  # fmt: skip
    (found, age), (courses, course_age) = snapshot, course
    cells = {cell.area: cell for cell in found.cells} if found else {}
    weekly = {one.area: one for one in courses}
    return [
        _standing(goal, area, (cells.get(area), age), (weekly.get(area), course_age), until)
        for area in areas
        if area in cells or area in weekly
    ]


def snapshot_age(edition_id: int, level: str, goal: Goal) -> str | None:
    """The ages that figures of the edition's date can be had for: the goal's, or the nearest."""
    choice = Choice(doses=goal.doses, age=goal.ages.code)
    if recipe(edition_id, level, choice, weekly=False):
        return goal.ages.code
    asked = []
    for table in tables(edition_id):
        chain = nearest(goal.ages, bands_of(table)) if serves(table, level) else ()
        if chain and not table.weekly:
            asked.append(AgeGroup(union(chain).first, union(chain).last))
    had = [
        ages
        for ages in asked
        if recipe(edition_id, level, Choice(doses=goal.doses, age=ages.code), weekly=False)
    ]
    best = nearest(goal.ages, had)
    return best[0].code if len(best) == 1 else None


def series_age(found: Sequence[Table], level: str, goal: Goal) -> str | None:
    """The ages published week by week for the goal's dose that are its own, or nearest to it."""
    bands = [
        ages
        for table in found
        if table.weekly and serves(table, level) and Doses(goal.doses) in table.doses
        for ages in bands_of(table)
    ]
    own_or_nearest = nearest(goal.ages, bands)
    return own_or_nearest[0].code if own_or_nearest else None


def _standing(
    goal: Goal, area: str, snapshot: tuple[Cell | None, str | None],
    weekly: tuple[Series | None, str | None], until: Week | None,
) -> Standing:  # fmt: skip
    (cell, cell_age), (course, course_age) = snapshot, weekly
    own = cell_age == goal.ages.code
    return Standing(
        goal=goal,
        area=area,
        area_name=course.area_name if course else cell.area_name if cell else area,
        exact=cell if own else None,
        nearest=None if own else cell,
        nearest_age=None if own or cell is None else cell_age,
        series_age=course_age if course else None,
        dated=course is not None and course_age == goal.ages.code,
        progress=_progress(goal, course, until) if course else None,
        series=course,
    )


def _progress(goal: Goal, course: Series, until: Week | None) -> Progress:
    points = [
        WeekPoint(week.sunday, cell.share, cell.count)
        for week, cell in course.weeks
        if until is None or week <= until
    ]
    return progress(points, goal.share, goal.by_on)

"""Goals against published figures: met when, or how far away, or why it cannot be said."""

from collections.abc import Sequence
from dataclasses import dataclass

from vaksam.core.coverage.ages import AgeGroup
from vaksam.core.coverage.goals import Doses, Goal, Progress, WeekPoint, nearest, progress
from vaksam.core.weeks import Week
from vaksam.coverage.queries.cuts import Cell, Choice, Series, cut, series
from vaksam.coverage.queries.tables import Table, tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One area against one goal.

    exact : the goal's own population on the edition's date, published or added up from published
        figures; None where the edition has no such figures.
    progress : from the weekly series of the ages in `series_age`; None without a series.
    series_age : the goal's own ages where the series has them (`dated` is then true), else the
        nearest ages that are published week by week.
    """

    goal: Goal
    area: str
    area_name: str
    exact: Cell | None
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
    def met(self) -> bool | None:
        """Whether the goal is reached now; None where the figures cannot say."""
        return None if self.share is None else self.share >= self.goal.share


def standings(
    edition_id: int, level: str, goals: Sequence[Goal], *, areas: Sequence[str],
    until: Week | None = None,
) -> list[Standing]:  # fmt: skip
    """Every goal for every area of a level, goal by goal.

    until : leave out later weeks, as if it were then.

    Two queries a goal, however many areas.
    """
    return [
        standing
        for goal in goals
        for standing in _goal_standings(edition_id, level, goal, areas, until)
    ]


def _goal_standings(
    edition_id: int, level: str, goal: Goal, areas: Sequence[str], until: Week | None
) -> list[Standing]:
    own = Choice(doses=goal.doses, age=goal.ages.code)
    exact = cut(edition_id, level, own, areas=areas, weekly=False)
    cells = {cell.area: cell for cell in exact.cells} if exact else {}
    age = series_age(tables(edition_id), level, goal)
    dated = age == goal.ages.code
    choice = Choice(doses=goal.doses, age=age or "")
    found = series(edition_id, level, choice, areas=areas) if age else []
    weekly = {one.area: one for one in found}
    return [
        _standing(goal, area, cells.get(area), age, dated, weekly.get(area), until)
        for area in areas
        if area in cells or area in weekly
    ]


def series_age(found: Sequence[Table], level: str, goal: Goal) -> str | None:
    """The ages published week by week for the goal's dose that are its own, or nearest to it."""
    bands = [
        AgeGroup.parse(age)
        for table in found
        if table.weekly and (table.level == level or level == "country")
        and Doses(goal.doses) in table.doses
        for age in table.ages
        if age not in ("", "all")
    ]  # fmt: skip
    own_or_nearest = nearest(goal.ages, bands)
    return own_or_nearest[0].code if own_or_nearest else None


def _standing(
    goal: Goal, area: str, exact: Cell | None, age: str | None, dated: bool,
    weekly: Series | None, until: Week | None,
) -> Standing:  # fmt: skip
    course = None
    if weekly is not None:
        points = [
            WeekPoint(week.sunday, cell.share, cell.count)
            for week, cell in weekly.weeks
            if until is None or week <= until
        ]
        course = progress(points, goal.share, goal.by_on)
    name = weekly.area_name if weekly else exact.area_name if exact else area
    return Standing(
        goal=goal,
        area=area,
        area_name=name,
        exact=exact,
        series_age=age if weekly else None,
        dated=dated and weekly is not None,
        progress=course,
        series=weekly,
    )

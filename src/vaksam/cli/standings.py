"""How an area stands against a goal, as `vaksam coverage goals` prints it."""

from typing import Any

from vaksam.cli.output import plain
from vaksam.coverage import queries


def goal_row(standing: queries.Standing) -> dict[str, Any]:
    """A goal and an area's standing, for all formats."""
    dates, near = standing.dates, standing.progress
    return {
        "code": standing.goal.code,
        "name": standing.goal.name,
        "share_wanted": standing.goal.share,
        "by_on": standing.goal.by_on.isoformat(),
        "area": standing.area,
        "area_name": standing.area_name,
        "share": standing.share,
        "met": standing.met,
        "nearest_age": standing.nearest_age,
        "nearest_share": standing.nearest.share if standing.nearest else None,
        "outcome": dates.outcome.value if dates else None,
        **{
            name: plain(getattr(dates, name, None))
            for name in ("met_on", "in_time", "expected_on", "earliest_on", "latest_on")
        },
        "series_age": standing.series_age,
        "series_met_on": plain(near.met_on) if near else None,
        "standing": in_words(standing),
    }


def in_words(standing: queries.Standing) -> str:
    """In words; about the nearest published ages where the goal's own have no series."""
    course = standing.progress
    if course is None:
        return "met" if standing.met else "no weekly figures to tell dates from"
    if not standing.dated:
        reached = f"did on {course.met_on}" if course.met_on else "have not yet"
        return f"the day cannot be told; ages {standing.series_age} {reached}"
    if course.met_on:
        return f"reached by {course.met_on}"
    if course.expected_on:
        span = f"{course.earliest_on or '–'} to {course.latest_on or 'open'}"
        return f"expected {course.expected_on} ({span})"
    return f"{course.outcome.value.replace('_', ' ')}"

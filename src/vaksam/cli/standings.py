"""How an area stands against a goal, as `vaksam coverage goals` prints it."""

from typing import Any

from vaksam.cli.output import plain
from vaksam.coverage import queries


def goal_row(standing: queries.Standing) -> dict[str, Any]:
    """A goal and an area's standing, for all formats."""
    course = standing.progress
    return {
        "code": standing.goal.code,
        "name": standing.goal.name,
        "share_wanted": standing.goal.share,
        "by_on": standing.goal.by_on.isoformat(),
        "area": standing.area,
        "area_name": standing.area_name,
        "share": standing.share,
        "met": standing.met,
        "series_age": standing.series_age,
        "dated": standing.dated,
        "outcome": course.outcome.value if course else None,
        **{
            name: plain(getattr(course, name, None))
            for name in ("met_on", "in_time", "expected_on", "earliest_on", "latest_on")
        },
        "standing": in_words(standing),
    }


def in_words(standing: queries.Standing) -> str:
    """In words; about the nearest published ages where the goal's own have no series."""
    course = standing.progress
    if course is None:
        return "met" if standing.met else "no weekly figures to tell dates from"
    about = "" if standing.dated else f"; dates are of ages {standing.series_age}"
    if course.met_on:
        return f"reached by {course.met_on}{about}"
    if course.expected_on:
        span = f"{course.earliest_on or '–'} to {course.latest_on or 'open'}"
        return f"expected {course.expected_on} ({span}){about}"
    return f"{course.outcome.value.replace('_', ' ')}{about}"

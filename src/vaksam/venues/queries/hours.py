"""When venues are usually open."""

from collections.abc import Iterable
from datetime import date

from vaksam.core.venues import Hours, Span, hours_on
from vaksam.venues.models import OpeningRule


def hours(venue: int) -> list[Hours]:
    """A venue's opening hours: the usual ones first, then each season's, by weekday."""
    return _of([venue]).get(venue, [])


def open_on(venues: Iterable[int], day: date) -> dict[int, tuple[Span, ...]]:
    """When each venue is usually open on a day, in one query.

    () where it is closed that day; a venue whose hours nobody has told is left out.
    """
    return {venue: hours_on(rules, day) for venue, rules in _of(venues).items()}


def _of(venues: Iterable[int]) -> dict[int, list[Hours]]:
    found: dict[int, list[Hours]] = {}
    for row in OpeningRule.objects.filter(venue__in=list(venues)):
        each = Hours(row.weekday, row.opens_at, row.closes_at, row.from_on, row.to_on)
        found.setdefault(row.venue_id, []).append(each)
    for rules in found.values():
        rules.sort(key=lambda each: (each.of_a_season, each.from_on or date.min, each.weekday,
                                     each.opens_at))  # fmt: skip
    return found

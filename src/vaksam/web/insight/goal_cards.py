"""A goal in words: met when, how far away, or why the published figures cannot tell."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from vaksam.core.coverage.goals import Outcome, Progress
from vaksam.coverage.queries import Cell, EditionRef, Standing
from vaksam.web import formats
from vaksam.web.components import Tone


@dataclass(frozen=True, slots=True)
class Card:
    """One goal for one area. `percent` and `goal_percent` are for the bar, 0 to 100."""

    name: str
    goal: str
    status: str
    tone: Tone
    value: str
    percent: float | None
    goal_percent: float
    statements: list[str]
    source: str


def card(standing: Standing, edition: EditionRef) -> Card:
    goal = standing.goal
    return Card(
        name=goal.name,
        goal=_("%(share)s by %(day)s")
        % {"share": formats.share(goal.share, 0), "day": formats.day(goal.by_on)},
        status=_status(standing),
        tone=_tone(standing),
        value=formats.share(standing.share),
        percent=None if standing.share is None else round(100 * standing.share, 1),
        goal_percent=100 * goal.share,
        statements=[*_own(standing, edition), *_course(standing)],
        source=goal.source,
    )


def _status(standing: Standing) -> str:
    if standing.met is None:
        return _("Not told by the published figures")
    return _("Reached") if standing.met else _("Not reached")


def _tone(standing: Standing) -> Tone:
    if standing.met is None:
        return "info"
    return "success" if standing.met else "warning"


def _own(standing: Standing, edition: EditionRef) -> list[str]:
    """What is known of the goal's own ages."""
    people = formats.people(standing.goal.ages.code)
    if standing.exact is None:
        if standing.dated:
            return []
        said = [
            _("No published figure is of %(people)s with %(dose)s.")
            % {"people": people, "dose": formats.dose(standing.goal.doses).lower()}
        ]
        if standing.nearest is not None and standing.nearest_age:
            said.append(_nearest(standing.nearest, standing.nearest_age, edition))
        return said
    told = _("%(share)s of %(people)s on %(day)s (%(count)s persons).") % {
        "share": formats.share(standing.exact.share),
        "people": people,
        "day": formats.day(edition.edition_on),
        "count": formats.number(standing.exact.count),
    }
    years = edition.edition_on.year - standing.goal.by_on.year
    if not years:
        return [told]
    return [
        told,
        _("Ages are those reached in %(year)s, so they hold other birth years than in %(then)s.")
        % {"year": edition.edition_on.year, "then": standing.goal.by_on.year},
    ]


def _nearest(cell: Cell, age: str, edition: EditionRef) -> str:
    return _("Nearest published: %(share)s of %(people)s on %(day)s.") % {
        "share": formats.share(cell.share),
        "people": formats.people(age),
        "day": formats.day(edition.edition_on),
    }


def _course(standing: Standing) -> list[str]:
    """What the weekly series says, of the goal's own ages or of the nearest that are published."""
    course = standing.progress
    if course is None or course.latest is None or standing.series_age is None:
        return [_("No weekly series is published here, so the day cannot be told.")]
    said = []
    if not standing.dated:
        said.append(
            _(
                "The weekly series has no such ages, so the day the goal was reached cannot be "
                "told. Nearest published: %(people)s."
            )
            % {"people": formats.people(standing.series_age)}
        )
    who = formats.people(standing.series_age)
    return [*said, *_when(course, standing, who)]


def _when(course: Progress, standing: Standing, who: str) -> list[str]:
    goal = standing.goal
    share = formats.share(goal.share, 0)
    told = []
    if course.at_deadline is not None:
        told.append(
            _("Among %(people)s the share was %(share)s on %(day)s.")
            % {
                "people": who,
                "share": formats.share(course.at_deadline.share),
                "day": formats.day(course.at_deadline.ends_on),
            }
        )
    if course.met_on is not None:
        told.append(
            _("They reached %(share)s in the week that ended on %(day)s.")
            % {"share": share, "day": formats.day(course.met_on)}
        )
        if course.lost_on is not None:
            told.append(_("Re-registration has taken them below it since."))
    if course.outcome is not Outcome.MET:
        told.append(_ahead(course, share))
    return told


def _ahead(course: Progress, share: str) -> str:
    left = _("%(points)s percentage points are left.") % {
        "points": formats.percent(course.share_left or 0)
    }
    if course.outcome is Outcome.PROJECTED and course.expected_on:
        bounds = [formats.day(day) if day else _("open") for day in _bounds(course)]
        return left + " " + _(
            "On the last four weeks' pace %(share)s is reached on %(day)s "
            "(95 %% interval %(from)s to %(to)s); uptake usually slows, so count on later."
        ) % {
            "share": share,
            "day": formats.day(course.expected_on),
            "from": bounds[0],
            "to": bounds[1],
        }  # fmt: skip
    if course.outcome is Outcome.NEVER:
        return left + " " + _("On the last four weeks' pace it is never reached.")
    if course.outcome is Outcome.BEYOND:
        return left + " " + _("On the last four weeks' pace it lies more than two years ahead.")
    return left


def _bounds(course: Progress) -> tuple[date | None, date | None]:
    return course.earliest_on, course.latest_on

"""Coverage pages: how far, where, for whom, and towards which goal."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vaksam.areas import queries as areas
from vaksam.core.errors import NotFound
from vaksam.coverage import queries
from vaksam.programmes import queries as programmes
from vaksam.web import formats
from vaksam.web.components import Empty, Figure, Link
from vaksam.web.insight import choice as choices
from vaksam.web.insight import downloads, goal_cards, missing, pictures, stats
from vaksam.web.insight.choice import PageChoice
from vaksam.web.insight.pictures import Picture

FORMS = (("csv", "CSV"), ("xlsx", "Excel"), ("parquet", "Parquet"), ("svg", "SVG"), ("png", "PNG"))
TABS = (
    ("coverage", gettext_noop("Overview")),
    ("coverage-time", gettext_noop("Over time")),
    ("coverage-ages", gettext_noop("By age")),
    ("coverage-ranking", gettext_noop("Municipalities")),
    ("coverage-goals", gettext_noop("Goals")),
)


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Today for those signed in, coverage for everybody else."""
    return HttpResponseRedirect(reverse("today" if request.user.is_authenticated else "coverage"))


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The map, its table, and the chosen area in large figures."""
    return _page(
        request,
        "coverage/overview.html",
        pictures.map_of,
        missing.on_map,
        lambda choice: {"stats": stats.of(choice)},
    )


@require_safe
def over_time(request: HttpRequest) -> HttpResponse:
    """Week by week, up to six areas, with the goals."""
    return _page(
        request,
        "coverage/time.html",
        pictures.course_of,
        missing.week_by_week,
        lambda choice: {"compared": _compared(choice)},
    )


@require_safe
def ages(request: HttpRequest) -> HttpResponse:
    """The age profile, alone or beside one other area."""
    return _page(request, "coverage/ages.html", pictures.ages_of, missing.by_age)


@require_safe
def ranking(request: HttpRequest) -> HttpResponse:
    """Municipalities in order, with the uncertainty of each rank."""
    return _page(request, "coverage/ranking.html", pictures.ranks_of, missing.in_ranking)


@require_safe
def goals(request: HttpRequest) -> HttpResponse:
    """Each goal: met when, or how far away, or why the figures cannot say."""

    def cards(choice: PageChoice) -> dict[str, object]:
        standings = queries.standings(
            choice.edition.id,
            choice.level,
            programmes.goals(language=(get_language() or "sv")[:2]),
            areas=[choice.area.code],
        )
        return {"cards": [goal_cards.card(one, choice.edition) for one in standings]}

    return _page(request, "coverage/goals.html", lambda _: None, lambda _: None, cards)


@require_safe
def picture(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """A picture or its figures as a file; the address says of what."""
    choice = choices.read(request.GET)
    make = pictures.PICTURES.get(key)
    if make is None or form not in downloads.FORMS:
        raise NotFound("no-such-picture", "There is no such picture for this choice.")
    how = {"narrow": "narrow" in request.GET, "alone": "alone" in request.GET}

    def draw() -> HttpResponse:
        found = make(choice)
        if found is None:
            raise NotFound("no-such-picture", "There is no such picture for this choice.")
        return downloads.response(found, choice, form, **how)

    return downloads.kept(request, choice, how, draw)


def _page(
    request: HttpRequest,
    template: str,
    make: Callable[[PageChoice], Picture | None],
    lacking: Callable[[PageChoice], Empty | None],
    more: Callable[[PageChoice], dict[str, object]] = lambda choice: {},
) -> HttpResponse:
    try:
        choice = choices.read(request.GET)
    except NotFound as error:
        if error.code != "no-edition":
            raise
        return render(request, "coverage/empty.html", {"empty": missing.nothing_yet()})
    found = make(choice)
    context = {
        "choice": choice,
        "form": SimpleLazyObject(lambda: stats.form(choice)),  # some pages have none
        "tabs": tabs(request, choice),
        "crumbs": _above(choice),
        "figure": figure(found, choice) if found else None,
        "empty": None if found else lacking(choice),
        "example_data": choice.edition.example,
    }
    return render(request, template, context | more(choice))


def tabs(request: HttpRequest, choice: PageChoice) -> list[Link]:
    """The coverage pages, this choice kept."""
    here = request.resolver_match.url_name if request.resolver_match else ""
    return [
        Link(_(label), f"{reverse(name)}?{choice.address()}", "page" if name == here else "")
        for name, label in TABS
    ]


def _above(choice: PageChoice) -> list[Link]:
    """Sweden, then the region, over a smaller area; the choice is kept."""
    if choice.level == "country":
        return []
    above = [areas.country()]
    if choice.level == "municipality":
        above.append(areas.find(choice.area.region_code, kind="region"))
    return [Link(formats.area(place), f"?{choice.address(area=place.code)}") for place in above]


def figure(found: Picture, choice: PageChoice) -> Figure:
    """The picture as a page shows it, with its downloads."""

    def url(form: str) -> str:
        return f"{reverse('coverage-picture', args=[found.key, form])}?{choice.address()}"

    return Figure(
        key=found.key,
        title=found.title,
        image_url=url("svg"),
        narrow_url=url("svg") + "&narrow",
        caution=found.caution,
        alt=found.alt,
        table=found.table,
        spec_url=url("json"),
        note=found.note,
        downloads=[
            Link(label, url(form) + ("&alone" if form == "svg" else "")) for form, label in FORMS
        ],
    )


def _compared(choice: PageChoice) -> list[Link]:
    """Areas in the comparison; following a link leaves that one out."""
    return [
        Link(
            formats.area(place),
            "?" + choice.address(**{"with": [c.code for c in choice.compared if c != place]}),
        )
        for place in choice.compared
    ]

"""What a coverage page says where the edition lacks what was asked: of what, and what it has."""

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from vaksam.areas import queries as areas
from vaksam.coverage import queries
from vaksam.web import formats
from vaksam.web.components import Empty, Link
from vaksam.web.insight.choice import PageChoice


def nothing_yet() -> Empty:
    """Before the first import."""
    return Empty(
        _("No figures yet"),
        _("The page fills when Folkhälsomyndigheten's workbook has been imported."),
        [Link(_("Editions and import"), reverse("coverage-editions"))],
    )


def on_map(choice: PageChoice) -> Empty:
    return _cut(choice, choice.map_level)


def in_ranking(choice: PageChoice) -> Empty:
    return _cut(choice, "municipality")


def week_by_week(choice: PageChoice) -> Empty:
    if any(place.kind != "municipality" for place in choice.places):
        text = _("The edition of %(on)s has no figures week by week for %(what)s.")
        return _empty(choice, text, "region", weekly=True)
    region = areas.find(choice.area.region_code, kind="region")
    return Empty(
        _("Not published"),
        _("Municipalities are not published week by week, but their regions are:"),
        [Link(formats.area(region), f"?{choice.address(area=region.code)}")],
    )


def by_age(choice: PageChoice) -> Empty:
    text = _("The edition of %(on)s has no figures by age for %(area)s.")
    on = formats.day(choice.edition.edition_on)
    return Empty(_("Not published"), text % {"on": on, "area": formats.area(choice.area)})


def _cut(choice: PageChoice, level: str) -> Empty:
    if level == "region":
        text = _("The edition of %(on)s has no figures by region for %(what)s.")
    else:
        text = _("The edition of %(on)s has no figures by municipality for %(what)s.")
    return _empty(choice, text, level)


def _empty(choice: PageChoice, text: str, level: str, *, weekly: bool | None = None) -> Empty:
    """Says what is lacking, and offers the ages that this page can show, for everyone if it
    must be."""
    near = [
        replace(choice, age=age, sex=sex)
        for sex in dict.fromkeys([choice.sex, "total"])
        for age in choice.ages_offered()
    ]
    links = [
        Link(_label(one, choice.sex), f"?{one.address()}")
        for one in near
        if queries.recipe(one.edition.id, level, one.asked, weekly=weekly)
    ]
    said = text % {"on": formats.day(choice.edition.edition_on), "what": _what(choice)}
    return Empty(_("Not published"), said + " " + _("It has:") if links else said, links)


def _what(choice: PageChoice) -> str:
    """At least 1 dose, 12 and older, men."""
    parts = [formats.dose(choice.doses).lower(), formats.age(choice.age).lower()]
    if choice.sex != "total":
        parts.append(formats.sex(choice.sex).lower())
    return ", ".join(parts)


def _label(offered: PageChoice, sex: str) -> str:
    """The age, and the sex where that is not the one asked for."""
    label = formats.age(offered.age)
    return label if offered.sex == sex else f"{label}, {formats.sex(offered.sex).lower()}"

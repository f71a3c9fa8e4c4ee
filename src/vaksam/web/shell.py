"""What every page has around it: navigation, region switcher, languages, footer.

`context` is a context processor. It gives one lazy object, so a page part loaded by HTMX, or a
view that renders no frame, costs no query. A whole page costs at most two: the account's roles
and the regions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from vaksam.areas import queries as areas
from vaksam.base.roles import Role
from vaksam.base.scope import NOBODY, Scope, scope_of
from vaksam.web.roles import (
    BOOKING,
    CHANGES,
    DUE,
    LISTS,
    PEOPLE,
    PRESCRIBING,
    REGISTER,
    REPORT,
    ROUNDS,
    SUPPLY,
    TURN,
    VENUE,
)

VERSION = version("vaksam")
SWEDEN = "SE"
LANGUAGE_NAMES = {"sv": "Svenska", "en": "English"}  # each in its own language


@dataclass(frozen=True, slots=True)
class Section:
    """A place in the navigation. Its pages have the url names `NAME` and `NAME-…`."""

    name: str
    label: str | Promise
    roles: tuple[Role, ...] | None = None  # None: for all, also those not signed in
    also: str = ""  # pages of these names belong to it, too


@dataclass(frozen=True, slots=True)
class Link:
    label: str | Promise
    url: str
    current: str = ""  # the value of aria-current
    language: str = ""


# Where another region shows the same page of that region.
OF_A_REGION = {
    "today", "turn", "due",
    "coverage", "coverage-time", "coverage-ages", "coverage-ranking", "coverage-goals",
}  # fmt: skip
# Pages that are not of the region chosen above them.
OF_NO_REGION = (
    "people", "lists", "directives", "supply", "venue", "booking", "register", "report",
    "rounds",
    "prescribing", "changes",
)  # fmt: skip

# By job, in the order of a working day.
SECTIONS = (
    Section("today", _("Today"), tuple(Role)),
    Section("turn", _("Whose turn"), TURN),
    Section("people", _("People"), PEOPLE),
    Section("lists", _("Lists"), LISTS),
    Section("due", _("Who is due"), DUE),
    Section("booking", _("Booking"), BOOKING, also="venues"),
    Section("changes", _("Changes"), CHANGES),
    Section("rounds", _("Rounds"), ROUNDS),
    Section("supply", _("Supply"), SUPPLY),
    Section("venue", _("Venue"), VENUE),
    Section("prescribing", _("Prescriptions"), PRESCRIBING),
    Section("register", _("The register"), REGISTER),
    Section("report", _("Report doses"), REPORT),
    Section("directives", _("Directives"), tuple(Role)),
    Section("coverage", _("Coverage")),
)


class Shell:
    """The frame around one page."""

    version = VERSION

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def user(self) -> Any:
        """The account, or None where nobody is signed in."""
        user = getattr(self.request, "user", None)
        return user if user and user.is_authenticated else None

    @cached_property
    def scope(self) -> Scope:
        return scope_of(self.user) if self.user else NOBODY

    @cached_property
    def page(self) -> str:
        """The url name of this page; empty on an error page."""
        match = self.request.resolver_match
        return (match and match.url_name) or ""

    def nav(self) -> list[Link]:
        shown = [each for each in SECTIONS if each.roles is None or self.scope.has(*each.roles)]
        return [Link(each.label, reverse(each.name), self._current(each)) for each in shown]

    def _current(self, section: Section) -> str:
        if self.page == section.name:
            return "page"
        if section.also and self.page.split("-")[0] == section.also:
            return "true"
        return "true" if self.page.startswith(f"{section.name}-") else ""

    @cached_property
    def regions(self) -> Sequence[areas.AreaRef]:
        return areas.regions()

    @cached_property
    def region(self) -> str:
        """The code of the region chosen in the address, else of the account's only one.

        An area's code starts with its region's; the country's is SE.
        """
        if "area" in self.request.GET or self.page.startswith("coverage"):
            return self.request.GET.get("area", SWEDEN)[:2]
        own = self.scope.regions or frozenset()
        return next(iter(own)) if len(own) == 1 else SWEDEN

    def region_url(self) -> str:
        """Where choosing a region leads: this page of it, else its coverage."""
        return reverse(self.page if self.page in OF_A_REGION else "coverage")

    @property
    def offers_regions(self) -> bool:
        return not self.page.startswith(OF_NO_REGION)

    def kept_choices(self) -> list[tuple[str, str]]:
        """What else the address chooses (dose, week …), kept when the region is changed."""
        if self.page not in OF_A_REGION:
            return []
        dropped = {"area", "municipality", "page"}
        return [
            (name, value)
            for name, values in self.request.GET.lists()
            for value in values
            if name not in dropped
        ]

    def languages(self) -> list[Link]:
        """This page in each language, its choices kept."""
        return [self._in_language(code) for code, _name in settings.LANGUAGES]

    def _in_language(self, code: str) -> Link:
        here = self.request.get_full_path()
        current = "true" if code == get_language() else ""
        url = translate_url(here, code)
        if url == here and not current:  # an address that leads nowhere has no translation
            with override(code):
                url = reverse("coverage")
        return Link(LANGUAGE_NAMES[code], url, current, code)


def context(request: HttpRequest) -> dict[str, Shell]:
    """The template variable `shell`."""
    return {"shell": Shell(request)}

"""What the pages of changes share: which change, who may, what is named how."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import blake2s
from typing import Any

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaksam.areas import queries as areas
from vaksam.base import clock
from vaksam.base.scope import Scope, scope_of
from vaksam.core.errors import NotAllowed, Refused
from vaksam.programmes import queries as programmes
from vaksam.replanning import queries
from vaksam.replanning.queries import ChangeView
from vaksam.supply import queries as supply
from vaksam.venues import queries as venues
from vaksam.web import formats
from vaksam.web.planning.words import names_of_products
from vaksam.web.roles import CHANGE_PLANNERS

OPEN = ("draft", "previewed")


def change_of(request: HttpRequest, pk: int) -> ChangeView:
    """The change, in the regions one sees. Raises NotFound."""
    return queries.change(pk, scope=scope_of(request.user))


def may_write(scope: Scope, change: ChangeView) -> bool:
    return scope.reaches(change.region_code, *CHANGE_PLANNERS)


def to_write(request: HttpRequest, pk: int) -> ChangeView:
    """As `change_of`, for its region's coordinators. Raises NotAllowed, too."""
    found = change_of(request, pk)
    if not may_write(scope_of(request.user), found):
        raise NotAllowed(
            "only-coordinators", "Only the region's coordinators work on a change. You may read it."
        )
    return found


def to_edit(request: HttpRequest, pk: int) -> ChangeView:
    """As `to_write`, one that is neither approved nor being worked out. Raises Refused, too."""
    found = to_write(request, pk)
    if found.state not in OPEN:
        raise Refused("applied", "The change is approved or applied. Begin another one.")
    if found.busy:
        raise Refused("busy", "The change is being worked out. Wait until it is done.")
    return found


def language() -> str:
    return (get_language() or "sv")[:2]


def stamp(moment: datetime) -> str:
    """20 April 2021 09:10."""
    local = moment.astimezone(clock.SWEDEN)
    return f"{formats.day(local.date())} {local:%H:%M}"


def span(first: date, last: date | None) -> str:
    """18 January 2021–24 January 2021; one day alone; or from a day on."""
    if last is None:
        return _("from %(day)s on") % {"day": formats.day(first)}
    if first == last:
        return formats.day(first)
    whole = (first.year, first.month) != (last.year, last.month)
    begins = formats.day(first) if first.year != last.year else str(
        date_format(first, f"j{formats.NBSP}F") if whole else first.day
    )  # fmt: skip
    return f"{begins}–{formats.day(last)}"


def mark(thing: Mapping[str, Any]) -> str:
    """What tells one part or rule from the others, so that a button pressed twice is harmless."""
    return blake2s(json.dumps(thing, sort_keys=True).encode(), digest_size=8).hexdigest()


@dataclass
class Names:
    """What codes and ids of a region are called; each kind is read when first asked for."""

    region: str

    @cached_property
    def products(self) -> dict[str, str]:
        return names_of_products()

    @cached_property
    def venues(self) -> dict[int, str]:
        found = venues.venues(regions=[self.region])
        return {each.id: each.name for each in found if not each.is_store}

    @cached_property
    def municipalities(self) -> dict[str, str]:
        return {each.code: each.name for each in areas.municipalities(self.region)}

    @cached_property
    def lots(self) -> dict[int, str]:
        return {each.id: f"{each.number} ({self.product(each.product)})"
                for each in supply.lots()}  # fmt: skip

    def product(self, code: str) -> str:
        return self.products.get(code, code)

    def venue(self, pk: object) -> str:
        return self.venues.get(int(str(pk)), _("a venue that is no longer open"))

    def directive(self, version: int) -> tuple[str, date]:
        """Its title and the day it takes effect."""
        found = programmes.version(version)
        titles = found.body.get("directive", {}).get("title", {})
        return titles.get(language()) or titles.get("sv") or found.code, found.effective_from


def part_said(part: Mapping[str, Any], names: Names) -> str:
    """A part of a change as a sentence."""
    values: dict[str, str] = {}
    if "from" in part:
        last = date.fromisoformat(part["to"]) if part.get("to") else None
        values["days"] = span(date.fromisoformat(part["from"]), last)
    if "venue" in part:
        values["venue"] = names.venue(part["venue"])
    match part["kind"]:
        case "directive":
            title, on = names.directive(int(part["version"]))
            return _("“%(title)s” takes effect %(day)s") % {"title": title, "day": formats.day(on)}
        case "delivery":
            values |= {"product": names.product(part["product"]),
                       "share": formats.share(part["share"], 0)}  # fmt: skip
            return _("Of the %(product)s expected %(days)s, %(share)s comes") % values
        case "venue_closed":
            return _("%(venue)s is closed %(days)s") % values
        case "staff":
            values["n"] = formats.number(int(part["vaccinators"]))
            return _("%(venue)s %(days)s: vaccinators at work: %(n)s") % values
        case "recall":
            lot = names.lots.get(int(part["lot"]), str(part["lot"]))
            why = f": {part['reason']}" if part.get("reason") else ""
            return _("Lot %(lot)s is recalled") % {"lot": lot} + why
        case _:
            values |= {"day": formats.day(date.fromisoformat(part["day"])),
                       "hours": f"{part['opens']}–{part['closes']}",
                       "product": names.product(part["product"])}  # fmt: skip
            return _("An extra session at %(venue)s %(day)s %(hours)s with %(product)s") % values

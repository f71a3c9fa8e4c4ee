"""A plan's answer as tables, sentences and a map."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaksam.areas import queries as areas
from vaksam.core.weeks import Week
from vaksam.supply.queries import AllocationRef
from vaksam.venues import queries as venues
from vaksam.web import charts, formats
from vaksam.web.charts import MapArea
from vaksam.web.components import Column, Stat, Table, Text
from vaksam.web.insight.pictures.picture import Picture

_REASONS = {
    "nobody-left": lambda: _("everybody who is due there is served"),
    "capacity": lambda: _("it cannot give more a week"),
    "cannot-keep": lambda: _("some products cannot be brought or kept there"),
    "lower-priority": lambda: _("those who wait there come after those served elsewhere"),
    "well-covered": lambda: _("others have lower coverage"),
    "whole-units": lambda: _("less than a vial or package is missing"),
    "as-before": lambda: _("the accepted plan is disturbed as little as possible"),
}
CLASSES = 5


@dataclass(frozen=True)
class Known:
    """A plan with the names it needs."""

    plan: AllocationRef
    products: dict[str, str]

    @cached_property
    def places(self) -> dict[str, venues.VenueRef]:
        return {each.code: each for each in venues.venues(regions=[self.plan.region_code])}

    def name(self, code: str) -> str:
        return self.places[code].name if code in self.places else code

    @property
    def answer(self) -> dict[str, Any]:
        return self.plan.answer

    @property
    def monday(self) -> date:
        return date.fromisoformat(self.plan.question["monday"])

    def week(self, period: int) -> str:
        return formats.week(Week.of(self.monday + timedelta(weeks=period)))


def stats(known: Known) -> list[Stat]:
    told, plain = known.answer["outcome"], known.answer["pro_rata"]
    return [
        Stat(_("First doses"), formats.number(round(told["first"])),
             _("%(n)s by the plain rule")
             % {"n": formats.number(round(plain["first"]))}),
        Stat(_("Second doses in time"),
             formats.share(told["on_time"]) if told["on_time"] is not None else "–",
             _("of those promised")),
        Stat(_("Least covered place"), formats.share(told["lowest"]),
             _("%(n)s by the plain rule") % {"n": formats.share(plain["lowest"])}),
    ]  # fmt: skip


def outcome_table(plans: Sequence[Known]) -> Table:
    """Figures down, plans across, the plain rule last."""
    columns = [Column(_("Outcome"))]
    columns += [Column(each.plan.name, numeric=True) for each in plans]
    columns.append(Column(_("By population, the plain rule"), numeric=True))
    told = [each.answer["outcome"] for each in plans] + [plans[0].answer["pro_rata"]]
    waiting: list[list[Text]] = [
        [_("Still waiting, phase %(phase)s") % {"phase": phase},
         *(_count(each["unmet"].get(phase, 0.0)) for each in told)]
        for phase in sorted(told[0]["unmet"])
    ]  # fmt: skip
    rows: list[list[Text]] = [
        [_("First doses"), *(_count(each["first"]) for each in told)],
        [_("of them in the first half"), *(_count(each["first_half"]) for each in told)],
        [_("Second doses"), *(_count(each["second"]) for each in told)],
        [_("Second doses in time"), *(formats.share(each["on_time"]) for each in told)],
        *waiting,
        [_("Coverage, least"), *(formats.share(each["lowest"]) for each in told)],
        [_("Coverage, most"), *(formats.share(each["highest"]) for each in told)],
        [_("Spread of coverage, percentage points"),
         *(formats.decimal(100 * each["spread"], 1) for each in told)],
        [_("Doses not used"), *(_count(each["unused"]) for each in told)],
    ]  # fmt: skip
    return Table("outcome", _("Plans side by side"), columns, rows)


def sent_table(known: Known) -> Table | None:
    """Vials by venue and product, week by week."""
    cells: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for row in known.answer["sent"]:
        cells[row["place"], row["product"]][row["period"]] = row["vials"]
    if not cells:
        return None
    periods = range(known.plan.question["weeks"])
    rows: list[list[Text]] = [
        [known.name(place), known.products.get(product, product),
         *(formats.number(weeks[t]) if t in weeks else "–" for t in periods),
         formats.number(sum(weeks.values()))]
        for (place, product), weeks in sorted(
            cells.items(), key=lambda each: (known.name(each[0][0]), each[0][1])
        )
    ]  # fmt: skip
    columns = [Column(_("Venue")), Column(_("Product"))]
    columns += [Column(known.week(t), numeric=True) for t in periods]
    columns.append(Column(_("Vials in all"), numeric=True))
    return Table("sent", _("Vials to send"), columns, rows)


def less(known: Known) -> list[str]:
    """Why some get less than by population, in sentences."""
    return [
        _("%(venue)s gets %(doses)s doses, %(less)s less than by population: %(reasons)s.")
        % {
            "venue": known.name(each["place"]),
            "doses": _count(each["doses"]),
            "less": _count(each["share"] - each["doses"]),
            "reasons": _("; ").join(_REASONS[reason]() for reason in each["reasons"])
            or _("what is weighed gives more elsewhere"),
        }
        for each in known.answer["less"]
    ]


def one_more(known: Known) -> list[str]:
    """What one package more would do."""
    found = []
    for each in known.answer["extra"]:
        vials = ngettext("%(n)s more vial", "%(n)s more vials", each["vials"]) % {
            "n": each["vials"]
        }
        persons = [
            _("%(n)s persons in phase %(phase)s") % {"n": _count(n), "phase": group}
            if group != "second" else _("%(n)s second doses") % {"n": _count(n)}
            for group, n in sorted(each["persons"].items())
            if n > 0
        ]  # fmt: skip
        found.append(
            _("%(vials)s of %(product)s to %(venue)s: %(persons)s.")
            % {
                "vials": vials,
                "product": known.products.get(each["product"], each["product"]),
                "venue": known.name(each["place"]),
                "persons": _(", ").join(persons) or _("nobody more, it cannot give more"),
            }
        )
    return found


def sessions_table(known: Known) -> Table | None:
    """Days on which small places open vials this week."""
    rows: list[list[Text]] = [
        [known.name(each["place"]), known.products.get(each["product"], each["product"]),
         str(date_format(known.monday + timedelta(days=session["day"]), "l j F")),
         formats.number(session["persons"]), formats.number(session["vials"]),
         formats.number(session["left"])]
        for each in known.answer.get("sessions", [])
        for session in each["sessions"]
    ]  # fmt: skip
    if not rows:
        return None
    columns = [
        Column(_("Venue")), Column(_("Product")), Column(_("Day")),
        Column(_("Persons"), numeric=True), Column(_("Vials"), numeric=True),
        Column(_("Doses left over"), numeric=True),
    ]  # fmt: skip
    note = _("Persons of several days come together, so that opened vials are emptied.")
    return Table("sessions", _("Sessions at small places this week"), columns, rows, note=note)


def changed_table(known: Known) -> Table | None:
    """What is sent otherwise than by the plan accepted before."""
    changed = known.answer["changed"]
    if not changed:
        return None
    rows: list[list[Text]] = [
        [known.name(each["place"]), known.products.get(each["product"], each["product"]),
         known.week(each["period"]), formats.number(each["before"]), formats.number(each["after"])]
        for each in changed
    ]  # fmt: skip
    columns = [
        Column(_("Venue")), Column(_("Product")), Column(_("Week")),
        Column(_("Vials before"), numeric=True), Column(_("Vials now"), numeric=True),
    ]  # fmt: skip
    return Table("changed", _("Otherwise than in the accepted plan"), columns, rows)


def picture(known: Known) -> Picture:
    """First doses for each hundred residents, on a map of municipalities."""
    rows = _by_municipality(known)
    shares = [float(row["share"]) for row in rows]
    labels, bounds = _classes(shares)
    title = _("First doses for each hundred residents")
    told = [
        MapArea(
            str(row["code"]), str(row["name"]), labels[_class(float(row["share"]), bounds)],
            formats.share(float(row["share"])), "",
        )
        for row in rows
    ]  # fmt: skip
    wanted = {str(row["code"]) for row in rows}
    geometry = areas.geometry("municipality")
    mine = geometry | {
        "features": [f for f in geometry["features"] if f["properties"]["code"] in wanted]
    }
    cells = [[area.name, area.shown] for area in told]
    return Picture(
        key="share-map",
        title=title,
        alt=title + ". " + _("; ").join(f"{name}: {shown}" for name, shown in cells),
        table=Table(
            "share-map", title, [Column(_("Municipality")), Column(_("Share"), numeric=True)],
            cells,
        ),
        rows=rows,
        draw=lambda: charts.choropleth(
            told, labels, mine, title=title, missing=_("no venue"),
            name_title=_("Municipality"), share_title=_("Share"),
        ),
    )  # fmt: skip


def _by_municipality(known: Known) -> list[dict[str, Any]]:
    given: dict[str, float] = defaultdict(float)
    for row in known.answer["given"]:
        if row["group"] != "second" and row["place"] in known.places:
            given[known.places[row["place"]].municipality_code] += row["doses"]
    people: dict[str, int] = defaultdict(int)
    for row in known.answer["places"]:
        if row["code"] in known.places:
            people[known.places[row["code"]].municipality_code] += row["population"]
    names = {each.code: each.name for each in areas.municipalities(known.plan.region_code)}
    return [
        {"code": code, "name": names.get(code, code), "residents": count,
         "first_doses": round(given[code], 1), "share": given[code] / count if count else 0.0}
        for code, count in sorted(people.items())
    ]  # fmt: skip


def _classes(shares: Sequence[float]) -> tuple[list[str], list[float]]:
    """Classes of equal width from the least to the most."""
    low, high = min(shares, default=0.0), max(shares, default=0.0)
    if high - low < 1e-6:
        return [formats.share(low)], [high]
    bounds = [low + (high - low) * (n + 1) / CLASSES for n in range(CLASSES)]
    starts = [low, *bounds[:-1]]
    labels = [
        f"{formats.percent(a)}–{formats.share(b)}" for a, b in zip(starts, bounds, strict=True)
    ]
    return labels, bounds


def _class(share: float, bounds: Sequence[float]) -> int:
    return next((n for n, bound in enumerate(bounds) if share <= bound + 1e-9), len(bounds) - 1)


def _count(value: float) -> str:
    return formats.number(round(value))

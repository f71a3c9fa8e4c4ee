"""Which directives are in force, as known at any moment, and one directive with its versions."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vaksam.areas import queries as areas
from vaksam.base import clock
from vaksam.base.roles import Role
from vaksam.base.scope import Scope, requires, scope_of
from vaksam.core.errors import NotFound
from vaksam.core.rules import files
from vaksam.core.rules.definition import Directive, Rule
from vaksam.programmes import queries as programmes
from vaksam.programmes.queries import VersionRef
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Table
from vaksam.web.planning.directives.forms import MomentForm
from vaksam.web.planning.directives.words import AUTHORITIES, KINDS, STATES, kind_of, said


@require_safe
@requires()
def in_force(request: HttpRequest) -> HttpResponse:
    """Rules in force on a day, as known at a moment, and what is in work."""
    scope = scope_of(request.user)
    known = programmes.programmes(language=_language())
    context: dict[str, Any] = {"may_write": may_write(scope), "open": _open(scope)}
    if known:
        running = programmes.running(on=clock.today())
        start = {"programme": running[0] if running else known[-1].code, "on": clock.today()}
        form = MomentForm(start | _asked(request))
        form.offer("programme", [(each.code, each.name) for each in known])
        if form.is_valid():
            context |= _rules(form.cleaned_data)
        context["form"] = form
    return render(request, "directives/directives.html", context)


@require_safe
@requires()
def one(request: HttpRequest, code: str) -> HttpResponse:
    """A directive as it now reads, with every version it has had."""
    found = programmes.directive(code)
    versions = programmes.versions(code)
    shown = found.said or _said(versions[0])
    scope = scope_of(request.user)
    context = {
        "ref": found,
        "open": next((v for v in versions if v.state in ("draft", "submitted")), None),
        "may_write": may_write(scope, found.region_code),
        "versions": _versions(versions),
        "taken_back": found.said is None and versions[0].taken_back_at is not None,
        "link": shown.source.link if shown.source.link.startswith("https://") else "",
        **head_of(shown),
    }
    return render(request, "directives/directive.html", context)


@require_safe
@requires()
def file(request: HttpRequest, code: str) -> HttpResponse:
    """The newest approved version as a file; one that was taken back is no longer offered."""
    approved = [each for each in programmes.versions(code)
                if each.state == "approved" and each.taken_back_at is None]  # fmt: skip
    if not approved:
        raise NotFound("unknown-directive", "There is no directive “{code}”. Nearest: {nearest}.",
                       code=code, nearest="–")  # fmt: skip
    response = HttpResponse(files.to_toml(approved[0].body), content_type="application/toml")
    response["Content-Disposition"] = f'attachment; filename="{code}.toml"'
    return response


def may_write(scope: Scope, region: str | None = None) -> bool:
    """Whether the account writes directives of a region ("": the country's; None: of any)."""
    if region is None:
        return scope.has(Role.REGION_COORDINATOR, Role.ADMINISTRATOR)
    if not region:
        return scope.has(Role.ADMINISTRATOR)
    return scope.reaches(region, Role.REGION_COORDINATOR)


def head_of(shown: Directive) -> dict[str, Any]:
    """What the pages of a directive and of a draft show alike."""
    products = {product.code: product.name for product in programmes.products()}
    return {
        "said": shown,
        "title": shown.title_sv if _language() == "sv" else shown.title_en,
        "authority": AUTHORITIES[shown.authority],
        "place": _place(shown.region),
        "rules": [rule_card(rule, products) for rule in shown.rules],
        "ends": [(end.rule, formats.day(end.last_on)) for end in shown.ends],
    }


def rule_card(rule: Rule, products: dict[str, str]) -> dict[str, Any]:
    return {
        "code": rule.code,
        "kind": KINDS[kind_of(rule)],
        "title": rule.title_sv if _language() == "sv" else rule.title_en,
        "said": said(rule, products),
        "span": _span(rule.effective_from, rule.effective_to),
        "source": rule.source,
    }


def _rules(asked: dict[str, Any]) -> dict[str, Any]:
    """The rules in force, the directive they come from, and those announced but not begun."""
    known_at: datetime = asked["known_at"] or clock.now()
    rules = programmes.rules(asked["programme"], known_at=asked["known_at"] and known_at)
    on: date = asked["on"]
    products = {product.code: product.name for product in programmes.products()}
    now = [rule for rule in rules.rules if rule.effective_from <= on
           and (rule.effective_to is None or rule.effective_to >= on)]  # fmt: skip
    later = [rule for rule in rules.rules if rule.effective_from > on]
    said_then = programmes.directives(programme=asked["programme"], known_at=known_at)
    return {
        "table": _table("rules", _("Rules in force"), now, products),
        "later": _table("later", _("Announced, not yet in force"), later, products),
        "directives": _directives(said_then, on),
        "known_at": known_at,
        "on": on,
    }


def _table(key: str, caption: str, rules: list[Rule], products: dict[str, str]) -> Table | None:
    if not rules:
        return None
    order = list(KINDS)
    rules = sorted(rules, key=lambda r: (order.index(kind_of(r)), r.effective_from, r.code))
    rows: list[list[str | Cell]] = [
        [
            Cell(said(rule, products), url=reverse("directives-one", args=[rule.directive])),
            str(KINDS[kind_of(rule)]),
            _span(rule.effective_from, rule.effective_to),
            _place(rule.region),
        ]
        for rule in rules
    ]
    columns = [Column(_("Rule")), Column(_("Kind")), Column(_("In force")), Column(_("Where"))]
    return Table(key, caption, columns, rows)


def _directives(found: list[Directive], on: date) -> Table | None:
    if not found:
        return None
    rows: list[list[str | Cell]] = [
        [
            Cell(each.title_sv if _language() == "sv" else each.title_en,
                 url=reverse("directives-one", args=[each.code])),
            str(AUTHORITIES[each.authority]),
            _place(each.region),
            each.announced_at.astimezone(clock.SWEDEN).strftime("%Y-%m-%d %H:%M"),
            _span(each.effective_from, each.effective_to),
            Cell(formats.day(each.review_on), tone="warning") if each.review_on <= on
            else formats.day(each.review_on),
        ]
        for each in reversed(found)
    ]  # fmt: skip
    columns = [Column(_("Directive")), Column(_("Authority")), Column(_("Where")),
               Column(_("Announced")), Column(_("In force")), Column(_("Next review"))]  # fmt: skip
    return Table("directives", _("Directives announced by then"), columns, rows)


def _versions(found: list[VersionRef]) -> Table:
    rows: list[list[str | Cell]] = [
        [
            str(each.number),
            _state(each),
            each.announced_at.astimezone(clock.SWEDEN).strftime("%Y-%m-%d %H:%M"),
            each.author,
            each.checker or "–",
            each.approved_at.astimezone(clock.SWEDEN).strftime("%Y-%m-%d %H:%M")
            if each.approved_at else "–",
        ]
        for each in found
    ]  # fmt: skip
    columns = [Column(_("Version")), Column(_("State")), Column(_("Announced")),
               Column(_("Author")), Column(_("Checker")), Column(_("Approved"))]  # fmt: skip
    return Table("versions", _("Versions"), columns, rows)


def _state(each: VersionRef) -> str | Cell:
    if each.state in ("draft", "submitted"):
        return Cell(str(STATES[each.state]), url=reverse("directives-draft", args=[each.id]))
    if each.taken_back_at:
        at = each.taken_back_at.astimezone(clock.SWEDEN).strftime("%Y-%m-%d %H:%M")
        return Cell(_("Taken back %(at)s") % {"at": at}, tone="warning")
    return str(STATES[each.state])


def _open(scope: Scope) -> Table | None:
    """Versions in work that concern the account."""
    found = [each for each in programmes.open_versions() if may_write(scope, each.region_code)]
    if not found:
        return None
    key = "sv" if _language() == "sv" else "en"
    rows: list[list[str | Cell]] = [
        [
            Cell(each.body["directive"]["title"][key],
                 url=reverse("directives-draft", args=[each.id])),
            Cell(str(STATES[each.state]), tone="warning" if each.state == "submitted" else "info"),
            each.author,
            each.comment or "–",
        ]
        for each in found
    ]  # fmt: skip
    columns = [Column(_("In work")), Column(_("State")), Column(_("Author")), Column(_("Comment"))]
    return Table("open", _("In work"), columns, rows)


def _asked(request: HttpRequest) -> dict[str, Any]:
    """What the address asks for; a day or moment that is none is left out."""
    asked: dict[str, Any] = {}
    if programme := request.GET.get("programme"):
        asked["programme"] = programme
    for name, parse in (("on", parse_date), ("known_at", parse_datetime)):
        text = request.GET.get(name, "")
        try:
            if text and parse(text):
                asked[name] = text
        except ValueError:
            continue
    return asked


def _said(version: VersionRef) -> Directive:
    return files.from_body(version.body)


def _span(first: date, last: date | None) -> str:
    if last is None:
        return _("from %(day)s") % {"day": formats.day(first)}
    return f"{formats.day(first)} – {formats.day(last)}"


def _place(region: str) -> str:
    if not region:
        return _("Sweden")
    names = {each.code: each.short_name for each in areas.regions()}
    return names.get(region, region)


def _language() -> str:
    return (get_language() or "sv")[:2]

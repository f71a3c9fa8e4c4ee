"""Lists of a group's members: in force, uploaded, looked at row by row, ended."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaksam.areas import queries as areas
from vaksam.areas.queries import AreaRef
from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.core import groups
from vaksam.core.errors import BadFile, NotFound, Refused
from vaksam.people import actions, queries
from vaksam.people.queries import Alike, ListInForce, RowView
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Link, Stat, Table, Text
from vaksam.web.errors import faults_of
from vaksam.web.planning.lists.forms import UploadForm
from vaksam.web.planning.people.views import born
from vaksam.web.roles import LISTS, account

SOON_DAYS = 14
STATES = ("review", "not_found", "rejected")


@dataclass(frozen=True, slots=True)
class RowCard:
    """A row to look at: what it says, and whom it may mean."""

    row: RowView
    said: str
    likely: list[tuple[Alike, str, str]]  # with when born, and how likely


@require_safe
@requires(*LISTS)
def in_force(request: HttpRequest) -> HttpResponse:
    """Which lists count now, on what ground, and until when."""
    found = queries.lists_in_force(scope=scope_of(request.user))
    waiting = [each for each in found if each.to_review or each.days_left <= SOON_DAYS]
    others = [each for each in found if each not in waiting]
    context = {
        "stats": _stats(found, waiting),
        "waiting": _table("waiting", _("Something to do"), waiting),
        "others": _table("others", _("The others in force"), others),
        "found": len(found),
        "rest": len(others),
    }
    return render(request, "lists/lists.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*LISTS)
def upload(request: HttpRequest) -> HttpResponse:
    """Upload a list. A damaged or stale one changes nothing and is told with every fault."""
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        municipalities=_municipalities(request),
        on=clock.today(),
    )
    faults: dict[str, object] = {}
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        file = told.pop("file")
        try:
            done = actions.upload_list(
                content=file.read(), file_name=file.name, by=account(request), **told
            )
        except BadFile as error:
            form.add_error("file", _("Nothing was changed. Correct what the table says."))
            faults = faults_of(error)
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("The list is in force."))
            return HttpResponseRedirect(reverse("lists-one", args=[done.list]))
    context = {
        "form": form, "title": _("Upload a list"), "submit": _("Upload"), "multipart": True,
        "back": reverse("lists"),
        "note": _("Rows with a known number are matched at once; the others you look at yourself. "
                  "When the last day has passed, the rows are deleted and the group ends."),
    } | faults  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_safe
@requires(*LISTS)
def one(request: HttpRequest, list_id: int) -> HttpResponse:
    """One list: what it is, and its rows that wait for somebody to look."""
    scope = scope_of(request.user)
    listed = _one(request, list_id)
    state = request.GET.get("state", "review")
    state = state if state in STATES else "review"
    after = request.GET.get("after", "0")
    rows = queries.list_rows(
        list_id, scope=scope, state=state, after=int(after) if after.isdecimal() else 0
    )
    context = {
        "list": listed,
        "name": groups.names(_language())[listed.group],
        "source": groups.source_names(_language())[listed.source],
        "state": state,
        "tabs": _tabs(listed, state),
        "rows": [(each, _said(each)) for each in rows],
        "more": f"?state={state}&after={rows[-1].number}" if len(rows) == _PAGE else "",
    }
    return render(request, "lists/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*LISTS)
def row(request: HttpRequest, list_id: int, row: int) -> HttpResponse:
    """One row beside those it may mean; decided by a person."""
    scope = scope_of(request.user)
    listed = _one(request, list_id)
    if request.method == "POST":
        chosen = request.POST.get("person", "")
        actions.decide_row(
            row=row, person=int(chosen) if chosen.isdecimal() else None, by=account(request)
        )
        return HttpResponseRedirect(_next(request, list_id))
    found = queries.list_row(row, scope=scope)
    card = RowCard(found, _said(found), [
        (each, born(each.born_on, each.born_year), formats.share(each.score.probability))
        for each in queries.candidates(row, scope=scope)
    ])  # fmt: skip
    return render(request, "lists/row.html", {"list": listed, "card": card})


@require_POST
@requires(*LISTS)
def end(request: HttpRequest, list_id: int) -> HttpResponse:
    actions.end_list(list=list_id, by=account(request))
    messages.success(request, _("The list has ended; its rows are deleted from sight."))
    return HttpResponseRedirect(reverse("lists"))


_PAGE = 100


def _next(request: HttpRequest, list_id: int) -> str:
    """The next row that waits, or the list when none does."""
    waiting = queries.list_rows(list_id, scope=scope_of(request.user))
    if not waiting:
        messages.success(request, _("Every row has been looked at."))
        return reverse("lists-one", args=[list_id])
    return reverse("lists-row", args=[list_id, waiting[0].id])


def _one(request: HttpRequest, list_id: int) -> ListInForce:
    for each in queries.lists_in_force(scope=scope_of(request.user)):
        if each.id == list_id:
            return each
    raise NotFound("no-such-list", "There is no such list in force in the regions you work in.")


def _municipalities(request: HttpRequest) -> list[AreaRef]:
    own = scope_of(request.user).regions_as(*LISTS)
    return [each for each in areas.municipalities() if own is None or each.region_code in own]


def _language() -> str:
    return (get_language() or "sv")[:2]


def _stats(found: list[ListInForce], waiting: list[ListInForce]) -> list[Stat]:
    soon = sum(each.days_left <= SOON_DAYS for each in found)
    return [
        Stat(_("Lists in force"), formats.number(len(found))),
        Stat(_("Rows to look at"), formats.number(sum(each.to_review for each in waiting))),
        Stat(_("Ending within two weeks"), formats.number(soon)),
    ]


def _table(key: str, caption: str, found: list[ListInForce]) -> Table | None:
    if not found:
        return None
    names = groups.names(_language())
    places = {each.code: each.name for each in areas.municipalities()}
    rows: list[list[Text | Cell]] = [
        [
            Cell(names[each.group], url=reverse("lists-one", args=[each.id])),
            f"{each.sender}, {places.get(each.municipality_code, '')}",
            each.purpose,
            each.legal_basis,
            _last_day(each),
            formats.number(each.matched),
            Cell(formats.number(each.to_review), tone="warning") if each.to_review else "0",
            formats.number(each.not_found),
        ]
        for each in found
    ]
    columns = [
        Column(_("Group")), Column(_("Sent by")), Column(_("Purpose")), Column(_("Legal basis")),
        Column(_("Last day")), Column(_("Matched"), numeric=True),
        Column(_("To look at"), numeric=True), Column(_("Not found"), numeric=True),
    ]  # fmt: skip
    return Table(key, caption, columns, rows)


def _last_day(each: ListInForce) -> str | Cell:
    if each.days_left > SOON_DAYS:
        return formats.day(each.last_day)
    left = ngettext("%(day)s, %(n)s day left", "%(day)s, %(n)s days left", each.days_left)
    return Cell(left % {"day": formats.day(each.last_day), "n": each.days_left}, tone="warning")


def _tabs(listed: ListInForce, state: str) -> list[Link]:
    counts = {
        "review": (_("To look at"), listed.to_review),
        "not_found": (_("Not found"), listed.not_found),
        "rejected": (_("Looked at, nobody"), listed.rejected),
    }
    return [
        Link(f"{label} ({formats.number(count)})", f"?state={name}",
             "page" if name == state else "")
        for name, (label, count) in counts.items()
    ]  # fmt: skip


def _said(each: RowView) -> str:
    """What the list itself writes of somebody, in one line."""
    order = ("given_name", "family_name", "born_on", "street", "postcode", "personal_number",
             "coordination_number", "reserve_number")  # fmt: skip
    told = [each.given[name] for name in order if each.given.get(name)]
    return ", ".join(told) or _("A person with protected identity")

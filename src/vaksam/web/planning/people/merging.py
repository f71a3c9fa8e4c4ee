"""Two records that may be one person: side by side, merged, and undone."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vaksam.base.roles import Role
from vaksam.base.scope import requires, scope_of
from vaksam.core.errors import Refused
from vaksam.people import actions, queries
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Table, Text
from vaksam.web.planning.people import reasons
from vaksam.web.planning.people.forms import MergeForm
from vaksam.web.planning.people.views import born
from vaksam.web.roles import account


@require_http_methods(["GET", "HEAD"])
@requires(Role.REGION_COORDINATOR)
def alike(request: HttpRequest, person: int) -> HttpResponse:
    """Others who may be the same, likeliest first."""
    found = queries.alike(person, scope=scope_of(request.user), path=request.path)
    rows: list[list[Text | Cell]] = [
        [
            Cell(f"{each.given_name} {each.family_name}".strip() or str(each.person),
                 url=reverse("people-merge", args=[person, each.person])),
            born(each.born_on, each.born_year),
            formats.share(each.score.probability),
            Cell(_("same") if each.verdict == "same" else _("perhaps"),
                 tone="success" if each.verdict == "same" else "warning"),
        ]
        for each in found
    ]  # fmt: skip
    columns = [Column(_("Compare with")), Column(_("Born")),
               Column(_("How likely"), numeric=True), Column(_("Verdict"))]  # fmt: skip
    context = {
        "person": person,
        "table": Table("alike", _("Perhaps the same person"), columns, rows),
    }
    return render(request, "people/alike.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Role.REGION_COORDINATOR)
def merge(request: HttpRequest, person: int, other: int) -> HttpResponse:
    """Both side by side; merged with a reason. `person` is kept."""
    scope, form = scope_of(request.user), MergeForm(request.POST or None)
    views = [
        queries.person(pk, scope=scope, reason=reasons.kept(request, pk), path=request.path)
        for pk in (person, other)
    ]
    if request.method == "POST" and form.is_valid():
        try:
            actions.merge(
                kept=person, merged=other, why=form.cleaned_data["why"], by=account(request)
            )
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("The records are one. It can be undone below."))
            return HttpResponseRedirect(reverse("people-one", args=[person]))
    context: dict[str, Any] = {
        "form": form, "title": _("Are these one person?"), "submit": _("Make them one"),
        "table": _side_by_side(*views), "back": reverse("people-alike", args=[person]),
        "note": _("The first record is kept; both histories stay. It can be undone."),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(Role.REGION_COORDINATOR)
def undo(request: HttpRequest, person: int, merge_id: int) -> HttpResponse:
    actions.undo_merge(merge=merge_id, by=account(request))
    messages.success(request, _("The records are two again."))
    return HttpResponseRedirect(reverse("people-one", args=[person]))


def _side_by_side(first: queries.PersonView, second: queries.PersonView) -> Table:
    def cells(view: queries.PersonView) -> list[str]:
        address = view.address
        return [
            view.given_name, view.family_name, born(view.born_on, view.born_year),
            {0: _("not known"), 1: _("male"), 2: _("female")}[view.sex],
            f"{address.street} {address.postcode}" if address else _("protected"),
            str(len(view.identities)), str(len(view.claims)),
        ]  # fmt: skip

    labels = [_("Given name"), _("Family name"), _("Born"), _("Sex"), _("Address"),
              _("Numbers"), _("Groups")]  # fmt: skip
    rows = [list(row) for row in zip(labels, cells(first), cells(second), strict=True)]
    columns = [Column(_("What")), Column(_("Kept")), Column(_("Merged into it"))]
    return Table("both", _("Side by side"), columns, rows)

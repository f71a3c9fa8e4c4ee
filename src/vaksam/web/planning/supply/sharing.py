"""Who gets which doses: plans side by side, one of them looked at, and the one chosen."""

from collections.abc import Sequence
from typing import Any

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaksam.base.scope import requires, scope_of
from vaksam.core.errors import NotFound, Refused
from vaksam.core.supply.allocate import Weights
from vaksam.replanning import sharing
from vaksam.replanning.sharing import Choices
from vaksam.supply import actions, queries
from vaksam.supply.queries import AllocationRef
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Table, Text
from vaksam.web.planning.supply import figures, shares
from vaksam.web.planning.supply.forms import ShareForm
from vaksam.web.planning.supply.views import _name as region_name
from vaksam.web.planning.supply.views import region_of, tabs
from vaksam.web.planning.supply.words import moment
from vaksam.web.planning.words import names_of_products
from vaksam.web.roles import SUPPLY, SUPPLY_PLANNERS, account

SIDE_BY_SIDE = 3


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*SUPPLY)
def plans(request: HttpRequest) -> HttpResponse:
    """Make a plan; compare the newest with one another and with the plain rule."""
    region = region_of(request)
    may = scope_of(request.user).reaches(region, *SUPPLY_PLANNERS)
    form = ShareForm(request.POST or None)
    if request.method == "POST" and may and form.is_valid():
        try:
            made = sharing.allocate(
                region=region, choices=_choices(form.cleaned_data), by=account(request)
            )
        except Refused as error:
            form.refuse(error)
        else:
            return HttpResponseRedirect(reverse("supply-share", args=[made]))
    kept = queries.allocations(region)
    context = {
        "tabs": tabs(request),
        "region": region_name(region),
        "form": form if may else None,
        "table": _side_by_side(kept[:SIDE_BY_SIDE]),
        "kept": _kept_table(kept),
    }
    return render(request, "supply/shares.html", context, status=422 if form.errors else 200)


@require_safe
@requires(*SUPPLY)
def plan(request: HttpRequest, allocation: int) -> HttpResponse:
    """One plan: what it brings about, who gets what, why some get less, what more would do."""
    found = _allocation(request, allocation)
    known = shares.Known(found, names_of_products())
    pictures = [shares.picture(known)]
    asked = (
        figures.file(request, pictures)
        if request.GET.get("file") == pictures[0].key
        else figures.table_file(request, "sent", pl.DataFrame(found.answer["sent"]))
    )
    if asked is not None:
        return asked
    may = scope_of(request.user).reaches(found.region_code, *SUPPLY_PLANNERS)
    context = {
        "tabs": tabs(request),
        "plan": found,
        "made": moment(found.made_at),
        "chosen": moment(found.chosen_at) if found.chosen_at else "",
        "proof": _("Proven within %(gap)s of the best there can be, in %(seconds)s seconds.")
        % {"gap": formats.share(found.answer["gap"], 2),
           "seconds": formats.decimal(found.answer["seconds"], 1)},
        "stats": shares.stats(known),
        "table": shares.outcome_table([known]),
        "figure": figures.figure(request, pictures[0]),
        "sent": shares.sent_table(known),
        "files": figures.links(request, "sent"),
        "less": shares.less(known),
        "extra": shares.one_more(known),
        "sessions": shares.sessions_table(known),
        "changed": shares.changed_table(known),
        "may_choose": may and found.chosen_at is None,
    }  # fmt: skip
    return render(request, "supply/share.html", context)


@require_POST
@requires(*SUPPLY_PLANNERS)
def step(request: HttpRequest, allocation: int, step: str) -> HttpResponse:
    """Choose a plan, or throw it away."""
    found = _allocation(request, allocation)
    if step == "choose":
        made = sharing.choose(allocation=found.id, by=account(request))
        messages.success(
            request, _("Chosen. %(n)s dispatches are planned from the store.") % {"n": len(made)}
        )
        return HttpResponseRedirect(reverse("supply"))
    if step != "drop":
        raise NotFound("unknown-step", "There is no such step.")
    actions.drop_allocation(allocation=found.id, by=account(request))
    messages.success(request, _("The plan is thrown away."))
    return HttpResponseRedirect(reverse("supply-shares"))


def _allocation(request: HttpRequest, pk: int) -> AllocationRef:
    found = queries.allocation(pk)
    if not scope_of(request.user).reaches(found.region_code, *SUPPLY):
        raise NotFound("unknown-allocation", "There is no such plan.")
    return found


def _choices(data: dict[str, Any]) -> Choices:
    names = ("population", "due", "equal", "least", "early")
    weights = Weights(**{name: float(data[name]) for name in names},
                      changes=2.0 if data["keep"] else 0.0)  # fmt: skip
    return Choices(name=data["name"], weeks=data["weeks"], package=data["package"],
                   weights=weights, keep=data["keep"])  # fmt: skip


def _side_by_side(kept: Sequence[AllocationRef]) -> Table | None:
    products = names_of_products()
    return shares.outcome_table([shares.Known(each, products) for each in kept]) if kept else None


def _kept_table(kept: Sequence[AllocationRef]) -> Table | None:
    if not kept:
        return None
    rows: list[list[Text | Cell]] = [
        [
            Cell(each.name, url=reverse("supply-share", args=[each.id])),
            moment(each.made_at),
            each.by or _("the command line"),
            Cell(_("chosen"), tone="success") if each.chosen_at else "–",
        ]
        for each in kept
    ]
    columns = [Column(_("Plan")), Column(_("Made")), Column(_("By")), Column(_("State"))]
    return Table("kept", _("Plans"), columns, rows)

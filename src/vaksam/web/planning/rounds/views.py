"""The rounds, and one of them: where it goes, whom it reaches, what came back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vaksam.base.scope import requires, scope_of
from vaksam.core.errors import NotFound
from vaksam.rounds import actions, queries
from vaksam.rounds.queries import RoundRef, SheetView, StopView
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Empty, Link, Stat, Table, Text
from vaksam.web.planning.booking.common import hour, stamp
from vaksam.web.planning.rounds import words
from vaksam.web.planning.rounds.common import round_of
from vaksam.web.roles import ROUNDS, account


@require_safe
@requires(*ROUNDS)
def rounds(request: HttpRequest) -> HttpResponse:
    """Every round in the regions one works in."""
    found = queries.rounds(scope_of(request.user).regions_as(*ROUNDS))
    empty = Empty(
        _("No round is planned"),
        _("Choose a team and a product: Vaksam finds who is due in care homes or at home, and "
          "the way that keeps within the hours of a vial."),
        [Link(_("Plan a round"), reverse("rounds-new"))],
    )  # fmt: skip
    context = {"table": _table(found) if found else None, "empty": None if found else empty}
    return render(request, "rounds/list.html", context)


@require_safe
@requires(*ROUNDS)
def one(request: HttpRequest, round_id: int) -> HttpResponse:
    """One round with its people."""
    ref = round_of(request, round_id)
    scope = scope_of(request.user)
    stops = queries.stops(round_id, scope=scope, path=request.path)
    context: dict[str, Any] = {
        "round": ref, "day": formats.day(ref.day), "state": words.STATES[ref.state],
        "tone": words.STATE_TONES[ref.state], "way": words.WAYS[ref.way], "stats": _stats(ref),
        "leaves": hour(ref.starts_at), "back": hour(ref.back_at),
        "stops": [_stop(each, ref) for each in stops],
        "sheets": [_sheet(each) for each in queries.returned(round_id, scope=scope)],
    }  # fmt: skip
    return render(request, "rounds/round.html", context)


@require_POST
@requires(*ROUNDS)
def act(request: HttpRequest, round_id: int, step: str) -> HttpResponse:
    """The team leaves; the round is closed, or thrown away."""
    by = account(request)
    if step == "start":
        actions.start(round=round_id, by=by)
        messages.success(request, _("The team is on the way."))
    elif step == "close":
        actions.close(round=round_id, by=by)
        messages.success(request, _("The round is closed."))
    elif step == "drop":
        actions.drop(round=round_id, by=by)
        messages.success(request, _("The round is thrown away."))
        return HttpResponseRedirect(reverse("rounds"))
    else:
        raise NotFound("unknown-step", "There is no such step.")
    return HttpResponseRedirect(reverse("rounds-one", args=[round_id]))


def _table(found: list[RoundRef]) -> Table:
    rows: list[list[Text | Cell]] = [
        [
            Cell(f"{each.venue_name}, {stamp(each.starts_at)}",
                 url=reverse("rounds-one", args=[each.id])),
            each.product_name,
            formats.number(each.persons),
            formats.number(each.given),
            Cell(_("%(n)s to decide") % {"n": each.waiting}, tone="warning") if each.waiting
            else Cell(words.STATES[each.state], tone=words.STATE_TONES[each.state]),
        ]
        for each in found
    ]  # fmt: skip
    columns = [Column(_("Round")), Column(_("Product")), Column(_("Persons"), numeric=True),
               Column(_("Given"), numeric=True), Column(_("State"))]  # fmt: skip
    return Table("rounds", _("Rounds to homes and care homes"), columns, rows)


def _stats(ref: RoundRef) -> list[Stat]:
    return [
        Stat(_("Persons"), formats.number(ref.persons), of=_("at %(n)s stops") % {"n": ref.stops}),
        Stat(_("Vials to take along"), formats.number(ref.vials), of=", ".join(ref.lots)),
        Stat(_("Doses left over"), formats.number(ref.left)),
        Stat(_("Driving"), _("%(n)s min") % {"n": formats.number(ref.driving_minutes)},
             of=_("%(n)s km") % {"n": formats.number(round(ref.km))}),
    ]  # fmt: skip


def _stop(each: StopView, ref: RoundRef) -> dict[str, Any]:
    """A stop with its limit bar: from the departure to the end of the vial in use."""
    bar = {}
    if each.until is not None:
        bar = {"until": hour(each.until), "most": words.hours(ref.starts_at, each.until),
               "now": words.hours(ref.starts_at, each.leaves_at)}  # fmt: skip
    return {
        "stop": each, "arrives": hour(each.arrives_at), "leaves": hour(each.leaves_at), "bar": bar,
        "members": [(who, words.OUTCOMES.get(who.outcome, "")) for who in each.members],
    }  # fmt: skip


def _sheet(each: SheetView) -> tuple[SheetView, str, str]:
    counted = ", ".join(
        f"{formats.number(each.rows[state])} {label}"
        for state, label in words.ROWS.items()
        if state in each.rows
    )
    return each, stamp(each.made_at), counted

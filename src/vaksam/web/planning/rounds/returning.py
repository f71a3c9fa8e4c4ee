"""A sheet comes back; rows that disagree are decided one by one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaksam.base.scope import requires, scope_of
from vaksam.core.errors import BadFile, Refused
from vaksam.core.rounds.sheet import Dose, Given
from vaksam.people import queries as people
from vaksam.rounds import actions, queries
from vaksam.rounds.queries import RowView
from vaksam.web import formats
from vaksam.web.errors import faults_of
from vaksam.web.planning.rounds import words
from vaksam.web.planning.rounds.common import round_of
from vaksam.web.planning.rounds.forms import BackForm
from vaksam.web.roles import ROUNDS, account


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*ROUNDS)
def back(request: HttpRequest, round_id: int) -> HttpResponse:
    """Upload a filled-in sheet. A broken one changes nothing and is told with every fault."""
    ref = round_of(request, round_id)
    form = BackForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    faults: dict[str, object] = {}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            done = actions.take_back(round=round_id, content=file.read(), file_name=file.name,
                                     by=account(request))  # fmt: skip
        except BadFile as error:
            form.add_error("file", _("Nothing was changed. Correct what the table says."))
            faults = faults_of(error)
        except Refused as error:
            form.refuse(error)
        else:
            _tell(request, done)
            page = "rounds-rows" if done.rows.get("conflict") else "rounds-one"
            return HttpResponseRedirect(reverse(page, args=[round_id]))
    context = {
        "form": form, "title": _("Take back a sheet"), "submit": _("Upload"), "multipart": True,
        "eyebrow": f"{ref.venue_name}, {formats.day(ref.day)}",
        "back": reverse("rounds-one", args=[round_id]),
        "note": _("Doses are registered at once. What disagrees with what is registered waits for "
                  "you to decide; nothing is written twice."),
    } | faults  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_safe
@requires(*ROUNDS)
def rows(request: HttpRequest, round_id: int) -> HttpResponse:
    """Rows to decide, side by side with what is registered."""
    ref = round_of(request, round_id)
    scope = scope_of(request.user)
    found = queries.conflicts(round_id, scope=scope, path=request.path)
    context: dict[str, Any] = {
        "round": ref, "day": formats.day(ref.day),
        "waiting": [_card(each) for each in found if each.state == "conflict"
                    and not each.decision],
        "others": [(each, words.ROWS[each.state], _(each.said) if each.said else "")
                   for each in found if each.state != "conflict"],
        "decided": [(each, words.DECISIONS[each.decision]) for each in found if each.decision],
    }  # fmt: skip
    return render(request, "rounds/rows.html", context)


@require_POST
@requires(*ROUNDS)
def decide(request: HttpRequest, round_id: int, row: int) -> HttpResponse:
    """Keep, replace or set aside. `person`: words to find whom a row written by hand means."""
    round_of(request, round_id)
    person = _person(request)
    actions.decide(row=row, decision=request.POST.get("decision", ""), person=person,
                   by=account(request))  # fmt: skip
    messages.success(request, _("Decided."))
    return HttpResponseRedirect(reverse("rounds-rows", args=[round_id]))


def _person(request: HttpRequest) -> int | None:
    text = request.POST.get("person", "").strip()
    if not text or request.POST.get("decision") != "replace":
        return None
    found = people.find(text, scope=scope_of(request.user), path=request.path)
    if len(found.hits) != 1 or found.more:
        raise Refused("not-one", "That does not name one person. Give the personal number.")
    return found.hits[0].person


def _tell(request: HttpRequest, done: actions.Back) -> None:
    if done.again:
        messages.info(request, _("This file was taken back before. Nothing was changed."))
        return
    counted = ", ".join(
        f"{formats.number(done.rows[state])} {label}"
        for state, label in words.ROWS.items()
        if state in done.rows
    )
    messages.success(request, _("Rows: %(counted)s.") % {"counted": counted})


def _card(each: RowView) -> dict[str, Any]:
    registered = _dose(each.registered) if each.registered else ""
    if not registered and each.outcome:
        registered = str(words.OUTCOMES[each.outcome])
    return {"row": each, "why": words.WHY[each.why], "said": _given(each.given),
            "registered": registered}  # fmt: skip


def _given(given: Given) -> str:
    what = [str(words.OUTCOMES.get(given.outcome, ""))]
    if given.outcome == "given":
        what += [_when(given), given.lot, str(words.SITES.get(given.site, "")), given.vaccinator]
    return ", ".join(part for part in [*what, given.note] if part)


def _dose(dose: Dose) -> str:
    when = _when(dose)
    site = str(words.SITES.get(dose.site, ""))
    return ", ".join(part for part in (dose.product, when, dose.lot, site, dose.vaccinator) if part)


def _when(dose: Dose | Given) -> str:
    day = formats.day(dose.on) if dose.on else ""
    return f"{day} {dose.at:%H:%M}" if dose.at else day

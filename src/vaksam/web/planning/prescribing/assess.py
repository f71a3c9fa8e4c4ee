"""Visits where a physician is asked: what was answered, what is known, and a prescription."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaksam.base.scope import requires, scope_of
from vaksam.clinic import actions
from vaksam.clinic import queries as clinic
from vaksam.clinic.facts import Situation
from vaksam.clinic.queries import VisitRef, VisitView
from vaksam.core import groups
from vaksam.core.clinic.triage import Reason
from vaksam.core.errors import NotAllowed, NotFound, Refused
from vaksam.programmes import queries as programmes
from vaksam.venues import queries as venues
from vaksam.web import formats
from vaksam.web.clinic.day_shown import name_of
from vaksam.web.clinic.words import ANSWERS, OUTCOMES, TONES, in_words, of_outcome, shown_in
from vaksam.web.planning.booking.common import hour, stamp
from vaksam.web.planning.prescribing.forms import OwnForm
from vaksam.web.planning.prescribing.general import signer
from vaksam.web.planning.words import names_of_products
from vaksam.web.roles import PRESCRIBING, account


@require_safe
@requires(*PRESCRIBING)
def waiting(request: HttpRequest) -> HttpResponse:
    """Whom one is asked about, the longest waiting first; those who are still there are marked."""
    found = clinic.to_assess(scope=scope_of(request.user), path=request.path)
    names = {each.id: each.name for each in venues.venues()} if found else {}
    rows = [_row(each, names) for each in found]
    return render(request, "prescribing/waiting.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PRESCRIBING)
def one(request: HttpRequest, visit: int) -> HttpResponse:
    """Answers, history and reasons; a prescription for the person says what was considered."""
    view = clinic.visit(visit, scope=scope_of(request.user), path=request.path)
    names = names_of_products()
    disease = programmes.programme(view.ref.programme).disease
    offered = {each.code: names[each.code] for each in programmes.products(disease)}
    reasons = _reasons(view.situation, offered) if view.situation else []
    to_clear = sorted({each.code: in_words(each, names) for each in reasons}.items())
    form = OwnForm(
        request.POST or None, products=offered, signer=signer(account(request)), reasons=to_clear,
        initial={"products": _wanted(view, offered)},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.prescribe(person=view.ref.person, programme=view.ref.programme,
                              by=account(request), **form.cleaned_data)  # fmt: skip
        except (NotFound, NotAllowed):
            raise
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Signed. The venue sees it at once."))
            return HttpResponseRedirect(reverse("prescribing"))
    context = _shown(view, offered) | {"form": form}
    return render(request, "prescribing/visit.html", context, status=422 if form.errors else 200)


def _row(each: VisitRef, names: dict[int, str]) -> dict[str, Any]:
    return {
        "id": each.id, "name": name_of(each), "born": each.born_on,
        "venue": names.get(each.venue, ""), "asked": stamp(each.asked_at or each.arrived_at),
        "here": each.ended_at is None, "outcome": OUTCOMES.get(each.outcome, ""),
    }  # fmt: skip


def _wanted(view: VisitView, offered: dict[str, str]) -> list[str]:
    """The vaccine booked, else the first that the directives allow."""
    booked = [code for code, name in offered.items() if name == view.ref.product]
    due = [each.product for each in view.situation.decision.choices] if view.situation else []
    return [*booked, *due][:1]


def _reasons(here: Situation, offered: dict[str, str]) -> list[Reason]:
    """Those that a physician can clear, for any of the vaccines."""
    found: dict[str, Reason] = {}
    for product in offered:
        told = here.triage(product)
        found |= {each.code: each for each in told.reasons if each.code in told.to_clear}
    return list(found.values())


def _shown(view: VisitView, names: dict[str, str]) -> dict[str, Any]:
    ref, here = view.ref, view.situation
    context: dict[str, Any] = {
        "visit": ref, "name": name_of(ref), "born": formats.day(ref.born_on) if ref.born_on else "",
        "venue": venues.venue(ref.venue), "asked": hour(ref.asked_at) if ref.asked_at else "",
        "note": view.note, "answers": _answers(view),
    }  # fmt: skip
    if here is None:
        return context
    product = next(iter(_wanted(view, names)), "")
    told, known = here.triage(product), groups.names(shown_in())
    return context | {
        "age": here.age, "verdict": of_outcome(told.outcome), "tone": TONES[told.outcome],
        "reasons": [in_words(each, names) for each in told.reasons],
        "groups": [known.get(code, code) for code in sorted(here.history.groups)],
        "doses": [(formats.day(each.on), names.get(each.product, each.product))
                  for each in here.history.doses],
        "reactions": [(formats.day(each.on), names.get(each.product, each.product),
                       each.anaphylaxis, each.serious) for each in here.history.reactions],
    }  # fmt: skip


def _answers(view: VisitView) -> list[tuple[str, str, bool]]:
    """Everything that was answered, what is not “no” first."""
    if view.declaration is None or view.questions is None:
        return []
    told = view.declaration.answers
    rows = [
        (each.text[shown_in()], str(ANSWERS.get(told[each.code], told[each.code])),
         told[each.code] != "no")
        for each in view.questions.questions
        if told.get(each.code)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: not row[2])

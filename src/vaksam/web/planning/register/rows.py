"""Reported doses whose person is not certain: a coordinator looks, and says."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaksam.areas import queries as areas
from vaksam.base.scope import requires, scope_of
from vaksam.core.errors import NotAllowed, NotFound, Refused
from vaksam.exchange import actions, queries
from vaksam.exchange.queries import RowToReview
from vaksam.web import formats
from vaksam.web.planning.booking.common import region_of
from vaksam.web.planning.people.views import born
from vaksam.web.planning.register.forms import DecideForm
from vaksam.web.roles import REGISTER_SENDERS, account

_PERSON = ("given_name", "family_name", "born_on", "personal_number", "coordination_number",
           "reserve_number")  # fmt: skip
_DOSE = ("given_on", "product", "lot", "dose_number", "vaccinator_name", "vouched_by")


@require_safe
@requires(*REGISTER_SENDERS)
def waiting(request: HttpRequest) -> HttpResponse:
    """The rows that wait, the oldest first."""
    region = region_of(request, *REGISTER_SENDERS)
    found = queries.rows_to_review(region=region, scope=scope_of(request.user))
    names = {each.code: each.name for each in areas.municipalities(region)}
    context = {
        "region": areas.find(region).name,
        "rows": [(each, _said(each.person, _PERSON), _said(each.dose, _DOSE),
                  names.get(each.municipality_code, "")) for each in found],
    }  # fmt: skip
    return render(request, "register/rows.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*REGISTER_SENDERS)
def row(request: HttpRequest, reported: int) -> HttpResponse:
    """One row beside those whom it may mean; one of them, somebody new, or set aside."""
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, reported, form.cleaned_data["why"])
        except (NotFound, NotAllowed):
            raise
        except Refused as error:
            form.refuse(error, "why" if error.code == "needs-reason" else None)
        else:
            return HttpResponseRedirect(reverse("register-rows"))
    found = queries.row_to_review(reported, scope=scope_of(request.user))
    context = {"row": found, "form": form, **_shown(found)}
    return render(request, "register/row.html", context, status=422 if form.errors else 200)


def _decide(request: HttpRequest, reported: int, why: str) -> None:
    chosen = request.POST.get("person", "")
    person, new = int(chosen) if chosen.isdecimal() else None, chosen == "new"
    actions.decide_row(row=reported, person=person, new=new, why=why, by=account(request))
    messages.success(request, _("The row is set aside; the municipality sees why.")
                     if person is None and not new else _("The dose is registered."))  # fmt: skip


def _shown(found: RowToReview) -> dict[str, object]:
    return {
        "said": _said(found.person, _PERSON),
        "dose": _said(found.dose, _DOSE),
        "sender": areas.find(found.municipality_code, "municipality").name,
        "likely": [
            (each, born(each.born_on, each.born_year), formats.share(each.score.probability))
            for each in found.likely
        ],
    }


def _said(told: Mapping[str, str], order: tuple[str, ...]) -> str:
    return ", ".join(told[name] for name in order if told.get(name))

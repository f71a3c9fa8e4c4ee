"""General directives: who may be given what by whom; signed anew and revoked."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaksam.base.models import User
from vaksam.base.scope import requires, scope_of
from vaksam.clinic import actions
from vaksam.clinic import queries as clinic
from vaksam.clinic.queries import PrescriptionView
from vaksam.core.errors import NotAllowed, NotFound, Refused
from vaksam.programmes import queries as programmes
from vaksam.web import formats
from vaksam.web.clinic.words import STAFF_ROLES, shown_in
from vaksam.web.forms import Form
from vaksam.web.planning.booking.common import region_of
from vaksam.web.planning.prescribing.forms import GeneralForm
from vaksam.web.planning.words import names_of_products
from vaksam.web.roles import PRESCRIBING, account


@require_safe
@requires(*PRESCRIBING)
def every(request: HttpRequest) -> HttpResponse:
    """The directives of the regions one prescribes in, those that hold first."""
    names = names_of_products()
    rows = [_row(each, names) for each in clinic.general(scope=scope_of(request.user))]
    return render(request, "prescribing/general.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PRESCRIBING)
def sign(request: HttpRequest) -> HttpResponse:
    """A new one."""
    region = region_of(request, *PRESCRIBING)
    form = GeneralForm(
        request.POST or None, products=names_of_products(), signer=signer(account(request)),
        programmes={code: programmes.programme(code, language=shown_in()).name
                    for code in programmes.running()},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.sign(region=region, by=account(request), **form.values())
        except (NotFound, NotAllowed):
            raise
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("Signed."))
            return _home()
    context: dict[str, Any] = {
        "form": form, "title": _("Sign a general directive"), "submit": _("Sign"),
        "back": reverse("prescribing-general"),
        "note": _("It holds for everybody in the region whom it fits. What is signed is never "
                  "changed: it is revoked, and a new one signed."),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PRESCRIBING)
def revoke(request: HttpRequest, prescription: int) -> HttpResponse:
    """It holds no more, after one has looked once more."""
    found = clinic.prescription(prescription, scope=scope_of(request.user))
    if request.method == "POST":
        actions.revoke(prescription=prescription, by=account(request))
        messages.success(request, _("Revoked. Nothing more is given under it."))
        return _home()
    row = _row(found, names_of_products())
    context = {
        "form": Form(), "title": _("Revoke the directive?"), "submit": _("Revoke"),
        "back": reverse("prescribing-general"), "eyebrow": row["products"],
        "note": _("From now on nothing is given under it. Venues that have no other directive "
                  "for the vaccine stop giving it at once."),
    }  # fmt: skip
    return render(request, "planning/form.html", context)


def signer(by: User) -> str:
    return by.get_full_name() or by.get_username()


def _row(each: PrescriptionView, names: dict[str, str]) -> dict[str, Any]:
    ages = f"{each.age_from}–{each.age_to}" if each.age_to is not None else f"{each.age_from}+"
    return {
        "id": each.id, "holds": each.holds, "revoked": each.revoked_at is not None,
        "programme": programmes.programme(each.programme, language=shown_in()).name,
        "products": ", ".join(names.get(code, code) for code in each.products),
        "doses": ", ".join(str(dose) for dose in each.doses), "ages": ages,
        "roles": ", ".join(str(STAFF_ROLES.get(role, role)) for role in each.roles),
        "from": formats.day(each.valid_from), "to": formats.day(each.valid_to),
        "signer": ", ".join(part for part in (each.signer_name, each.signer_title) if part),
        "text": each.text, "region": each.region_code,
    }  # fmt: skip


def _home() -> HttpResponse:
    return HttpResponseRedirect(reverse("prescribing-general"))

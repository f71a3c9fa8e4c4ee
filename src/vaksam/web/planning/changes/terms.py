"""How the plan weighs: each weight with what it means, and what may be decided for somebody."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from vaksam.base.scope import requires
from vaksam.core.errors import Refused
from vaksam.core.replanning import Limits, Weights
from vaksam.replanning.actions import working
from vaksam.replanning.queries import ChangeView
from vaksam.web.forms import Form
from vaksam.web.planning.changes.common import to_edit
from vaksam.web.roles import CHANGE_PLANNERS, account

MOST = 10_000


def _weight(label: Any, text: Any = "", **more: Any) -> forms.FloatField:
    return forms.FloatField(label=label, help_text=text, min_value=0,
                            **({"max_value": MOST} | more))  # fmt: skip


class TermsForm(Form):
    """Weights in points a person, then limits."""

    days = _weight(
        gettext_lazy("A day earlier or later"),
        gettext_lazy("Everything is weighed in points a person. A day is usually 1."),
    )
    km = _weight(gettext_lazy("A kilometre farther from home"))
    other_venue = _weight(gettext_lazy("Another venue"))
    other_product = _weight(gettext_lazy("Another product"))
    ask = _weight(gettext_lazy("They must be asked first"))
    cancel = _weight(
        gettext_lazy("Nothing is offered"),
        gettext_lazy("What costs more than this is not proposed: they keep their place in line."),
    )
    second_first = _weight(gettext_lazy("How many times more a second dose weighs"))
    oldest_first = _weight(
        gettext_lazy("How much more the oldest weigh"),
        gettext_lazy("0: all ages alike. 1: somebody who is 90 weighs twice as much."),
    )
    later_than_latest = _weight(
        gettext_lazy("A day later than the latest right day"),
        gettext_lazy("Empty: never later than the rules say."),
        required=False,
    )
    max_km = _weight(gettext_lazy("At most kilometres from home without asking"), max_value=1000)
    max_days = forms.IntegerField(
        label=gettext_lazy("At most days from the right day without asking"), min_value=0,
        max_value=365,
    )  # fmt: skip

    def terms(self) -> dict[str, float]:
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


def now(change: ChangeView) -> dict[str, Any]:
    """The terms a change is planned by: the usual, and what was set."""
    limits = asdict(Limits())
    usual = asdict(Weights()) | {name: limits[name] for name in ("max_km", "max_days")}
    return usual | change.weights


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*CHANGE_PLANNERS)
def terms(request: HttpRequest, change: int) -> HttpResponse:
    """Weigh otherwise. The plan is made anew afterwards."""
    found = to_edit(request, change)
    form = TermsForm(request.POST or None, initial=now(found))
    if request.method == "POST" and form.is_valid():
        try:
            working.set_terms(change=change, weights=form.terms(), by=account(request))
        except Refused as error:
            form.refuse(error)
        else:
            return HttpResponseRedirect(reverse("changes-one", args=[change]))
    context = {
        "form": form, "title": _("How the plan weighs"), "eyebrow": found.name,
        "note": _("A plan costs as few points as can be, over everybody whose time is wrong."),
        "submit": _("Save the weights"), "back": reverse("changes-one", args=[change]),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)

"""The planner's own rules: what happens to some, whatever the plan would say."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from vaksam.base.scope import requires
from vaksam.core.errors import Refused
from vaksam.replanning.actions import working
from vaksam.web.forms import Form, choices
from vaksam.web.planning.changes.common import Names, mark, to_edit
from vaksam.web.planning.changes.words import DO, WRONG
from vaksam.web.roles import CHANGE_PLANNERS, account

DOSES = 6
ANY = gettext_lazy("Any")


class RuleForm(Form):
    """What happens, and to whom; what is left empty is any."""

    do = forms.ChoiceField(label=gettext_lazy("They"))
    dose = forms.TypedChoiceField(label=gettext_lazy("Dose"), coerce=int, required=False,
                                  empty_value=None)  # fmt: skip
    municipality = forms.ChoiceField(label=gettext_lazy("Municipality"), required=False)
    venue = forms.TypedChoiceField(label=gettext_lazy("Venue"), coerce=int, required=False,
                                   empty_value=None)  # fmt: skip
    product = forms.ChoiceField(label=gettext_lazy("Product"), required=False)
    wrong = forms.ChoiceField(label=gettext_lazy("Why the time is wrong"), required=False)
    age_from = forms.IntegerField(label=gettext_lazy("From age"), min_value=0, max_value=130,
                                  required=False)  # fmt: skip
    age_to = forms.IntegerField(label=gettext_lazy("To age"), min_value=0, max_value=130,
                                required=False)  # fmt: skip

    def __init__(self, *args: Any, names: Names, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("do", choices(DO))
        self.offer("dose", [("", ANY), *((str(n), str(n)) for n in range(1, DOSES))])
        self.offer("municipality", choices(names.municipalities, ANY))
        self.offer("venue", choices({str(k): v for k, v in names.venues.items()}, ANY))
        self.offer("product", choices(names.products, ANY))
        self.offer("wrong", choices(WRONG, ANY))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("age_from"), data.get("age_to")
        if first is not None and last is not None and last < first:
            self.add_error("age_to", _("The age to is lower than the age from."))
        return data

    def rule(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items()
                if value not in (None, "")}  # fmt: skip


def said(rule: Mapping[str, Any], names: Names) -> str:
    """Dose 2 · Umeå · 80 and older: stay where they are."""
    who = []
    if rule.get("dose"):
        who.append(_("dose %(n)s") % {"n": rule["dose"]})
    if rule.get("municipality"):
        who.append(names.municipalities.get(rule["municipality"], rule["municipality"]))
    if rule.get("venue"):
        who.append(names.venue(rule["venue"]))
    if rule.get("product"):
        who.append(names.product(rule["product"]))
    if rule.get("wrong"):
        who.append(str(WRONG.get(rule["wrong"], rule["wrong"])).lower())
    if rule.get("age_from") is not None:
        who.append(_("from %(n)s years") % {"n": rule["age_from"]})
    if rule.get("age_to") is not None:
        who.append(_("up to %(n)s years") % {"n": rule["age_to"]})
    told = " · ".join(who) or _("everybody whose time is wrong")
    return f"{told[:1].upper()}{told[1:]}: {str(DO[rule['do']]).lower()}"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*CHANGE_PLANNERS)
def add(request: HttpRequest, change: int) -> HttpResponse:
    """A rule more. The plan is made anew afterwards."""
    found = to_edit(request, change)
    form = RuleForm(request.POST or None, names=Names(found.region_code))
    if request.method == "POST" and form.is_valid():
        rule = form.rule()
        try:
            if rule not in found.rules:
                working.set_terms(change=change, rules=[*found.rules, rule], by=account(request))
        except Refused as error:
            form.refuse(error)
        else:
            return HttpResponseRedirect(reverse("changes-one", args=[change]))
    context = {
        "form": form, "title": _("A rule of your own"), "eyebrow": found.name,
        "note": _("What you say here is done, whatever the plan would choose. The first rule that "
                  "fits counts."),
        "submit": _("Add the rule"), "back": reverse("changes-one", args=[change]),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(*CHANGE_PLANNERS)
def remove(request: HttpRequest, change: int, marked: str) -> HttpResponse:
    """A rule less; nothing where it is gone already."""
    found = to_edit(request, change)
    kept = [each for each in found.rules if mark(each) != marked]
    if len(kept) < len(found.rules):
        working.set_terms(change=change, rules=kept, by=account(request))
    return HttpResponseRedirect(reverse("changes-one", args=[change]))

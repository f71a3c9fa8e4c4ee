"""“When is it my turn?”: an answer for a person described on the telephone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaksam.areas import queries as areas
from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.core.rules import decide
from vaksam.programmes import queries as programmes
from vaksam.web.planning.answer import AnswerCard, card
from vaksam.web.planning.turn_form import TurnForm
from vaksam.web.roles import TURN


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*TURN)
def turn(request: HttpRequest) -> HttpResponse:
    """The form; posted, the answer above it. Personal data is in no address and in no log."""
    language = (get_language() or "sv")[:2]
    known = programmes.programmes(language=language)
    if not known:
        return render(request, "planning/turn.html", {"form": None})
    running = programmes.running(on=clock.today())
    form = TurnForm(
        request.POST or None,
        programmes=[(each.code, each.name) for each in known],
        products=programmes.products(),
        language=language,
        initial={"on": clock.today(), "programme": running[0] if running else known[-1].code},
    )
    context: dict[str, object] = {"form": form, "region": _region(request)}
    if request.method == "POST" and form.is_valid():
        context["answer"] = _answer(form, str(context["region"]), language)
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "planning/turn.html", context, status=status)


def _answer(form: TurnForm, region_code: str, language: str) -> AnswerCard:
    data = form.cleaned_data
    rules = programmes.rules(data["programme"])
    decision = decide(form.facts(region_code), rules, on=data["on"])
    return card(decision, rules, language=language, title=_("The person described"))


def _region(request: HttpRequest) -> str:
    """The region whose openings count: the account's own, or the first for national accounts."""
    asked = request.GET.get("area", "")[:2]
    known = {area.code for area in areas.regions()}
    if asked in known:
        return asked
    own = scope_of(request.user).regions
    return min(own) if own else min(known, default="")

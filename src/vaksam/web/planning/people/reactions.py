"""Suspected side effects: noted, put right, read as a report, and handed over to the agency."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.clinic.actions import reactions as actions
from vaksam.clinic.queries import reactions as queries
from vaksam.clinic.queries.reactions import ReactionRow
from vaksam.core.errors import NotFound, Refused
from vaksam.people import queries as people
from vaksam.people.queries import PersonView
from vaksam.records import queries as records
from vaksam.web.components import Cell, Column, Empty, Link, Table, Text
from vaksam.web.planning.people import reactions_shown as shown
from vaksam.web.planning.people import reasons
from vaksam.web.planning.people.opening import gone, home, name_of, open_record
from vaksam.web.planning.people.reaction_form import ReactionForm, of_known, of_new
from vaksam.web.roles import PEOPLE, VENUE, account

_KINDS = {"pdf": "application/pdf", "json": "application/json"}


@require_safe
@requires(*VENUE)
def every(request: HttpRequest) -> HttpResponse:
    """A region's, those that wait to be handed over first."""
    scope = scope_of(request.user)
    waiting = request.GET.get("show") != "all"
    own = scope.regions_as(*VENUE)
    region = min(own if own is not None else people.regions(), default="")
    found = queries.of_region(region, scope=scope, path=request.path, waiting=waiting)
    table = _table(found) if found else None
    context = {"table": table, "waiting": waiting, "empty": _empty(waiting)}
    return render(request, "people/reactions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PEOPLE)
def note(request: HttpRequest, person: int) -> HttpResponse:
    """A new one, after one of the person's doses."""
    view = open_record(request, person)
    if view is None:
        return home(person)
    doses = [each for each in records.doses(person) if not each.withdrawn]
    asked, me = request.GET.get("dose", ""), account(request).get_full_name()
    start = of_new(clock.now(), asked, doses, me)
    form = ReactionForm(request.POST or None, doses=doses, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.note_reaction(person=person, by=account(request), **form.values())
        except Refused as error:
            form.refuse(error)
        else:
            return _noted(request, person, made, form)
    return _form(request, view, form, _("Note a suspected side effect"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*PEOPLE)
def correct(request: HttpRequest, person: int, reaction: int) -> HttpResponse:
    """A new version, which has to be handed over again."""
    view = open_record(request, person)
    if view is None:
        return home(person)
    found = queries.reaction(person, reaction)
    if not found.newest:
        return gone(request, person)
    doses = [each for each in records.doses(person) if not each.withdrawn]
    form = ReactionForm(
        request.POST or None, doses=doses, kept=found.vaccination, initial=of_known(found)
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.correct_reaction(reaction=reaction, by=account(request), **form.values())
        except Refused as error:
            form.refuse(error)
        else:
            return _noted(request, person, made, form)
    return _form(request, view, form, _("Correct a suspected side effect"))


@require_safe
@requires(*PEOPLE)
def one(request: HttpRequest, person: int, reaction: int) -> HttpResponse:
    """The report as the agency gets it, earlier versions, and whether it was handed over."""
    view = open_record(request, person)
    if view is None:
        return home(person)
    found = queries.reaction(person, reaction)
    others = [each for each in queries.reactions(person)
              if each.first == found.first and each.id != found.id]  # fmt: skip
    files = [
        Link(label, reverse("people-reaction-file", args=[person, reaction, kind]), note)
        for kind, label, note in (("pdf", _("The form"), "PDF"), ("json", _("The data"), "JSON"))
    ]
    context = {
        "person": person, "name": name_of(view), "found": found, "title": shown.title(found),
        "parts": shown.shown(found), "state": shown.state(found), "tone": shown.tone(found),
        "lacks": [shown.LACKS[code] for code in found.lacks], "files": files,
        "others": [(each, shown.title(each), shown.moment(each)) for each in others],
        "may": scope_of(request.user).reaches(view.region_code, *VENUE),
    }  # fmt: skip
    return render(request, "people/reaction.html", context)


@require_POST
@requires(*VENUE)
def hand_over(request: HttpRequest, person: int, reaction: int) -> HttpResponse:
    """It has been sent to the agency by somebody; written down here."""
    try:
        actions.hand_over(reaction=reaction, by=account(request))
    except Refused as error:
        if isinstance(error, NotFound) or error.code not in (
            "corrected-meanwhile", *(f"lacks-{code}" for code in shown.LACKS)
        ):  # fmt: skip
            raise
        messages.warning(request, _("It was not handed over: something is lacking, or it has been "
                                    "corrected meanwhile. Look again."))  # fmt: skip
    else:
        messages.success(request, _("Written down as handed over."))
    return HttpResponseRedirect(reverse("people-reaction", args=[person, reaction]))


@require_safe
@requires(*PEOPLE)
def file(request: HttpRequest, person: int, reaction: int, kind: str) -> HttpResponse:
    """The report as PDF or JSON; both are logged."""
    if kind not in _KINDS:
        raise NotFound("unknown-file", "There is no such file.")
    try:
        name, content = queries.file(
            person, reaction, kind=kind, language=shown.language(), scope=scope_of(request.user),
            reason=reasons.kept(request, person), path=request.path,
        )  # fmt: skip
    except Refused as error:
        if error.code != "needs-reason":
            raise
        return home(person)
    response = HttpResponse(content, content_type=_KINDS[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _form(request: HttpRequest, view: PersonView, form: Any, title: str) -> HttpResponse:
    context = {
        "form": form, "title": title, "submit": _("Save"), "eyebrow": name_of(view),
        "back": reverse("people-one", args=[view.id]),
        "note": _("A suspicion is enough. What is serious, unexpected or of a new vaccine is "
                  "reported to the Swedish Medical Products Agency."),
    }  # fmt: skip
    return render(request, "planning/form.html", context, status=422 if form.errors else 200)


def _noted(request: HttpRequest, person: int, made: int, form: ReactionForm) -> HttpResponse:
    said = _("The side effect is noted.")
    if form.cleaned_data["anaphylaxis"]:
        said += " " + _("Later doses lead to a physician and a hospital.")
    messages.success(request, said)
    return HttpResponseRedirect(reverse("people-reaction", args=[person, made]))


def _table(found: list[ReactionRow]) -> Table:
    rows: list[list[Text | Cell]] = [
        [
            Cell(shown.title(each), url=reverse("people-reaction", args=[each.person, each.id])),
            shown.moment(each), each.product or "–", each.lot or "–",
            Cell(_("serious"), tone="danger") if each.serious else "",
            ", ".join(str(shown.LACKS[code]) for code in each.lacks) or "–",
            Cell(shown.state(each), tone=shown.tone(each)),
        ]
        for each in found
    ]  # fmt: skip
    labels = (_("Reaction"), _("Began"), _("Product"), _("Lot"), _("Serious"), _("Lacks"),
              _("State"))  # fmt: skip
    return Table("reactions", _("Suspected side effects"), [Column(each) for each in labels], rows)


def _empty(waiting: bool) -> Empty:
    note = _("A side effect is noted on the person's page, or at the visit.")
    if not waiting:
        return Empty(_("No side effects are noted"), note)
    everything = Link(_("Show those handed over"), f"{reverse('people-reactions')}?show=all")
    return Empty(_("Nothing waits to be handed over"), note, [everything])

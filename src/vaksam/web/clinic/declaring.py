"""The health questions of a visit: asked aloud, or answered on a tablet that is handed over."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from vaksam.base.scope import requires
from vaksam.clinic import actions
from vaksam.clinic.queries import VisitView
from vaksam.core import clinic
from vaksam.core.errors import Refused
from vaksam.web.clinic.sheets import Sheet, answers_in, own_language, sheet, words_in
from vaksam.web.clinic.visit_page import opened, page
from vaksam.web.clinic.words import LANGUAGE_NAMES, shown_in
from vaksam.web.roles import VENUE, account
from vaksam.web.sent import number


@require_http_methods(["GET", "HEAD", "POST"])
@requires(*VENUE)
def declare(request: HttpRequest, venue: int, visit: int) -> HttpResponse:
    """The questions alone, in large letters, in the person's language; or sent from the visit."""
    view = opened(request, venue, visit)
    told = request.POST.get("told") or request.GET.get("told", "tablet")
    asked = request.POST.get("language") or request.GET.get("language", "")
    language = asked if asked in clinic.LANGUAGES else own_language(view)
    answers: Mapping[str, str] = {}
    if request.method == "POST":
        answers = answers_in(request)
        try:
            actions.declare(
                person=view.ref.person, programme=view.ref.programme, answers=answers,
                language=language, told=told, by=account(request),
                version=number(request.POST.get("version", "")),
            )  # fmt: skip
        except Refused as error:
            if "of" not in error.values and error.code != "questions-changed":
                raise
            return _again(request, view, language, told, answers, error)
        if told == "tablet":
            return HttpResponseRedirect(
                reverse("venue-handed-back", args=[venue, visit]) + f"?language={language}"
            )
        return HttpResponseRedirect(reverse("venue-visit", args=[venue, visit]))
    return _tablet(request, view, sheet(view, language, answers))


@require_safe
@requires(*VENUE)
def handed_back(request: HttpRequest, venue: int, visit: int) -> HttpResponse:
    """The tablet goes back; nothing of the person is on it."""
    asked = request.GET.get("language", "")
    language = asked if asked in clinic.LANGUAGES else "sv"
    context = {"words": words_in(language), "language": language,
               "on": reverse("venue-visit", args=[venue, visit])}  # fmt: skip
    return render(request, "clinic/handed_back.html", context)


def _again(
    request: HttpRequest, view: VisitView, language: str, told: str, answers: Mapping[str, str],
    error: Refused,
) -> HttpResponse:  # fmt: skip
    """The questions once more, with what was answered and what is missing."""
    if told == "tablet":
        return _tablet(request, view, sheet(view, language, answers, error), status=422)
    shown = sheet(view, shown_in(), answers, error)
    return page(request, view, sheet=shown, status=422)


def _tablet(request: HttpRequest, view: VisitView, shown: Sheet, status: int = 200) -> HttpResponse:
    here = reverse("venue-declare", args=[view.ref.venue, view.ref.id])
    languages = [(code, LANGUAGE_NAMES[code], words_in(code)["direction"],
                  f"{here}?language={code}") for code in clinic.LANGUAGES]  # fmt: skip
    context = {"sheet": shown, "words": shown.words, "language": shown.language,
               "languages": languages}  # fmt: skip
    return render(request, "clinic/tablet.html", context, status=status)

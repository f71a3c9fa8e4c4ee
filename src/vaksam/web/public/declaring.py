"""One's health declaration beforehand, and one's yes; the answers are in no address and no log."""

from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from vaksam.base import clock
from vaksam.booking.queries import AppointmentRef
from vaksam.clinic import actions
from vaksam.clinic.queries import telling
from vaksam.clinic.queries.telling import ToTell
from vaksam.core import clinic
from vaksam.core.errors import Refused
from vaksam.people import queries as people
from vaksam.venues import queries as venues
from vaksam.web.public.common import Visitor, go, page, show, signed_in
from vaksam.web.public.mine import own

OWN = "own"  # told on the person's own device
EASY = "sv-easy"
#: What is said after the answers, by what is to be expected.
_NEXT = {
    clinic.Outcome.GIVE: "come", clinic.Outcome.GIVE_LONGER: "come",
    clinic.Outcome.NOT_NOW: "later", clinic.Outcome.NOT_THIS_PRODUCT: "call",
    clinic.Outcome.ASK_PHYSICIAN: "call", clinic.Outcome.HOSPITAL: "call",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A question on the page: `options` (nothing for free text) by code, `answer` as written."""

    code: str
    text: str
    help: str
    options: tuple[tuple[str, str], ...]
    answer: str
    fault: str


@require_http_methods(["GET", "HEAD", "POST"])
@page
@signed_in
def declare(request: HttpRequest, visitor: Visitor, appointment: int) -> HttpResponse:
    """The questions before a time, and what is told of the vaccine."""
    time = _soon(visitor, appointment)
    told, language = telling.to_tell(time.person, time.programme), _language(request, visitor)
    if request.method != "POST":
        return _asked(request, visitor, time, told, language)
    answers = {each.code: request.POST.get(each.code, "").strip() for each in told.questions}
    faults = _faults(told, answers, language)
    changed = request.POST.get("version") != str(told.questionnaire.version)
    if faults or changed:
        return _asked(request, visitor, time, told, language, answers, faults, changed=changed)
    _keep(time, told, answers, language, agrees=request.POST.get("agrees") == "yes")
    return go("public-declared", visitor, time.id)


@require_safe
@page
@signed_in
def declared(request: HttpRequest, visitor: Visitor, appointment: int) -> HttpResponse:
    """What happens next, in plain words and without a word on why."""
    time = _soon(visitor, appointment)
    expected = telling.expected(time.id)
    if expected is None:
        return go("public-declare", visitor, time.id)
    context = {
        "time": time,
        "next": f"declare.{_NEXT[expected]}",
        "place": venues.venue(time.venue),
    }
    return show(request, visitor, "public/declared.html", context)


def _soon(visitor: Visitor, appointment: int) -> AppointmentRef:
    """A time of theirs that is soon. Raises NotFound, Refused."""
    time = own(visitor, appointment)
    if time.day < clock.today():
        raise Refused("past", "That time has passed. Choose a later one.")
    if not telling.may_answer(time.starts_at):
        raise Refused(
            "declare-early", "Answer the health questions from {since} on.",
            since=telling.opens_at(time.starts_at),
        )  # fmt: skip
    return time


def _language(request: HttpRequest, visitor: Visitor) -> str:
    """The language of the questions: Swedish has an easy one beside it."""
    asked = request.POST if request.method == "POST" else request.GET
    own_language = visitor.texts.language
    return EASY if own_language == "sv" and asked.get("easy") == "1" else own_language


def _faults(told: ToTell, answers: dict[str, str], language: str) -> dict[str, Refused]:
    """What is wrong with each answer, by its question."""
    found: dict[str, Refused] = {}
    while True:
        left = tuple(each for each in told.questionnaire.questions if each.code not in found)
        rest = {code: each for code, each in answers.items() if code not in found}
        try:
            clinic.clean(replace(told.questionnaire, questions=left), rest, age=told.age,
                         sex=told.sex, language=language)  # fmt: skip
        except Refused as error:
            found[str(error.values["of"])] = error
        else:
            return found


@transaction.atomic
def _keep(
    time: AppointmentRef, told: ToTell, answers: dict[str, str], language: str, *, agrees: bool
) -> None:
    """The answers; and a yes, or that it is taken back."""
    about = {"person": time.person, "programme": time.programme}
    said: dict[str, Any] = about | {"language": language, "told": OWN, "by": None}
    actions.declare(answers=answers, version=told.questionnaire.version, **said)
    if told.may_agree and (agrees or told.agreed):
        actions.consent(agrees=agrees, **said)


def _asked(
    request: HttpRequest, visitor: Visitor, time: AppointmentRef, told: ToTell, language: str,
    answers: dict[str, str] | None = None, faults: dict[str, Refused] | None = None, *,
    changed: bool = False,
) -> HttpResponse:  # fmt: skip
    words, faults, answers = visitor.texts, faults or {}, answers or {}
    here = reverse("public-declare", args=[words.language, time.id])
    switch = here if language == EASY else f"{here}?easy=1"
    agrees = request.POST.get("agrees") == "yes" if request.method == "POST" else told.agreed
    fields = [_field(each, visitor, language, answers.get(each.code, ""), faults)
              for each in told.questions]  # fmt: skip
    context = {
        "time": time, "name": people.oneself(time.person).given_name, "told": told,
        "title": told.information.title[language], "points": told.information.points[language],
        "draft": told.questionnaire.draft(language) and not words.draft,
        "fields": fields, "wrong": [each for each in fields if each.fault],
        "easy": language == EASY, "agrees": agrees, "changed": changed,
        "switch": switch if words.language == "sv" else "",
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return show(request, visitor, "public/declare.html", context, status=status)


def _field(
    question: clinic.Question, visitor: Visitor, language: str, answer: str,
    faults: dict[str, Refused],
) -> Field:  # fmt: skip
    fault = faults.get(question.code)
    options = tuple((code, visitor.texts[f"declare.{code}"]) for code in question.kind.answers)
    return Field(question.code, question.text[language], question.help[language], options, answer,
                 visitor.texts.refused(fault) if fault else "")  # fmt: skip

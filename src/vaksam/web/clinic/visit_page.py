"""One visit on one page: who, health, consent, vaccine, and the one button."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from vaksam.base import clock
from vaksam.base.scope import scope_of
from vaksam.booking import queries as booking
from vaksam.clinic import queries as clinic
from vaksam.clinic.queries import VisitView
from vaksam.core import clinic as core
from vaksam.core.clinic.effects import Outcome
from vaksam.core.clinic.information import information
from vaksam.core.errors import NotFound
from vaksam.programmes import queries as programmes
from vaksam.web import formats
from vaksam.web.clinic import chair, receipt, reroute
from vaksam.web.clinic.chair import Vaccinator
from vaksam.web.clinic.common import place_of
from vaksam.web.clinic.day_shown import language_of, name_of
from vaksam.web.clinic.sheets import Sheet, own_language, sheet
from vaksam.web.clinic.words import (
    ANSWERS,
    IDENTIFIED,
    LANGUAGE_NAMES,
    LEVELS,
    OUTCOMES,
    SITES,
    TOLD,
    TONES,
    WAYS,
    in_words,
    of_outcome,
    shown_in,
)
from vaksam.web.planning.booking.common import hour
from vaksam.web.planning.words import names_of_products
from vaksam.web.sent import number

ADULT = 18


@dataclass(frozen=True, slots=True)
class Step:
    """One of the four; the first that is not done is next."""

    key: str
    label: str
    done: bool


def opened(request: HttpRequest, venue: int, visit: int) -> VisitView:
    """The visit, if it is at the venue; opening it is logged. Raises NotFound, NotAllowed."""
    place_of(request, venue)
    found = clinic.visit(visit, scope=scope_of(request.user), path=request.path)
    if found.ref.venue != venue:
        raise NotFound("unknown-visit", "There is no such visit in the regions you work in.")
    return found


def page(
    request: HttpRequest, view: VisitView, *, sheet: Sheet | None = None, error: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The visit as it stands; `sheet` with what was just answered, `error` on top."""
    names = names_of_products()
    context = _who(request, view) | {"error": error, "names": names}
    if view.ref.ended_at is not None:
        context |= receipt.ended(request, view, names)
        return render(request, "clinic/ended.html", context, status=status)
    if view.situation is None:
        return render(request, "clinic/visit.html", context | {"gone": True}, status=status)
    context |= _health(view, sheet) | _consent(request, view) | _vaccine(request, view, names)
    context["steps"] = _steps(view)
    return render(request, "clinic/visit.html", context, status=status)


def _who(request: HttpRequest, view: VisitView) -> dict[str, Any]:
    ref = view.ref
    born = ref.born_on
    needs = ""
    if ref.appointment and ref.ended_at is None:
        needs = booking.appointments([ref.appointment])[0].needs
    return {
        "venue": place_of(request, ref.venue), "visit": ref, "view": view, "name": name_of(ref),
        "born": formats.day(born) if born else "", "language": language_of(ref.language),
        "age": view.situation.age if view.situation else None, "needs": needs,
        "arrived": hour(ref.arrived_at), "starts": hour(ref.starts_at) if ref.starts_at else "",
        "way": WAYS[ref.way], "identified": IDENTIFIED[ref.identified], "token": uuid4,
        "programme": programmes.programme(ref.programme, language=shown_in()),
        "outcome": OUTCOMES.get(ref.outcome, ""),
    }  # fmt: skip


def _health(view: VisitView, shown: Sheet | None) -> dict[str, Any]:
    """What was answered, the yes-answers first; or the questions to be asked."""
    told = view.declaration
    answers: list[tuple[str, str, bool]] = []
    if told is not None and view.questions is not None:
        for each in view.questions.questions:
            if answer := told.answers.get(each.code):
                text = str(ANSWERS.get(answer, answer))
                answers.append((each.text[shown_in()], text, answer != "no"))
    return {
        "declaration": told and {
            "at": hour(told.given_at), "day": formats.day(clock.day_of(told.given_at)),
            "today": clock.day_of(told.given_at) == clock.today(),
            "told": TOLD[told.told], "language": LANGUAGE_NAMES.get(told.language, told.language),
        },
        "heard": [each for each in answers if each[2]],
        "unheard": [each for each in answers if not each[2]],
        "sheet": shown or (None if told else sheet(view, shown_in(), {})),
        "languages": [(code, LANGUAGE_NAMES[code]) for code in core.LANGUAGES],
        "own_language": own_language(view),
    }  # fmt: skip


def _consent(request: HttpRequest, view: VisitView) -> dict[str, Any]:
    """What is told, in the language asked for, and what was said."""
    asked = request.GET.get("told_in", "")
    language = asked if asked in core.LANGUAGES else shown_in()
    shown = information(programmes.programme(view.ref.programme).disease, clock.today())
    said, age = view.consent, view.situation.age if view.situation else None
    return {
        "information": {
            "title": shown.title[language], "points": shown.points[language],
            "language": language, "rtl": language == "ar", "draft": shown.draft(language),
        },
        "consent": said and {
            "agrees": said.agrees, "day": formats.day(clock.day_of(said.said_at)),
            "by": said.given_by, "told": TOLD[said.told],
        },
        "minor": age is not None and age < ADULT,
    }  # fmt: skip


def _vaccine(request: HttpRequest, view: VisitView, names: Mapping[str, str]) -> dict[str, Any]:
    """The vial and what is looked at; what triage says where no vial is open."""
    place, here = place_of(request, view.ref.venue), view.situation
    assert here is not None
    known = chair.vaccinators(place)
    who = chair.who(request, place.id, known)
    vials, wanted = chair.useful(place.id), _wanted(view, names)
    told = request.POST if request.method == "POST" else request.GET
    vial, fault = chair.pick(vials, asked=number(told.get("vial", "")),
                             code=told.get("code", ""), products=wanted)  # fmt: skip
    product = vial.product if vial else (wanted[0] if wanted else "")
    triage = here.triage(product)
    context: dict[str, Any] = {
        "vials": [(each, names.get(each.product, each.product), hour(each.until))
                  for each in vials],
        "vial": vial, "product": names.get(product, product), "dose": here.dose,
        "scan_fault": fault, "vaccinators": known, "who": who, "sites": list(SITES.items()),
        "site": told.get("site", "left_arm"), "triage": triage,
        "verdict": of_outcome(triage.outcome), "tone": TONES[triage.outcome],
        "reasons": [(in_words(each, names), each.cleared) for each in triage.reasons
                    if each.code != "declaration.missing"],
        "until": formats.day(triage.until) if triage.until else "",
        "others": [names.get(each, each) for each in triage.products],
        "asked_at": hour(view.ref.asked_at) if view.ref.asked_at else "",
    }  # fmt: skip
    may = any(here.triage(each).outcome.may_give for each in (product, *triage.products))
    asks_another = triage.outcome is Outcome.NOT_THIS_PRODUCT
    context["blocked"] = view.declaration is None or not (may or asks_another)
    if triage.outcome is Outcome.HOSPITAL:
        context["hospital"] = reroute.times(view, place)
    if context["blocked"]:
        return context
    return context | _checks(request, view, vial.vial if vial else None, who, names)


def _checks(
    request: HttpRequest, view: VisitView, vial: int | None, who: Vaccinator | None,
    names: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    """All ten, where there is a vial and somebody to give it."""
    if vial is None or who is None:
        return {"may_give": False, "checks": ()}
    found = clinic.looked_at(view.ref.id, vial=vial, role=who.role, scope=scope_of(request.user),
                             situation=view.situation)  # fmt: skip
    shown = [(each, in_words(each, names), LEVELS[each.level]) for each in found.checks]
    return {
        "checks": shown, "may_give": found.may_give, "why_not": found.why_not,
        "fine": [row for row in shown if row[0].level is core.Level.OK],
        "warned": [row for row in shown if row[0].level is core.Level.WARN],
        "stopped": [row for row in shown if row[0].level is core.Level.STOP],
    }  # fmt: skip


def _wanted(view: VisitView, names: Mapping[str, str]) -> list[str]:
    """Products by code: the one booked, then those that may be given now."""
    assert view.situation is not None
    booked = [code for code, name in names.items() if name == view.ref.product]
    return [*booked, *(each.product for each in view.situation.decision.choices)]


def _steps(view: VisitView) -> list[Step]:
    consented = view.consent is not None and view.consent.agrees
    return [
        Step("who", _("Identity"), done=True),
        Step("health", _("Health"), done=view.declaration is not None),
        Step("consent", _("Consent"), done=consented),
        Step("vaccine", _("Vaccine"), done=False),
    ]

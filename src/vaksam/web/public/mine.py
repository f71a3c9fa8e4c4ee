"""One's own times: see, keep, cancel, put in the calendar; the reserve list and its offers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vaksam.base import clock
from vaksam.booking import actions, queries
from vaksam.booking.actions import Terms
from vaksam.booking.queries import AppointmentRef, Judged
from vaksam.clinic.queries import telling
from vaksam.core.errors import NotFound, Refused
from vaksam.core.rules import words
from vaksam.core.rules.decision import Status
from vaksam.people import queries as people
from vaksam.programmes import queries as programmes
from vaksam.venues import queries as venues
from vaksam.web.public.common import Visitor, go, page, show, signed_in

REASONS = ("time", "ill", "elsewhere", "transport", "declined", "unknown")
WEB = "web"


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the health questions of a time can be answered now, and when they were."""

    open: bool
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Mine:
    """One person's part of the page."""

    person: people.Oneself
    times: list[tuple[AppointmentRef, Health]]
    programmes: list[dict[str, Any]]
    offers: list[tuple[int, str, str]]


@require_safe
@page
@signed_in
def mine(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Everyone signed in, with their times and what can be done next."""
    context = {"people": [_mine(person, visitor) for person in visitor.persons]}
    return show(request, visitor, "public/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page
@signed_in
def cancel(request: HttpRequest, visitor: Visitor, appointment: int) -> HttpResponse:
    found = own(visitor, appointment)
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        actions.cancel(
            appointments=[found.id], reason=reason if reason in REASONS else "unknown",
            channel=WEB, by=None,
        )  # fmt: skip
        return show(request, visitor, "public/said.html", {"said": visitor.texts["cancel.done"]})
    reasons = [(code, visitor.texts[f"cancel.{code}"]) for code in REASONS]
    context = {"time": found, "reasons": reasons}
    return show(request, visitor, "public/cancel.html", context)


@require_POST
@page
@signed_in
def keep(request: HttpRequest, visitor: Visitor, appointment: int) -> HttpResponse:
    """Keep a time that came by letter."""
    actions.keep(appointments=[own(visitor, appointment).id], by=None)
    return show(request, visitor, "public/said.html", {"said": visitor.texts["cancel.kept"]})


@require_safe
@page
@signed_in
def done(request: HttpRequest, visitor: Visitor, token: UUID) -> HttpResponse:
    """What was just booked; for those whom it was booked for."""
    times = [each for each in queries.request_of(token) if each.person in visitor.persons]
    if not times:
        raise NotFound("unknown-appointment", "There is no such appointment.")
    places = {ref.id: ref for ref in venues.venues()}
    context = {
        "times": [(each, places.get(each.venue), visitor.texts.moment(each.starts_at))
                  for each in times],
        "moved": any(each.replaces for each in times),
    }  # fmt: skip
    return show(request, visitor, "public/done.html", context)


@require_POST
@page
@signed_in
def reserve(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """On the reserve list, or off it; everyone signed in comes together."""
    programme = request.POST.get("programme", "")
    if "leave" in request.POST:
        actions.leave_reserve(person=visitor.person, programme=programme, by=None)
        return go("public-mine", visitor)
    text = request.POST.get("minutes", "30")
    minutes = int(text) if text.isdecimal() and len(text) < 4 else 30
    terms = Terms(most_minutes=max(5, min(minutes, 300)))
    actions.join(persons=visitor.persons, programme=programme, terms=terms, channel=WEB, by=None)
    return go("public-mine", visitor)


@require_POST
@page
@signed_in
def offer(request: HttpRequest, visitor: Visitor, offer: int) -> HttpResponse:
    """Yes or no to doses that are left."""
    yes = "yes" in request.POST
    open_ones = {row[0]: (person, row[1]) for person in visitor.persons
                 for row in queries.offers_to(person)}  # fmt: skip
    person, venue = open_ones.get(offer, (visitor.person, 0))
    place = venues.venue(venue).name if venue else ""
    actions.answer(offer=offer, accepts=yes, by=None, person=person)
    key = "mine.offer_yes_done" if yes else "mine.offer_no_done"
    said = visitor.texts.fill(key, place=place)
    return show(request, visitor, "public/said.html", {"said": said})


def own(visitor: Visitor, appointment: int) -> AppointmentRef:
    """An appointment that is held by somebody signed in. Raises NotFound, Refused."""
    found = [each for each in queries.appointments([appointment])
             if each.person in visitor.persons]  # fmt: skip
    if not found:
        raise NotFound("unknown-appointment", "There is no such appointment.")
    if not found[0].held:
        raise Refused("not-held", "That time is no longer held. Look at the times again.")
    return found[0]


def _mine(person: int, visitor: Visitor) -> Mine:
    oneself = people.oneself(person)
    judged = [queries.judged(person, code) for code in programmes.running()]
    on_list = {row[0] for row in queries.reserve_of(person)}
    return Mine(
        oneself,
        [(each, _health(each)) for each in queries.of_person(person) if each.held],
        [_programme(each, visitor, on_list) for each in judged if each is not None],
        [(row[0], venues.venue(row[1]).name, visitor.texts.clock_time(row[2]))
         for row in queries.offers_to(person)],
    )  # fmt: skip


def _health(time: AppointmentRef) -> Health:
    if not telling.may_answer(time.starts_at):
        return Health(open=False, at=None)
    return Health(open=True, at=telling.declared_at(time.person, time.programme))


def _programme(judged: Judged, visitor: Visitor, on_list: set[str]) -> dict[str, Any]:
    language = (get_language() or "sv")[:2]
    told = language if language in ("sv", "en") else "sv"
    rules = programmes.rules(judged.programme)
    return {
        "code": judged.programme,
        "name": programmes.programme(judged.programme, language=told).name,
        "may": judged.may,
        "status": _status(judged, visitor),
        "hospital": judged.hospital,
        "why": [each.text for each in words(judged.decision, rules, language=told, discreet=True)],
        "why_language": told,
        "on_reserve": judged.programme in on_list,
        "may_wait": judged.decision.status in (Status.DUE, Status.AVAILABLE) and not judged.booked,
    }


def _status(judged: Judged, visitor: Visitor) -> str:
    words_, status = visitor.texts, judged.decision.status
    if status is Status.NEEDS_ASSESSMENT:
        return words_["mine.assessment"]
    if judged.may and judged.since:
        if judged.since <= clock.today():
            return words_.fill("mine.can_book", dose=judged.dose)
        return words_.fill("mine.can_book_later", dose=judged.dose, day=judged.since)
    keys = {Status.COMPLETE: "mine.complete", Status.NOT_YET: "mine.not_yet"}
    return words_[keys.get(status, "mine.not_recommended")]

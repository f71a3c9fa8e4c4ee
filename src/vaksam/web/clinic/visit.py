"""A visit: opened, and each tap on its page."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vaksam.base.scope import requires
from vaksam.booking import actions as booking
from vaksam.clinic import actions
from vaksam.clinic.queries import VisitView
from vaksam.core.errors import NotAllowed, NotFound, Refused
from vaksam.web.clinic import chair
from vaksam.web.clinic.common import place_of
from vaksam.web.clinic.visit_page import opened, page
from vaksam.web.clinic.words import shown_in
from vaksam.web.roles import VENUE, account
from vaksam.web.sent import number, token_of
from vaksam.web.templatetags.faults import said


@require_safe
@requires(*VENUE)
def visit(request: HttpRequest, venue: int, visit: int) -> HttpResponse:
    """Identity, health, consent, vaccine; of one that has ended, how and what comes next."""
    return page(request, opened(request, venue, visit))


@require_POST
@requires(*VENUE)
def give(request: HttpRequest, venue: int, visit: int) -> HttpResponse:
    """The one tap. Whatever stops it stands on the page with what to do."""
    place_of(request, venue)
    vial, staff = number(request.POST.get("vial", "")), number(request.POST.get("staff", ""))
    if vial is None or staff is None:
        raise Refused("no-vial", "Choose a vial and who vaccinates.")
    try:
        actions.give(
            visit=visit, vial=vial, staff=staff, site=request.POST.get("site", ""),
            token=token_of(request), seen=request.POST.getlist("seen"), by=account(request),
        )  # fmt: skip
    except (NotFound, NotAllowed):
        raise
    except Refused as error:
        changed = error.code in ("stop", "look-again")
        text = _("Something has changed. Look at what is marked below.") if changed else said(error)
        return page(request, opened(request, venue, visit), error=text, status=422)
    return _back(venue, visit)


@require_POST
@requires(*VENUE)
def who(request: HttpRequest, venue: int) -> HttpResponse:
    """Who vaccinates here, kept for the day."""
    place, staff = place_of(request, venue), number(request.POST.get("staff", ""))
    if staff not in {each.id for each in chair.vaccinators(place)}:
        raise NotFound("unknown-staff", "There is no such person among the staff.")
    assert staff is not None
    chair.keep(request, venue, staff)
    pk = number(request.POST.get("visit", ""))
    if pk is None:
        return HttpResponseRedirect(reverse("venue-day", args=[venue]))
    vial = number(request.POST.get("vial", ""))
    return _back(venue, pk, f"?vial={vial}#vaccine" if vial else "#vaccine")


@require_POST
@requires(*VENUE)
def act(request: HttpRequest, venue: int, visit: int, what: str) -> HttpResponse:
    """Consent, refuse, ask the physician, go to hospital, leave, be watched, book the next."""
    step = _TAPS.get(what)
    if step is None:
        raise NotFound("unknown-step", "There is no such step.")
    found = opened(request, venue, visit)
    try:
        return step(request, found)
    except (NotFound, NotAllowed):
        raise
    except Refused as error:
        return page(request, opened(request, venue, visit), error=said(error), status=422)


def _consent(request: HttpRequest, view: VisitView) -> HttpResponse:
    actions.consent(person=view.ref.person, programme=view.ref.programme, agrees=True,
                    given_by=request.POST.get("given_by", ""), by=account(request),
                    **_language(request))  # fmt: skip
    return _back(view.ref.venue, view.ref.id, "#vaccine")


def _refuse(request: HttpRequest, view: VisitView) -> HttpResponse:
    actions.refuse(visit=view.ref.id, quiet="quiet" in request.POST, by=account(request),
                   note=request.POST.get("given_by", ""), **_language(request))  # fmt: skip
    messages.success(request, _("Written down. The visit has ended."))
    return _day(view)


def _ask(request: HttpRequest, view: VisitView) -> HttpResponse:
    actions.ask_physician(visit=view.ref.id, by=account(request))
    messages.success(request, _("On the physician's list."))
    return _back(view.ref.venue, view.ref.id)


def _leave(request: HttpRequest, view: VisitView) -> HttpResponse:
    actions.leave(
        visit=view.ref.id, outcome=request.POST.get("outcome", ""), by=account(request),
        reasons=tuple(request.POST.getlist("reason")[:20]), note=request.POST.get("note", ""),
    )  # fmt: skip
    messages.success(request, _("Written down. The visit has ended."))
    return _day(view)


def _hospital(request: HttpRequest, view: VisitView) -> HttpResponse:
    made = actions.to_hospital(visit=view.ref.id, slot=number(request.POST.get("slot", "")),
                               token=token_of(request), by=account(request))  # fmt: skip
    messages.success(
        request,
        _("The time at the hospital is booked.") if made.appointment
        else _("They are on the list of those to be called, and keep their place in line."),
    )  # fmt: skip
    return _back(view.ref.venue, view.ref.id)


def _observed(request: HttpRequest, view: VisitView) -> HttpResponse:
    after = request.POST.get("after", "")
    actions.observed(visit=view.ref.id, after=after, by=account(request))
    if after == "unwell":
        messages.warning(request, _("Written down. Report the reaction when they are cared for."))
        return _back(view.ref.venue, view.ref.id)
    messages.success(request, _("Written down."))
    return _day(view)


def _book(request: HttpRequest, view: VisitView) -> HttpResponse:
    slot = number(request.POST.get("slot", ""))
    if slot is None:
        raise Refused("no-place", "Choose a time.")
    booking.book(asks=[booking.Ask(view.ref.person, slot)], token=token_of(request),
                 channel="venue", by=account(request))  # fmt: skip
    messages.success(request, _("The time is booked."))
    return _back(view.ref.venue, view.ref.id)


_TAPS: dict[str, Callable[[HttpRequest, VisitView], HttpResponse]] = {
    "consent": _consent, "refuse": _refuse, "ask": _ask, "leave": _leave, "hospital": _hospital,
    "observed": _observed, "book": _book,
}  # fmt: skip


def _language(request: HttpRequest) -> dict[str, str]:
    """In which language they were told, and that it was said aloud."""
    return {"language": request.POST.get("language", shown_in()), "told": "aloud"}


def _back(venue: int, visit: int, more: str = "") -> HttpResponse:
    return HttpResponseRedirect(reverse("venue-visit", args=[venue, visit]) + more)


def _day(view: VisitView) -> HttpResponse:
    return HttpResponseRedirect(reverse("venue-day", args=[view.ref.venue]))

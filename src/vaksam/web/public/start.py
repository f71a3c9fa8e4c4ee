"""The first page: what is free, and how to begin."""

from datetime import timedelta
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_http_methods, require_safe

from vaksam.base import clock
from vaksam.booking import actions, queries
from vaksam.booking.queries import Search
from vaksam.core.errors import NotFound
from vaksam.core.messages import LANGUAGES
from vaksam.messaging import queries as messages
from vaksam.programmes import queries as programmes
from vaksam.venues import queries as venues
from vaksam.web.public.common import Visitor, go, page, show
from vaksam.web.public.texts import spoken
from vaksam.web.sent import token_of

SHOWN = 12


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """To the page in the browser's language."""
    asked = get_language_from_request(request)[:2]
    accepted = request.headers.get("Accept-Language", "")[:2].lower()
    code = next((each for each in (accepted, asked) if each in LANGUAGES), LANGUAGES[0])
    return HttpResponseRedirect(reverse("public-start", args=[code]))


@require_safe
@page
def start(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Venues with their first free time; nobody need sign in to see that."""
    region = visitor.region
    context = {
        "venues": _venues(region, visitor), "drop_in": _drop_in(region, visitor),
        "news": messages.public_notices(region, visitor.texts.language),
    }  # fmt: skip
    return show(request, visitor, "public/start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def board(request: HttpRequest, visitor: Visitor, session: int) -> HttpResponse:
    """The drop-in at a venue right now; a tap takes a number."""
    if request.method == "POST":
        key = token_of(request)
        actions.draw_ticket(session=session, key=key, by=None)
        return go("public-ticket", visitor, key)
    found = queries.session(session)
    here = [each for each in queries.queues([found.venue]) if each[0].id == session]
    if not here:
        raise NotFound("no-drop-in", "There is no drop-in there.")
    _ref, places, last, called = here[0]
    waiting = queries.tickets_waiting(session)
    context = {
        "session": found, "left": places - last, "called": called, "waiting": waiting,
        "minutes": queries.waiting_minutes(session, waiting), "token": uuid4(),
    }  # fmt: skip
    return show(request, visitor, "public/board.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def ticket(request: HttpRequest, visitor: Visitor, key: UUID) -> HttpResponse:
    """A number in a drop-in queue, by what only its holder knows."""
    if request.method == "POST":
        actions.leave_queue(key=key)
    return show(request, visitor, "public/ticket.html", {"ticket": queries.ticket(key), "key": key})


def _venues(region: str, visitor: Visitor) -> list[dict[str, object]]:
    running = programmes.running()
    if not running:
        return []
    search = Search(programme=running[0], regions=(region,))
    times = queries.near(search, venues=SHOWN, each=1)
    known = {ref.id: ref for ref in venues.venues(regions=[region])}
    return [
        {"ref": known[each.venue], "first": visitor.texts.moment(each.starts_at),
         "spoken": spoken(known[each.venue].languages, visitor.texts.language)}
        for each in times
    ]  # fmt: skip


def _drop_in(region: str, visitor: Visitor) -> list[dict[str, object]]:
    refs = [ref.id for ref in venues.venues(regions=[region]) if ref.public]
    now = clock.now()
    return [
        {"session": ref, "left": places - last,
         "minutes": queries.waiting_minutes(ref.id, queries.tickets_waiting(ref.id))}
        for ref, places, last, _called in queries.queues(refs)
        if now < ref.ends_at and ref.starts_at < now + timedelta(hours=12)
    ]  # fmt: skip

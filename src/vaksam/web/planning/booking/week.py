"""A region's week: every venue's places and bookings, and what wants doing."""

from collections import defaultdict
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from vaksam.areas import queries as areas
from vaksam.base import clock
from vaksam.base.scope import requires, scope_of
from vaksam.booking import actions, queries
from vaksam.booking.queries import SessionRef
from vaksam.core.weeks import Week
from vaksam.venues import queries as venues
from vaksam.web import formats
from vaksam.web.components import Cell, Column, Stat, Table, Text
from vaksam.web.planning.booking import common
from vaksam.web.roles import BOOKERS, BOOKING, BOOKING_PLANNERS, account


@require_safe
@requires(*BOOKING)
def week(request: HttpRequest) -> HttpResponse:
    """Venues down, days across: booked of open places. Above it what wants doing."""
    region, monday = common.region_of(request), common.monday_of(request)
    refs = queries.venue_names(region)
    found = queries.sessions([ref.id for ref in refs], monday, monday + timedelta(days=6))
    context = {
        "tabs": common.tabs(request),
        "region": areas.find(region).name,
        "may_plan": common.may_plan(request, region),
        "may_book": scope_of(request.user).reaches(region, *BOOKERS),
        "week": formats.week(Week.of(monday)),
        "before": f"?week={monday - timedelta(days=7)}",
        "after": f"?week={monday + timedelta(days=7)}",
        "signals": signals(request, region),
        "stats": _stats(found),
        "table": _table(found, monday),
        "venues": refs,
        "area": region,
    }
    return render(request, "booking/week.html", context)


@require_POST
@requires(*BOOKING_PLANNERS)
def adjust(request: HttpRequest) -> HttpResponse:
    """Open and close places along with the doses expected, now."""
    region = common.region_of(request, *BOOKING_PLANNERS)
    done = actions.adjust_region(region=region, by=account(request))
    opened = sum(max(each.opened, 0) for each in done)
    closed = -sum(min(each.opened, 0) for each in done)
    over = sum(each.over for each in done)
    messages.success(
        request, _("%(opened)s places opened and %(closed)s closed, along with the doses.")
        % {"opened": formats.number(opened), "closed": formats.number(closed)},
    )  # fmt: skip
    if over:
        messages.warning(
            request, ngettext("%(n)s person is booked beyond the doses expected.",
                              "%(n)s persons are booked beyond the doses expected.", over)
            % {"n": formats.number(over)},
        )  # fmt: skip
    return HttpResponseRedirect(reverse("booking"))


def signals(request: HttpRequest, region: str) -> list[dict[str, str]]:
    """What wants doing about bookings today and in the coming week, the worst first."""
    today = clock.today()
    refs = {ref.id: ref for ref in queries.venue_names(region)}
    coming = queries.sessions(list(refs), today, today + timedelta(days=7))
    found = [_over(each) for each in coming if each.over]
    found += [_closed(each) for each in coming if each.closed_at and each.taken]
    scope = scope_of(request.user)
    if scope.reaches(region, *BOOKING_PLANNERS):
        staffing = venues.missing([region], today, today + timedelta(days=1))
        found += [_missing(each) for each in staffing[:3]]
        if pairs := queries.pairs_waiting(frozenset({region})):
            text = ngettext("%(n)s person may be booked twice.",
                            "%(n)s persons may be booked twice.", pairs)  # fmt: skip
            found.append(_signal(text % {"n": formats.number(pairs)}, "booking-pairs", _("Look")))
    if scope.reaches(region, *BOOKERS) and (calls := queries.calls_waiting(frozenset({region}))):
        text = ngettext("%(n)s person waits to be called back.",
                        "%(n)s persons wait to be called back.", calls)  # fmt: skip
        found.append(_signal(text % {"n": formats.number(calls)}, "booking-calls", _("Call")))
    return found


def _signal(
    text: str, page: str, link: str, *args: object, tone: str = "warning"
) -> dict[str, str]:
    return {"text": text, "url": reverse(page, args=args), "link": link, "tone": tone}


def _over(each: SessionRef) -> dict[str, str]:
    text = ngettext(
        "%(venue)s, %(day)s: %(n)s person is booked beyond what staff and room allow.",
        "%(venue)s, %(day)s: %(n)s persons are booked beyond what staff and room allow.",
        each.over,
    ) % {"venue": each.venue_name, "day": _day(each.day), "n": formats.number(each.over)}
    return _signal(text, "booking-session", _("See to it"), each.id, tone="danger")


def _closed(each: SessionRef) -> dict[str, str]:
    text = ngettext(
        "%(venue)s, %(day)s is closed, and %(n)s person is still booked.",
        "%(venue)s, %(day)s is closed, and %(n)s persons are still booked.",
        each.taken,
    ) % {"venue": each.venue_name, "day": _day(each.day), "n": formats.number(each.taken)}
    return _signal(text, "booking-session", _("Move them"), each.id, tone="danger")


def _missing(each: venues.ShiftRef) -> dict[str, str]:
    text = _("%(venue)s, %(day)s: somebody on duty is absent and not replaced.") % {
        "venue": each.venue_name, "day": _day(each.day),
    }  # fmt: skip
    return _signal(text, "venues-shifts-replace", _("Find somebody"), each.id)


def _stats(found: list[SessionRef]) -> list[Stat]:
    open_ones = [each for each in found if not each.closed_at]
    places, taken = sum(e.places for e in open_ones), sum(e.taken for e in open_ones)
    planned = sum(each.planned for each in open_ones)
    return [
        Stat(_("Booked"), formats.number(taken),
             _("of %(n)s open places") % {"n": formats.number(places)}),
        Stat(_("Free"), formats.number(places - taken)),
        Stat(_("Not opened for want of doses"), formats.number(max(planned - places, 0)),
             _("of %(n)s that staff and room allow") % {"n": formats.number(planned)}),
    ]  # fmt: skip


def _table(found: list[SessionRef], monday: date) -> Table | None:
    if not found:
        return None
    cells: dict[tuple[str, int, date], list[SessionRef]] = defaultdict(list)
    for each in found:
        cells[each.venue_name, each.venue, each.day].append(each)
    days = [monday + timedelta(days=n) for n in range(7)]
    places = sorted({key[:2] for key in cells}, key=lambda key: formats.alphabetical(key[0]))
    rows: list[list[Text | Cell]] = [
        [Cell(name, url=f"{reverse('booking-venue', args=[pk])}?week={monday}"),
         *(_cell(cells.get((name, pk, day), [])) for day in days)]
        for name, pk in places
    ]  # fmt: skip
    columns = [Column(_("Venue")), *(Column(_day(day), numeric=True) for day in days)]
    note = _("Booked of open places. “Closed” and “too many” are said in words.")
    return Table("week", _("Booked of open places, by venue and day"), columns, rows, note=note)


def _cell(found: list[SessionRef]) -> Text | Cell:
    if not found:
        return "–"
    open_ones = [each for each in found if not each.closed_at]
    if not open_ones:
        return Cell(_("closed"), tone="warning")
    if not any(each.places for each in open_ones):
        return _("no doses")
    text = f"{sum(e.taken for e in open_ones)}/{sum(e.places for e in open_ones)}"
    if any(each.over for each in open_ones):
        return Cell(_("%(figures)s too many") % {"figures": text}, tone="danger")
    return text


def _day(day: date) -> str:
    return str(date_format(day, "D j/n"))

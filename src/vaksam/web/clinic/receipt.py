"""A visit that has ended: until when they stay, the next dose, and what can be put right."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from vaksam.base import clock
from vaksam.base.scope import scope_of
from vaksam.booking import queries as booking
from vaksam.booking.queries import Search
from vaksam.clinic import queries as clinic
from vaksam.clinic.queries import VisitRef, VisitView
from vaksam.records import queries as records
from vaksam.web import formats
from vaksam.web.clinic.words import AFTER, SITES
from vaksam.web.planning.booking.common import hour, stamp

SHOWN = 6


def ended(request: HttpRequest, view: VisitView, names: Mapping[str, str]) -> dict[str, Any]:
    """What its page shows."""
    ref = view.ref
    context: dict[str, Any] = {"ended": hour(ref.ended_at) if ref.ended_at else "",
                               "next": _next(request, ref.venue)}  # fmt: skip
    if ref.vaccination is None:
        return context
    given = next((each for each in records.doses(ref.person) if each.id == ref.vaccination), None)
    now, until = clock.now(), ref.observe_until
    context |= {
        "given": given, "site": SITES.get(given.site_code, "") if given else "",
        "until": hour(until) if until else "", "over": until is None or until <= now,
        "observed": ref.observed_at is not None, "after": AFTER.get(ref.after, ""),
    }  # fmt: skip
    if given is not None and not given.withdrawn:
        context |= _second(ref, given.product)
    return context


def _second(ref: VisitRef, product: str) -> dict[str, Any]:
    """The time they have for the next dose, or the next ones at the same venue."""
    judged = booking.judged(ref.person, ref.programme)
    if judged is None:
        return {}
    if judged.booked:
        held = judged.booked[0]
        return {"booked": (stamp(held.starts_at), held.venue_name, held.dose)}
    if not judged.may or judged.since is None:
        return {}
    first = max(judged.recommended_on or judged.since, judged.since)
    wanted = {product} & judged.products.keys() or judged.products.keys()
    search = Search(
        programme=ref.programme, regions=(), since=clock.at(first), products=frozenset(wanted),
        dose=judged.dose, venues=(ref.venue,),
    )  # fmt: skip
    found = [each for each in booking.at_venue(search, most=SHOWN, online=False)
             if judged.products[each.product] <= clock.day_of(each.starts_at)]  # fmt: skip
    return {
        "second": judged.dose, "first_day": formats.day(first),
        "times": [(each.slot, stamp(each.starts_at)) for each in found],
    }  # fmt: skip


def _next(request: HttpRequest, venue: int) -> VisitRef | None:
    """Who waits longest."""
    waiting = clinic.here(venue, scope=scope_of(request.user), path=request.path)
    return next((each for each in waiting if each.ended_at is None), None)

"""Choose a time, see that it is right, book it."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from vaksam.base import clock
from vaksam.booking import actions, queries
from vaksam.booking.actions import Ask
from vaksam.booking.queries import Judged, Search, Time
from vaksam.core.booking import Held
from vaksam.core.capacity import Visit, units
from vaksam.core.errors import NotFound, Refused
from vaksam.people import queries as people
from vaksam.programmes import queries as programmes
from vaksam.venues import queries as venues
from vaksam.venues.queries import VenueRef
from vaksam.web.public.common import Visitor, go, page, show, signed_in
from vaksam.web.public.mine import WEB, own
from vaksam.web.sent import number, token_of

NEEDS = (Visit.EXTRA_TIME, Visit.INTERPRETER)
SECOND_SHOWN = 6
NEIGHBOURS = 3  # times in a row


@require_safe
@page
@signed_in
def times(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Free times nearest, soonest or at one venue."""
    asked = _asked(request, visitor)
    found = _found(request, visitor, asked) if asked["judged"].may else []
    names = {product.code: product.name for product in programmes.products()}
    refs = {ref.id: ref for ref in venues.venues(regions=[asked["region"]])}
    context = asked | {
        "groups": _grouped(found, refs, visitor, names),
        "venues": [ref for ref in refs.values() if ref.public and not ref.is_store],
    }
    return show(request, visitor, "public/times.html", context)


@require_safe
@page
@signed_in
def confirm(request: HttpRequest, visitor: Visitor, slot: int) -> HttpResponse:
    """What will be booked; with dose 2, and another vaccine at the same visit, where possible."""
    asked, chosen = _asked(request, visitor), queries.time_of(slot)
    gone = chosen is None or chosen.free < asked["units"]
    actions.count_shown(channel=request.GET.get("from", WEB)[:8], gone=gone)
    if chosen is None or gone:
        raise Refused("place-gone", "That time has just been taken. Choose another.")
    place = venues.venue(chosen.venue)
    context = asked | {
        "time": chosen, "when": visitor.texts.moment(chosen.starts_at), "place": place,
        "second": _second(visitor, asked, chosen), "also": _also(visitor, asked, chosen),
        "token": uuid4(), "names": [people.oneself(each).given_name for each in visitor.persons],
    }  # fmt: skip
    return show(request, visitor, "public/confirm.html", context)


@require_POST
@page
@signed_in
def book(request: HttpRequest, visitor: Visitor, slot: int) -> HttpResponse:
    """Book it: everyone signed in, dose 2 and the other vaccine with it, all or none."""
    token = token_of(request)
    move = number(request.POST.get("move", ""))
    if move:
        own(visitor, move)
    visits = tuple(each.value for each in NEEDS if request.POST.get(each.value))
    needs = request.POST.get("needs", "").strip()[:300]
    if request.POST.get("second") or request.POST.get("also") or len(visitor.persons) == 1:
        asks = [Ask(visitor.person, slot, visits, needs, replaces=move)]
        more = [number(request.POST.get(name, "")) for name in ("second", "also")]
        asks += [Ask(visitor.person, each, visits, needs) for each in more if each]
    else:
        asks = _neighbours(visitor, slot, visits, needs)
    actions.book(asks=asks, token=token, channel=WEB, by=None)
    return go("public-done", visitor, token)


def _asked(request: HttpRequest, visitor: Visitor) -> dict[str, Any]:
    """What the address asks for: programme, sorting, venue, kind of visit, the time to change."""
    move = number(request.GET.get("move", ""))
    moved = own(visitor, move) if move else None
    running = programmes.running()
    code = moved.programme if moved else request.GET.get("programme", "")
    if code not in running:
        code = next(iter(running), "")
    if not code:
        raise Refused("not-recommended", "No programme runs now.")
    person = people.oneself(moved.person if moved else visitor.person)
    judged = queries.judged(person.id, code, without=[moved.id] if moved else [])
    if judged is None:
        raise NotFound("no-such-person", "There is no such person.")
    visits = [each for each in NEEDS if request.GET.get(each.value)]
    if not request.GET.get("asked"):
        visits = [each for each, wanted in zip(NEEDS, (person.extra_time, person.interpreter),
                                               strict=True) if wanted]  # fmt: skip
    sort = request.GET.get("sort", "")
    return {
        "programme": code, "move": move or "", "person": person, "judged": judged,
        "region": person.region_code, "visits": [each.value for each in visits],
        "units": units(visits), "sort": sort if sort in ("near", "soon", "venue") else "near",
        "venue": number(request.GET.get("venue", "")),
        "kept": "&".join([f"programme={code}", "asked=1"] + ([f"move={move}"] if move else [])
                         + [f"{each.value}=1" for each in visits]),
    }  # fmt: skip


def _search(asked: dict[str, Any]) -> Search:
    judged: Judged = asked["judged"]
    person: people.Oneself = asked["person"]
    since = judged.since or clock.today()
    return Search(
        programme=asked["programme"], regions=(asked["region"],),
        since=clock.at(since),
        products=frozenset(judged.products), dose=judged.dose, units=asked["units"],
        hospital=judged.hospital, latitude=person.latitude, longitude=person.longitude,
    )  # fmt: skip


def _found(request: HttpRequest, visitor: Visitor, asked: dict[str, Any]) -> list[Time]:
    search = _search(asked)
    if asked["sort"] == "venue" and asked["venue"]:
        search = replace(search, venues=(asked["venue"],))
        found = queries.at_venue(search, most=120)
    elif asked["sort"] == "soon":
        found = queries.soonest(search, most=30)
    else:
        found = queries.near(search, venues=8, each=4)
    products: dict[str, Any] = asked["judged"].products
    return [each for each in found if products[each.product] <= clock.day_of(each.starts_at)]


def _grouped(
    found: list[Time], refs: dict[int, VenueRef], visitor: Visitor, names: dict[str, str]
) -> list[dict[str, Any]]:
    """Times of a venue (or of a venue's day) together, in the order found."""
    groups: dict[tuple[int, object], dict[str, Any]] = {}
    for each in found:
        day = clock.day_of(each.starts_at)
        group = groups.setdefault(
            (each.venue, day),
            {
                "ref": refs.get(each.venue),
                "day": visitor.texts.day(day),
                "km": each.km,
                "times": [],
            },
        )
        group["times"].append(
            (each.slot, visitor.texts.clock_time(each.starts_at), names.get(each.product, ""))
        )
    return list(groups.values())


def _second(visitor: Visitor, asked: dict[str, Any], chosen: Time) -> list[tuple[int, str]]:
    """Times for the dose after this one, at the same venue, from the day advised on."""
    if len(visitor.persons) > 1 or asked["move"]:
        return []
    judged: Judged = asked["judged"]
    on = clock.day_of(chosen.starts_at)
    disease = programmes.programme(asked["programme"]).disease
    first = Held(appointment=0, programme=asked["programme"], disease=disease,
                 product=chosen.product, dose=judged.dose or 1, on=on)  # fmt: skip
    after = queries.judged(visitor.person, asked["programme"], also=[first])
    if after is None or not after.may or after.since is None:
        return []
    since = max(
        after.recommended_on or after.since, after.products.get(chosen.product, after.since)
    )
    search = replace(
        _search(asked), venues=(chosen.venue,), products=frozenset({chosen.product}),
        dose=after.dose, since=clock.at(since),
    )  # fmt: skip
    if chosen.product not in after.products:
        return []
    return [(each.slot, visitor.texts.moment(each.starts_at))
            for each in queries.at_venue(search, most=SECOND_SHOWN)]  # fmt: skip


def _also(visitor: Visitor, asked: dict[str, Any], chosen: Time) -> list[tuple[int, str]]:
    """A place for another disease's vaccine at the same venue and nearly the same time."""
    if len(visitor.persons) > 1 or asked["move"]:
        return []
    own_disease = programmes.programme(asked["programme"]).disease
    found = []
    for code in programmes.running():
        about = programmes.programme(code, language=visitor.texts.language)
        judged = queries.judged(visitor.person, code) if about.disease != own_disease else None
        if judged is None or not judged.may:
            continue
        search = replace(_search(asked | {"programme": code, "judged": judged}),
                         venues=(chosen.venue,), since=chosen.starts_at)  # fmt: skip
        near = queries.at_venue(search, most=1)
        if near and near[0].starts_at.date() == chosen.starts_at.date():
            found.append((near[0].slot, about.name))
    return found


def _neighbours(
    visitor: Visitor, slot: int, visits: tuple[str, ...], needs: str
) -> list[Ask]:  # fmt: skip
    """A place for everyone in the chosen time and those right after it."""
    chosen = queries.time_of(slot)
    if chosen is None:
        raise Refused("place-gone", "That time has just been taken. Choose another.")
    wanted = units([Visit(each) for each in visits])
    asks: list[Ask] = []
    waiting = list(visitor.persons)
    after = [each for each in queries.slots(chosen.session)
             if each.starts_at >= chosen.starts_at]  # fmt: skip
    for each in after[:NEIGHBOURS]:
        for _place in range((each.places - each.taken) // wanted):
            if waiting:
                asks.append(Ask(waiting.pop(0), each.id, visits, needs))
    if waiting:
        raise Refused("neighbours", "There are not so many times next to each other.")
    return asks

"""Two venues in Umeå with sessions, bookings and lists on 13 April 2021, made by the actions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from tests.support import region

SWEDEN = ZoneInfo("Europe/Stockholm")
TODAY = date(2021, 4, 13)
MADE = datetime(2021, 4, 13, 8, 30, tzinfo=SWEDEN)  # the situation; the clock goes forward only
NOW = datetime(2021, 4, 13, 8, 40, tzinfo=SWEDEN)
PROGRAMME, PRODUCT = "covid-19-2021", "comirnaty"
NEAR, FAR = (63.827, 20.266), (63.872, 20.331)  # in Umeå, six kilometres apart
VENUES = f"""
[[venue]]
code = "nolia"
name = "Vaccinationscentralen Nolia"
kind = "mass_venue"
municipality_code = "2480"
latitude = {NEAR[0]}
longitude = {NEAR[1]}
street = "Signalvägen 3"
postcode = "90322"
city = "Umeå"
public_transport = "Buss 1 och 9 till Nolia"
languages = ["sv", "ar", "so"]
hearing_loop = true
stations = 2
room = 60
doses_per_week = 600
[[venue]]
code = "ersboda"
name = "Ersboda hälsocentral"
kind = "health_centre"
municipality_code = "2480"
latitude = {FAR[0]}
longitude = {FAR[1]}
street = "Formvägen 4"
postcode = "90621"
city = "Umeå"
stations = 3
doses_per_week = 200
"""


@dataclass(frozen=True)
class Here:
    """Ids. Persons are due unless told; sessions are of Comirnaty."""

    nolia: int
    ersboda: int
    lot: int
    leyla: int  # born 1949, reads Arabic, has a mobile; nothing is booked
    sven: int  # born 1948, lives with Leyla
    booked: int  # born 1947, has a time on 20 April
    reserved: int  # born 1950, has a time by letter
    asked: int  # born 1951, is asked for a dose that is left today
    twin: int  # `booked` once more without a number, also booked
    protected: int
    today: int  # session at Ersboda with drop-in
    over: int  # session this morning, gone
    april: int  # session at Nolia on 20 April
    june: int  # session at Nolia on 1 June, for dose 2
    closed: int  # session at Ersboda with somebody still booked
    appointment: int
    letter: int
    prebooking: int
    block: int
    leftover: int
    callback: int
    suspicion: int
    ticket: UUID


def person(name: str, born: date, *, numbered: bool = True, at: Any = NEAR, **fields: Any) -> int:
    """Somebody of Umeå; with a personal number of the series that nobody is given."""
    from vaksam.core.identity import Identity, Kind
    from vaksam.people import actions

    given, family = name.split()
    own = [Identity(Kind.PERSONAL_NUMBER, region.number(f"{born:%Y%m%d}"))]
    place = {"latitude": at[0], "longitude": at[1]} if at else {}
    return actions.register_person(
        region_code="24", identities=own if numbered else [], given_name=given,
        family_name=family, born_on=born, by=None,
        **(region.HOME | {"city": "Umeå"} | place | fields),
    ).person  # fmt: skip


def due() -> None:
    """Work out anew whose turn it is, after persons were added."""
    from vaksam.eligibility import actions

    actions.refresh_region(programme=PROGRAMME, region_code="24")


def session(
    venue: int, day: date, opens: int = 9, closes: int = 11, *, vaccinators: int | None = 2,
    **about: Any,
) -> int:  # fmt: skip
    """A session of Comirnaty; two vaccinators who need five minutes a person, unless told."""
    from vaksam.booking import actions

    plan = actions.Plan(
        programme=PROGRAMME, product=PRODUCT, day=day, opens_at=time(opens),
        closes_at=time(closes), stations=about.pop("stations", 2), minutes=5.0,
        vaccinators=vaccinators, **about,
    )  # fmt: skip
    return actions.plan_session(venue=venue, plan=plan, by=None)


def slots(session_id: int) -> list[int]:
    """Its times that have places, in order."""
    from vaksam.booking import queries

    return [each.id for each in queries.slots(session_id) if each.places]


def book(person_id: int, slot: int, **about: Any) -> int:
    """A place; the appointment."""
    from vaksam.booking import actions

    ask = actions.Ask(person_id, slot, **about)
    return actions.book(asks=[ask], token=uuid4(), channel="phone", by=None).appointments[0]


def outside(call: Callable[..., Any], *args: Any, **told: Any) -> Any:
    """Call in a thread with a connection of its own: it is committed, whatever the test is in."""
    from django.db import connection

    def closing() -> Any:
        try:
            return call(*args, **told)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing).result()


def offer(person_id: int) -> int:
    """What the person is asked just now."""
    from vaksam.booking import queries

    return queries.offers_to(person_id)[0][0]


def request_of(appointment: int) -> UUID:
    """The token of the form that booked it."""
    from vaksam.booking.models import Appointment

    return Appointment.objects.get(pk=appointment).request.token


def letters(prebooking: int) -> Any:
    """Its letters, made as the job makes them."""
    from vaksam.base.scope import EVERYTHING
    from vaksam.messaging import actions, queries
    from vaksam.messaging.actions import printing

    printing.carry_out(actions.make_letters(prebooking=prebooking, by=None))
    return queries.letter_runs(prebooking, scope=EVERYTHING)[0]


def at(hour: int, minute: int = 0, day: date = TODAY) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=SWEDEN)


def places() -> tuple[int, int, int]:
    """Areas, programmes and two venues, each with 240 doses in its fridge; and their lot."""
    from vaksam.areas import actions as areas
    from vaksam.programmes import actions as programmes
    from vaksam.supply import actions as supply
    from vaksam.venues import actions as venues
    from vaksam.venues import queries

    areas.seed()
    programmes.seed_programmes()
    venues.import_venues(text=VENUES, file_name="venues.toml", by=None)
    by_code = {each.code: each.id for each in queries.venues()}
    lot = supply.known_lot(product=PRODUCT, number="ER1742", expires_on=date(2021, 7, 31)).pk
    for venue in by_code.values():
        supply.receive(venue=venue, lot=lot, vials=40, by=None)
    return by_code["nolia"], by_code["ersboda"], lot


def people() -> dict[str, int]:
    """Those of `Here`, and whose turn it is."""
    from vaksam.core.identity import Identity, Kind
    from vaksam.people import actions

    made = {
        "leyla": person("Leyla Haddad", date(1949, 4, 4), language="ar"),
        "sven": person("Sven Haddad", date(1948, 5, 6)),
        "booked": person("Ulla Sandström", date(1947, 9, 9)),
        "reserved": person("Nils Ek", date(1950, 1, 5)),
        "asked": person("Sara Dal", date(1951, 7, 9)),
        "twin": person("Ulla Sandström", date(1947, 9, 9), numbered=False, at=None),
    }
    actions.set_household(person=made["sven"], lives_with=made["leyla"], by=None)
    actions.choose_contact(person=made["leyla"], channel="sms", mobile="0701740605", by=None)
    made["protected"] = actions.register_person(
        region_code="24", given_name="Planterina", family_name="Skyddad", by=None,
        identities=[Identity(Kind.PERSONAL_NUMBER, region.number("19350506"))],
        protection="confidentiality_marking",
    ).person  # fmt: skip
    due()
    return made


def fill() -> Here:
    """Everything that a page of booking can show. Make it at `MADE`, look at it at `NOW`."""
    from vaksam.booking import actions

    nolia, ersboda, lot = places()
    who = people()
    plans = {
        "over": session(nolia, TODAY, 6, 8),
        "today": session(ersboda, TODAY, 9, 16, drop_in=12),
        "april": session(nolia, date(2021, 4, 20)),
        "june": session(nolia, date(2021, 6, 1)),
        "closed": session(ersboda, date(2021, 4, 22)),
    }
    made = _bookings(who, plans)
    ticket = uuid4()
    actions.draw_ticket(session=plans["today"], key=ticket, by=None)
    return Here(
        nolia=nolia, ersboda=ersboda, lot=lot, **who, **plans, **made, ticket=ticket,
        leftover=_left(nolia, lot, who["asked"]),
        callback=actions.ask_for_call(region_code="24", telephone="070-174 06 05", by=None,
                                      person=who["leyla"], note="Vill ha tid med sin man"),
        block=actions.hold_block(
            region_code="24", name="Sfi, Umeå", contact="Maria Ek", telephone="090-1234567",
            places={slots(plans["april"])[3]: 2}, release_on=date(2021, 4, 18), by=None,
        ),
    )  # fmt: skip


def _bookings(who: dict[str, int], plans: dict[str, int]) -> dict[str, int]:
    from vaksam.booking import actions
    from vaksam.booking.models import Suspicion

    april = slots(plans["april"])
    appointment = book(who["booked"], april[0], needs="Rullstol", visits=("extra_time",))
    book(who["twin"], slots(plans["closed"])[0])
    actions.close_session(session=plans["closed"], reason="Vattenläcka", by=None)
    cohort = actions.Cohort(programme=PROGRAMME, region_code="24", born_from=1950, born_to=1950)
    given = actions.prebook(
        name="Födda 1950", wanted=cohort, places=[_venue(plans["april"])],
        release_on=date(2021, 4, 17), since=date(2021, 4, 20), until=date(2021, 4, 20), by=None,
    )  # fmt: skip
    actions.suspect(persons=[who["booked"]])
    return {
        "appointment": appointment, "prebooking": given.prebooking,
        "letter": _held(who["reserved"]), "suspicion": Suspicion.objects.get().pk,
    }  # fmt: skip


def _left(venue: int, lot: int, asked: int) -> int:
    """A dose in an open vial, offered to the one person on the reserve list."""
    from vaksam.booking import actions
    from vaksam.supply import actions as supply

    terms = actions.Terms(most_minutes=30)
    actions.join(persons=[asked], programme=PROGRAMME, terms=terms, channel="web", by=None)
    supply.open_vial(venue=venue, lot=lot, by=None)
    return actions.offer_doses(venue=venue, product=PRODUCT, doses=1, until=at(16), lease=30,
                               by=None)  # fmt: skip


def _venue(session_id: int) -> int:
    from vaksam.booking import queries

    return queries.session(session_id).venue


def _held(person_id: int) -> int:
    from vaksam.booking import queries

    return queries.held_by([person_id])[0].id

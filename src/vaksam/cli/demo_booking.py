"""The demo's bookings: hours, staff and shifts, sessions for two weeks, a week of bookings by
every channel, cancellations, no-shows, letters, a group, the reserve list; by the product's own
actions and a clock that is moved.
"""

import os
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID

import numpy as np

from vaksam.base import actions as base
from vaksam.base import clock
from vaksam.base.postgres import home
from vaksam.booking import actions, queries
from vaksam.booking.actions import Ask, Cohort, Plan, Terms
from vaksam.booking.queries import Search, Time
from vaksam.cli import demo_clinic
from vaksam.core.errors import Refused
from vaksam.core.venues import Hours
from vaksam.eligibility import actions as eligibility_actions
from vaksam.eligibility import queries as eligibility
from vaksam.people import actions as people
from vaksam.people.queries.identities import identities_of
from vaksam.programmes import queries as programmes
from vaksam.records import actions as records
from vaksam.supply import queries as supply
from vaksam.venues import actions as venue_actions
from vaksam.venues import queries as venues
from vaksam.venues.queries import VenueRef

Say = Callable[[str], None]
NAMES = (
    "Åsa Lindgren", "Mohamed Ali", "Karin Nyström", "Erik Sandberg", "Fatima Haddad",
    "Lars Holm", "Anna-Karin Fors", "Johan Berg", "Eva Marklund", "Sofia Lundqvist",
    "Peter Öberg", "Maria Wikström", "Amina Warsame", "Ulla Burman", "Mikael Norberg",
    "Lena Hedlund", "David Åström", "Ingrid Jonsson", "Hanna Viklund", "Per Stenman",
)  # fmt: skip
OPEN = (time(8, 30), time(15, 30))
DAYS_BACK = 5
# How bookings came in, as the region's own counts had it: mostly the web, then the telephone.
CHANNELS = (("web", 0.62), ("phone", 0.33), ("venue", 0.05))
LATE = 0.06
RESIDENT = "demo-resident"
OTHER = 2  # of each three venues, the one that gives another product
NO_SHOW = 0.03


def provide(region: str, morning: datetime, *, say: Say) -> None:
    """Everything about bookings up to the morning; leaves the clock there."""
    running = [code for code in programmes.running(on=morning.date())]
    here = [ref for ref in venues.venues(regions=[region]) if ref.public and not ref.is_store]
    products = _products(here)
    if not running or not products:
        return
    say("Hours, staff, sessions and bookings …")
    # Those due this morning: their doses so far are known, whatever day the clock goes back to.
    pool = set(_due(region, running[0]))
    rng = np.random.default_rng(5)
    large = sorted(here, key=lambda ref: -ref.doses_per_week)[:8]
    _go(morning - timedelta(days=DAYS_BACK + 1))
    _hours(here)
    demo_clinic.prescribe(region, running[0], morning)
    shifts = _staff(region, large, morning.date())
    _sessions(region, running[0], large, products, morning.date(), back=DAYS_BACK)
    for back in range(DAYS_BACK, 0, -1):
        _go(clock.at(morning.date() - timedelta(days=back), time(9)))
        actions.adjust_all(region=region)
        _book(region, running[0], pool, rng, share=0.22)
        _cancel(rng)
        day = morning.date() - timedelta(days=back)
        if back == 1:
            _go(clock.at(day, OPEN[0]))
            demo_clinic.day(large[0], running[0], day, rng)
        _go(clock.at(day, time(18)))
        _vaccinate(day, rng)
        eligibility_actions.refresh_region(programme=running[0], region_code=region)
    _go(morning - timedelta(minutes=20))
    actions.adjust_all(region=region)
    # Today's and tomorrow's times fill up, wherever there are doses.
    until = clock.at(morning.date() + timedelta(days=2))
    _book(region, running[0], pool, rng, share=0.75, until=until)
    _letters(region, running[0], large, morning.date())
    _group(region, large, morning.date())
    _reserve(region, running[0], rng)
    actions.ask_for_call(region_code=region, telephone="070-174 06 05", by=None,
                         note="Vill boka för sin mor, som saknar personnummer")  # fmt: skip
    _resident(pool)
    _go(morning)
    for shift in shifts:
        venue_actions.report_absent(shift=shift, reason="ill", by=None)
    for venue in {each.venue for each in map(_shift, shifts)}:
        actions.staffing_changed(venue, morning.date())
    actions.publish()
    demo_clinic.after(region, running[0], large, morning)


def _hours(here: list[VenueRef]) -> None:
    for ref in here:
        days = [Hours(weekday=day, opens_at=OPEN[0], closes_at=OPEN[1]) for day in range(5)]
        venue_actions.set_hours(venue=ref.id, hours=days, by=None)


def _staff(region: str, large: list[VenueRef], today: date) -> list[int]:
    """Vaccinators at the largest venues for two weeks; two shifts of today to fall ill."""
    ill: list[int] = []
    people = iter(NAMES)
    for place, ref in enumerate(large[:4]):
        for n in range(min(ref.stations + 1, 5)):
            name = next(people, None)
            if name is None:
                break
            staff = venue_actions.add_staff(
                region_code=region, name=name, role="nurse" if n else "physician", by=None,
                venue=ref.id, vaccinates=True, anaphylaxis=n < 2, draws=True,
            )  # fmt: skip
            for ahead in range(-DAYS_BACK, 10):
                day = today + timedelta(days=ahead)
                if day.weekday() > 4:
                    continue
                shift = venue_actions.plan_shift(
                    staff=staff, venue=ref.id, starts_at=clock.at(day, OPEN[0]),
                    ends_at=clock.at(day, OPEN[1]), by=None,
                )  # fmt: skip
                if place == 0 and n in (1, 2) and ahead == 0:
                    ill.append(shift)
    return ill


def _sessions(
    region: str, programme: str, large: list[VenueRef], products: dict[int, str], today: date, *,
    back: int,
) -> None:  # fmt: skip
    for ref in large:
        if ref.id not in products:
            continue
        for ahead in range(-back, 22):
            day = today + timedelta(days=ahead)
            if day.weekday() > 4:
                continue
            _plan(ref, programme, products[ref.id], day, staffed=ref in large[:4])


def _plan(ref: VenueRef, programme: str, product: str, day: date, *, staffed: bool) -> None:
    plan = Plan(
        programme=programme, product=product, day=max(day, clock.today()),
        opens_at=OPEN[0], closes_at=OPEN[1] if ref.kind == "mass_venue" else time(12),
        stations=max(ref.stations, 1), minutes=ref.minutes_per_person,
        interval=ref.interval_minutes, vaccinators=None if staffed else 1,
        drop_in=6 if ref.kind == "mass_venue" and day.weekday() == 1 else 0,
    )  # fmt: skip
    try:
        actions.plan_session(venue=ref.id, plan=plan, by=None)
    except Refused:
        return


def _book(
    region: str,
    programme: str,
    pool: set[int],
    rng: np.random.Generator,
    *,
    share: float,
    until: datetime | None = None,
) -> None:
    """Some of those who are due take one of the soonest times near them."""
    search = Search(programme=programme, regions=(region,), until=until)
    times = queries.soonest(search, most=4000, each=400, online=False)
    free = {each.slot: each.free for each in times}
    people = [person for person in _due(region, programme) if person in pool]
    rng.shuffle(people)
    wanted = round(sum(free.values()) * share)
    slots = [each for each in times for _ in range(each.free)]
    rng.shuffle(slots)
    for person, time_ in zip(people, slots[:wanted], strict=False):
        _one(person, time_, rng)


def _one(person: int, time_: Time, rng: np.random.Generator) -> None:
    channel = str(rng.choice([name for name, _ in CHANNELS], p=[p for _, p in CHANNELS]))
    visits = ("extra_time",) if rng.random() < 0.04 else ()
    needs = "Rullstol" if rng.random() < 0.01 else ""
    try:
        actions.book(asks=[Ask(person, time_.slot, visits, needs)], token=_token(rng),
                     channel=channel, by=None)  # fmt: skip
    except Refused:
        return


def _cancel(rng: np.random.Generator) -> None:
    """Some give their time up, the oldest more often and later."""
    now = clock.now()
    coming = queries.between(now, now + timedelta(days=7))
    for each in coming:
        if rng.random() < LATE:
            reason = str(rng.choice(["time", "ill", "elsewhere", "transport", "unknown"]))
            channel = "phone" if rng.random() < 0.6 else "web"
            actions.cancel(appointments=[each.id], reason=reason, channel=channel, by=None)


def _vaccinate(day: date, rng: np.random.Generator) -> None:
    """Those booked come and are given their dose; a few do not come."""
    start = clock.at(day)
    for each in queries.between(start, start + timedelta(hours=17)):
        if rng.random() < NO_SHOW:
            actions.no_show(appointment=each.id, by=None)
        else:
            actions.come(appointment=each.id, by=None)
            records.register(
                person=each.person, given_on=day, product=each.product, source="venue", by=None,
                venue=each.venue, dose_number=each.dose, lot=_lot(each.venue, each.product),
                vaccinator_name="Region Västerbotten",
            )  # fmt: skip


def _lot(venue: int, product: str) -> str:
    """A lot of the product that lies at the venue, or has been delivered."""
    for row in supply.stock(venue=venue):
        if row.product == product:
            return row.lot_number
    return next((each.number for each in supply.lots(product=product)), "")


def _letters(region: str, programme: str, large: list[VenueRef], today: date) -> None:
    """Those born 1947–1951 in Umeå, as the sources' week had it."""
    cohort = Cohort(programme=programme, region_code=region, municipality="2480",
                    born_from=1947, born_to=1951)  # fmt: skip
    try:
        actions.prebook(
            name="Födda 1947–1951 i Umeå", wanted=cohort,
            places=[ref.id for ref in large if ref.municipality_code == "2480"],
            release_on=today + timedelta(days=4), since=today + timedelta(days=6),
            until=today + timedelta(days=14), most=60, by=None,
        )  # fmt: skip
    except Refused:
        return
    waiting = queries.prebooked(queries.prebookings(region)[0].id)
    for each in waiting[::4]:
        actions.keep(appointments=[each.id], by=None)


def _group(region: str, large: list[VenueRef], today: date) -> None:
    """A language school has twelve places in a row."""
    found = queries.sessions([ref.id for ref in large], today + timedelta(days=6),
                             today + timedelta(days=14))  # fmt: skip
    for session in found:
        wanted: dict[int, int] = {}
        for slot in queries.slots(session.id):
            if (free := slot.places - slot.taken) > 0 and sum(wanted.values()) < 12:
                wanted[slot.id] = min(free, 12 - sum(wanted.values()))
        if sum(wanted.values()) == 12:
            actions.hold_block(
                region_code=region, name="Sfi, Umeå", contact="Maria Ek", telephone="090-123 45 67",
                places=wanted, release_on=today + timedelta(days=5), by=None,
            )  # fmt: skip
            return


def _reserve(region: str, programme: str, rng: np.random.Generator) -> None:
    people = _due(region, programme)
    rng.shuffle(people)
    for person in people[:40]:
        terms = Terms(
            most_minutes=int(rng.choice([15, 30, 45, 60])), notice=int(rng.choice([0, 15]))
        )
        try:
            actions.join(persons=[person], programme=programme, terms=terms, channel="web", by=None)
        except Refused:
            continue


def _resident(pool: set[int]) -> None:
    """Some have a mobile telephone; one of them who has no time is there to be tried as."""
    booked = {each.person for each in queries.held_by(pool)}
    ordered = sorted(pool - booked)[:1] + sorted(booked)[:60]
    for n, person in enumerate(ordered):
        people.choose_contact(
            person=person, channel="sms", mobile=f"07017406{5 + n % 95:02}", by=None
        )
    numbers = identities_of(ordered[:1]).get(ordered[0], ()) if ordered else ()
    for each in numbers:
        if each.kind == "personal_number":
            (home(os.environ) / RESIDENT).write_text(each.value)


def resident() -> str:
    """The personal number of somebody who does not exist and may book; empty where none does."""
    path = home(os.environ) / RESIDENT
    return path.read_text() if path.exists() else ""


def _due(region: str, programme: str) -> list[int]:
    chosen = actions.cohort(Cohort(programme=programme, region_code=region))
    return [each.person for each in chosen]


def _products(here: list[VenueRef]) -> dict[int, str]:
    """The product each venue has, or expects, most of; every third gives another one it has."""
    found: dict[int, list[tuple[int, str]]] = {}
    for (venue, product), there in supply.expected([ref.id for ref in here]).items():
        doses = there.held + sum(each.doses for each in there.coming)
        if doses:
            found.setdefault(venue, []).append((doses, product))
    largest = sorted(here, key=lambda ref: -ref.doses_per_week)
    given = {}
    for place, ref in enumerate(largest):
        had = sorted(found.get(ref.id, []), reverse=True)
        if had:
            given[ref.id] = had[min(place % 3 == OTHER, len(had) - 1)][1]
    return given


def _shift(pk: int) -> venues.ShiftRef:
    return venues.one_shift(pk, regions=None)


def _token(rng: np.random.Generator) -> UUID:
    return UUID(bytes=rng.bytes(16))


def _go(moment: datetime) -> None:
    base.move_clock(to=moment, by=None)
    clock.forget()
    eligibility.forget()

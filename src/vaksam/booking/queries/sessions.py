"""Sessions of a venue's week, with what binds them and how many are booked."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Sum
from django.db.models.functions import Greatest

from vaksam.base import clock
from vaksam.booking.actions.sessions import Plan, plan_of, setup_of
from vaksam.booking.models import ACTIVE, Appointment, Queue, Session, Slot
from vaksam.core.capacity import Coming, Limit, Setup, Simulated, Visit, limits, simulate
from vaksam.core.errors import NotFound
from vaksam.supply import queries as supply
from vaksam.venues import queries as venues

NO_SHOW = 0.03  # where there is no history yet


@dataclass(frozen=True, slots=True)
class SessionRef:
    """A session. `planned` for staff and room, `places` open, `taken` booked or held.

    `over`: booked beyond what there is room and staff for. `limit` is what binds the places.
    """

    id: int
    venue: int
    venue_name: str
    region_code: str
    programme: str
    product: str
    product_name: str
    dose: int | None
    starts_at: datetime
    ends_at: datetime
    stations: int
    vaccinators: int | None
    minutes: float
    interval: int
    certainty: float
    drop_in: int
    online: bool
    closed_at: datetime | None
    closed_reason: str
    planned: int
    places: int
    taken: int
    over: int

    @property
    def day(self) -> date:
        return clock.day_of(self.starts_at)

    @property
    def free(self) -> int:
        return self.places - self.taken


@dataclass(frozen=True, slots=True)
class SlotRef:
    id: int
    starts_at: datetime
    planned: int
    places: int
    taken: int


def sessions(
    venues_in: Collection[int], since: date, until: date
) -> list[SessionRef]:  # fmt: skip
    """Sessions of venues in a span of days, both included, in order of time; two queries."""
    rows = Session.objects.filter(
        venue__in=list(venues_in), starts_at__gte=clock.at(since),
        starts_at__lt=clock.at(until + timedelta(days=1)),
    ).select_related("venue", "product").order_by("starts_at", "venue__name", "pk")  # fmt: skip
    sums = _sums([row.pk for row in rows])
    return [_ref(row, sums[row.pk]) for row in rows]


def session(pk: int) -> SessionRef:
    """Raises NotFound."""
    row = Session.objects.select_related("venue", "product").filter(pk=pk).first()
    if row is None:
        raise NotFound("unknown-session", "There is no such session.")
    return _ref(row, _sums([pk])[pk])


def slots(session: int) -> list[SlotRef]:
    """A session's slots in order of time."""
    rows = Slot.objects.filter(session=session).order_by("starts_at")
    return [SlotRef(*row) for row in
            rows.values_list("pk", "starts_at", "planned", "places", "taken")]  # fmt: skip


def setup(session: int) -> Setup:
    """Stations, vaccinators on duty, room and minutes of a session. Raises NotFound."""
    row = Session.objects.filter(pk=session).first()
    if row is None:
        raise NotFound("unknown-session", "There is no such session.")
    return setup_of(row)


def plan(session: int, *, day: date | None = None) -> Plan:
    """The session as a plan, to be changed or copied. Raises NotFound."""
    row = Session.objects.filter(pk=session).first()
    if row is None:
        raise NotFound("unknown-session", "There is no such session.")
    return plan_of(row, day=day or clock.day_of(row.starts_at))


def binding(session: int) -> Counter[Limit]:
    """In how many intervals what binds the places."""
    return Counter(limits(setup(session)))


def simulated(session: int, *, no_show: float | None = None, full: bool = False) -> Simulated:
    """Waiting and crowding as booked so far, or (`full`) with every open place taken.

    Kinds of visit are those of the booked; seeded by the session, so it answers alike.
    Raises NotFound; ValueError where persons are booked and nobody vaccinates.
    """
    rows = slots(session)
    booked = [each.places if full else each.taken for each in rows]
    held = Appointment.objects.filter(slot__session=session, state__in=ACTIVE)
    visits = Counter(kind for kinds in held.values_list("visits", flat=True) for kind in kinds[:1])
    count = max(sum(booked), 1)
    kinds = {Visit(kind): min(n / count, 0.5) for kind, n in visits.items()}
    share = NO_SHOW if no_show is None else no_show
    return simulate(setup(session), booked, seed=session, no_show=share, kinds=kinds)


def doses(venue: int, product: str) -> tuple[int, list[Coming]]:
    """Doses a venue has, and what is expected, in order of day."""
    found = supply.expected([venue]).get((venue, product), supply.Expected())
    return found.held, sorted(found.coming, key=lambda each: each.on)


def booked_needs(since: datetime, until: datetime) -> dict[tuple[int, str], int]:
    """Doses booked and kept for drop-in, by venue and product; for supply's alerts."""
    rows = Slot.objects.filter(starts_at__gte=since, starts_at__lt=until, taken__gt=0)
    found: dict[tuple[int, str], int] = defaultdict(int)
    for venue, product, taken in rows.values_list("venue", "product").annotate(n=Sum("taken")):
        found[venue, product] += taken
    return found


def booked_over(regions: frozenset[str] | None) -> int:
    """Persons booked in the coming week beyond staff and room, or in closed sessions."""
    now = clock.now()
    rows = Slot.objects.filter(
        starts_at__gte=now, starts_at__lt=now + timedelta(days=7), taken__gt=F("planned")
    )
    if regions is not None:
        rows = rows.filter(venue__region_code__in=sorted(regions))
    return rows.aggregate(n=Sum(F("taken") - F("planned")))["n"] or 0


def queues(venues_in: Collection[int]) -> list[tuple[SessionRef, int, int, int]]:
    """Drop-in of today: session, places, last number given out, number called."""
    today = clock.today()
    rows = Queue.objects.filter(
        session__venue__in=list(venues_in), session__starts_at__gte=clock.at(today),
        session__starts_at__lt=clock.at(today + timedelta(days=1)), session__closed_at=None,
    ).values_list("session", "places", "last", "called")  # fmt: skip
    known = {each.id: each for each in sessions(venues_in, today, today)}
    return [(known[row[0]], *row[1:]) for row in rows if row[0] in known]


def venue_names(region: str) -> Sequence[venues.VenueRef]:
    """Venues of a region where sessions can be held."""
    return [ref for ref in venues.venues(regions=[region]) if not ref.is_store]


def _sums(pks: list[int]) -> dict[int, tuple[int, int, int, int]]:
    rows = Slot.objects.filter(session__in=pks).values_list("session").annotate(
        a=Sum("planned"), b=Sum("places"), c=Sum("taken"),
        d=Sum(Greatest(F("taken") - F("planned"), 0)),
    )  # fmt: skip
    found: dict[int, tuple[int, int, int, int]] = dict.fromkeys(pks, (0, 0, 0, 0))
    return found | {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}


def _ref(row: Session, sums: tuple[int, int, int, int]) -> SessionRef:
    return SessionRef(
        id=row.pk, venue=row.venue_id, venue_name=row.venue.name,
        region_code=row.venue.region_code, programme=row.programme_id, product=row.product_id,
        product_name=row.product.name, dose=row.dose, starts_at=row.starts_at,
        ends_at=row.ends_at, stations=row.stations, vaccinators=row.vaccinators,
        minutes=row.minutes, interval=row.interval, certainty=row.certainty, drop_in=row.drop_in,
        online=row.online, closed_at=row.closed_at, closed_reason=row.closed_reason,
        planned=sums[0], places=sums[1], taken=sums[2], over=sums[3] if not row.closed_at else 0,
    )  # fmt: skip

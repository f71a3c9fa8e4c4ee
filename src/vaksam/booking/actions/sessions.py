"""Plan sessions, copy a week of them, close them, and open as many places as there are doses for.

Places follow stations, staff and room (`vaksam.core.capacity.places`); how many of them are open
follows the doses (`accordion`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction

from vaksam.base import audit, clock, outbox
from vaksam.base.models import User
from vaksam.booking import access
from vaksam.booking.actions.accordion import adjust, lock
from vaksam.booking.models import Queue, Session, Slot
from vaksam.core.capacity import Setup, places
from vaksam.core.errors import NotFound, Refused
from vaksam.programmes import queries as programmes
from vaksam.venues import queries as venues


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A session to be. `vaccinators` None: as many as the shifts say."""

    programme: str
    product: str
    day: date
    opens_at: time
    closes_at: time
    stations: int
    minutes: float
    interval: int = 10
    dose: int | None = None
    vaccinators: int | None = None
    certainty: float = 0.9
    drop_in: int = 0
    online: bool = True


@transaction.atomic
def plan_session(*, venue: int, plan: Plan, by: User | None) -> int:
    """Open a session with its places; its id.

    Raises
    ------
    Refused
        The venue has one of this product at that time, nobody vaccinates, or a figure cannot be.
    NotFound, NotAllowed
        No such venue, or not a coordinator of its region.
    """
    place = access.venue(venue, by, *access.PLANNERS)
    if place.closed_on is not None and plan.day >= place.closed_on:
        raise Refused("venue-closed", "The venue is closed then. Choose another day.")
    _check(plan)
    session = Session(
        venue=place, programme_id=plan.programme, product_id=plan.product, dose=plan.dose,
        starts_at=clock.at(plan.day, plan.opens_at), ends_at=clock.at(plan.day, plan.closes_at),
        stations=plan.stations, vaccinators=plan.vaccinators, minutes=plan.minutes,
        interval=plan.interval, certainty=plan.certainty, drop_in=plan.drop_in,
        online=plan.online, made_at=clock.now(), by=by,
    )  # fmt: skip
    try:
        with transaction.atomic():
            session.save()
    except IntegrityError as error:
        raise Refused(
            "session-there", "There is a session with this product at that time. Change that one."
        ) from error
    _fill(session)
    if plan.drop_in:
        Queue.objects.create(session=session, places=plan.drop_in)
    audit.record(by=by, action="booking.plan_session", target=f"session {session.pk}")
    adjust(venue=venue, product=plan.product)
    return session.pk


@transaction.atomic
def copy_week(*, venue: int, monday: date, to: date, by: User | None) -> int:
    """Plan the sessions of a week again in another; how many. Those that are there stay.

    Closed ones are not copied. Raises Refused where there is nothing to copy, and as
    `plan_session`.
    """
    access.venue(venue, by, *access.PLANNERS)
    if to.weekday() or monday.weekday() or to <= monday:
        raise Refused("bad-week", "Choose a later week to copy to.")
    rows = Session.objects.filter(
        venue=venue, closed_at=None, starts_at__gte=clock.at(monday),
        starts_at__lt=clock.at(monday + timedelta(weeks=1)),
    )  # fmt: skip
    lock(venue, set(rows.values_list("product_id", flat=True)))
    copied, there = 0, 0
    for row in rows.order_by("starts_at", "pk"):
        plan = plan_of(row, day=local(row.starts_at).date() + (to - monday))
        try:
            with transaction.atomic():
                plan_session(venue=venue, plan=plan, by=by)
            copied += 1
        except Refused as error:
            if error.code != "session-there":
                raise
            there += 1
    if not copied and not there:
        raise Refused("nothing-to-copy", "There are no sessions in that week. Plan one first.")
    return copied


@transaction.atomic
def change_session(*, session: int, plan: Plan, by: User | None) -> int:
    """Change what decides how many can come; booked persons more than there is room for.

    The hours, product and dose stay: close it and plan another for those. Nobody loses a time.
    """
    row = _held(session, by)
    _check(plan)
    Session.objects.filter(pk=row.pk).update(
        stations=plan.stations, vaccinators=plan.vaccinators, minutes=plan.minutes,
        certainty=plan.certainty, online=plan.online, drop_in=plan.drop_in,
    )  # fmt: skip
    row.refresh_from_db()
    _drop_in(row)
    recount(row)
    audit.record(by=by, action="booking.change_session", target=f"session {row.pk}")
    adjust(venue=row.venue_id, product=row.product_id)
    return over(row.pk)


@transaction.atomic
def close_session(*, session: int, reason: str, by: User | None) -> int:
    """Let nobody book it any more; how many are booked and have to be moved.

    They keep their times until they are moved: `vaksam.booking.actions.moving`. Raises Refused
    (`needs-reason`, `session-closed`), and as `plan_session`.
    """
    row = _held(session, by)
    if not reason.strip():
        raise Refused("needs-reason", "Say why, for those who are booked.")
    Session.objects.filter(pk=row.pk).update(
        closed_at=clock.now(), closed_reason=reason.strip()[:200]
    )
    booked = 0
    for slot in Slot.objects.select_for_update(no_key=True).filter(session=row).order_by("pk"):
        Slot.objects.filter(pk=slot.pk).update(places=slot.taken, planned=0)
        booked += slot.taken
    details = {"booked": booked}
    audit.record(by=by, action="booking.close_session", target=f"session {row.pk}", details=details)
    outbox.publish("booking.session_closed", {"session": row.pk, "venue": row.venue_id})
    return booked


def staffing_changed(venue: int, day: date) -> None:
    """Work out anew the places of a venue's sessions of a day, after a shift changed."""
    with transaction.atomic():
        rows = Session.objects.filter(
            venue=venue, closed_at=None, vaccinators=None, starts_at__gte=clock.at(day),
            starts_at__lt=clock.at(day + timedelta(days=1)),
        )  # fmt: skip
        products = sorted(set(rows.values_list("product_id", flat=True)))
        lock(venue, products)
        for row in rows.select_for_update(no_key=True).order_by("pk"):
            recount(row)
        for product in products:
            adjust(venue=venue, product=product)


def recount(row: Session) -> None:
    """Plan the places of a session's slots anew. Booked ones stay, open ones follow at `adjust`."""
    planned = {each: count for each, count in _planned(row)}
    for slot in Slot.objects.select_for_update(no_key=True).filter(session=row).order_by("pk"):
        count = planned.get(slot.starts_at, 0)
        places = max(min(slot.places, count), slot.taken)
        Slot.objects.filter(pk=slot.pk).update(planned=count, places=places, online=row.online)


def over(session: int) -> int:
    """Booked persons beyond what there is room and staff for."""
    rows = Slot.objects.filter(session=session).values_list("planned", "taken")
    return sum(max(taken - planned, 0) for planned, taken in rows)


def setup_of(row: Session) -> Setup:
    """A session as the core's capacity sees it."""
    place = venues.venue(row.venue_id)
    opens, closes = local(row.starts_at), local(row.ends_at)
    if row.vaccinators is not None:
        spans = ((opens.time(), closes.time()),) * row.vaccinators
    else:
        spans = venues.vaccinators(row.venue_id, opens.date())
    return Setup(
        opens_at=opens.time(), closes_at=closes.time(), stations=row.stations, vaccinators=spans,
        minutes=row.minutes, observation_minutes=place.observation_minutes, room=place.room,
        interval_minutes=row.interval,
    )  # fmt: skip


def plan_of(row: Session, *, day: date) -> Plan:
    """The session as a plan for another day."""
    return Plan(
        programme=row.programme_id, product=row.product_id, day=day,
        opens_at=local(row.starts_at).time(), closes_at=local(row.ends_at).time(),
        stations=row.stations, minutes=row.minutes, interval=row.interval, dose=row.dose,
        vaccinators=row.vaccinators, certainty=row.certainty, drop_in=row.drop_in,
        online=row.online,
    )  # fmt: skip


def local(moment: datetime) -> datetime:
    return moment.astimezone(clock.SWEDEN)


def _fill(row: Session) -> None:
    Slot.objects.bulk_create(
        Slot(
            session=row, venue_id=row.venue_id, programme_id=row.programme_id,
            product_id=row.product_id, dose=row.dose, online=row.online, starts_at=moment,
            planned=count, places=0,
        )
        for moment, count in _planned(row)
    )  # fmt: skip


def _planned(row: Session) -> Sequence[tuple[datetime, int]]:
    day = local(row.starts_at).date()
    return [(clock.at(day, each.starts_at), each.places) for each in places(setup_of(row))]


def _drop_in(row: Session) -> None:
    queue = Queue.objects.select_for_update().filter(session=row).first()
    if queue is not None:
        Queue.objects.filter(pk=queue.pk).update(places=max(row.drop_in, queue.last))
    elif row.drop_in:
        Queue.objects.create(session=row, places=row.drop_in)


def _held(session: int, by: User | None) -> Session:
    """Locks the session with the others of its product there, by the law of `accordion.lock`.

    Raises NotFound, NotAllowed, and Refused for a closed one.
    """
    known = Session.objects.filter(pk=session).values_list("venue_id", "product_id").first()
    if known is None:
        raise NotFound("unknown-session", "There is no such session.")
    access.venue(known[0], by, *access.PLANNERS)
    lock(known[0], [known[1]])
    row = Session.objects.select_for_update(no_key=True).get(pk=session)
    if row.closed_at is not None:
        raise Refused("session-closed", "This session is closed. Plan another.")
    return row


def _check(plan: Plan) -> None:
    known = programmes.programme(plan.programme)
    fitting = {each.code for each in programmes.products(known.disease)}
    tests = (
        (plan.product in fitting, "bad-product", "This product is not given in the programme."),
        (plan.opens_at < plan.closes_at, "bad-hours", "It must close after it opens."),
        (1 <= plan.stations <= 200, "bad-stations", "Give 1 to 200 stations."),
        (0.5 <= plan.minutes <= 120, "bad-minutes", "Give half a minute to two hours a person."),
        (1 <= plan.interval <= 240, "bad-interval", "Call people in every 1 to 240 minutes."),
        (plan.vaccinators is None or 0 <= plan.vaccinators <= 200, "bad-vaccinators",
         "Give 0 to 200 vaccinators, or leave it to the shifts."),
        (0 < plan.certainty <= 1, "bad-certainty", "Give a certainty over 0 and at most 100 %."),
        (plan.dose is None or 1 <= plan.dose <= 20, "bad-dose", "Give a dose number of 1 to 20."),
        (0 <= plan.drop_in <= 10_000, "bad-drop-in", "Give 0 to 10,000 places for drop-in."),
        (plan.day >= clock.today(), "past-day", "The day has passed. Choose a later one."),
    )  # fmt: skip
    for holds, code, message in tests:
        if not holds:
            raise Refused(code, message)

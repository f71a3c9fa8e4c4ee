"""The lists beside the bookings: reserve, offers, callbacks, pairs, groups, letters, drop-in."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from vaksam.base import clock
from vaksam.base.access import Subject
from vaksam.base.scope import Scope
from vaksam.booking import access
from vaksam.booking.actions.publishing import folder
from vaksam.booking.models import (
    Appointment,
    Block,
    BlockSlot,
    Callback,
    Door,
    Leftover,
    Offer,
    Prebooking,
    ReserveEntry,
    Session,
    Shown,
    State,
    Suspicion,
    Ticket,
)
from vaksam.booking.queries.appointments import AppointmentRef, held_by
from vaksam.core.errors import NotAllowed, NotFound
from vaksam.people.models import Person
from vaksam.people.queries.persons import log

MOST = 50  # rows of a list on a page


@dataclass(frozen=True, slots=True)
class LeftoverRef:
    id: int
    venue: int
    venue_name: str
    region_code: str
    product: str
    product_name: str
    doses: int
    until: datetime
    made_at: datetime
    ended_at: datetime | None
    asked: int
    accepted: int


@dataclass(frozen=True, slots=True)
class OfferRef:
    """One on the list as it was decided: asked, or passed over and why. Names for staff only."""

    id: int
    person: int
    name: str = field(repr=False)
    rank: int
    phase: int | None
    state: str
    passed: str
    at: datetime
    leased_until: datetime | None
    answered_at: datetime | None
    telephone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class CallbackRef:
    id: int
    person: int | None
    telephone: str = field(repr=False)
    note: str = field(repr=False)
    call_from: datetime
    made_at: datetime


@dataclass(frozen=True, slots=True)
class PairRef:
    """Two that may be one, with the places each holds for the dose."""

    id: int
    one: int
    other: int
    names: tuple[str, str] = field(repr=False)
    regions: tuple[str, str]
    dose: int
    times: tuple[AppointmentRef, ...]
    found_at: datetime


@dataclass(frozen=True, slots=True)
class BlockRef:
    id: int
    name: str
    contact: str = field(repr=False)
    telephone: str = field(repr=False)
    release_on: date
    released_at: datetime | None
    slots: tuple[tuple[int, int, datetime, str, int, int], ...]
    """Block slot, slot, time, venue, places, named."""

    @property
    def places(self) -> int:
        return sum(each[4] for each in self.slots)

    @property
    def used(self) -> int:
        return sum(each[5] for each in self.slots)


@dataclass(frozen=True, slots=True)
class PrebookingRef:
    """`waiting` not answered, `kept`, `moved`, `cancelled` and `released` of those given a time."""

    id: int
    name: str
    programme: str
    cohort: dict[str, object]
    release_on: date
    persons: int
    left_out: dict[str, int]
    made_at: datetime
    waiting: int
    kept: int
    moved: int
    cancelled: int
    released: int


@dataclass(frozen=True, slots=True)
class TicketRef:
    number: int
    state: str
    ahead: int
    minutes: int
    session: int
    venue_name: str


def on_reserve(region: str, programme: str) -> int:
    """How many are on a region's list."""
    rows = ReserveEntry.objects.filter(person__region_code=region, programme=programme)
    return rows.filter(left_at=None).count()


def reserve_of(person: int) -> list[tuple[str, int, int]]:
    """The lists a person is on: programme, longest journey, notice."""
    rows = ReserveEntry.objects.filter(person=person, left_at=None)
    return list(rows.values_list("programme", "most_minutes", "notice"))


def leftovers(*, region: str | None = None, venue: int | None = None) -> list[LeftoverRef]:
    """Doses that were offered, the newest first, 50 at most."""
    rows = Leftover.objects.order_by("-made_at", "-pk")
    if region is not None:
        rows = rows.filter(venue__region_code=region)
    if venue is not None:
        rows = rows.filter(venue=venue)
    return _leftovers(rows)


def leftover(pk: int, *, scope: Scope) -> LeftoverRef:
    """Raises NotFound."""
    found = _leftovers(Leftover.objects.filter(pk=pk))
    if not found or not scope.reaches(found[0].region_code, *access.VENUE):
        raise NotFound("unknown-offer", "There is no such offer.")
    return found[0]


def _leftovers(rows: QuerySet[Leftover]) -> list[LeftoverRef]:
    """One query."""
    counted = rows.select_related("venue", "product").annotate(
        asked=Count("offers", filter=Q(offers__state=Offer.State.ASKED)),
        accepted=Count("offers", filter=Q(offers__state=Offer.State.ACCEPTED)),
    )
    return [
        LeftoverRef(row.pk, row.venue_id, row.venue.name, row.venue.region_code, row.product_id,
                    row.product.name, row.doses, row.until, row.made_at, row.ended_at, row.asked,
                    row.accepted)
        for row in counted[:MOST]
    ]  # fmt: skip


def offers(leftover_id: int, *, scope: Scope, path: str = "") -> list[OfferRef]:
    """Everyone on the list for some doses, in the order they stand; looking is logged."""
    leftover(leftover_id, scope=scope)
    rows = list(
        Offer.objects.filter(leftover=leftover_id).select_related("person").order_by("rank", "pk")
    )
    log("booking.offers", scope, subject=Subject("leftover", str(leftover_id)),
        reason=f"hits={len(rows)}", path=path)  # fmt: skip
    return [
        OfferRef(row.pk, row.person_id, name_of(row.person), row.rank, row.phase, row.state,
                 row.passed, row.at, row.leased_until, row.answered_at)
        for row in rows
    ]  # fmt: skip


def offers_to(person: int) -> list[tuple[int, int, datetime]]:
    """Offers a person may answer now: offer, venue, and until when."""
    rows = Offer.objects.filter(
        person=person, state=Offer.State.ASKED, leased_until__gt=clock.now()
    )
    return [(row.pk, row.leftover.venue_id, row.leased_until)
            for row in rows.select_related("leftover").order_by("leased_until")
            if row.leased_until]  # fmt: skip


def accepted(venue: int) -> list[OfferRef]:
    """Who is on the way to a venue's leftover doses today."""
    rows = Offer.objects.filter(
        leftover__venue=venue, state=Offer.State.ACCEPTED, at__date=clock.today()
    ).select_related("person")
    return [
        OfferRef(row.pk, row.person_id, name_of(row.person), row.rank, row.phase, row.state,
                 row.passed, row.at, row.leased_until, row.answered_at)
        for row in rows.order_by("answered_at")
    ]  # fmt: skip


def callbacks(*, scope: Scope, path: str = "") -> list[CallbackRef]:
    """Calls to make in the regions of the scope, those waited for longest first; logged."""
    regions = scope.regions_as(*access.STAFF)
    if regions is not None and not regions:
        raise NotAllowed("role-needed", "Your roles do not work with persons.")
    rows = Callback.objects.filter(done_at=None)
    if regions is not None:
        rows = rows.filter(region_code__in=sorted(regions))
    found = [
        CallbackRef(row.pk, row.person_id, row.telephone, row.note, row.call_from, row.made_at)
        for row in rows.order_by("call_from", "pk")[:200]
    ]
    log("booking.callbacks", scope, subject=Subject("callbacks", ""), reason=f"hits={len(found)}",
        path=path)  # fmt: skip
    return found


def calls_waiting(regions: frozenset[str] | None) -> int:
    """How many calls are due to be made."""
    rows = Callback.objects.filter(done_at=None, call_from__lte=clock.now())
    return (rows if regions is None else rows.filter(region_code__in=sorted(regions))).count()


def pairs_waiting(regions: frozenset[str] | None) -> int:
    return _pairs(regions).count()


def pairs(*, scope: Scope, path: str = "") -> list[PairRef]:
    """Suspected double bookings to decide, the newest first; looking is logged."""
    rows = list(_pairs(scope.regions_as(*access.PLANNERS)).select_related("one", "other")[:50])
    times = held_by({pk for row in rows for pk in (row.one_id, row.other_id)})
    log("booking.pairs", scope, subject=Subject("pairs", ""), reason=f"hits={len(rows)}",
        path=path)  # fmt: skip
    return [
        PairRef(
            row.pk, row.one_id, row.other_id, (name_of(row.one), name_of(row.other)),
            (row.one.region_code, row.other.region_code), row.dose,
            tuple(each for each in times
                  if each.person in (row.one_id, row.other_id) and each.dose == row.dose
                  and each.programme == row.programme_id),
            row.found_at,
        )
        for row in rows
    ]  # fmt: skip


def _pairs(regions: frozenset[str] | None) -> QuerySet[Suspicion]:
    rows = Suspicion.objects.filter(verdict=Suspicion.Verdict.OPEN).order_by("-found_at", "pk")
    if regions is None:
        return rows
    wanted = sorted(regions)
    return rows.filter(Q(one__region_code__in=wanted) | Q(other__region_code__in=wanted))


def blocks(region: str) -> list[BlockRef]:
    """Groups with places held, the next to be released first."""
    rows = list(Block.objects.filter(region_code=region).order_by("release_on", "pk"))
    held = BlockSlot.objects.filter(block__in=rows).select_related("slot__venue")
    slots: dict[int, list[tuple[int, int, datetime, str, int, int]]] = {}
    for row in held.order_by("slot__starts_at"):
        slots.setdefault(row.block_id, []).append(
            (row.pk, row.slot_id, row.slot.starts_at, row.slot.venue.name, row.places, row.used)
        )
    return [
        BlockRef(row.pk, row.name, row.contact, row.telephone, row.release_on, row.released_at,
                 tuple(slots.get(row.pk, ())))
        for row in rows
    ]  # fmt: skip


def block(pk: int, *, scope: Scope) -> BlockRef:
    """Raises NotFound."""
    row = Block.objects.filter(pk=pk).first()
    if row is None or not scope.reaches(row.region_code, *access.STAFF):
        raise NotFound("unknown-block", "There is no such group.")
    return next(each for each in blocks(row.region_code) if each.id == pk)


def prebookings(region: str) -> list[PrebookingRef]:
    """Cohorts that were given times, the newest first, 50 at most."""
    return _prebookings(Prebooking.objects.filter(region_code=region).order_by("-made_at"))


def prebooking(pk: int, *, scope: Scope) -> PrebookingRef:
    """Raises NotFound."""
    row = Prebooking.objects.filter(pk=pk)
    region = row.values_list("region_code", flat=True).first()
    if region is None or not scope.reaches(region, *access.READERS):
        raise NotFound("unknown-prebooking", "There are no such letters.")
    return _prebookings(row)[0]


def _prebookings(wanted: QuerySet[Prebooking]) -> list[PrebookingRef]:
    """Two queries."""
    rows = list(wanted[:MOST])
    counts = Counter(
        Appointment.objects.filter(prebooking__in=rows).values_list("prebooking", "state")
    )
    return [
        PrebookingRef(
            row.pk, row.name, row.programme_id, row.cohort, row.release_on, row.persons,
            row.left_out, row.made_at,
            *(counts[row.pk, state] for state in
              (State.RESERVED, State.BOOKED, State.MOVED, State.CANCELLED, State.RELEASED)),
        )
        for row in rows
    ]  # fmt: skip


def ticket(key: UUID) -> TicketRef:
    """A ticket by what its holder knows, and about how long it takes. Raises NotFound."""
    row = (
        Ticket.objects.select_related("queue__session__venue")
        .filter(key=key)
        .order_by("-pk")
        .first()
    )
    if row is None:
        raise NotFound("unknown-ticket", "There is no such ticket.")
    session = row.queue.session
    ahead = row.queue.tickets.filter(
        number__lt=row.number, state=Ticket.State.WAITING
    ).count()  # fmt: skip
    return TicketRef(row.number, row.state, ahead, waiting_minutes(session.pk, ahead),
                     session.pk, session.venue.name)  # fmt: skip


def tickets_waiting(session: int) -> int:
    """How many wait in a session's drop-in queue."""
    rows = Ticket.objects.filter(queue__session=session, state=Ticket.State.WAITING)
    return rows.count()


def tickets(session: int) -> list[tuple[int, str, datetime]]:
    """Numbers in a queue with their state, in order."""
    rows = Ticket.objects.filter(queue__session=session).order_by("number")
    return list(rows.values_list("number", "state", "at"))


def waiting_minutes(session: int, ahead: int) -> int:
    """About how long so many take: minutes per person over the stations at work."""
    row = Session.objects.get(pk=session)
    return round((ahead + 1) * row.minutes / max(row.vaccinators or row.stations, 1))


def door(region: str) -> tuple[int, int]:
    """People let in a minute (0: open), and how many wait."""
    row = Door.objects.filter(pk=region).first()
    return (row.per_minute, max(row.last - row.upto, 0)) if row else (0, 0)


def shown(since: date) -> tuple[int, int]:
    """Times chosen since a day, and how many were gone at the click."""
    sums = Shown.objects.filter(day__gte=since).aggregate(a=Sum("chosen"), b=Sum("gone"))
    return sums["a"] or 0, sums["b"] or 0


def name_of(person: Person) -> str:
    """A name for staff; a number for those with protected identity."""
    if person.protection:
        return f"#{person.pk}"
    return f"{person.given_name} {person.family_name}".strip() or f"#{person.pk}"


def published(name: str) -> Path | None:
    """A file of free times as written last; None where it is not there."""
    path = folder() / name
    return path if path.is_file() else None

"""Give those of a session that cannot be held other times, at the same venue if there are any."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.db import transaction

from vaksam.base.models import User
from vaksam.booking import access
from vaksam.booking.actions.booking import Ask, book
from vaksam.booking.models import ACTIVE, Appointment, Channel, Session, Slot, State
from vaksam.booking.queries.times import Search, near
from vaksam.core.errors import NotFound, Refused
from vaksam.people.models import Person

TRIED = 6  # times for each person before they are left to a human
WITHIN = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Moved:
    """How many have a new time, and the appointments of those who must be called."""

    moved: int
    left: tuple[int, ...]


def move_booked(*, session: int, by: User | None) -> Moved:
    """Move the booked of a closed or overfull session to the nearest free times, each by itself.

    Of a session that is not closed, only those booked beyond what staff and room allow at their
    time: those who booked last. Each move is a transaction of its own, so what
    is done stays done and the rest can be done again. Whoever cannot be moved keeps the time, and
    so do the members of a group, whose contact person decides.

    Raises NotFound, NotAllowed as `plan_session`.
    """
    row = Session.objects.select_related("venue").filter(pk=session).first()
    if row is None:
        raise NotFound("unknown-session", "There is no such session.")
    access.demand(by, row.venue.region_code, *access.PLANNERS)
    grouped = {pk: block for slot in Slot.objects.filter(session=row).order_by("pk")
               for pk, block in _beyond(slot, closed=row.closed_at is not None)}  # fmt: skip
    left = [pk for pk in sorted(grouped) if grouped[pk] is not None or not _move(pk, row, by)]
    return Moved(len(grouped) - len(left), tuple(left))


def _beyond(slot: Slot, *, closed: bool) -> Iterator[tuple[int, int | None]]:
    """Appointments of a slot to be moved, with the block each belongs to."""
    over = slot.taken - (0 if closed else slot.planned)
    held = Appointment.objects.filter(slot=slot, state__in=ACTIVE).order_by("-pk")
    for pk, block, units in held.values_list("pk", "block", "units"):
        if over <= 0:
            return
        over -= units
        yield pk, block


def _move(appointment: int, session: Session, by: User | None) -> bool:
    row = Appointment.objects.select_related("slot", "person").get(pk=appointment)
    for slot in _candidates(row, session, row.person):
        until = row.kept_until if row.state == State.RESERVED else None
        ask = Ask(row.person_id, slot, tuple(row.visits), row.needs, replaces=row.pk,
                  prebooking=row.prebooking_id, reserved_until=until)  # fmt: skip
        try:
            with transaction.atomic():
                book(asks=[ask], token=uuid4(), channel=Channel.SYSTEM, by=by)
        except Refused as error:
            if error.code == "not-held":
                return True
            continue
        return True
    return False


def _candidates(row: Appointment, session: Session, person: Person) -> Sequence[int]:
    """The same venue first, then the nearest to the person (or the venue); soonest first."""
    at = (person.latitude, person.longitude)
    search = Search(
        programme=row.programme_id, regions=(session.venue.region_code,),
        since=row.slot.starts_at - timedelta(hours=4), until=row.slot.starts_at + WITHIN,
        products=frozenset({row.slot.product_id}), dose=row.dose, units=row.units,
        latitude=at[0] if at[0] is not None else session.venue.latitude,
        longitude=at[1] if at[1] is not None else session.venue.longitude,
    )  # fmt: skip
    times = near(search, venues=8, each=TRIED, online=False)
    others = [each for each in times if each.session != session.pk]
    others.sort(key=lambda each: (each.venue != session.venue_id, each.starts_at))
    return [each.slot for each in others[:TRIED]]

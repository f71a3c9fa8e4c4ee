"""Give those of a session that cannot be held other times, at the same venue if there are any."""

from collections.abc import Sequence
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


def move_booked(*, session: int, most: int | None = None, by: User | None) -> Moved:
    """Move the booked of a closed or overfull session to the nearest free times, each by itself.

    `most`: only so many, those who booked last. Each move is a transaction of its own, so what
    is done stays done and the rest can be done again. Whoever cannot be moved keeps the time, and
    so do the members of a group, whose contact person decides.

    Raises NotFound, NotAllowed as `plan_session`.
    """
    row = Session.objects.select_related("venue").filter(pk=session).first()
    if row is None:
        raise NotFound("unknown-session", "There is no such session.")
    access.demand(by, row.venue.region_code, *access.PLANNERS)
    held = Appointment.objects.filter(slot__session=row, state__in=ACTIVE)
    grouped = dict(held.order_by("-pk").values_list("pk", "block")[:most])
    left = [pk for pk in sorted(grouped) if grouped[pk] is not None or not _move(pk, row, by)]
    return Moved(len(grouped) - len(left), tuple(left))


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
    open_ones = set(
        Slot.objects.filter(pk__in=[each.slot for each in others], session__closed_at=None)
        .values_list("pk", flat=True)
    )  # fmt: skip
    return [each.slot for each in others if each.slot in open_ones][:TRIED]

"""Give a place up, keep one that came by letter, note who did not come."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction

from vaksam.base import audit, clock, outbox
from vaksam.base.models import User
from vaksam.booking import access
from vaksam.booking.actions.booking import give_back_to_block
from vaksam.booking.actions.taking import change
from vaksam.booking.models import ACTIVE, Appointment, Channel, Reason, State
from vaksam.core.errors import NotFound, Refused
from vaksam.people import actions as people

NO_SHOW_AFTER = timedelta(minutes=15)
COMES_BEFORE = timedelta(hours=12)
FREED = (State.CANCELLED, State.RELEASED)


@transaction.atomic
def cancel(*, appointments: Sequence[int], reason: str, channel: str, by: User | None) -> int:
    """Give places up; how many were held. Those given up already are left as they are.

    Raises
    ------
    Refused
        The reason or channel is not known.
    NotFound, NotAllowed
        There is no such appointment, or as `vaksam.people.actions.hold`.
    """
    if reason not in Reason.values or channel not in Channel.values:
        raise Refused("bad-reason", "Say why: choose from the list.")
    return len(end(_held(appointments, by), State.CANCELLED, reason, channel, by))


@transaction.atomic
def keep(*, appointments: Sequence[int], by: User | None) -> int:
    """Keep times that came by letter; how many. Raises as `cancel`."""
    rows = [row for row in _held(appointments, by) if row.state == State.RESERVED]
    Appointment.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.BOOKED)
    for row in rows:
        outbox.publish("booking.kept", {"appointments": [row.pk], "person": row.person_id},
                       key=f"person {row.person_id}")  # fmt: skip
    return len(rows)


@transaction.atomic
def no_show(*, appointment: int, by: User | None) -> None:
    """Note that somebody did not come, a quarter of an hour after the time or later.

    Raises
    ------
    Refused
        It is too soon to tell (`too-soon`), or the place is not held (`not-held`).
    NotFound, NotAllowed
        As `cancel`; only the venue's staff may.
    """
    row = _at_the_venue(appointment, by)
    if clock.now() < row.slot.starts_at + NO_SHOW_AFTER:
        raise Refused("too-soon", "Wait a quarter of an hour after the time.")
    end([row], State.NO_SHOW, Reason.UNKNOWN, Channel.VENUE, by)


@transaction.atomic
def come(*, appointment: int, by: User | None) -> None:
    """Note that somebody has come. Raises as `no_show`, `too-soon-to-come` for another day's."""
    row = _at_the_venue(appointment, by)
    if clock.now() < row.slot.starts_at - COMES_BEFORE:
        raise Refused("too-soon-to-come", "That time is not today. Move it to now instead.")
    end([row], State.CAME, "", Channel.VENUE, by)


def _at_the_venue(appointment: int, by: User | None) -> Appointment:
    held = _held([appointment], by)
    if not held:
        raise Refused("not-held", "That time is no longer held. Look at the times again.")
    access.demand(by, held[0].slot.venue.region_code, *access.VENUE)
    return held[0]


@transaction.atomic
def note_needs(*, appointment: int, needs: str, by: User | None) -> None:
    """Write down what somebody needs at the visit. Raises as `cancel`."""
    for row in _held([appointment], by):
        Appointment.objects.filter(pk=row.pk).update(needs=needs.strip()[:300])
        audit.record(by=by, action="booking.note_needs", target=f"appointment {row.pk}")


def end(
    rows: Sequence[Appointment], state: State, reason: str, channel: str, by: User | None
) -> list[int]:
    """End appointments that are held and locked; places given up are free again, used ones not."""
    back: Counter[int] = Counter()
    for row in rows if state in FREED else ():
        back[row.slot_id] -= give_back_to_block(row)
    pks = [row.pk for row in rows]
    Appointment.objects.filter(pk__in=pks).update(
        state=state, ended_at=clock.now(), ended_reason=reason, ended_channel=channel, ended_by=by
    )
    change(back, now=clock.now())
    for row in rows:
        payload = {"appointments": [row.pk], "person": row.person_id, "state": str(state),
                   "reason": reason}  # fmt: skip
        outbox.publish("booking.ended", payload, key=f"person {row.person_id}")
    if pks:
        details = {"appointments": pks, "reason": reason, "channel": channel}
        audit.record(by=by, action=f"booking.{state}", details=details)
    return pks


def lock(pks: Sequence[int]) -> list[Appointment]:
    """Those that are held, by id; their persons are locked already."""
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("slot__venue")
    return list(rows.filter(pk__in=pks, state__in=ACTIVE).order_by("pk"))


def _held(pks: Sequence[int], by: User | None) -> list[Appointment]:
    """Lock persons, then appointments. Raises NotFound where one of them is not there."""
    owners = dict(Appointment.objects.filter(pk__in=pks).values_list("pk", "person_id"))
    if set(owners) != set(pks):
        raise NotFound("unknown-appointment", "There is no such appointment.")
    for person in sorted(set(owners.values())):
        people.hold(person=person, by=by)
    return lock(pks)

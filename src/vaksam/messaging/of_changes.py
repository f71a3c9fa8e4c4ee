"""A change of many times is told in waves: one message to each person, the soonest first."""

from vaksam.base import clock
from vaksam.base.outbox import Event, subscribe
from vaksam.booking import queries as booking
from vaksam.booking.models import State as Held
from vaksam.core.messages import reminder_at
from vaksam.core.messages.kinds import Kind
from vaksam.messaging.actions.of_change import drop_undone, tell
from vaksam.messaging.actions.queueing import drop_of_appointment, queue
from vaksam.replanning.queries import telling


@subscribe("booking.rebooked")
def rebooked(event: Event) -> None:
    """New times in place of others; where they must be asked, the place is held meanwhile."""
    change, person = event.payload["change"], event.payload["person"]
    moves = telling.of_person(change, person)
    refs = booking.appointments(event.payload["appointments"])
    for ref in refs:
        _take_over(ref)
    before = [moves[ref.replaces] for ref in refs if ref.replaces in moves]
    asked = any(each.action == "ask" for each in before)
    tell(kind=Kind.ASKED if asked else Kind.CHANGED, change=change, person=person,
         appointments=[ref.id for ref in refs],
         times=[ref.starts_at for ref in refs] + [each.was_at for each in before])  # fmt: skip


@subscribe("booking.called_off_by_change")
def called_off(event: Event) -> None:
    refs = booking.appointments(event.payload["appointments"])
    for ref in refs:
        drop_of_appointment(appointment=ref.id, why="changed")
    tell(kind=Kind.CALLED_OFF_BY_CHANGE, change=event.payload["change"],
         person=event.payload["person"], off=[ref.id for ref in refs],
         times=[ref.starts_at for ref in refs])  # fmt: skip


@subscribe("booking.rebooked_back")
def rebooked_back(event: Event) -> None:
    """The times before the change hold again. Who had not been told of it hears nothing."""
    change, person = event.payload["change"], event.payload["person"]
    refs = booking.appointments(event.payload["appointments"])
    for ref in refs:
        _take_over(ref)
    if drop_undone(change=change, person=person):
        tell(kind=Kind.BACK, change=change, person=person, appointments=[ref.id for ref in refs],
             times=[ref.starts_at for ref in refs])  # fmt: skip


def _take_over(ref: booking.AppointmentRef) -> None:
    """Nothing goes any more about the time before; the new one is reminded of, once it is kept."""
    if ref.replaces is not None:
        drop_of_appointment(appointment=ref.replaces, why="changed")
    at = reminder_at(ref.starts_at, clock.now())
    if ref.held and ref.state != Held.RESERVED and at is not None:
        queue(kind=Kind.REMINDER, person=ref.person, about="appointment", pk=ref.id, due_at=at)

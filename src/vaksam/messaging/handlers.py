"""What happens to bookings that somebody must be told of."""

from collections.abc import Iterator

from vaksam.base import clock
from vaksam.base.outbox import Event, subscribe
from vaksam.booking import queries as booking
from vaksam.booking.models import Appointment, Code, State
from vaksam.booking.models import Channel as By
from vaksam.core.messages import due, reminder_at
from vaksam.core.messages.kinds import Kind
from vaksam.messaging.actions.of_change import drop_answered
from vaksam.messaging.actions.queueing import drop_of_appointment, drop_of_person, queue

#: Nobody is told, and everything else to them waits no longer.
GONE = frozenset({"died", "left"})
#: The venue's doing, not theirs.
CALLED_OFF = frozenset({"closed", "staff", "supply", "not_due"})
#: They have another time for the same dose, or have had it.
SILENT = frozenset({"double", "not_kept"})


@subscribe("booking.booked")
def booked(event: Event) -> None:
    """A time that came by letter is confirmed when it is kept; the letter tells of it."""
    for ref in _appointments(event):
        if ref.state != State.RESERVED:
            _tell(Kind.CONFIRMATION, ref)
            _remind(ref)


@subscribe("booking.kept")
def kept(event: Event) -> None:
    for ref in _appointments(event):
        drop_answered(person=ref.person, appointment=ref.id)
        _tell(Kind.CONFIRMATION, ref)
        _remind(ref)


@subscribe("booking.moved")
def moved(event: Event) -> None:
    for ref in _appointments(event):
        if ref.replaces is not None:
            drop_of_appointment(appointment=ref.replaces, why="moved")
        _tell(Kind.MOVED, ref)
        _remind(ref)


@subscribe("booking.ended")
def ended(event: Event) -> None:
    reason = event.payload["reason"]
    if reason in GONE:
        drop_of_person(person=event.payload["person"], why="gone")
        return
    for ref in _appointments(event):
        drop_of_appointment(appointment=ref.id, why="ended")
        if event.payload["state"] == State.CANCELLED and not _silent(ref, reason):
            _tell(Kind.CALLED_OFF if reason in CALLED_OFF else Kind.CANCELLED, ref)


@subscribe("booking.code_asked")
def code_asked(event: Event) -> None:
    row = Code.objects.filter(pk=event.payload["code"]).first()
    if row is not None and row.person_id is not None:
        queue(kind=Kind.CODE, person=row.person_id, about="code", pk=row.pk, due_at=clock.now())


@subscribe("booking.offered")
def offered(event: Event) -> None:
    queue(kind=Kind.OFFER, person=event.payload["person"], about="offer",
          pk=event.payload["offer"], due_at=clock.now())  # fmt: skip


def _appointments(event: Event) -> Iterator[booking.AppointmentRef]:
    yield from booking.appointments(event.payload["appointments"])


def _tell(kind: Kind, ref: booking.AppointmentRef) -> None:
    queue(kind=kind, person=ref.person, about="appointment", pk=ref.id,
          due_at=due(kind, clock.now(), ref.starts_at))  # fmt: skip


def _remind(ref: booking.AppointmentRef) -> None:
    at = reminder_at(ref.starts_at, clock.now())
    if at is not None:
        queue(kind=Kind.REMINDER, person=ref.person, about="appointment", pk=ref.id, due_at=at)


def _silent(ref: booking.AppointmentRef, reason: str) -> bool:
    """Whoever has got the dose in the meantime, perhaps at this very visit, needs no word."""
    if reason in SILENT:
        return True
    by = Appointment.objects.values_list("ended_channel", flat=True).get(pk=ref.id)
    return reason == "elsewhere" and by == By.SYSTEM

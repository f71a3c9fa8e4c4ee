"""The drop-in queue: numbers, calling, serving.

A number is drawn by one conditional statement on the queue, so no two have the same and there
are never more than places; calling the next is another.
"""

from uuid import UUID

from django.db import connection, transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.booking import access
from vaksam.booking.models import Queue, Ticket
from vaksam.core.errors import NotFound, Refused

_DRAW = """UPDATE booking_queue SET last = last + 1 WHERE id = %s AND last < places
    RETURNING last"""
_CALL = """UPDATE booking_queue SET called = called + 1, called_at = %s
    WHERE id = %s AND called < last RETURNING called"""


@transaction.atomic
def draw_ticket(*, session: int, key: UUID, by: User | None, person: int | None = None) -> int:
    """A number in the queue of a session, once for each `key`.

    Raises
    ------
    Refused
        `queue-full`: the places or the day's doses are all given out; `closed`.
    NotFound
        The session has no drop-in.
    """
    queue = _queue(session)
    Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)  # the same key asked for twice
    known = Ticket.objects.filter(key=key, queue=queue).values_list("number", flat=True).first()
    if known is not None:
        return known
    if queue.session.closed_at is not None or queue.session.ends_at <= clock.now():
        raise Refused("closed", "The drop-in is closed for today.")
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, [queue.pk])
        row = cursor.fetchone()
    if row is None:
        raise Refused("queue-full", "All places for drop-in today are given out. Book a time.")
    Ticket.objects.create(queue=queue, number=row[0], key=key, person_id=person, at=clock.now())
    return int(row[0])


@transaction.atomic
def call_next(*, session: int, by: User | None) -> int | None:
    """Call the next who is still waiting; their number, None when nobody is.

    Raises NotFound, NotAllowed.
    """
    queue = _queue(session, by)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_CALL, [clock.now(), queue.pk])
            row = cursor.fetchone()
        if row is None:
            return None
        waiting = Ticket.objects.filter(queue=queue, number=row[0], state=Ticket.State.WAITING)
        if waiting.update(state=Ticket.State.CALLED, called_at=clock.now()):
            return int(row[0])


@transaction.atomic
def serve(*, session: int, number: int, by: User | None, came: bool = True) -> None:
    """Somebody was served, or had left. Raises NotFound, NotAllowed."""
    queue = _queue(session, by)
    state = Ticket.State.SERVED if came else Ticket.State.LEFT
    known = Ticket.objects.filter(queue=queue, number=number)
    if not known.exists():
        raise NotFound("unknown-ticket", "Nobody has that number.")
    ending = known.filter(state__in=(Ticket.State.WAITING, Ticket.State.CALLED))
    if ending.update(state=state, ended_at=clock.now()):
        audit.record(by=by, action=f"booking.ticket_{state}", target=f"session {session}")


@transaction.atomic
def leave(*, key: UUID) -> None:
    """The holder of a ticket leaves the queue; nothing happens when they have."""
    waiting = Ticket.objects.filter(key=key, state=Ticket.State.WAITING)
    waiting.update(state=Ticket.State.LEFT, ended_at=clock.now())


def _queue(session: int, by: User | None = None) -> Queue:
    queue = Queue.objects.select_related("session__venue").filter(session=session).first()
    if queue is None:
        raise NotFound("no-drop-in", "There is no drop-in there.")
    access.demand(by, queue.session.venue.region_code, *access.VENUE)
    return queue

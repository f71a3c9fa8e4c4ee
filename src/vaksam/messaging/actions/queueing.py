"""Put messages in the queue, and take them out. Called by handlers of events, so by nobody."""

from datetime import datetime

from django.db import transaction

from vaksam.base import clock
from vaksam.core.messages.kinds import URGENT, Kind
from vaksam.messaging.models import Message, State
from vaksam.messaging.tasks import wake


def queue(*, kind: Kind, person: int, about: str, pk: int, due_at: datetime) -> None:
    """Queue a message about one thing, once: the same again changes nothing.

    `about` is appointment, code or offer, and `pk` which.
    """
    row = Message(
        person_id=person, kind=kind, about={about: pk}, key=f"{kind}:{about}:{pk}",
        urgent=kind in URGENT, due_at=due_at, made_at=clock.now(),
    )  # fmt: skip
    Message.objects.bulk_create([row], ignore_conflicts=True)
    if due_at <= clock.now():
        transaction.on_commit(wake)


def drop_of_appointment(*, appointment: int, why: str) -> int:
    """Take what waits about an appointment out of the queue; how many."""
    return _drop(why, about={"appointment": appointment})


def drop_of_person(*, person: int, why: str) -> int:
    """Take everything that waits for a person out of the queue; how many."""
    return _drop(why, person=person)


def _drop(why: str, **which: object) -> int:
    waiting = Message.objects.filter(state=State.QUEUED, **which)
    return waiting.update(state=State.DROPPED, why=why, ended_at=clock.now())

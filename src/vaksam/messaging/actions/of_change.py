"""What a person is told of a change of many times: one message, however many of theirs it moves."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from vaksam.base import clock
from vaksam.booking import queries as booking
from vaksam.core.messages import Kind, next_due, quiet, wave
from vaksam.core.messages.kinds import OF_CHANGE
from vaksam.messaging.models import Message, State
from vaksam.messaging.subjects import named, still_off
from vaksam.messaging.tasks import wake
from vaksam.replanning.queries import telling

#: Of a person's times, what the message is: the first of these that one of them is.
_FIRST: Final = (Kind.ASKED, Kind.CHANGED, Kind.CALLED_OFF_BY_CHANGE, Kind.BACK)
UNDONE: Final = "undone"  # dropped before it was sent, as the change was taken back


@transaction.atomic
def tell(
    *, kind: Kind, change: int, person: int, times: Sequence[datetime],
    appointments: Sequence[int] = (), off: Sequence[int] = (),
) -> None:  # fmt: skip
    """Queue what a change does to some of a person's times, once.

    What waits for the person already is completed instead: one message names all.

    Parameters
    ----------
    times
        Before and after the change; the soonest of those to come says which wave it is.
    appointments, off
        The new ones, and those called off.
    """
    rows = [row for row in _rows(change, person) if (row.kind == Kind.BACK) == (kind is Kind.BACK)]
    wanted = {*appointments, *off}
    if not wanted or any(wanted <= named(row) for row in rows):
        return
    waiting = next((row for row in rows if row.state == State.QUEUED), None)
    ref, now = telling.change(change), clock.now()
    soonest = min((at for at in times if at > now), default=max(times))
    number = wave(soonest, now)
    due_at = next_due(
        kind, now, _last(change, number, loud=bool(ref.loud)), soonest=soonest, loud=bool(ref.loud),
        per_minute=settings.VAKSAM_MESSAGES_PER_MINUTE,
    )  # fmt: skip
    if waiting is not None:
        _complete(waiting, kind, appointments, off, number, due_at)
    else:
        Message.objects.create(
            person_id=person, kind=kind, change_id=change, wave=number, due_at=due_at,
            about={"appointments": sorted(appointments), "off": sorted(off)}, made_at=now,
            key=f"change:{change}:{person}:{'back:' * (kind is Kind.BACK)}{min(wanted)}",
        )  # fmt: skip
    if due_at <= now:
        transaction.on_commit(wake)


@transaction.atomic
def drop_undone(*, change: int, person: int) -> bool:
    """Take what a person was to be told of a change out of the queue, as far as it is taken back.

    Returns
    -------
    bool
        Whether they may know of the change: a message has gone, or somebody may have called.
    """
    rows = [row for row in _rows(change, person) if row.kind != Kind.BACK]
    for row in rows:
        if row.state == State.QUEUED and not _still(row):
            row.state, row.why, row.ended_at = State.DROPPED, UNDONE, clock.now()
            row.save(update_fields=["state", "why", "ended_at"])
    return any(row.state != State.QUEUED and row.why != UNDONE for row in rows)


def drop_answered(*, person: int, appointment: int) -> None:
    """Nobody is asked about a time that they have said yes to."""
    rows = Message.objects.filter(person=person, kind=Kind.ASKED, state=State.QUEUED)
    rows.filter(about__appointments__contains=[appointment]).update(
        state=State.DROPPED, why="over", ended_at=clock.now()
    )


def _rows(change: int, person: int) -> list[Message]:
    rows = Message.objects.filter(change=change, person=person, kind__in=OF_CHANGE)
    return list(rows.select_for_update().order_by("pk"))


def _still(row: Message) -> bool:
    """Whether something that a message tells is so."""
    refs = booking.appointments(named(row))
    return any(ref.held for ref in refs) or bool(still_off(row, refs))


def _last(change: int, number: int, *, loud: bool) -> datetime | None:
    """When the latest message of a wave, or of one before it, is due; a look at an index each.

    Those that wait for the end of quiet hours keep back none that need not.
    """
    rows = Message.objects.filter(change=change, tries=0)
    now = clock.now()
    if loud and (morning := quiet(now)) > now:
        rows = rows.filter(due_at__lt=morning)
    found: Iterable[datetime | None] = (
        rows.filter(wave=each).aggregate(at=Max("due_at"))["at"] for each in range(number + 1)
    )
    return max((at for at in found if at is not None), default=None)


def _complete(
    row: Message, kind: Kind, appointments: Sequence[int], off: Sequence[int], number: int,
    due_at: datetime,
) -> None:  # fmt: skip
    row.kind = min(Kind(row.kind), kind, key=_FIRST.index)
    row.about = {
        "appointments": sorted({*row.about["appointments"], *appointments}),
        "off": sorted({*row.about["off"], *off}),
    }
    row.wave, row.due_at = min(row.wave or number, number), min(row.due_at, due_at)
    row.save(update_fields=["kind", "about", "wave", "due_at"])

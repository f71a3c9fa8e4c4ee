"""Send what is due: one message a transaction, checked at the moment it goes.

What was queued may no longer be right: the time is given up or moved, the person has died, moved
away or wants no contact. So everything is read anew, and a message that is not right is dropped.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from vaksam.base import clock
from vaksam.core.messages import Channel, Kind, due, way, why_not
from vaksam.messaging.composing import compose
from vaksam.messaging.facts import recipients
from vaksam.messaging.models import Message, State
from vaksam.messaging.senders import Rejected, Retry, sender_for
from vaksam.messaging.subjects import Subject, subject

TRIES = 8
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """How many messages were taken up, and whether more were due when the time was up."""

    tried: int
    more: bool


@dataclass(frozen=True, slots=True)
class _Outcome:
    state: State
    why: str = ""
    channel: str = ""
    provider_id: str = ""
    due_at: datetime | None = None
    tried: bool = False


def send_due(*, seconds: float = 5.0) -> Sent:
    """Send what is due, the urgent first, for some seconds at most: other jobs wait meanwhile."""
    ends, tried = time.monotonic() + seconds, 0
    while _send_next():
        tried += 1
        if time.monotonic() >= ends:
            return Sent(tried, more=True)
    return Sent(tried, more=False)


@transaction.atomic
def _send_next() -> bool:
    waiting = Message.objects.filter(state=State.QUEUED, due_at__lte=clock.now())
    row = waiting.order_by("-urgent", "due_at").select_for_update(skip_locked=True).first()
    if row is None:
        return False
    outcome = _attempt(row)
    row.state, row.why, row.channel = outcome.state, outcome.why, outcome.channel
    row.provider_id = outcome.provider_id[:120]
    row.tries += outcome.tried
    row.due_at = outcome.due_at or row.due_at
    row.ended_at = None if outcome.state == State.QUEUED else clock.now()
    row.save()
    return True


def _attempt(row: Message) -> _Outcome:
    """What became of it. Whatever goes wrong is tried again later, and told without its text."""
    try:
        with transaction.atomic():
            return _send(row)
    except Rejected as error:
        return _Outcome(State.FAILED, str(error)[:60], tried=True)
    except Retry as error:
        return _later(row, str(error))
    except Exception as error:
        log.error("message %s: %s", row.pk, type(error).__name__)
        return _later(row, type(error).__name__)


def _send(row: Message) -> _Outcome:
    kind, now = Kind(row.kind), clock.now()
    who = recipients([row.person_id])[row.person_id]
    what = subject(row, who)
    if what is None:
        return _Outcome(State.DROPPED, "gone")
    if why := _stopped(kind, now, who.gone, what):
        return _Outcome(State.DROPPED, why)
    soonest = what.soonest or what.starts_at
    if (later := due(kind, now, soonest)) > now and not _loud(row):
        return _Outcome(State.QUEUED, row.why, due_at=later)
    leads = soonest - now if soonest else None
    chosen = way(kind, who.contact, asked=what.asked, leads=leads)
    if chosen.channel is None:
        return _Outcome(State.DROPPED, chosen.why)
    to, text, attachments = compose(kind, chosen.channel, who, what)
    token = f"vaksam-{row.pk}-{row.key.replace(':', '-')}"
    given = sender_for(Channel(chosen.channel)).send(to, text, attachments, token=token)
    return _Outcome(State.SENT, channel=chosen.channel, provider_id=given, tried=True)


def _loud(row: Message) -> bool:
    """Whether it goes in quiet hours, too: of a change that gives a reason for it."""
    return row.change is not None and bool(row.change.loud)


def _stopped(kind: Kind, now: datetime, gone: bool, what: Subject) -> str:
    return why_not(
        kind, now, gone=gone, held=what.held, starts_at=what.starts_at, until=what.until,
        answered=what.answered, declined=what.declined,
    )  # fmt: skip


def _later(row: Message, why: str) -> _Outcome:
    """With growing pauses, and given up after the last try."""
    if row.tries + 1 >= TRIES:
        return _Outcome(State.FAILED, why[:60], tried=True)
    pause = min(FIRST_PAUSE * 2**row.tries, LONGEST_PAUSE)
    return _Outcome(State.QUEUED, why[:60], due_at=clock.now() + pause, tried=True)

"""Events from lower areas to upper ones, written in the transaction of the change.

Locking law: a worker takes one due event at a time `FOR UPDATE SKIP LOCKED` and holds the row
until the handlers are done, so two workers never deliver the same event. An event waits while
an earlier one with the same key is undelivered; the order of a key is the order of `publish`
for callers that hold a lock on the row the key names, as actions on that row do.

Delivery is at least once. Each handler runs in a savepoint of its own and is remembered when it
succeeds: what it wrote is kept exactly once, what it did outside the database may be repeated
after a crash. A failing handler is retried with growing pauses, and holds back its key only.
"""

import json
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.models.functions import Now
from procrastinate.exceptions import AlreadyEnqueued

from vaksam.base.jobs import app
from vaksam.base.models import OutboxEvent

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)


_INSERT = """INSERT INTO base_outboxevent (name, key, payload, published_at, handled, attempts,
    last_error, try_at) VALUES (%s, %s, %s::jsonb, now(), '[]', 0, '', now())"""
_INSERT_MANY = """INSERT INTO base_outboxevent (name, key, payload, published_at, handled, attempts,
    last_error, try_at) SELECT %s, new.key, new.payload::jsonb, now(), '[]', 0, '', now()
    FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS new (key, payload, n) ORDER BY n"""


@dataclass(frozen=True, slots=True)
class Event:
    """What a handler gets. `payload` holds ids and plain values, never a person's data."""

    id: int
    name: str
    key: str
    payload: Mapping[str, Any] = field(repr=False)
    published_at: datetime


Handler = Callable[[Event], None]
_handlers: dict[str, dict[str, Handler]] = {}


def subscribe(name: str) -> Callable[[Handler], Handler]:
    """Register a handler of the events called `name`; do it from `AppConfig.ready()`."""

    def register(handler: Handler) -> Handler:
        _handlers.setdefault(name, {})[f"{handler.__module__}.{handler.__qualname__}"] = handler
        return handler

    return register


def publish(name: str, payload: Mapping[str, Any], *, key: str = "") -> None:
    """Tell that something has happened, if and only if the caller's transaction commits.

    Events with the same `key` are delivered in order; without a key in any order.
    """
    assert connection.in_atomic_block, "publish inside the transaction of the change"
    with connection.cursor() as cursor:  # as the ORM would, at a third of its cost
        cursor.execute(_INSERT, [name, key, json.dumps(payload, cls=DjangoJSONEncoder)])
    transaction.on_commit(_wake_worker)


def publish_all(name: str, events: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    """`publish` of many events, pairs of key and payload, in one statement."""
    assert connection.in_atomic_block, "publish inside the transaction of the change"
    told = [(key, json.dumps(payload, cls=DjangoJSONEncoder)) for key, payload in events]
    if told:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT_MANY, [name, *map(list, zip(*told, strict=True))])
        transaction.on_commit(_wake_worker)


def deliver_due(*, seconds: float = inf) -> int:
    """Deliver what is due until nothing is left, or the time is up; how many were tried."""
    tried, until = 0, time.monotonic() + seconds
    while time.monotonic() < until and _deliver_next():
        tried += 1
    return tried


def _deliver_next() -> bool:
    with transaction.atomic():
        row = _next_due()
        if row is None:
            return False
        _deliver(row)
        row.save()
    return True


def _next_due() -> OutboxEvent | None:
    waiting = OutboxEvent.objects.filter(delivered_at__isnull=True)
    earlier = waiting.filter(key=models.OuterRef("key"), id__lt=models.OuterRef("id"))
    return (
        waiting.filter(models.Q(key="") | ~models.Exists(earlier), try_at__lte=Now())
        .order_by("id")
        .select_for_update(skip_locked=True)
        .first()
    )


def _deliver(row: OutboxEvent) -> None:
    event = Event(row.pk, row.name, row.key, row.payload, row.published_at)
    failures = [
        failure
        for handler_name, handler in _handlers.get(row.name, {}).items()
        if handler_name not in row.handled
        and (failure := _handle(handler, event, done=row.handled, name=handler_name))
    ]
    row.attempts += 1
    row.last_error = "; ".join(failures)[:400]
    if failures:
        row.try_at = Now() + min(FIRST_PAUSE * 2 ** min(row.attempts - 1, 10), LONGEST_PAUSE)
    else:
        row.delivered_at = Now()


def _handle(handler: Handler, event: Event, *, done: list[str], name: str) -> str:
    """Run one handler; what went wrong, or "" when it succeeded."""
    try:
        with transaction.atomic():
            handler(event)
    except Exception as error:
        return f"{name}: {_describe(error)}"
    done.append(name)
    return ""


def _describe(error: Exception) -> str:
    """The kind of error and its place. Never its message, which may quote a person's data."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {place.name}, line {place.lineno}"


def _wake_worker() -> None:
    """Ask a worker to deliver; asking again while it waits changes nothing.

    When this process asks more often than `BUSY` times a second it asks at most every `PAUSE`
    seconds: a worker that found so much to do looks again after longer than that (`AGAIN`).
    """
    if _rushed():
        return
    with suppress(AlreadyEnqueued), transaction.atomic():
        deliver.configure().defer(timestamp=0)


BUSY = 20
PAUSE = 0.2  # seconds
AGAIN = 500  # milliseconds
SLICE = 2.0  # seconds
_asked: deque[float] = deque(maxlen=BUSY)


def _rushed() -> bool:
    """Whether so many have asked within a second that the latest can do without."""
    now = time.monotonic()
    busy = len(_asked) == BUSY and now - _asked[0] < 1
    if busy and now - _asked[-1] < PAUSE:
        return True
    _asked.append(now)
    return False


# Every minute as well: for events to be retried, and for those whose process died between
# commit and waking the worker.
@app.periodic(cron="* * * * *")
@app.task(queueing_lock="outbox", name="outbox.deliver")
def deliver(timestamp: int) -> None:
    """Deliver what is due, a little at a time so that a worker can be stopped.

    After a rush it looks again, for the rest and for those who did not ask.
    """
    if deliver_due(seconds=SLICE) >= BUSY:
        with suppress(AlreadyEnqueued), transaction.atomic():
            deliver.configure(schedule_in={"milliseconds": AGAIN}).defer(timestamp=0)

"""The one clock. A demo can move it; then it keeps ticking from there.

How far it is moved lies in the database, so that every process agrees; it is read at most once
a second per process. `vaksam.base.actions` moves it.
"""

import time
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from vaksam.base.models import ClockSetting

SWEDEN = ZoneInfo("Europe/Stockholm")
MIDNIGHT = clock_time()
READ_EVERY = 1.0  # seconds


class _Known(NamedTuple):
    offset: timedelta
    read_at: float  # on the monotonic clock, which nobody can move


_never = _Known(timedelta(0), float("-inf"))
_known = _never


def now() -> datetime:
    """The moment it is in Vaksam, with time zone (UTC)."""
    return real_now() + _offset()


def today() -> date:
    """The date it is in Sweden."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The date that a moment has in Sweden."""
    return moment.astimezone(SWEDEN).date()


def at(day: date, when: clock_time = MIDNIGHT) -> datetime:
    """A moment of a day in Sweden: its beginning, unless another time is told."""
    return datetime.combine(day, when, tzinfo=SWEDEN)


def real_now() -> datetime:
    """The moment it is outside Vaksam, for moving the clock and nothing else."""
    return timezone.now()


def forget() -> None:
    """Make this process read anew how far the clock is moved."""
    global _known
    _known = _Known(_known.offset, _never.read_at)


def _offset() -> timedelta:
    global _known
    if time.monotonic() - _known.read_at >= READ_EVERY and not connection.needs_rollback:
        _known = _Known(_read(_known.offset), time.monotonic())
    return _known.offset


def _read(last: timedelta) -> timedelta:
    """The stored offset; the last one known when there is no table yet, or no database."""
    try:
        # A savepoint, since a missing table must not spoil the caller's transaction.
        with transaction.atomic():
            stored = ClockSetting.objects.values_list("offset", flat=True).first()
    except DatabaseError:
        return last
    return timedelta(0) if stored is None else stored

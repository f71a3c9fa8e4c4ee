"""A change of many times is told in waves: whoever would come first hears of it first."""

from datetime import datetime, timedelta

from vaksam.core.messages.hours import due
from vaksam.core.messages.kinds import Kind

FIRST = timedelta(hours=48)
SECOND = timedelta(days=7)
WAVES = 3


def wave(soonest: datetime, now: datetime) -> int:
    """0: within 48 hours; 1: within a week; 2: later.

    `soonest` is the time before the change or the new one, whichever comes first: who is not told
    before it comes in vain, or does not come.

    >>> now = datetime(2021, 4, 13, 9)
    >>> [wave(now + timedelta(days=n), now) for n in (1, 2, 3, 7, 8)]
    [0, 0, 1, 1, 2]
    """
    ahead = soonest - now
    return 0 if ahead <= FIRST else 1 if ahead <= SECOND else 2


def next_due(
    kind: Kind, now: datetime, last: datetime | None, *, per_minute: int, soonest: datetime,
    loud: bool = False,
) -> datetime:  # fmt: skip
    """When the next message of a wave may go.

    Parameters
    ----------
    last
        When the latest one of this wave, or of those before it, is due; None: there is none.
    per_minute
        How many the senders are given a minute.
    loud
        In quiet hours, too.
    """
    free = now if last is None else max(now, last + timedelta(minutes=1) / per_minute)
    return free if loud else due(kind, free, soonest)

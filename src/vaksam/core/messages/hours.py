"""When a message may go. Hours are Sweden's."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from vaksam.core.messages.kinds import URGENT, Kind

SWEDEN = ZoneInfo("Europe/Stockholm")
REMINDER_HOUR = 18
REMIND_FROM = timedelta(hours=24)


def quiet(now: datetime, from_hour: int = 21, to_hour: int = 8) -> datetime:
    """The first moment from `now` on that is outside the quiet hours.

    They go from `from_hour` over midnight to `to_hour`. Before the day changes to or from summer
    time, and on it, the clock on the wall counts.

    >>> quiet(datetime(2021, 4, 13, 22, 30, tzinfo=SWEDEN)).isoformat()
    '2021-04-14T08:00:00+02:00'
    """
    here = now.astimezone(SWEDEN)
    if to_hour <= here.hour < from_hour:
        return now
    day = here.date() + timedelta(days=here.hour >= from_hour)
    return datetime.combine(day, time(to_hour), tzinfo=SWEDEN)


def due(kind: Kind, now: datetime, starts_at: datetime | None = None) -> datetime:
    """When a message about a visit may go: now, or after the quiet hours unless that is too late.

    >>> night = datetime(2021, 4, 13, 22, 30, tzinfo=SWEDEN)
    >>> due(Kind.CODE, night) == night
    True
    """
    if kind in URGENT:
        return now
    later = quiet(now)
    return now if starts_at is not None and starts_at <= later else later


def reminder_at(starts_at: datetime, now: datetime) -> datetime | None:
    """Six in the evening of the day before; None for a visit within a day, or when it has passed.

    >>> reminder_at(datetime(2021, 4, 20, 9, 10, tzinfo=SWEDEN),
    ...             datetime(2021, 4, 13, 9, tzinfo=SWEDEN)).isoformat()
    '2021-04-19T18:00:00+02:00'
    """
    day = starts_at.astimezone(SWEDEN).date() - timedelta(days=1)
    at = datetime.combine(day, time(REMINDER_HOUR), tzinfo=SWEDEN)
    return at if starts_at - now > REMIND_FROM and at > now else None

"""Why a protected record was opened, kept in the session for as long as one works with it."""

from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest

from vaksam.base import clock

HOLDS: Final = timedelta(minutes=15)
_KEY: Final = "people.reasons"


def keep(request: HttpRequest, person: int, reason: str) -> None:
    """Remember the reason that was just given; of other persons' only those that still hold."""
    now = clock.now()
    holding = {
        key: value
        for key, value in request.session.get(_KEY, {}).items()
        if datetime.fromisoformat(value[1]) > now
    }
    request.session[_KEY] = holding | {str(person): [reason, (now + HOLDS).isoformat()]}


def kept(request: HttpRequest, person: int) -> str:
    """The reason given within the last quarter of an hour; empty: ask for one."""
    reason, until = request.session.get(_KEY, {}).get(str(person), ("", ""))
    return reason if until and datetime.fromisoformat(until) > clock.now() else ""

"""One appointment as a calendar file, for whom it is."""

from dataclasses import replace

from vaksam.base import clock
from vaksam.booking import queries as booking
from vaksam.core.errors import NotFound
from vaksam.core.messages import calendar
from vaksam.messaging.facts import recipients
from vaksam.messaging.subjects import visit_of


def calendar_of(appointment: int, *, summary: str) -> bytes:
    """A calendar file (RFC 5545) with a discreet summary. Raises NotFound.

    For a caller whose own appointment it is.
    """
    found = booking.appointments([appointment])
    if not found:
        raise NotFound("unknown-appointment", "There is no such appointment.")
    who = recipients([found[0].person])[found[0].person]
    visit = replace(visit_of(found[0], who), summary=summary)
    return calendar(visit, now=clock.now(), cancelled=not found[0].held)

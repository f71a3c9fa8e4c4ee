"""A visit as a calendar file: RFC 5545, sent as RFC 5546 says."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from icalendar import Calendar, Event, vCalAddress

PRODUCT: Final = "-//Vaksam//Appointments//EN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit in somebody's calendar.

    `uid` stays the same when the time is moved and `sequence` grows, so that the calendar moves
    it; `minutes` is how long it takes with the time of observation. `summary` is discreet.
    """

    uid: str
    sequence: int
    starts_at: datetime
    minutes: int
    summary: str
    place: str = field(default="", repr=False)
    description: str = field(default="", repr=False)
    organizer: str = ""
    attendee: str = field(default="", repr=False)


def calendar(visit: Visit, *, now: datetime, cancelled: bool = False) -> bytes:
    """The file: `METHOD:REQUEST` puts the visit in or moves it, `METHOD:CANCEL` takes it out."""
    method = "CANCEL" if cancelled else "REQUEST"
    whole = Calendar()
    for name, value in (("prodid", PRODUCT), ("version", "2.0"), ("method", method)):
        whole.add(name, value)
    whole.add_component(_event(visit, now, cancelled))
    return bytes(whole.to_ical())


def _event(visit: Visit, now: datetime, cancelled: bool) -> Event:
    event = Event()
    for name, value in (
        ("uid", visit.uid),
        ("sequence", visit.sequence),
        ("dtstamp", now),
        ("dtstart", visit.starts_at),
        ("dtend", visit.starts_at + timedelta(minutes=visit.minutes)),
        ("summary", visit.summary),
        ("location", visit.place),
        ("description", visit.description),
        ("status", "CANCELLED" if cancelled else "CONFIRMED"),
        ("class", "PRIVATE"),
        ("organizer", _address(visit.organizer)),
        ("attendee", _address(visit.attendee, RSVP="FALSE", PARTSTAT="ACCEPTED")),
    ):
        if value not in ("", None):
            event.add(name, value)
    return event


def _address(email: str, **about: str) -> vCalAddress | None:
    if not email:
        return None
    address = vCalAddress(f"mailto:{email}")
    for name, value in about.items():
        address.params[name] = value
    return address

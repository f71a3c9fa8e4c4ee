"""Calendar files, read by the same library: what a calendar needs to put in, move and take out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from icalendar import Calendar

from vaksam.core.messages import Visit, calendar

NOW = datetime(2021, 4, 13, 7, tzinfo=UTC)
VISIT = Visit(
    uid="appointment-12@vaksam.example", sequence=0, starts_at=datetime(2021, 4, 20, 7, tzinfo=UTC),
    minutes=20, summary="Bokad tid", place="Ersboda", description="Ändra, eller; avboka\nhär",
    organizer="boka@example.se", attendee="karin@example.se",
)  # fmt: skip


def read(visit, **about):
    (whole,) = Calendar.from_ical(calendar(visit, now=NOW, **about), multiple=True)
    (event,) = whole.walk("VEVENT")
    return whole, event


def test_puts_a_visit_in():
    whole, event = read(VISIT)
    assert (whole["method"], whole["version"], event["status"]) == ("REQUEST", "2.0", "CONFIRMED")
    assert event["uid"] == VISIT.uid and event["summary"] == "Bokad tid"
    assert event["description"] == VISIT.description
    assert event["dtstart"].dt == VISIT.starts_at
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=20)
    assert event["organizer"] == "mailto:boka@example.se"


def test_moves_and_takes_out_the_same_visit():
    moved = replace(VISIT, sequence=1, starts_at=VISIT.starts_at + timedelta(days=1))
    _, event = read(moved)
    assert (event["uid"], event["sequence"]) == (VISIT.uid, 1)
    whole, event = read(replace(moved, sequence=2), cancelled=True)
    assert (whole["method"], event["status"], event["sequence"]) == ("CANCEL", "CANCELLED", 2)


def test_a_place_that_is_not_told_is_not_there():
    _, event = read(replace(VISIT, place="", organizer="", attendee=""))
    assert not {"location", "organizer", "attendee"} & {name.lower() for name in event}

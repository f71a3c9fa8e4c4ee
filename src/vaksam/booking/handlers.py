"""What changes elsewhere that concerns bookings."""

from datetime import date

from vaksam.base.outbox import Event, subscribe
from vaksam.booking import actions


@subscribe("people.changed")
@subscribe("records.changed")
def persons_changed(event: Event) -> None:
    """Who has died, moved away or been vaccinated elsewhere needs no place."""
    if persons := list(event.payload.get("persons", ())):
        actions.follow(persons)


@subscribe("booking.booked")
def booked(event: Event) -> None:
    actions.suspect(persons=[event.payload["person"]])


@subscribe("venues.staffing_changed")
def staffing_changed(event: Event) -> None:
    """Fewer vaccinators, fewer places; who is booked beyond them is told on the week's page."""
    actions.staffing_changed(event.payload["venue"], date.fromisoformat(event.payload["day"]))

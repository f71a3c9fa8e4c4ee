"""What changes elsewhere that the register may have to be told."""

from vaksam.base.outbox import Event, subscribe
from vaksam.exchange import actions, tasks


@subscribe("people.changed")
@subscribe("records.changed")
def persons_changed(event: Event) -> None:
    """Some persons at once; a whole region as a job of its own."""
    if persons := event.payload.get("persons"):
        actions.collect(persons=persons)
    elif event.payload.get("region"):
        tasks.defer_collect()

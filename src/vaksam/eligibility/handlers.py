"""What changes elsewhere that may change who is due."""

from vaksam.base.outbox import Event, subscribe
from vaksam.eligibility import tasks
from vaksam.eligibility.actions import refresh_persons
from vaksam.programmes import queries as programmes


@subscribe("people.changed")
@subscribe("records.changed")
def persons_changed(event: Event) -> None:
    """Some persons at once; a whole region as a job of its own."""
    if region_code := event.payload.get("region"):
        tasks.defer_refresh(region_code)
        return
    persons = list(event.payload.get("persons", ()))
    for programme in programmes.running():
        refresh_persons(programme=programme, persons=persons)


@subscribe("programmes.directives_changed")
def directives_changed(event: Event) -> None:
    """A region's directive concerns that region; a national one every region with persons."""
    tasks.defer_refresh(event.payload.get("region") or "", programme=event.payload["programme"])

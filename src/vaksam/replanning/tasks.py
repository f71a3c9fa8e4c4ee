"""Background jobs of changes: appointments are moved, or moved back, batch by batch."""

import time
from contextlib import suppress

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from vaksam.base.jobs import app

SLICE = 5.0  # seconds, so that a worker can be stopped


@app.task(name="replanning.apply")
def apply(change: int) -> None:
    """Go on for a while; then ask for more, until nothing is left or somebody stops it."""
    from vaksam.replanning.actions.applying import go_on
    from vaksam.replanning.models import Change

    until = time.monotonic() + SLICE
    while go_on(change):
        if Change.objects.filter(pk=change, stop=True).exists():
            return
        if time.monotonic() > until:
            defer(change)
            return


def defer(change: int) -> None:
    """Ask for the job in the caller's transaction; asking again while it waits is nothing."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        apply.configure(queueing_lock=f"replanning {change}").defer(change=change)


# For those whose worker died.
@app.periodic(cron="* * * * *")
@app.task(name="replanning.go_on", queueing_lock="replanning-go-on")
def go_on_with_all(timestamp: int) -> None:
    from vaksam.replanning.models import Change, State

    begun = Change.objects.filter(state__in=[State.APPLYING, State.UNDOING], stop=False)
    for change in begun.values_list("pk", flat=True):
        defer(change)


@app.task(name="replanning.work")
def work(change: int, what: str) -> None:
    """Preview and plan a change, or compare its ways; what goes wrong is told on its page."""
    from vaksam.core.errors import VaksamError
    from vaksam.replanning.actions import working

    step = working.compare if what == "compare" else working.work_out
    try:
        step(change=change, by=None)
    except VaksamError as error:
        working.note_failure(change=change, said=str(error))
    except Exception as error:  # the kind alone: its words may quote a person's data
        working.note_failure(change=change, said=type(error).__name__)
        raise


def defer_work(change: int, what: str) -> None:
    """Ask for it in the caller's transaction."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        work.configure(queueing_lock=f"replanning work {change}").defer(change=change, what=what)

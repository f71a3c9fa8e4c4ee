"""Background jobs of people."""

from vaksam.base import clock
from vaksam.base.jobs import app


# Just after midnight, before statuses are worked out anew for the day.
@app.periodic(cron="2 0 * * *")
@app.task(name="people.end_lists", queueing_lock="people-end-lists")
def end_lists(timestamp: int) -> None:
    """End the lists whose last day has passed."""
    from vaksam.people.actions import end_lists

    end_lists(on=clock.today())

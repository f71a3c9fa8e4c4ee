"""Background jobs of messaging."""

from contextlib import suppress

from django.db import transaction
from procrastinate import JobContext
from procrastinate.exceptions import AlreadyEnqueued

from vaksam.base.jobs import app

KEEP_DAYS = 30  # how long files that hold addresses are kept
TRIES = 3  # letters that end the worker's process this often are not tried again


@app.periodic(cron="* * * * *")
@app.task(name="messaging.send", queueing_lock="messaging-send")
def send(timestamp: int) -> None:
    """Send what is due. Where there is more, once more behind the jobs that wait."""
    from vaksam.messaging.actions import send_due

    if send_due().more:
        wake()


def wake() -> None:
    """Ask a worker to send; asking again while it waits changes nothing."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        send.configure().defer(timestamp=0)


@app.task(name="messaging.print_letters", pass_context=True)
def print_letters(context: JobContext, run_id: int) -> None:
    from vaksam.messaging.actions.printing import carry_out, give_up

    if context.job.attempts < TRIES:
        carry_out(run_id)
    else:
        give_up(run_id)


@app.periodic(cron="20 3 * * *")
@app.task(name="messaging.forget", queueing_lock="messaging-forget")
def forget(timestamp: int) -> None:
    """Delete files of letters and messages that are old."""
    from datetime import timedelta

    from vaksam.base import clock
    from vaksam.messaging.actions.printing import forget_old
    from vaksam.messaging.senders.files import forget as forget_files

    before = clock.today() - timedelta(days=KEEP_DAYS)
    forget_old(before=before)
    forget_files(before.isoformat())

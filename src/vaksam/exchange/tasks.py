"""Background jobs of the exchange."""

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from vaksam.base import clock
from vaksam.base.jobs import app

KEEP_DAYS = 90  # how long files that were answered are kept


@app.periodic(cron="5 0 * * *")
@app.task(name="exchange.collect", queueing_lock="exchange-collect")
def collect(timestamp: int) -> None:
    """Everything anew, as soon as a day begins: the register may take more from now on."""
    from vaksam.exchange import actions

    actions.collect()


def defer_collect() -> None:
    """Ask for it; asking again while it waits changes nothing."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        collect.configure().defer(timestamp=0)


@app.periodic(cron="25 * * * *")
@app.task(name="exchange.send", queueing_lock="exchange-send")
def send(timestamp: int) -> None:
    """Send what waits, region by region."""
    from vaksam.exchange import actions, queries

    for region in queries.regions_waiting():
        actions.send(region=region, by=None)


@app.periodic(cron="40 3 * * *")
@app.task(name="exchange.forget", queueing_lock="exchange-forget")
def forget(timestamp: int) -> None:
    """Empty old files."""
    from vaksam.exchange import actions

    actions.forget(before=clock.today() - timedelta(days=KEEP_DAYS))

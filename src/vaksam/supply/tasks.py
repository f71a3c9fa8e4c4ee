"""Background jobs of supply."""

from vaksam.base.jobs import app


@app.periodic(cron="* * * * *")
@app.task(name="supply.look", queueing_lock="supply-look")
def look(timestamp: int) -> None:
    """Open and close alerts."""
    from vaksam.supply.actions import look as look_now

    look_now()


@app.periodic(cron="20 2 * * *")
@app.task(name="supply.sum_up", queueing_lock="supply-sum-up")
def sum_up(timestamp: int) -> None:
    """Keep the sums of the ledger up to this night."""
    from vaksam.supply.actions import sum_up as sum_up_now

    sum_up_now()

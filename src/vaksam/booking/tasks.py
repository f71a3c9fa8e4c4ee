"""Background jobs of booking."""

from vaksam.base.jobs import app


@app.periodic(cron="* * * * *")
@app.task(name="booking.reserve", queueing_lock="booking-reserve")
def reserve(timestamp: int) -> None:
    """Ask the next in line where nobody answered in time."""
    from vaksam.booking.actions import go_on

    go_on()


@app.periodic(cron="* * * * *")
@app.task(name="booking.publish", queueing_lock="booking-publish")
def publish(timestamp: int) -> None:
    """Write what is free as static files."""
    from vaksam.booking.actions import publish as publish_now

    publish_now()


@app.periodic(cron="*/10 * * * *")
@app.task(name="booking.adjust", queueing_lock="booking-adjust")
def adjust(timestamp: int) -> None:
    """Open and close places along with the doses expected."""
    from vaksam.booking.actions import adjust_all

    adjust_all()


@app.periodic(cron="5 0 * * *")
@app.task(name="booking.release", queueing_lock="booking-release")
def release(timestamp: int) -> None:
    """Free what was not kept by its day, and forget old codes and waiting rooms."""
    from datetime import timedelta

    from vaksam.base import clock
    from vaksam.booking import actions

    actions.release_prebooked()
    actions.release_blocks()
    actions.forget_codes(clock.today() - timedelta(days=30))
    actions.forget_arrivals()

"""Refreshing in the background."""

from contextlib import suppress

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from vaksam.base.jobs import app


@app.task(name="eligibility.refresh")
def refresh(region_code: str, programme: str) -> None:
    """One region or all ("") in one programme or all running ("")."""
    from vaksam.eligibility.actions import refresh_region
    from vaksam.people import queries as people
    from vaksam.programmes import queries as programmes

    for region in [region_code] if region_code else people.regions():
        for each in [programme] if programme else programmes.running():
            refresh_region(programme=each, region_code=region)


def defer_refresh(region_code: str, *, programme: str = "") -> None:
    """Ask for a refresh in the caller's transaction; asking again while it waits is nothing."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        refresh.configure(queueing_lock=f"refresh {region_code} {programme}").defer(
            region_code=region_code, programme=programme
        )


# A new day changes who is due without any event.
@app.periodic(cron="10 0 * * *")
@app.task(name="eligibility.refresh_all", queueing_lock="refresh-all")
def refresh_all(timestamp: int) -> None:
    defer_refresh("")

"""How long a refresh of stored statuses takes, beside a raw COPY and UPDATE of the same rows."""

from collections.abc import Callable

import people
from django.db import connection, transaction
from report import Table
from timing import Times

from vaksam.cli import demo_people
from vaksam.cli.demo_people import REGION, Scenario
from vaksam.eligibility import actions
from vaksam.eligibility.models import Status

PROGRAMME = "covid-19-2021"
RUNS = 3
_NAMES = ("raw COPY + UPDATE", "all changed", "all new", "none changed")


def run() -> list[Table]:
    """Leaves the clock on the morning of 13 April 2021, and nobody behind."""
    people.forget()
    scale = people.PERSONS / people.RESIDENTS
    demo_people.provide(Scenario.APRIL_2021, scale=scale, calibrate=False, say=lambda _: None)
    persons = Status.objects.filter(programme_id=PROGRAMME).count()
    times = {name: Times() for name in _NAMES}
    for _ in range(RUNS):
        times["raw COPY + UPDATE"].add(_raw())
        times["all changed"].add(_refreshing("UPDATE eligibility_status SET reason = ''", persons))
        times["all new"].add(_refreshing("DELETE FROM eligibility_status", persons))
        times["none changed"].add(_refreshing("SELECT 1", 0))
    people.forget()
    return [_table(times, persons)]


def _refreshing(before: str, writes: int) -> Callable[[], None]:
    """A refresh after a statement that spoils what is stored; ready to be timed."""
    with connection.cursor() as cursor:
        cursor.execute(before)
        cursor.execute("VACUUM ANALYZE eligibility_status")

    def refresh() -> None:
        done = actions.refresh_region(programme=PROGRAMME, region_code=REGION)
        assert done.changed == writes

    return refresh


def _raw() -> Callable[[], None]:
    """The stored rows into a temporary table and over themselves; ready to be timed."""
    with connection.cursor() as cursor:
        with cursor.copy("COPY eligibility_status TO STDOUT (FORMAT csv)") as out:
            rows = b"".join(out)
        cursor.execute("VACUUM ANALYZE eligibility_status")

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE bench_new (LIKE eligibility_status) ON COMMIT DROP")
            with cursor.copy("COPY bench_new FROM STDIN (FORMAT csv)") as copying:
                copying.write(rows)
            cursor.execute(
                "UPDATE eligibility_status s SET reason = n.reason, status = n.status"
                " FROM bench_new n WHERE (s.programme_id, s.person_id)"
                " = (n.programme_id, n.person_id)"
            )

    return write


def _table(times: dict[str, Times], persons: int) -> Table:
    raw = times["raw COPY + UPDATE"].median
    return Table(
        f"Refresh of the stored status of {persons:,} persons",
        ("what", "median s", "persons/s", "× raw COPY + UPDATE"),
        [
            (name, found.median, persons / found.median, found.median / raw)
            for name, found in times.items()
        ],
        [
            "Each refresh reads facts, works everyone out and compares with what is stored. A"
            " changed row is also told in the history. The raw way writes the same rows, no more."
        ],
    )

"""Bring stored statuses up to date: everyone of a region, or some persons.

Locking law: whoever writes the statuses of a programme in a region first takes the transaction's
advisory lock of that pair, then reads facts. So a later writer never has older facts, and a
change committed after the reading has an event of its own, handled after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.db import connection, transaction

from vaksam.base import clock
from vaksam.core.rules import evaluate
from vaksam.core.rules.in_force import RuleSet
from vaksam.eligibility import facts, stored
from vaksam.eligibility.models import Refresh
from vaksam.programmes import queries as programmes


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh read and wrote."""

    programme: str
    region_code: str
    on: date
    persons: int
    changed: int
    removed: int


@transaction.atomic
def refresh_region(*, programme: str, region_code: str) -> Refreshed:
    """Work out everyone's status in a region today, and write the rows that changed.

    Cost grows linearly with the persons of the region for reading and working out, and with the
    changed rows for writing.
    """
    started_at, on = clock.now(), clock.today()
    rules = programmes.rules(programme)
    _lock(programme, region_code)
    people = facts.read(programme, region_code=region_code, on=on)
    new = worked_out(people, rules, on=on)
    old = stored.read(programme, region_code=region_code)
    changed, gone = _differences(new, old, on=on)
    return _write(
        Refreshed(programme, region_code, on, new.height, changed.height, len(gone)),
        changed, gone, started_at=started_at,
    )  # fmt: skip


@transaction.atomic
def refresh_persons(*, programme: str, persons: Sequence[int]) -> int:
    """Work out some persons' status and that of those they live with; how many changed."""
    on, rules = clock.today(), programmes.rules(programme)
    regions = facts.regions_of(persons)
    for region_code in sorted(regions):
        _lock(programme, region_code)
    people = facts.read(programme, persons=persons, on=on)
    new = worked_out(people, rules, on=on)
    reached = sorted({*persons, *new["person"].to_list()})
    old = stored.read(programme, persons=reached)
    changed, gone = _differences(new, old, on=on)
    stored.write(programme, changed)
    stored.remove(programme, gone)
    return changed.height + len(gone)


def worked_out(people: pl.DataFrame, rules: RuleSet, *, on: date) -> pl.DataFrame:
    """Statuses of everyone in `people`, in the shape of the table."""
    decided = evaluate(people, rules, on=on)
    return stored.shaped(people, decided, rules)


def _differences(
    new: pl.DataFrame, old: pl.DataFrame, *, on: date
) -> tuple[pl.DataFrame, list[int]]:
    """Rows to write, `told` telling whether the status itself changed; persons to remove."""
    both = new.join(old, on="person", how="left", suffix="_old", maintain_order="left")
    differs = pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(f"{name}_old")) for name in stored.COMPARED
    )
    told = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_old")) for name in stored.TOLD)
    # A change of place or groups only leaves the day on which the status became what it is.
    since = pl.when(told).then(pl.lit(on)).otherwise(pl.col("changed_on"))
    changed = (
        both.with_columns(told=told, changed_on=since).filter(differs)
        .select("person", *stored.COMPARED, "changed_on", "told")
    )  # fmt: skip
    gone = old.join(new, on="person", how="anti")["person"].sort().to_list()
    return changed, gone


def _write(
    done: Refreshed, changed: pl.DataFrame, gone: list[int], *, started_at: datetime
) -> Refreshed:
    stored.write(done.programme, changed)
    stored.remove(done.programme, gone)
    Refresh.objects.create(
        programme_id=done.programme,
        region_code=done.region_code,
        on=done.on,
        persons=done.persons,
        changed=done.changed,
        removed=done.removed,
        started_at=started_at,
        finished_at=clock.now(),
    )
    return done


def _lock(programme: str, region_code: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('eligibility'), hashtext(%s))",
            [f"{programme} {region_code}"],
        )

"""Register many doses at once: paper lists, rounds, municipalities, other systems."""

from collections.abc import Collection
from typing import Any

import polars as pl
from django.db import connection, transaction

from vaksam.base import audit, clock, outbox
from vaksam.base.models import User
from vaksam.base.scope import scope_of
from vaksam.core.errors import BadFile, Fault, Refused
from vaksam.people import access
from vaksam.programmes.models import Product
from vaksam.records.actions.importing import Doses
from vaksam.records.models import Site, Source

COLUMNS: dict[str, pl.DataType] = {
    "row": pl.Int64(), "person": pl.Int64(), "product": pl.String(), "lot": pl.String(),
    "given_on": pl.Date(), "dose_number": pl.Int64(), "site": pl.String(), "venue": pl.Int64(),
    "vaccinator_name": pl.String(), "vouched_by": pl.String(),
}  # fmt: skip
_STAGE = """CREATE TEMP TABLE records_many (row int, person bigint, product text, lot text,
    given_on date, dose_number smallint, site text, venue bigint, vaccinator_name text,
    vouched_by text) ON COMMIT DROP"""
_LOCK = """SELECT p.id FROM people_person p WHERE p.id IN (SELECT person FROM records_many)
    ORDER BY p.id FOR NO KEY UPDATE"""
# What keeps a row out, with what a person locked above says.
_FAULTS = """SELECT m.row, CASE
    WHEN p.id IS NULL OR p.merged_into_id IS NOT NULL OR {outside} THEN 'no-such-person'
    WHEN p.protection <> '' AND NOT %(protected)s THEN 'protected'
    WHEN m.given_on > %(today)s THEN 'future'
    WHEN m.given_on < coalesce(p.born_on, make_date(p.born_year, 1, 1)) THEN 'before-birth'
    WHEN m.given_on > p.died_on THEN 'after-death' END AS fault
    FROM records_many m LEFT JOIN people_person p ON p.id = m.person
    WHERE p.id IS NULL OR p.merged_into_id IS NOT NULL OR {outside}
    OR (p.protection <> '' AND NOT %(protected)s) OR m.given_on > %(today)s
    OR m.given_on < coalesce(p.born_on, make_date(p.born_year, 1, 1))
    OR m.given_on > p.died_on ORDER BY m.row LIMIT 1000"""
_INSERT = """INSERT INTO records_vaccination (person_id, product_id, product_name, given_on,
    country, lot, dose_number, site, venue_id, vaccinator_name, vouched_by, version, why,
    withdrawn_why, source, registered_at, registered_by_id)
    SELECT person, product, '', given_on, 'SE', lot, dose_number, site, venue, vaccinator_name,
        vouched_by, 1, '', '', %(source)s, %(now)s, %(by)s
    FROM records_many ORDER BY row ON CONFLICT DO NOTHING RETURNING person_id"""
_SAID = {
    "no-such-person": "There is no such person in the regions you work in.",
    "protected": "The identity is protected. A coordinator registers the dose by hand.",
    "future": "The day lies ahead. Give one that has come.",
    "before-birth": "The dose lies before the birth. Correct the day.",
    "after-death": "The dose lies after the death. Correct the day.",
    "unknown-product": "There is no product “{code}”.",
    "bad-site": "Say where on the body: choose from the list.",
    "bad-dose": "Give a dose number from 1 to {most}.",
}


@transaction.atomic
def register_many(
    *, doses: pl.DataFrame, source: str, by: User | None, file_name: str = ""
) -> Doses:
    """Register doses of known persons, all or none; those registered already are left.

    Parameters
    ----------
    doses
        As `COLUMNS`: row (of the file, for faults), person (id), product (a code of ours), lot,
        given_on, dose_number (null: not told), site, venue (id or null), vaccinator_name,
        vouched_by. A missing column is empty.
    source
        How they are known.

    Raises
    ------
    BadFile
        Every row with a fault: an unknown person, product or site, a day that cannot be.
    Refused
        The source is not known.

    Cost: three COPY-sized statements; grows with the rows alone.
    """
    if source not in Source.values:
        raise Refused("bad-source", "Say how the dose is known: choose from the list.")
    frame = _whole(doses)
    if faults := _plain_faults(frame):
        raise BadFile(file_name, faults)
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        with cursor.copy("COPY records_many FROM STDIN (FORMAT csv, FORCE_NOT_NULL (lot, site,"
                         " vaccinator_name, vouched_by))") as stream:  # fmt: skip
            stream.write(frame.write_csv(include_header=False).encode())
        cursor.execute("ANALYZE records_many")
        cursor.execute(_LOCK)
        if faults := _person_faults(cursor, by):
            raise BadFile(file_name, faults)
        values: dict[str, Any] = {"source": source, "now": clock.now(), "by": by.pk if by else None}
        cursor.execute(_INSERT, values)
        persons = sorted({pk for (pk,) in cursor.fetchall()})
        registered = cursor.rowcount
        cursor.execute("DROP TABLE records_many")
    audit.record(by=by, action="records.register_many", details={"registered": registered})
    _tell(persons)
    return Doses(frame.height, registered)


def _whole(doses: pl.DataFrame) -> pl.DataFrame:
    """Every column, in order; texts are never null."""
    frame = doses.with_columns(
        pl.lit(None, dtype).alias(name) for name, dtype in COLUMNS.items()
        if name not in doses.columns
    )  # fmt: skip
    return frame.select(
        pl.col(name).cast(dtype).fill_null("").str.strip_chars()
        if dtype == pl.String() else pl.col(name).cast(dtype)
        for name, dtype in COLUMNS.items()
    ).with_columns(pl.coalesce("row", pl.int_range(1, pl.len() + 1, dtype=pl.Int64)))  # fmt: skip


def _plain_faults(frame: pl.DataFrame) -> list[Fault]:
    known = set(Product.objects.values_list("code", flat=True))
    strange = frame.filter(~pl.col("product").is_in(list(known)))
    faults = [_fault(row, "unknown-product", code=code)
              for row, code in strange.select("row", "product").iter_rows()]  # fmt: skip
    sites = frame.filter(~pl.col("site").is_in(["", *Site.values]))
    faults += [_fault(row, "bad-site") for row in sites["row"]]
    numbers = frame.filter(~pl.col("dose_number").is_between(1, 99))
    return faults + [_fault(row, "bad-dose", most=99) for row in numbers["row"]]


def _person_faults(cursor: Any, by: User | None) -> list[Fault]:
    scope = scope_of(by) if by is not None else None
    regions = scope.regions_as(*access.STAFF) if scope else None
    openers = scope.regions_as(*access.OPENERS) if scope else None
    outside = "false" if regions is None else "NOT p.region_code = ANY(%(regions)s)"
    values: dict[str, Any] = {
        "today": clock.today(), "regions": sorted(regions or ()),
        "protected": scope is None or openers is None or bool(openers),
    }  # fmt: skip
    cursor.execute(_FAULTS.format(outside=outside), values)
    return [_fault(row, code) for row, code in cursor.fetchall()]


def _fault(row: int, kind: str, **values: object) -> Fault:
    return Fault(kind, _SAID[kind], row=row, values=values)


def _tell(persons: Collection[int], size: int = 2_000) -> None:
    """In handy parts, so that each is worked off in a moment."""
    every = list(persons)
    for start in range(0, len(every), size):
        outbox.publish("records.changed", {"persons": every[start : start + size]})

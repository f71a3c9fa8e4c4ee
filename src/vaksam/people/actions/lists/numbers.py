"""The numbers of a list, checked one by one: a list has tens of thousands, not millions."""

from datetime import date
from typing import Final

import polars as pl

from vaksam.core.areas.tables import ROW
from vaksam.core.errors import Fault, Refused
from vaksam.core.identity import NATIONAL, Identity, Kind, read

KINDS: Final = ("personal_number", "coordination_number", "reserve_number")


def checked(table: pl.DataFrame, *, on: date, region_code: str) -> tuple[pl.DataFrame, list[Fault]]:
    """The table with numbers in normal form, and what is wrong with any.

    A reserve number without issuer is taken as the region's own. No fault shows a number.
    """
    reserve = pl.col("reserve_number").is_not_null()
    issuer = pl.when(reserve).then(pl.col("reserve_issuer").fill_null(region_code))
    table = table.with_columns(reserve_issuer=issuer)
    faults: list[Fault] = []
    for name in KINDS:
        rows = table.select(ROW, name, "reserve_issuer").iter_rows()
        values = [_checked(Kind(name), *row, on=on, faults=faults) for row in rows]
        table = table.with_columns(pl.Series(name, values, pl.String))
    return table.with_columns(born_on=pl.coalesce("born_on", _told())), faults


def _told() -> pl.Expr:
    """The birth date that a personal number tells, for rows that do not write it."""
    digits = pl.col("personal_number").str.slice(0, 8)
    return digits.str.to_date("%Y%m%d", strict=False).cast(pl.String)


def _checked(
    kind: Kind, row: int, text: str | None, issuer: str | None, *, on: date, faults: list[Fault]
) -> str | None:
    if text is None:
        return None
    own_issuer = (issuer or "") if kind is Kind.RESERVE_NUMBER else ""
    try:
        return _parsed(kind, text, own_issuer, on=on).value
    except Refused as error:
        fault = Fault(error.code, error.message, row=row, column=kind.value, values=error.values)
        faults.append(fault)
        return None


def _parsed(kind: Kind, text: str, issuer: str, *, on: date) -> Identity:
    """Lists often leave out the century, which reading finds."""
    if kind in NATIONAL and (found := read(text, on=on)).kind is kind:
        return found
    return Identity.parse(kind, text, issuer)

"""Tables with one row per area and one column per characteristic, as SCB's merged tables are."""

from collections.abc import Sequence

import polars as pl

from vaksam.core.areas.figures import FIRST_YEAR, LAST_YEAR
from vaksam.core.areas.tables import ROW, Checks
from vaksam.core.errors import Fault


def lengthen(
    table: pl.DataFrame, codebook: pl.DataFrame, *, year: int | None, publisher: str
) -> tuple[pl.DataFrame, list[Fault]]:
    """Turn a wide table into the long shape that `figures.characteristics` checks.

    Parameters
    ----------
    table : the first column has the area's code; other columns one characteristic each
    codebook : column, name, unit and optionally code (default: the column's name in lower case),
        year and description; columns of `table` it does not name are left out
    year, publisher : of every column for which the codebook states none

    Returns
    -------
    frame : area, code, name, unit, year, publisher, description, value, row; all text but row
    faults : of the codebook, and columns it names that the table lacks
    """
    checks = Checks(codebook)
    if not checks.has_columns("column", "name", "unit"):
        return table, checks.in_order()
    checks.table = _filled_in(checks.table, year, publisher)
    _check(checks, table.columns)
    if checks.faults:
        return table, checks.in_order()
    return _long(table, checks.table), []


def _filled_in(book: pl.DataFrame, year: int | None, publisher: str) -> pl.DataFrame:
    """The codebook with every optional column."""
    book = book.with_columns(pl.col("column").str.to_lowercase())
    return book.with_columns(
        code=_or(book, "code", pl.col("column")),
        year=_or(book, "year", pl.lit(None if year is None else str(year), pl.String)),
        publisher=_or(book, "publisher", pl.lit(publisher or None, pl.String)),
        description=_or(book, "description", pl.lit(None, pl.String)),
    )


def _check(checks: Checks, columns: Sequence[str]) -> None:
    checks.filled("column", "name", "unit", "year", "publisher")
    checks.unique("column")
    message = "the file has no such column; correct the codebook"
    known = pl.col("column").is_in(columns)
    checks.require(known, "column", "column-missing", message)
    year = pl.col("year").cast(pl.Int64, strict=False)
    fits = year.is_between(FIRST_YEAR, LAST_YEAR) | pl.col("year").is_null()
    checks.require(fits, "year", "number", f"write a year from {FIRST_YEAR} to {LAST_YEAR}")


def _or(book: pl.DataFrame, column: str, default: pl.Expr) -> pl.Expr:
    return pl.col(column).fill_null(default) if column in book.columns else default


def _long(table: pl.DataFrame, book: pl.DataFrame) -> pl.DataFrame:
    area = table.columns[0]
    keep = [area, ROW, *(["edition"] if "edition" in table.columns else [])]
    values = table.unpivot(
        book["column"].to_list(), index=keep, variable_name="column", value_name="value"
    )
    about = book.select("column", "code", "name", "unit", "year", "publisher", "description")
    return values.join(about, on="column", how="left").drop("column").rename({area: "area"})

"""Files of figures about areas, long shape: one row, one figure.

`population`: area, edition (RegSO and DeSO), year, age_from, age_to (empty: and older),
sex (total, women, men), count.
`characteristics`: area, edition (RegSO and DeSO), code, name, unit, year, publisher, description
(optional), value (empty: not published).
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from vaksam.core.areas.codes import EDITIONS, PATTERNS, SMALL, kind_of
from vaksam.core.areas.tables import ROW, Checks
from vaksam.core.errors import Fault

SEXES: Final = ("total", "women", "men")
FIRST_YEAR, LAST_YEAR = 1900, 2100
OLDEST = 130
MOST = 2**31 - 1

AreaIds = Mapping[tuple[str, str], int]


def population(
    table: pl.DataFrame, *, areas: AreaIds, edition: str = ""
) -> tuple[pl.DataFrame, list[Fault]]:
    """Check a population table.

    Parameters
    ----------
    table : text columns as `read_table` gives them
    areas : id of every known area by (edition, code); the edition is "" for country, region and
        municipality
    edition : edition of RegSO and DeSO codes where the table has no edition column

    Returns
    -------
    frame : area_id, year, age_from, age_to, sex, count; meaningful only without faults
    faults : every fault, in the file's order
    """
    checks = Checks(table)
    if not checks.has_columns("area", "year", "age_from", "age_to", "sex", "count"):
        return table, checks.in_order()
    checks.filled("year", "age_from", "count")
    checks.number("year", pl.Int64, FIRST_YEAR, LAST_YEAR)
    checks.number("age_from", pl.Int64, 0, OLDEST)
    checks.number("age_to", pl.Int64, 0, OLDEST)
    checks.number("count", pl.Int64, 0, MOST)
    backwards = "age_to is below age_from; write the last age of the group, or leave it empty"
    ordered = pl.col("age_to").is_null() | (pl.col("age_to") >= pl.col("age_from")).fill_null(True)
    checks.require(ordered, "age_to", "ages", backwards)
    checks.require(pl.col("sex").is_in(SEXES), "sex", "sex", "write total, women or men")
    _match(checks, areas, edition)
    checks.unique("area", "edition", "year", "age_from", "age_to", "sex")
    columns = ("area_id", "year", "age_from", "age_to", "sex", "count")
    return checks.table.select(columns), checks.in_order()


def characteristics(
    table: pl.DataFrame, *, areas: AreaIds, edition: str = ""
) -> tuple[pl.DataFrame, list[Fault]]:
    """Check a table of area characteristics; parameters as for `population`.

    Returns
    -------
    frame : area_id, code, year, name, unit, publisher, description, value (null: not published)
    faults : every fault, in the file's order
    """
    checks = Checks(table)
    if not checks.has_columns("area", "code", "name", "unit", "year", "publisher", "value"):
        return table, checks.in_order()
    if "description" not in table.columns:
        checks.table = checks.table.with_columns(description=pl.lit(None, pl.String))
    checks.table = checks.table.with_columns(pl.col("description").fill_null(""))
    checks.filled("code", "name", "unit", "year", "publisher")
    checks.number("year", pl.Int64, FIRST_YEAR, LAST_YEAR)
    checks.number("value", pl.Float64, -1e15, 1e15)
    _check_words(checks)
    _match(checks, areas, edition)
    checks.unique("area", "edition", "code", "year")
    columns = ("area_id", "code", "year", "name", "unit", "publisher", "description", "value")
    return checks.table.select(columns), checks.in_order()


def _check_words(checks: Checks) -> None:
    """Codes are formed, texts are short, and rows of one characteristic say the same of it."""
    form = "begin with a letter; then letters, digits, “_” and “-”, at most 60 in all"
    checks.require(
        pl.col("code").str.contains(r"^[A-Za-z][A-Za-z0-9_-]{0,59}$").fill_null(True),
        "code",
        "code",
        form,
    )
    for column, most in (("name", 200), ("unit", 60), ("publisher", 120)):
        short = (pl.col(column).str.len_chars() <= most).fill_null(True)
        checks.require(short, column, "long", f"shorten this to {most} characters")
    for column in ("name", "unit", "publisher", "description"):
        same = (pl.col(column) == pl.col(column).first().over("code", "year")).fill_null(True)
        message = f"an earlier row gives the same code and year another {column}"
        checks.require(same, column, "disagrees", message)


def _match(checks: Checks, areas: AreaIds, edition: str) -> None:
    """Add `area_id` (and a full `edition`) to the table; faults for areas that are not known."""
    if "edition" not in checks.table.columns:
        checks.table = checks.table.with_columns(edition=pl.lit(None, pl.String))
    small = pl.col("area").str.contains("|".join(PATTERNS[kind] for kind in SMALL))
    large_with_edition = "only RegSO and DeSO have editions; leave this empty"
    checks.require(
        small.fill_null(True) | pl.col("edition").is_null(),
        "edition",
        "edition",
        large_with_edition,
    )
    of_small = pl.coalesce("edition", pl.lit(edition or None, pl.String))
    stated = pl.when(small).then(of_small).otherwise(pl.lit(""))
    checks.table = checks.table.with_columns(edition=stated)
    choices = " or ".join(EDITIONS)
    checks.require(
        pl.col("edition").is_in(("", *EDITIONS)),
        "edition",
        "edition",
        f"a RegSO or DeSO code needs its edition, {choices}: fill in the column or say --edition",
    )
    _find(checks, areas)


def _find(checks: Checks, areas: AreaIds) -> None:
    frame = _area_frame(areas)
    checks.table = checks.table.join(
        frame, on=("edition", "area"), how="left", maintain_order="left"
    )
    lost = checks.table.filter(
        pl.col("area_id").is_null() & pl.col("edition").is_in(("", *EDITIONS))
    )
    for row, code, edition in lost.select(ROW, "area", "edition").iter_rows():
        if code is None or kind_of(code) is None:
            fault = "area-form", "write SE, or the code of a region, municipality, RegSO or DeSO"
        elif edition:
            where = f"no such area in edition {edition}; import that edition's areas first"
            fault = "unknown-area", where
        else:
            fault = "unknown-area", "there is no area with this code; correct it"
        checks.faults.append(Fault(*fault, row=row, column="area", value=code or ""))


def _area_frame(areas: AreaIds) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "edition": [edition for edition, _ in areas],
            "area": [code for _, code in areas],
            "area_id": list(areas.values()),
        },
        schema={"edition": pl.String, "area": pl.String, "area_id": pl.Int64},
    )

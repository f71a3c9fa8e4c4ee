"""Which population a sheet's figures tell of, as the notes define it."""

import polars as pl

from vaksam.core.coverage.workbook.layouts import Kind
from vaksam.core.coverage.workbook.notes import Entry


def highest_dose(figures: pl.DataFrame) -> int:
    """0 for a sheet of all doses, or without figures."""
    return max(figures["doses"].drop_nulls().to_list(), default=0)


def define(
    figures: pl.DataFrame, position: int, kind: Kind, entry: Entry | None, age_year: int
) -> pl.DataFrame:
    """The figures as a workbook has them, with sheet, `born_by`, and the age of everyone told.

    Born by 2010 are, at the end of `age_year` 2022, aged 12 or more.
    """
    doses = figures["doses"].unique().to_list()
    born = {dose: entry.born_for(dose) if entry else None for dose in doses}
    open_age = {
        dose: "all" if kind == Kind.DOSES_WEEKLY else f"{age_year - year}+" if year else ""
        for dose, year in born.items()
    }
    whole = pl.col("doses").replace_strict(open_age, return_dtype=pl.String)
    return figures.select(
        pl.lit(position, pl.Int64).alias("sheet"),
        pl.col("row").cast(pl.Int64),
        "area",
        "week",
        pl.when(pl.col("age") == "").then(whole).otherwise("age").alias("age"),
        "sex",
        "doses",
        "exactly",
        "label",
        "count",
        "share",
        "population",
        pl.col("doses").replace_strict(born, return_dtype=pl.Int64).alias("born_by"),
    )

"""The invented edition: always the same, and as consistent as official figures ought to be."""

import polars as pl
import pytest

from tests.support import workbooks
from vaksam.core.coverage import example
from vaksam.core.coverage.workbook import Kind, Workbook
from vaksam.core.weeks import Week


@pytest.fixture(scope="module")
def invented() -> Workbook:
    names = workbooks.area_names()
    regions = sorted(set(names.regions.values()) - {"SE"})
    return example.invent(regions=regions, municipalities=sorted(names.municipalities))


def test_it_is_the_same_every_time(invented):
    names = workbooks.area_names()
    regions = sorted(set(names.regions.values()) - {"SE"})
    again = example.invent(regions=regions, municipalities=sorted(names.municipalities))
    assert again.figures.equals(invented.figures)
    assert again.sheets == invented.sheets


def test_every_sheet_says_that_it_is_invented(invented):
    assert all(sheet.note.startswith("Exempeldata") for sheet in invented.sheets)
    assert {sheet.kind for sheet in invented.sheets} == set(Kind)


def test_it_has_the_columns_and_types_of_a_workbook_that_was_read(invented):
    read = _small()
    assert invented.figures.schema == read.figures.schema
    assert {sheet.position for sheet in invented.sheets} == set(invented.figures["sheet"])


def test_counts_and_shares_can_be(invented):
    figures = invented.figures
    assert figures["count"].min() >= 0
    assert figures["share"].drop_nulls().is_between(0, 1).all()
    for key in figures["week"].drop_nulls().unique():
        Week.from_key(key)


def test_cumulative_counts_never_fall(invented):
    weekly = invented.figures.filter(pl.col("week").is_not_null()).sort("week")
    steps = weekly.select(
        pl.col("count").diff().over("sheet", "area", "doses", "age").alias("step")
    )
    assert steps["step"].min() >= 0


def test_regions_add_up_to_the_country(invented):
    weekly = invented.figures.filter(pl.col("week").is_not_null())
    key = ["sheet", "week", "doses"]
    country = weekly.filter(area="SE").select(*key, "count")
    regions = weekly.filter(pl.col("area") != "SE").group_by(key).agg(pl.col("count").sum())
    both = country.join(regions, on=key, suffix="_regions")
    assert both.height == country.height
    assert (both["count"] == both["count_regions"]).all()


def test_exactly_and_at_least_agree_between_regions_and_municipalities(invented):
    """Exactly 1 + exactly 2 + at least 3 by region = at least 1 in its municipalities."""
    of = {sheet.kind: sheet.position for sheet in invented.sheets}
    figures = invented.figures
    by_age = figures.filter((pl.col("sheet") == of[Kind.AGE]) & (pl.col("area") != "SE"))
    regions = by_age.group_by("area", "age").agg(pl.col("count").sum())
    municipal = figures.filter(
        (pl.col("sheet") == of[Kind.MUNICIPALITY_AGE]) & (pl.col("doses") == 1)
    )
    towns = municipal.group_by(pl.col("area").str.head(2), "age").agg(pl.col("count").sum())
    both = regions.join(towns, on=["area", "age"], suffix="_towns")
    assert both.height == 21 * 10
    assert (both["count"] == both["count_towns"]).all()


def test_where_no_third_dose_is_told_of_two_doses_are_all_who_have_two(invented):
    by_age = invented.figures.filter(pl.col("label").is_in(["1 dos", "2 doser", "Minst 3 doser"]))
    highest = pl.col("doses").max().over("age")
    assert (by_age["exactly"] == by_age.select(pl.col("doses") < highest).to_series()).all()


def _small() -> Workbook:
    from vaksam.core.coverage import workbook

    content = workbooks.small().write()
    return workbook.read(content, file_name="t.xlsx", names=workbooks.area_names())

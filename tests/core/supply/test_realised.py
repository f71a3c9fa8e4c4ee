"""Doses a vial really gives: by hand, and as scipy has it where there is one group."""

from math import sqrt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from vaksam.core.supply.realised import realised_yield

BY = ("venue", "product")
T_OF_3 = 3.182446305284263  # 97.5 % quantile with three degrees of freedom, as tables have it


def vials(*rows: tuple[int, str, int, bool]) -> pl.DataFrame:
    schema = {"venue": pl.Int64, "product": pl.String, "drawn": pl.Int64, "done": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


def of(venue: int, product: str, *drawn: int) -> list[tuple[int, str, int, bool]]:
    return [(venue, product, each, True) for each in drawn]


def test_the_spread_is_pooled_over_a_products_venues() -> None:
    """Squares 0 and 2/3·… by hand: venue 1 has 6, 6, 6; venue 2 has 5, 6: s² = 0.5 / 3."""
    found = realised_yield(vials(*of(1, "a", 6, 6, 6), *of(2, "a", 5, 6)), by=BY)
    assert found.columns == ["venue", "product", "vials", "doses", "mean", "low", "high"]
    sure, unsure = found.rows(named=True)
    half = T_OF_3 * sqrt(0.5 / 3)
    assert (sure["vials"], sure["doses"], sure["mean"]) == (3, 18, 6.0)
    assert (sure["low"], sure["high"]) == pytest.approx((6 - half / sqrt(3), 6 + half / sqrt(3)))
    assert (unsure["vials"], unsure["doses"], unsure["mean"]) == (2, 11, 5.5)
    assert unsure["high"] - unsure["mean"] == pytest.approx(half / sqrt(2))


def test_another_product_has_a_spread_of_its_own() -> None:
    alone = realised_yield(vials(*of(1, "a", 5, 6, 6)), by=BY)
    both = realised_yield(vials(*of(1, "a", 5, 6, 6), *of(1, "b", 1, 9, 14)), by=BY)
    assert both.filter(pl.col("product") == "a").equals(alone)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=2, max_size=30).filter(lambda d: len(set(d)) > 1))
def test_one_group_has_the_interval_of_a_mean(drawn: list[int]) -> None:
    [row] = realised_yield(vials(*of(1, "a", *drawn)), by=BY).rows(named=True)
    known = stats.ttest_1samp(np.array(drawn), 0).confidence_interval(0.95)
    assert row["mean"] == pytest.approx(np.mean(drawn))
    assert row["low"] == pytest.approx(max(known.low, 0.0))
    assert row["high"] == pytest.approx(known.high)


def test_open_vials_tell_nothing_yet() -> None:
    rows = [*of(1, "a", 6, 5), (1, "a", 1, False), (2, "a", 3, False)]
    assert realised_yield(vials(*rows), by=BY).equals(
        realised_yield(vials(*of(1, "a", 6, 5)), by=BY)
    )


def test_groups_are_what_is_asked_for_and_in_order() -> None:
    rows = vials(*of(2, "b", 5, 6), *of(1, "b", 6), *of(1, "a", 10))
    assert realised_yield(rows, by=("product",))["vials"].to_list() == [1, 3]
    assert realised_yield(rows, by=BY).select("venue", "product").rows() == [
        (1, "a"), (1, "b"), (2, "b"),
    ]  # fmt: skip


def test_no_vials_no_rows() -> None:
    assert realised_yield(vials(), by=BY).is_empty()
    assert realised_yield(vials((1, "a", 2, False)), by=BY).is_empty()


def test_one_vial_has_a_mean_and_no_upper_end() -> None:
    [row] = realised_yield(vials(*of(1, "a", 6)), by=BY).rows(named=True)
    assert (row["mean"], row["high"]) == (6.0, None)


def test_one_vial_has_no_lower_end_either() -> None:
    [row] = realised_yield(vials(*of(1, "a", 6)), by=BY).rows(named=True)
    assert row["low"] is None

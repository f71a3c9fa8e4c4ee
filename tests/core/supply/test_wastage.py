"""Wastage fairly compared: small venues are drawn towards all, and are not ranked by chance."""

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from vaksam.core.supply.wastage import prior_of, wastage_rates

NUMBERS = ("rate", "shrunk", "low", "high", "above")


def told(*rows: tuple[int, int, int]) -> pl.DataFrame:
    schema = {"venue": pl.Int64, "wasted": pl.Int64, "handled": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def simulated(a: float, b: float, venues: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    handled = rng.integers(20, 400, venues)
    wasted = rng.binomial(handled, rng.beta(a, b, venues))
    return wasted.astype(float), handled.astype(float)


@pytest.mark.parametrize(("a", "b"), [(2.0, 38.0), (6.0, 54.0), (1.0, 9.0)])
def test_the_prior_of_simulated_venues_is_found_again(a: float, b: float) -> None:
    found = prior_of(*simulated(a, b, 600, seed=1))
    assert found is not None
    assert found.mean == pytest.approx(a / (a + b), rel=0.1)
    assert found.wasted + found.used == pytest.approx(a + b, rel=0.25)


def test_no_other_prior_is_likelier() -> None:
    """Scipy's beta-binomial, and another search, find no better."""
    wasted, handled = simulated(2.0, 38.0, 60, seed=7)

    def unlikely(at: np.ndarray) -> float:
        return -float(stats.betabinom.logpmf(wasted, handled, *np.exp(at)).sum())

    found = prior_of(wasted, handled)
    assert found is not None
    best = optimize.minimize(unlikely, [0.0, 3.0], method="Nelder-Mead")
    assert unlikely(np.log([found.wasted, found.used])) == pytest.approx(best.fun, abs=1e-3)


def test_venues_that_do_not_differ_share_one_rate() -> None:
    found = wastage_rates(told(*((n, 5, 100) for n in range(30))))
    assert found["shrunk"].to_list() == pytest.approx([0.05] * 30, rel=0.01)


def test_a_clinic_with_three_vials_is_not_first() -> None:
    venues = [(n, wasted, 200) for n, wasted in enumerate([2, 4, 3, 30, 5, 1, 6, 22, 2])]
    found = wastage_rates(told(*venues, (99, 1, 3)))
    raw = found.sort("rate", descending=True)["venue"].to_list()
    assert raw[0] == 99
    assert found["venue"].to_list()[:2] == [3, 7]


def test_more_vials_of_the_same_rate_move_further_from_the_mean() -> None:
    venues = [(n, wasted, 200) for n, wasted in enumerate([2, 4, 3, 30, 5, 1, 6, 22, 2])]
    found = wastage_rates(told(*venues, (50, 1, 4), (51, 10, 40), (52, 100, 400)))
    few, some, many = (found.filter(pl.col("venue") == n).row(0, named=True) for n in (50, 51, 52))
    assert few["shrunk"] < some["shrunk"] < many["shrunk"] < 0.25
    assert few["above"] < some["above"] < many["above"]
    widths = [each["high"] - each["low"] for each in (few, some, many)]
    assert widths == sorted(widths, reverse=True)


ROW = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(max_examples=30, deadline=None)
@given(st.lists(ROW, max_size=12))
def test_shrunk_lies_between_own_and_mean_and_in_its_interval(rows: list[tuple[int, int]]) -> None:
    frame = told(*((n, *row) for n, row in enumerate(rows)))
    found = wastage_rates(frame)
    assert found.columns == [*frame.columns, *NUMBERS]
    assert set(found["venue"]) == {n for n, (_, handled) in enumerate(rows) if handled}
    seen = frame.filter(pl.col("handled") > 0)
    prior = prior_of(
        seen["wasted"].to_numpy().astype(float), seen["handled"].to_numpy().astype(float)
    )
    assume(prior is not None)
    for row in found.iter_rows(named=True):
        low, high = sorted((row["rate"], prior.mean))
        assert low - 1e-9 <= row["shrunk"] <= high + 1e-9
        assert 0 <= row["low"] <= row["shrunk"] <= row["high"] <= 1
        assert 0 <= row["above"] <= 1
    assert found["low"].is_sorted(descending=True)


@pytest.mark.parametrize(
    "frame",
    [told(), told((1, 0, 0)), told((1, 0, 5), (2, 0, 9)), told((1, 5, 5), (2, 9, 9))],
    ids=["no venue", "nothing handled", "nothing wasted", "all wasted"],
)
def test_what_says_nothing_about_venues_gives_plain_rates(frame: pl.DataFrame) -> None:
    found = wastage_rates(frame)
    assert found.columns == [*frame.columns, *NUMBERS]
    assert found["venue"].to_list() == frame.filter(pl.col("handled") > 0)["venue"].to_list()
    assert found["shrunk"].equals(found["rate"].alias("shrunk"))
    assert found["above"].null_count() == found.height


def test_parts_of_vials_count_as_parts() -> None:
    halves = pl.DataFrame({"venue": [1, 2], "wasted": [0.5, 3.0], "handled": [10.0, 12.5]})
    assert sorted(wastage_rates(halves)["rate"].to_list()) == pytest.approx([0.05, 0.24])


def test_one_venue_alone_is_not_sure_of_its_rate() -> None:
    """2 of 5 vials, with a prior worth no more than they are, say little."""
    [row] = wastage_rates(told((1, 2, 5))).rows(named=True)
    assert row["high"] - row["low"] > 0.15

"""Ranks with confidence sets, against a slow and obvious reference."""

import math
import time
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from vaksam.core.coverage.ranking import rank, wilson

areas = st.lists(
    st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
    max_size=12,
)


def columns(counted: list[tuple[int, int]]) -> tuple[list[float], list[int]]:
    return [x / n for x, n in counted], [n for _, n in counted]


def two_sided(p: float, n: int, q: float, m: int) -> float:
    pooled = (p * n + q * m) / (n + m)
    variance = max(pooled * (1 - pooled) * (1 / n + 1 / m), 0)
    return 1.0 if variance == 0 else 2 * NormalDist().cdf(-abs(p - q) / math.sqrt(variance))


def reference(shares: list[float], populations: list[int], level: float) -> list[tuple[int, ...]]:
    """One area at a time, one comparison at a time, Holm over both directions of each."""
    found = []
    for j, (share, population) in enumerate(zip(shares, populations, strict=True)):
        tests = sorted(
            (two_sided(share, population, shares[k], populations[k]), shares[k] > share)
            for k in range(len(shares))
            if k != j
        )
        better = worse = 0
        for i, (p, is_better) in enumerate(tests):
            if p / 2 > (1 - level) / (2 * len(tests) - i):
                break
            better, worse = better + is_better, worse + (not is_better)
        found.append((1 + sum(s > share for s in shares), 1 + better, len(shares) - worse))
    return found


def rows(ranks) -> list[tuple[int, ...]]:
    return list(
        zip(ranks.rank.tolist(), ranks.lowest.tolist(), ranks.highest.tolist(), strict=True)
    )


@given(areas)
def test_equals_the_reference(counted):
    shares, populations = columns(counted)
    assert rows(rank(shares, populations, level=0.9)) == reference(shares, populations, 0.9)


@given(areas)
def test_rank_is_inside_its_set(counted):
    ranks = rank(*columns(counted))
    assert (ranks.lowest >= 1).all()
    assert (ranks.lowest <= ranks.rank).all()
    assert (ranks.rank <= ranks.highest).all()
    assert (ranks.highest <= len(counted)).all()


@given(areas, st.integers(2, 50))
def test_more_persons_never_widen(counted, times):
    shares, populations = columns(counted)
    few, many = rank(shares, populations), rank(shares, [n * times for n in populations])
    assert (many.lowest >= few.lowest).all()
    assert (many.highest <= few.highest).all()


@given(areas, st.randoms(use_true_random=False))
def test_order_of_the_input_does_not_matter(counted, random):
    order = random.sample(range(len(counted)), len(counted))
    shuffled = rows(rank(*columns([counted[i] for i in order])))
    straight = rows(rank(*columns(counted)))
    assert shuffled == [straight[i] for i in order]


@given(areas)
def test_lowest_first_mirrors_highest_first(counted):
    shares, populations = columns(counted)
    down, up = rank(shares, populations), rank(shares, populations, highest_first=False)
    assert (up.lowest == len(counted) + 1 - down.highest).all()
    assert (up.highest == len(counted) + 1 - down.lowest).all()


def test_small_municipality_at_the_top_deserves_little_confidence():
    ranks = rank([0.90, 0.85, 0.80, 0.75], [60, 50_000, 50_000, 50_000])
    assert rows(ranks) == [(1, 1, 3), (2, 1, 2), (3, 2, 3), (4, 4, 4)]


def test_everybody_in_a_hamlet_is_no_certainty():
    ranks = rank([1.0, 0.80], [5, 100_000])
    assert rows(ranks) == [(1, 1, 2), (2, 1, 2)]


def test_ties_share_the_lower_number():
    assert rank([0.8, 0.8, 0.7], [100, 100, 100]).rank.tolist() == [1, 1, 3]


def test_unranked_areas_take_no_place():
    ranks = rank([math.nan, 0.9, 0.2, 0.5], [100_000, 100_000, 100_000, 0])
    assert rows(ranks) == [(0, 0, 0), (1, 1, 1), (2, 2, 2), (0, 0, 0)]


@pytest.mark.parametrize("shares", [[], [0.4], [math.nan]])
def test_none_or_one(shares):
    expected = [(0, 0, 0) if math.isnan(s) else (1, 1, 1) for s in shares]
    assert rows(rank(shares, [10] * len(shares))) == expected


@pytest.mark.parametrize(
    ("shares", "populations", "level"),
    [([0.1], [1, 2], 0.95), ([1.1], [10], 0.95), ([-0.1], [10], 0.95), ([0.1], [10], 1.0)],
)
def test_refuses_what_cannot_be(shares, populations, level):
    with pytest.raises(ValueError, match="shares"):
        rank(shares, populations, level=level)


def test_sets_hold_the_true_rank_as_often_as_they_say():
    rng = np.random.default_rng(7)
    truth = np.array([0.70, 0.72, 0.72, 0.75, 0.80, 0.81])
    populations = np.array([300, 2_000, 900, 5_000, 1_500, 20_000])
    first, last = (stats.rankdata(-truth, method=m) for m in ("min", "max"))
    held = np.zeros(len(truth))
    for _ in range(400):
        ranks = rank(rng.binomial(populations, truth) / populations, populations, level=0.9)
        held += (ranks.lowest <= first) & (last <= ranks.highest)
    assert (held / 400 >= 0.9).all()


def test_all_municipalities_are_fast():
    rng = np.random.default_rng(1)
    shares, populations = rng.beta(80, 20, 290), rng.integers(2_000, 900_000, 290)
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        rank(shares, populations)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.05


@given(areas)
@settings(max_examples=30)
def test_wilson_equals_scipy(counted):
    bounds = wilson([x for x, _ in counted], [n for _, n in counted], 0.9)
    for (x, n), (low, high) in zip(counted, bounds, strict=True):
        other = stats.binomtest(x, n).proportion_ci(0.9, method="wilson")
        assert (low, high) == pytest.approx((other.low, other.high), abs=1e-12)


def test_wilson_of_nobody_is_nothing():
    assert np.isnan(wilson([0], [0])).all()


def test_wilson_narrows_with_persons():
    widths = [float(np.diff(wilson([n // 2], [n]))[0, 0]) for n in (10, 100, 1000)]
    assert all(wide > narrow for wide, narrow in pairwise(widths))

"""Small numbers stay hidden, also from somebody who adds, subtracts and knows the rules."""

from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg, optimize

from vaksam.core.disclosure import Policy, protect, sensitive, shown

EXACT = Policy(rounding=1)
# Mostly small, so that patterns of hidden cells meet and overlap.
small_counts = st.one_of(st.integers(0, 12), st.integers(0, 60))


@st.composite
def tables(draw, dimensions: int) -> pl.DataFrame:
    most = {1: 8, 2: 6, 3: 3}[dimensions]
    shape = [draw(st.integers(1, most)) for _ in range(dimensions)]
    cells = list(product(*(range(size) for size in shape)))
    counts = draw(st.lists(small_counts, min_size=len(cells), max_size=len(cells)))
    left = draw(st.lists(small_counts, min_size=len(cells), max_size=len(cells)))
    names = [f"d{axis}" for axis in range(dimensions)]
    frame = pl.DataFrame(cells, schema=names, orient="row").with_columns(
        pl.Series("count", counts), pl.Series("population", counts) + pl.Series(left)
    )
    kept = draw(st.sets(st.integers(0, len(cells) - 1), min_size=1))
    return frame[sorted(kept)]


def safe(table: pl.DataFrame, policy: Policy = EXACT, *, by_population: bool = False):
    return protect(
        table.drop("population") if not by_population else table,
        dimensions=[name for name in table.columns if name.startswith("d")],
        count="count",
        policy=policy,
        denominator="population" if by_population else None,
    )


def equations(published: pl.DataFrame, dimensions: int) -> tuple[np.ndarray, np.ndarray]:
    """Every sum an outsider can write down, as matrix × hidden cells = right-hand side."""
    rows = published.rows()
    hidden = [row[:dimensions] for row in rows if row[dimensions] is None]
    visible = {row[:dimensions]: row[dimensions] for row in rows if row[dimensions] is not None}
    matrix, right = [], []
    for axis in range(dimensions):
        for line in {(*row[:axis], *row[axis + 1 : dimensions]) for row in rows}:
            known, unknown = 0, np.zeros(len(hidden))
            for row in rows:
                key = row[:dimensions]
                if (*key[:axis], *key[axis + 1 :]) == line:
                    sign = -1 if key[axis] == "total" else 1
                    if key in visible:
                        known += sign * visible[key]
                    else:
                        unknown[hidden.index(key)] = sign
            matrix.append(unknown)
            right.append(-known)
    return np.array(matrix), np.array(right)


def solved_cells(published: pl.DataFrame, dimensions: int) -> int:
    """How many hidden cells linear algebra gives away."""
    matrix, _ = equations(published, dimensions)
    if not matrix.shape[1]:
        return 0
    free = linalg.null_space(matrix)
    return int((np.abs(free).max(axis=1, initial=0) < 1e-9).sum())


@pytest.mark.parametrize("dimensions", [1, 2, 3])
@pytest.mark.parametrize("by_population", [False, True])
def test_no_hidden_cell_can_be_solved(dimensions, by_population):
    @given(tables(dimensions))
    @settings(max_examples=60, deadline=None)
    def attack(table):
        assert solved_cells(safe(table, by_population=by_population), dimensions) == 0

    attack()


@pytest.mark.parametrize("dimensions", [1, 2])
def test_knowing_the_rules_does_not_help(dimensions):
    """Bounds by linear programming, from somebody who knows threshold and primary cells."""

    @given(tables(dimensions), st.integers(3, 6))
    @settings(max_examples=25, deadline=None)
    def attack(table, threshold):
        published = safe(table, Policy(threshold=threshold, rounding=1))
        if published["count"].null_count() == len(published):
            return  # nothing is shown, so there is nothing to reckon with
        matrix, right = equations(published, dimensions)
        bounds = [
            (1, threshold - 1) if kind == "primary" else (threshold, None)
            for kind in published["hidden"].drop_nulls()
        ]
        for cell in range(matrix.shape[1]):
            aim = np.eye(matrix.shape[1])[cell]
            low, high = (
                optimize.linprog(sign * aim, A_eq=matrix, b_eq=right, bounds=bounds).fun
                for sign in (1, -1)
            )
            # None is without bound; sums of whole numbers leave no fraction between bounds.
            assert low is not None
            assert high is None or -high - low > 1 - 1e-6

    attack()


@given(st.one_of(tables(1), tables(2), tables(3)), st.booleans(), st.sampled_from([1, 5, 10]))
def test_what_is_hidden_and_what_is_shown(table, by_population, rounding):
    names = [name for name in table.columns if name.startswith("d")]
    policy = Policy(rounding=rounding)
    published = safe(table, policy, by_population=by_population)
    columns = ["count", "population"]
    for row in published.iter_rows(named=True):
        inside = [pl.col(n).cast(pl.String) == row[n] for n in names if row[n] != "total"]
        count, population = table.filter(*inside).select(pl.col(columns).sum()).row(0)
        must_hide = sensitive(count, policy, population if by_population else None)
        assert (row["hidden"] == "primary") == bool(must_hide)
        assert (row["count"] is None) == (row["hidden"] is not None)
        if row["count"] is not None:
            assert row["count"] % rounding == 0
            assert abs(row["count"] - count) <= rounding / 2
        if by_population:
            assert row["population"] == population
            assert (row["share"] is None) == (row["count"] is None or population == 0)
            assert row["share"] is None or 0 <= row["share"] <= 1


@given(st.one_of(tables(1), tables(2)))
def test_nothing_is_hidden_without_need(table):
    published = safe(table.with_columns(pl.col("count") + 5))
    assert published["hidden"].null_count() == len(published)


def one_way(*counts: int, policy: Policy = EXACT, **columns: list[int]) -> list:
    table = pl.DataFrame({"area": [*"ABCDEFGH"][: len(counts)], "n": counts, **columns})
    return protect(
        table, dimensions=["area"], count="n", policy=policy, denominator=next(iter(columns), None)
    ).rows()


class TestOneWay:
    def test_the_smallest_other_cell_is_hidden_too(self):
        assert [row[2] for row in one_way(30, 2, 9)] == [None, "primary", "secondary", None]

    def test_a_table_that_no_pattern_protects_is_hidden_whole(self):
        """Four persons in all, and everywhere at least one: each cell would be 1."""
        assert [row[1] for row in one_way(0, 1, 1, 1, 1)] == [None] * 6

    def test_a_zero_is_shown_and_hides_nothing(self):
        assert one_way(2, 0, 9)[1] == ("B", 0, None)

    def test_zeros_may_be_hidden(self):
        found = one_way(30, 0, 9, policy=Policy(rounding=1, hide_zero=True))
        assert [row[2] for row in found] == [None, "primary", "secondary", None]

    def test_two_cells_that_could_only_be_four_each(self):
        """4 + 4: somebody who knows the threshold would read both off the sum 8."""
        assert [row[2] for row in one_way(4, 4, 9, 30)][:3] == ["primary", "primary", "secondary"]

    def test_two_cells_that_could_only_be_one_each(self):
        assert [row[1] for row in one_way(1, 1, 9, 30)] == [None, None, None, 30, 41]

    def test_with_one_cell_only_the_total_is_hidden_with_it(self):
        assert [row[1] for row in one_way(2)] == [None, None]

    def test_everybody_but_two_is_as_small_as_two(self):
        found = one_way(98, 40, 70, population=[100, 100, 100])
        assert found[0] == ("A", None, 100, None, "primary")

    def test_a_small_population_is_hidden_whatever_its_count(self):
        found = one_way(0, 40, 70, population=[3, 100, 100])
        assert found[0] == ("A", None, 3, None, "primary")

    def test_nobody_in_no_population_is_shown(self):
        assert one_way(0, 40, population=[0, 100])[0] == ("A", 0, 0, None, None)

    def test_shares_are_of_rounded_counts(self):
        assert one_way(98, 42, policy=Policy(), population=[200, 84])[1:] == [
            ("B", 40, 84, pytest.approx(40 / 84), None),
            ("total", 140, 284, pytest.approx(140 / 284), None),
        ]


class TestTwoWay:
    TABLE = pl.DataFrame(
        {
            "age": ["18-69"] * 3 + ["70+"] * 3,
            "area": ["A", "B", "C"] * 2,
            "count": [3, 20, 30, 40, 55, 60],
        }
    )

    def test_a_square_is_hidden_and_every_total_shown(self):
        found = protect(self.TABLE, dimensions=["age", "area"], count="count", policy=EXACT)
        hidden = found.filter(pl.col("count").is_null())
        assert hidden.select("age", "area").rows() == list(product(("18-69", "70+"), ("A", "B")))
        assert found.filter(area="total")["count"].to_list() == [53, 155, 208]

    def test_closed_patterns_joined_by_one_cell(self):
        """One hidden cell more in each line would leave the joining cell (C, c) to be solved."""
        counts = [[2, 3, 50, 50, 50], [3, 2, 50, 50, 50], [50, 3, 3, 50, 50]]
        counts += [[50, 50, 50, 2, 3], [50, 50, 3, 3, 2]]
        table = pl.DataFrame(
            [(r, c, n) for r, row in enumerate(counts) for c, n in enumerate(row)],
            schema=["d0", "d1", "count"],
            orient="row",
        ).with_columns(population=0)
        assert solved_cells(safe(table), 2) == 0

    def test_the_order_of_rows_does_not_change_totals(self):
        found = protect(self.TABLE[::-1], dimensions=["age", "area"], count="count", policy=EXACT)
        assert found.row(-1) == ("total", "total", 208, None)


def test_a_single_number():
    policy = Policy()
    assert [shown(n, policy) for n in (0, 1, 4, 5, 7, 8)] == [0, None, None, 5, 5, 10]
    assert shown(98, policy, population=100) is None


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"area": ["A", "A"], "n": [1, 2]}, "twice"),
        ({"area": ["A", None], "n": [1, 2]}, "missing"),
        ({"area": ["A", "B"], "n": [1, None]}, "missing"),
        ({"area": ["A", "B"], "n": [1, -2]}, "negative"),
        ({"area": ["A", "B"], "n": [1.0, 2.5]}, "whole"),
        ({"area": ["A", "total"], "n": [1, 2]}, "level"),
    ],
)
def test_refuses_what_is_no_table(table, message):
    with pytest.raises(ValueError, match=message):
        protect(pl.DataFrame(table), dimensions=["area"], count="n", policy=EXACT)


def test_refuses_a_table_by_nothing():
    with pytest.raises(ValueError, match="dimension"):
        protect(pl.DataFrame({"n": [3]}), dimensions=[], count="n", policy=EXACT)


@pytest.mark.parametrize("wrong", [{"threshold": 2}, {"rounding": 0}])
def test_a_policy_that_cannot_be(wrong):
    with pytest.raises(ValueError, match="at least"):
        Policy(**wrong)


def test_an_empty_table_stays_empty():
    empty = pl.DataFrame(schema={"area": pl.String, "n": pl.Int64})
    assert protect(empty, dimensions=["area"], count="n", policy=EXACT).is_empty()

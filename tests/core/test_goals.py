"""Goals: what published figures can answer, and how far an area has come."""

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from vaksam.core.coverage.ages import AgeGroup
from vaksam.core.coverage.goals import (
    Doses,
    Goal,
    Outcome,
    WeekPoint,
    compose,
    nearest,
    pace,
    progress,
)

FIRST_SUNDAY = date(2021, 4, 4)
BANDS = tuple(
    AgeGroup.parse(code)
    for code in (
        *("12-15", "16-17", "18-29", "30-39", "40-49", "50-59"),
        *("60-69", "70-79", "80-89", "90+"),
    )
)
STATUSES = (Doses(1, 1), Doses(2, 2), Doses(3))


def codes(ages: tuple[AgeGroup, ...] | None) -> list[str]:
    assert ages is not None
    return [group.code for group in ages]


def goal(age_from: int, age_to: int | None = None, doses: int = 1, share: float = 0.7) -> Goal:
    return Goal(
        code="goal",
        name="Goal",
        age_from=age_from,
        age_to=age_to,
        doses=doses,
        share=share,
        by_on=date(2021, 8, 15),
        source="Agreement of 1 April 2021",
    )


def series(*shares: float | None, population: int = 1000) -> list[WeekPoint]:
    return [
        WeekPoint(week(i), share, None if share is None else round(share * population))
        for i, share in enumerate(shares)
    ]


def week(number: int) -> date:
    return FIRST_SUNDAY + timedelta(weeks=number)


class TestAnswers:
    """Goals of the programme against what the official workbook publishes."""

    def test_seventy_and_over_is_the_sum_of_three_bands(self):
        assert codes(compose(goal(70).ages, BANDS)) == ["70-79", "80-89", "90+"]

    def test_at_least_one_dose_is_the_sum_of_three_statuses(self):
        assert compose(Doses(1), STATUSES) == STATUSES

    def test_others_over_eighteen(self):
        found = codes(compose(goal(18, 69).ages, BANDS))
        assert (found[0], found[-1]) == ("18-29", "60-69")

    def test_sixty_five_and_over_cannot_be_cut_out_of_the_bands(self):
        assert compose(goal(65).ages, BANDS) is None
        assert codes(nearest(goal(65).ages, BANDS)) == ["60-69", "70-79", "80-89", "90+"]

    def test_the_weekly_series_has_no_age(self):
        series_of = (AgeGroup(12),)
        assert compose(goal(18).ages, series_of) is None
        assert nearest(goal(18).ages, series_of) == series_of

    def test_a_dose_that_is_not_published(self):
        assert compose(Doses(4), STATUSES) is None


class TestCompose:
    @given(st.sets(st.integers(1, 99), max_size=12), st.data())
    def test_any_run_of_bands_is_found_in_a_partition(self, cuts, data):
        starts = [0, *sorted(cuts)]
        ends = [*(start - 1 for start in starts[1:]), None]
        parts = [AgeGroup(a, b) for a, b in zip(starts, ends, strict=True)]
        low = data.draw(st.integers(0, len(parts) - 1))
        high = data.draw(st.integers(low, len(parts) - 1))
        mixed = data.draw(st.permutations(parts))
        target = AgeGroup(parts[low].first, parts[high].last)
        assert compose(target, mixed) == tuple(parts[low : high + 1])
        assert nearest(target, mixed) == tuple(parts[low : high + 1])

    @given(
        st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=8),
        st.tuples(st.integers(0, 20), st.integers(0, 20)),
    )
    def test_what_is_found_covers_the_target_once(self, pairs, wanted):
        parts = [AgeGroup(min(p), max(p)) for p in pairs]
        target = AgeGroup(min(wanted), max(wanted))
        found = compose(target, parts)
        if found is not None:
            ages = [age for part in found for age in range(part.first, part.last + 1)]
            assert ages == list(range(target.first, target.last + 1))

    def test_a_published_total_is_preferred_to_its_parts(self):
        assert compose(AgeGroup(12), [*BANDS, AgeGroup(12)]) == (AgeGroup(12),)

    def test_nothing_published(self):
        assert (compose(AgeGroup(12), []), nearest(AgeGroup(12), [])) == (None, ())

    def test_overlapping_bands_are_not_added(self):
        assert compose(AgeGroup(60, 79), [AgeGroup(60, 70), AgeGroup(70, 79)]) is None


class TestProgress:
    def test_met(self):
        now = progress(series(0.5, 0.65, 0.72, 0.75), 0.7, week(3))
        assert (now.outcome, now.persons_left, now.share_left) == (Outcome.MET, 0, 0)
        assert (now.met_on, now.met_after, now.lost_on) == (week(2), week(1), None)
        assert (now.in_time, now.days_late, now.expected_on) == (True, -7, None)
        assert now.at_deadline.share == 0.75

    def test_met_late(self):
        now = progress(series(0.5, 0.65, 0.72), 0.7, week(1))
        assert (now.in_time, now.days_late, now.at_deadline.share) == (False, 7, 0.65)

    def test_weeks_cannot_tell_a_deadline_within_the_week(self):
        now = progress(series(0.5, 0.65, 0.72), 0.7, week(1) + timedelta(days=3))
        assert (now.met_on, now.in_time, now.at_deadline.ends_on) == (week(2), None, week(1))

    def test_reaching_the_goal_exactly_is_meeting_it(self):
        assert progress(series(0.6, 0.7), 0.7, week(9)).met_on == week(1)

    def test_projected_on_the_last_four_weeks(self):
        now = progress(series(0.0, 0.40, 0.42, 0.44, 0.46, 0.48), 0.5, week(20))
        assert (now.outcome, now.persons_left) == (Outcome.PROJECTED, 20)
        assert now.share_left == pytest.approx(0.02)
        assert now.pace.mean == pytest.approx(0.02)
        assert now.expected_on == week(6)
        assert (now.in_time, now.at_deadline) == (None, None)

    def test_interval_is_open_when_the_pace_may_be_nothing(self):
        now = progress(series(0.40, 0.41, 0.41, 0.45, 0.46), 0.5, week(20))
        assert now.pace.low < 0 < now.pace.mean
        assert now.earliest_on < now.expected_on
        assert now.latest_on is None

    def test_missed_and_still_under_way(self):
        now = progress(series(0.40, 0.42, 0.45), 0.5, week(1))
        assert (now.in_time, now.met_on, now.at_deadline.share) == (False, None, 0.42)

    @pytest.mark.parametrize("shares", [(0.5, 0.5, 0.5), (0.5, 0.49, 0.48)])
    def test_never_on_a_pace_of_nothing(self, shares):
        now = progress(series(*shares), 0.7, week(9))
        assert (now.outcome, now.expected_on) == (Outcome.NEVER, None)

    def test_beyond_the_horizon(self):
        now = progress(series(0.5, 0.5001, 0.5002), 0.7, week(9))
        assert (now.outcome, now.expected_on) == (Outcome.BEYOND, None)

    def test_met_and_lost_again(self):
        now = progress(series(0.68, 0.71, 0.69, 0.70, 0.695, 0.699), 0.7, week(3))
        assert (now.met_on, now.lost_on, now.in_time) == (week(1), week(4), True)
        assert (now.outcome, now.persons_left) == (Outcome.NEVER, 1)

    def test_unordered_points_with_unknown_ones_among_them(self):
        points = series(0.40, None, 0.44, 0.46, 0.48)
        assert progress(points[::-1], 0.5, week(9)) == progress(points, 0.5, week(9))
        nan = WeekPoint(week(1), math.nan)
        assert progress([nan, *series(0.4)], 0.5, week(9)).latest.share == 0.4

    def test_one_point_has_a_distance_but_no_pace(self):
        now = progress(series(0.4), 0.5, week(9))
        assert (now.outcome, now.persons_left, now.pace) == (Outcome.UNKNOWN, 100, None)

    def test_two_points_have_a_pace_but_no_interval(self):
        now = progress(series(0.4, 0.45), 0.5, week(9))
        assert (now.expected_on, now.earliest_on, now.latest_on) == (week(2), None, None)
        assert (now.pace.low, now.pace.high) == (None, None)

    @pytest.mark.parametrize("points", [[], [WeekPoint(week(0), None, 5)]])
    def test_no_data(self, points):
        assert progress(points, 0.5, week(9)).outcome == Outcome.NO_DATA

    def test_a_capped_share_tells_nothing_of_the_population(self):
        points = [*series(0.9, 0.95), WeekPoint(week(2), 1.0, 1030), WeekPoint(week(3), 0.98, 980)]
        assert progress(points, 1.0, week(9)).persons_left == 20
        only_capped = [WeekPoint(week(0), 1.0, 1030), WeekPoint(week(1), 0.0, 0)]
        assert progress(only_capped, 1.0, week(9)).persons_left is None

    def test_a_goal_of_everybody_met_by_a_capped_share(self):
        assert progress(series(0.9, 1.0), 1.0, week(9)).outcome == Outcome.MET

    def test_the_population_may_be_given(self):
        points = [WeekPoint(week(0), 0.06, 6)]
        assert progress(points, 0.07, week(9), population=100).persons_left == 1

    def test_a_week_twice_is_refused(self):
        with pytest.raises(ValueError, match="two points"):
            progress([*series(0.4), *series(0.5)], 0.7, week(9))

    def test_a_week_ends_on_a_sunday(self):
        with pytest.raises(ValueError, match="Sunday"):
            WeekPoint(date(2021, 4, 5), 0.4)

    def test_deadline_before_the_series(self):
        now = progress(series(0.8), 0.7, week(-1))
        assert (now.met_on, now.met_after, now.in_time) == (week(0), None, None)
        assert now.at_deadline is None

    @given(
        st.lists(st.floats(0, 1), min_size=1, max_size=12),
        st.floats(0.05, 1),
        st.integers(-30, 100),
    )
    def test_dates_hang_together(self, shares, goal_share, days):
        by_on = week(4) + timedelta(days=days)
        now = progress(series(*shares), goal_share, by_on)
        dates = [d for d in (now.earliest_on, now.expected_on, now.latest_on) if d]
        assert dates == sorted(dates)
        assert all(d > now.latest.ends_on for d in dates)
        assert (now.outcome == Outcome.MET) == (shares[-1] >= goal_share)
        assert (now.outcome == Outcome.PROJECTED) == (now.expected_on is not None)
        assert (now.met_on is None) == (max(shares) < goal_share)
        assert (now.lost_on is not None) == (max(shares) >= goal_share > shares[-1])


class TestPace:
    def test_interval_of_a_mean(self):
        shares = (0.10, 0.13, 0.15, 0.20, 0.21)
        found = pace(series(*shares))
        steps = [0.03, 0.02, 0.05, 0.01]
        low, high = stats.t.interval(0.95, 3, loc=0.0275, scale=stats.sem(steps))
        assert (found.mean, found.low, found.high) == pytest.approx((0.0275, low, high))

    def test_a_gap_counts_as_the_weeks_it_lasts(self):
        points = series(0.10, 0.12, 0.14, 0.16, 0.18)
        del points[2]
        found = pace(points)
        assert (found.mean, found.weeks) == (pytest.approx(0.02), 4)
        assert found.high - found.low == pytest.approx(0)

    def test_the_window_reaches_back_over_a_gap_at_its_start(self):
        points = [*series(0.0), *series(*[0.0] * 6, 0.30, 0.31)[6:]]
        assert pace(points).weeks == 7

    @given(st.lists(st.floats(0, 1), min_size=2, max_size=10), st.integers(1, 8))
    def test_mean_is_the_growth_over_the_window(self, shares, weeks):
        found = pace(series(*shares), weeks=weeks)
        base = shares[-min(weeks + 1, len(shares))]
        assert found.mean * found.weeks == pytest.approx(shares[-1] - base, abs=1e-12)


@pytest.mark.parametrize("wrong", [{"share": 0}, {"share": 1.1}, {"doses": 0}, {"age_to": 3}])
def test_a_goal_that_cannot_be(wrong):
    with pytest.raises(ValueError, match=r"goal|ages"):
        goal(**{"age_from": 18, **wrong})

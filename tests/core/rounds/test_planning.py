"""Rounds: worked examples, a slow check of every plan, and small ones against the best there is."""

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaksam.core.distance import kilometres, minutes
from vaksam.core.rounds import Limits, Rounds, Stop, Team, Way, plan, travel

UMEA = (63.825, 20.263)
EIGHT, FOUR = 8 * 60, 16 * 60


def north(km: float) -> tuple[float, float]:
    """A place so far north of Umeå by road."""
    return UMEA[0] + km / 1.3 / 111.195, UMEA[1]


def stop(n: int, km: float, persons: int = 1, each: int = 10, **more: int) -> Stop:
    return Stop(n, *north(km), persons, persons * each, **more)


def planned(stops: Sequence[Stop], limits: Limits, teams: Sequence[Team] | None = None) -> Rounds:
    teams = teams if teams is not None else [Team("A", FOUR)]
    return plan(stops, teams, limits, depot=UMEA, leaves=EIGHT, iterations=200)


# Worked examples


def test_two_homes_on_the_way() -> None:
    """55 km is an hour. A vial of six is opened in the first home and lasts until 15:30."""
    found = planned([stop(2, 55), stop(1, 27.5)], Limits(doses=6, vial_minutes=420))
    (route,) = found.routes
    assert [each.stop for each in route.visits] in ([1, 2], [2, 1])
    first, second = route.visits
    assert (route.leaves, route.back, route.driving_minutes) == (EIGHT, EIGHT + 140, 120)
    assert len(first.opened) == 1 and second.opened == ()
    assert first.opened[0].given == 2 and second.until == first.starts + 420
    assert (route.vials, route.left) == (1, 4)
    assert route.km == pytest.approx(110, abs=0.1)


def test_a_care_home_of_fourteen_takes_three_vials() -> None:
    found = planned([stop(1, 5.5, persons=14, each=5)], Limits(doses=6, vial_minutes=360))
    opened = found.routes[0].visits[0].opened
    start = EIGHT + 6
    assert [(each.at, each.given) for each in opened] == [
        (start, 6), (start + 30, 6), (start + 60, 2),
    ]  # fmt: skip
    assert found.routes[0].left == 4


def test_a_vial_whose_time_runs_out_is_followed_by_another() -> None:
    """Two homes with three hours between them, and a vial that lasts one."""
    found = planned([stop(1, 1, closes=9 * 60), stop(2, 1, opens=12 * 60)],
                    Limits(doses=6, vial_minutes=60))  # fmt: skip
    assert found.routes[0].vials == 2 and found.routes[0].left == 10


def test_drawn_doses_are_given_within_the_life_of_the_vial() -> None:
    """Drawn at eight, an hour's life: the home 50 minutes away is in time, not that of 55."""
    limits = Limits(doses=6, vial_minutes=60, way=Way.DRAWN)
    found = planned([stop(1, 55 * 50 / 60 - 0.1)], limits)
    assert found.routes[0].visits[0].ends == EIGHT + 60
    assert found.routes[0].drawn[0].until == EIGHT + 60 and found.routes[0].left == 5
    late = planned([stop(1, 55 * 55 / 60 - 0.1)], limits)
    assert [(each.stop, each.why) for each in late.left] == [(1, "too-late")]


def test_driving_that_the_vaccine_bears_does_not_count_the_way_back() -> None:
    limits = Limits(doses=6, vial_minutes=360, drive_minutes=30, shake_sensitive=True)
    found = planned([stop(1, 27.4), stop(2, 28.5)], limits)
    assert [each.stop for each in found.routes[0].visits] == [1]
    assert found.routes[0].driving_minutes == 60
    assert [(each.stop, each.why) for each in found.left] == [(2, "too-far")]


def test_hours_outside_the_fridge_end_the_day() -> None:
    limits = Limits(doses=6, outside_minutes=60)
    found = planned([stop(n, 10, each=30) for n in range(3)], limits)
    assert len(found.routes[0].visits) == 1
    assert [each.why for each in found.left] == ["no-time", "no-time"]


def test_nobody_takes_a_syringe_of_a_shake_sensitive_vaccine() -> None:
    with pytest.raises(AssertionError, match="no syringe"):
        Limits(doses=6, way=Way.DRAWN, shake_sensitive=True)


def test_one_person_who_takes_longer_than_a_vial_lasts() -> None:
    found = planned([stop(1, 1, each=90)], Limits(doses=6, vial_minutes=60))
    assert [each.why for each in found.left] == ["too-slow"]


def test_without_a_team_everybody_is_left() -> None:
    assert [each.why for each in planned([stop(1, 1)], Limits(doses=6), []).left] == ["too-late"]
    assert planned([], Limits(doses=6)) == Rounds((), ())


def test_the_matrix_is_that_of_the_distance_by_pairs() -> None:
    places = [UMEA, north(20), (64.75, 20.953), (63.825, 20.263)]
    found = travel(places)
    for i, one in enumerate(places):
        for j, other in enumerate(places):
            km = kilometres(one, other)
            assert found.km[i, j] == pytest.approx(km * 1.3)
            assert 0 <= found.minutes[i, j] - minutes(km) < 1


# Any plan

homes = st.builds(
    lambda n, y, x, persons, each, opens, hours: Stop(
        n, UMEA[0] + y / 100, UMEA[1] + x / 100, persons, persons * each, opens,
        opens + hours * 60,
    ),
    st.integers(1, 10**6), st.integers(-30, 30), st.integers(-60, 60), st.integers(1, 9),
    st.integers(3, 20), st.sampled_from([0, 8, 9, 13]).map(lambda hour: hour * 60),
    st.integers(2, 9),
)  # fmt: skip
maybe = st.none() | st.integers(60, 400)
bounds = st.builds(Limits, doses=st.integers(1, 11), vial_minutes=maybe, outside_minutes=maybe,
                   drive_minutes=maybe, way=st.sampled_from(Way))  # fmt: skip
cars = st.lists(st.integers(11 * 60, 17 * 60), min_size=1, max_size=3).map(
    lambda ends: [Team(f"t{n}", end) for n, end in enumerate(ends)]
)


def unique(stops: list[Stop]) -> list[Stop]:
    return list({each.id: each for each in stops}.values())


def feasible(route_stops: Sequence[Stop], until: int, limits: Limits) -> int | None:
    """When a team is back that goes this way; None where a limit is broken. Minute by minute."""
    now, driven, here = EIGHT, 0, UMEA
    for each in route_stops:
        there = (each.latitude, each.longitude)
        way = road(here, there)
        now, driven, here = now + way, driven + way, there
        if limits.drive_minutes is not None and driven > limits.drive_minutes:
            return None
        now = max(now, each.opens)
        if now > each.closes:
            return None
        now += each.minutes
        if limits.outside_minutes is not None and now > EIGHT + limits.outside_minutes:
            return None
        life = limits.vial_minutes
        if limits.way is Way.DRAWN and life is not None and now > EIGHT + life:
            return None
    back = now + road(here, UMEA)
    return back if back <= until else None


def road(one: tuple[float, float], other: tuple[float, float]) -> int:
    whole = round(minutes(kilometres(one, other)), 6)
    return int(whole) + (whole > int(whole))


@settings(max_examples=60, deadline=None)
@given(st.lists(homes, min_size=3, max_size=9).map(unique), cars, bounds)
def test_every_plan_keeps_every_limit(stops: list[Stop], teams: list[Team], limits: Limits) -> None:
    found = plan(stops, teams, limits, depot=UMEA, leaves=EIGHT, iterations=60)
    by_id = {each.id: each for each in stops}
    until = {each.name: each.until for each in teams}
    gone = [visit.stop for route in found.routes for visit in route.visits]
    assert sorted(gone + [each.stop for each in found.left]) == sorted(by_id)
    assert len({route.team for route in found.routes}) == len(found.routes)
    for route in found.routes:
        order = [by_id[visit.stop] for visit in route.visits]
        assert feasible(order, until[route.team], limits) == route.back
        opened = [*route.drawn, *(each for visit in route.visits for each in visit.opened)]
        persons = sum(each.persons for each in order)
        assert len(opened) == route.vials
        assert sum(each.given for each in opened) == persons
        assert all(1 <= each.given <= limits.doses for each in opened)
        assert route.left == len(opened) * limits.doses - persons
        life = limits.vial_minutes
        assert all(each.until == (None if life is None else each.at + life) for each in opened)
        for visit in route.visits:
            assert visit.until is None or visit.until >= visit.ends
            assert all(visit.starts <= each.at < visit.ends for each in visit.opened)
    again = plan(stops, teams, limits, depot=UMEA, leaves=EIGHT, iterations=60)
    assert again == found


@settings(max_examples=40, deadline=None)
@given(st.lists(homes, min_size=1, max_size=4).map(unique), cars.filter(lambda c: len(c) <= 2),
       bounds)  # fmt: skip
def test_small_plans_are_the_best_there_is(
    stops: list[Stop], teams: list[Team], limits: Limits
) -> None:
    found = plan(stops, teams, limits, depot=UMEA, leaves=EIGHT, iterations=300)
    slow = {each.stop for each in found.left if each.why == "too-slow"}
    can = [each for each in stops if each.id not in slow]
    reached = {visit.stop for route in found.routes for visit in route.visits}
    persons = sum(each.persons for each in stops if each.id in reached)
    assert (-persons, found.minutes) == best(can, teams, limits)


def best(stops: Sequence[Stop], teams: Sequence[Team], limits: Limits) -> tuple[int, int]:
    """Minus the persons and the minutes of the best plan: all of them are tried."""
    return min(_all(tuple(stops), list(teams), limits))


def _all(stops: tuple[Stop, ...], teams: list[Team], limits: Limits) -> Iterator[tuple[int, int]]:
    if not teams:
        yield 0, 0
        return
    for size in range(len(stops) + 1):
        for chosen in combinations(stops, size):
            ends = [
                back for order in permutations(chosen)
                if (back := feasible(order, teams[0].until, limits)) is not None
            ]  # fmt: skip
            if chosen and not ends:
                continue
            spent = min(ends) - EIGHT if chosen else 0
            rest = tuple(each for each in stops if each not in chosen)
            persons = sum(each.persons for each in chosen)
            for more, other in _all(rest, teams[1:], limits):
                yield more - persons, other + spent

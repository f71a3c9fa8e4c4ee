"""A region's own figures become a plan, and a plan becomes dispatches; the weeks ahead."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.supply.conftest import Here
from tests.supply.conftest import fill as fill_supply
from tests.support import region
from vaksam.base import clock
from vaksam.base.roles import Role
from vaksam.core.errors import BadFile, NotAllowed, Refused
from vaksam.core.supply.allocate import Weights, outcome, pro_rata, solve
from vaksam.replanning import ahead, sharing
from vaksam.replanning.figures import figures
from vaksam.replanning.sharing import Choices
from vaksam.supply import actions, queries

pytestmark = pytest.mark.django_db
PLAN = Choices(name="Efter fas", weeks=2)


@pytest.fixture
def here(user_with: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Here:
    """One person of Umeå is due on 13 April 2021, and forty vials lie in the store."""
    region.stand(monkeypatch)
    region.fill(user_with)
    found = fill_supply()
    actions.receive(venue=found.store, lot=found.later, vials=40, by=None)
    return found


@pytest.fixture
def coordinator(user_with: Callable[..., Any]) -> Any:
    return user_with(Role.REGION_COORDINATOR)


def test_persons_are_parted_over_their_venues(here: Here) -> None:
    asked = sharing.problem(figures("24"), PLAN)
    waiting = {each.place: each.persons for each in asked.due if each.since == 0}
    assert set(waiting) == {"ersboda"}  # nobody is due in Dorotea
    assert sum(waiting.values()) >= 1
    assert {each.product for each in asked.arrivals if each.vials} == {"comirnaty"}
    assert sum(place.population for place in asked.places) >= 3


def test_a_municipality_without_a_venue_is_served_by_the_largest(here: Here) -> None:
    known = figures("24")
    shares = sharing._shares(known)
    assert [venue.code for venue, _share in shares["2480"]] == ["ersboda"]
    assert all(abs(sum(share for _, share in each) - 1) < 1e-9 for each in shares.values())


def test_a_plan_becomes_dispatches_once(here: Here, coordinator: Any) -> None:
    made = sharing.allocate(region="24", choices=PLAN, by=coordinator)
    kept = queries.allocation(made)
    assert kept.answer["gap"] <= 0.005 and kept.answer["sent"]
    dispatches = sharing.choose(allocation=made, by=coordinator)
    planned = [queries.dispatch(each) for each in dispatches]
    first_week = [row for row in kept.answer["sent"] if row["period"] == 0]
    assert sum(each.vials for each in planned) == sum(row["vials"] for row in first_week)
    assert {each.stage for each in planned} == {"planned"}
    assert all(each.expected_on == date(2021, 4, 14) for each in planned)
    with pytest.raises(Refused, match="chosen already"):
        sharing.choose(allocation=made, by=coordinator)
    assert len(queries.dispatches(regions=["24"])) == len(dispatches)
    with pytest.raises(Refused, match="kept"):
        actions.drop_allocation(allocation=made, by=coordinator)


def test_a_new_choice_takes_the_place_of_the_old(here: Here) -> None:
    """What has not left is cancelled, so nothing is sent twice; what has left, goes on."""
    first, second = (
        sharing.choose(allocation=sharing.allocate(region="24", choices=PLAN, by=None), by=None)
        for _ in range(2)
    )
    assert first and {queries.dispatch(each).stage for each in first} == {"cancelled"}
    assert second and {queries.dispatch(each).stage for each in second} == {"planned"}
    by_hand = actions.plan_dispatch(
        sender=here.store, receiver=here.dorotea, expected_on=date(2021, 4, 14),
        wanted=[actions.Wanted("comirnaty", 1)], by=None,
    )  # fmt: skip
    for each in second:
        actions.send(dispatch=each, by=None)
    third = sharing.allocate(region="24", choices=PLAN, by=None)
    sharing.choose(allocation=third, by=None)
    assert {queries.dispatch(each).stage for each in second} == {"sent"}
    assert queries.dispatch(by_hand).stage == "planned"


def test_dispatches_on_a_friday_are_for_monday(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    made = sharing.allocate(region="24", choices=PLAN, by=None)
    region.stand(monkeypatch, region.MORNING + timedelta(days=3))
    dispatches = sharing.choose(allocation=made, by=None)
    assert {queries.dispatch(each).expected_on for each in dispatches} == {date(2021, 4, 19)}


def test_a_plan_of_last_week_is_not_chosen(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    made = sharing.allocate(region="24", choices=PLAN, by=None)
    region.stand(monkeypatch, region.MORNING + timedelta(days=7))
    with pytest.raises(Refused, match="another week"):
        sharing.choose(allocation=made, by=None)
    assert queries.allocation(made).chosen_at is None


def test_a_new_plan_keeps_to_the_accepted_one(here: Here) -> None:
    made = sharing.allocate(region="24", choices=PLAN, by=None)
    sharing.choose(allocation=made, by=None)
    kept = Choices(name="Ny", weeks=2, weights=Weights(changes=2), keep=True)
    again = queries.allocation(sharing.allocate(region="24", choices=kept, by=None))
    assert again.answer["changed"] == []  # nothing is new, so nothing is sent otherwise
    actions.waste(venue=here.store, lot=here.later, vials=40, reason="cold_chain_breach", by=None)
    less = queries.allocation(sharing.allocate(region="24", choices=kept, by=None))
    assert {row["after"] for row in less.answer["changed"]} == {0}


def test_the_accepted_plan_says_what_is_short(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planned for this week, sent nowhere: once its day has passed the doses are missing."""
    made = sharing.allocate(region="24", choices=PLAN, by=None)
    dispatches = sharing.choose(allocation=made, by=None)
    actions.look()
    assert "short" not in {each.kind for each in queries.alerts(regions=["24"])}
    actions.cancel_dispatch(dispatch=dispatches[0], by=None)
    actions.look()
    short = [each for each in queries.alerts(regions=["24"]) if each.kind == "short"]
    assert [each.venue for each in short] == [here.ersboda]
    actions.receive(venue=here.ersboda, lot=here.later, vials=2, by=None)
    actions.look()
    assert "short" not in {each.kind for each in queries.alerts(regions=["24"])}


@pytest.mark.parametrize(
    "choices",
    [
        Choices(name=" ", weeks=2),
        Choices(name="x", weeks=0),
        Choices(name="x", weeks=13),
        Choices(name="x", package=0),
        Choices(name="x", weights=Weights(due=11)),
    ],
)
def test_bad_choices_are_refused(here: Here, choices: Choices) -> None:
    with pytest.raises(Refused):
        sharing.allocate(region="24", choices=choices, by=None)


def test_only_coordinators_plan(here: Here, user_with: Callable[..., Any]) -> None:
    made = sharing.allocate(region="24", choices=PLAN, by=None)
    for by in (user_with(Role.VENUE_STAFF), user_with(Role.REGION_COORDINATOR, "01")):
        with pytest.raises(NotAllowed):
            sharing.allocate(region="24", choices=PLAN, by=by)
        with pytest.raises(NotAllowed):
            sharing.choose(allocation=made, by=by)
        with pytest.raises(NotAllowed):
            actions.save_scenario(region_code="24", text='name = "x"', by=by)


def test_a_region_without_venues_is_told(here: Here) -> None:
    with pytest.raises(Refused, match="Import its venues"):
        sharing.allocate(region="01", choices=PLAN, by=None)
    with pytest.raises(Refused, match="Import its venues"):
        ahead.situation("01")


def test_the_plain_rule_is_no_better(here: Here) -> None:
    asked = sharing.problem(figures("24"), PLAN)
    assert outcome(asked, solve(asked)).first >= outcome(asked, pro_rata(asked)).first - 0.5


def test_the_weeks_ahead(here: Here) -> None:
    actions.announce(product="comirnaty", receiver="24", region_code="24", day=date(2021, 4, 19),
                     doses=60, announced_by="FoHM", by=None)  # fmt: skip
    known = ahead.situation("24", weeks=4)
    assert [(each.product, each.week, each.doses) for each in known.coming] == [
        ("comirnaty", 1, 60)
    ]
    assert known.capacity == 660
    assert {each.code for each in known.cohorts if each.opens == 0} >= {"70-74"}
    half = 'name = "Half"\n[[change]]\nkind = "deliveries"\nfactor = 0.5'
    fans = ahead.fans("24", [half], weeks=4)
    stock = [fan.totals.filter(quantity="stock")["p50"].item() for _name, fan in fans]
    assert [name for name, _fan in fans] == ["", "Half"]
    assert stock[0] - stock[1] == pytest.approx(30, abs=0.5)
    with pytest.raises(BadFile):
        ahead.fans("24", ["name = 1"])


def test_what_has_come_this_week_is_not_waited_for(here: Here) -> None:
    monday = clock.today() - timedelta(days=clock.today().weekday())
    actions.announce(product="comirnaty", receiver="24", region_code="24", day=monday, doses=300,
                     announced_by="FoHM", by=None)  # fmt: skip
    assert [each.doses for each in ahead.situation("24").coming] == [300 - 40 * 6]


def test_scenarios_are_kept_by_name(here: Here, coordinator: Any) -> None:
    actions.save_scenario(region_code="24", text='name = "Paus"', by=coordinator)
    text = 'name = "Paus"\n[[change]]\nkind = "pause"\nproduct = "vaxzevria"\nfrom = 0'
    kept = actions.save_scenario(region_code="24", text=text, by=coordinator)
    assert [each.text for each in queries.scenarios("24")] == [text]
    with pytest.raises(BadFile) as error:
        actions.save_scenario(region_code="24", text='[[change]]\nkind = "x"', by=coordinator)
    assert len(error.value.faults) == 2
    actions.drop_scenario(scenario=kept, by=coordinator)
    assert queries.scenarios("24") == []

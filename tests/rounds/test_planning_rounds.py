"""Who is chosen for a round, what a proposal says, and that it is saved once."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest

from tests.rounds.conftest import DAY, PROGRAMME, Here, ask, saved
from vaksam.base import clock
from vaksam.base.models import AccessEntry
from vaksam.base.roles import Role
from vaksam.base.scope import scope_of
from vaksam.core.errors import NotAllowed, NotFound, Refused
from vaksam.core.rounds import Way
from vaksam.records import actions as records
from vaksam.rounds import actions, queries
from vaksam.rounds.models import Member, Round


def chosen(proposal) -> set[int]:
    return {pk for place in proposal.chosen.places for pk, _ in place.persons}


def test_a_care_home_is_one_stop_with_its_name(here: Here, staff) -> None:
    found = actions.propose(ask=ask(here), by=staff)
    assert chosen(found) == {here.karin, here.nils, here.ake}
    assert {(place.name, len(place.persons)) for place in found.chosen.places} == {
        ("Tallgården", 2), ("", 1),
    }  # fmt: skip
    (route,) = found.rounds.routes
    assert (route.vials, route.left, found.persons) == (1, 3, 3)
    assert found.limits.drive_minutes == 120, "Comirnaty bears little shaking"
    assert AccessEntry.objects.filter(action="rounds.propose").count() == 1


def test_homes_are_those_who_need_a_visit(here: Here) -> None:
    found = actions.propose(ask=ask(here, kind="homes"), by=None)
    assert chosen(found) == {here.berit, here.elsa}
    assert found.chosen.without_place == 1


def test_those_who_declined_had_it_or_are_on_a_round_are_left_out(here: Here) -> None:
    records.decline(person=here.karin, programme=PROGRAMME, by=None)
    records.register(person=here.nils, given_on=DAY, source="told", product="comirnaty", by=None)
    from vaksam.eligibility import actions as eligibility

    eligibility.refresh_region(programme=PROGRAMME, region_code="24")
    assert chosen(actions.propose(ask=ask(here), by=None)) == {here.ake}
    saved(here)
    assert chosen(actions.propose(ask=ask(here), by=None)) == set()


def test_the_most_are_those_whose_turn_came_first(here: Here) -> None:
    found = actions.propose(ask=ask(here, most=2), by=None)
    assert len(chosen(found)) == 2 and found.chosen.over == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"way": Way.DRAWN}, "shake-sensitive"),
        ({"day": DAY - timedelta(days=1)}, "past"),
        ({"until": time(8)}, "times"),
        ({"teams": 0}, "too-many"),
        ({"product": "nothing"}, "unknown-product"),
        ({"programme": "nothing"}, "unknown-programme"),
        ({"day": date(2020, 1, 1)}, "unknown-programme"),
    ],
)
def test_what_cannot_be_planned(here: Here, more, code: str) -> None:
    with pytest.raises(Refused) as error:
        actions.propose(ask=ask(here, **more), by=None)
    assert error.value.code == code


def test_a_round_is_saved_as_it_was_looked_at(here: Here, staff) -> None:
    wanted, key = ask(here), uuid4()
    found = actions.propose(ask=wanted, by=staff)
    (pk,) = actions.save(ask=wanted, digest=found.digest, key=key, by=staff)
    assert actions.save(ask=wanted, digest=found.digest, key=key, by=staff) == [pk]
    assert Round.objects.count() == 1 and Member.objects.count() == 3
    scope = scope_of(staff)
    ref = queries.round_ref(pk, scope=scope)
    assert (ref.persons, ref.stops, ref.lots, ref.state) == (3, 2, ("EP2163",), "planned")
    stops = queries.stops(pk, scope=scope)
    visit = found.rounds.routes[0].visits[0]
    assert stops[0].arrives_at == clock.at(DAY) + timedelta(minutes=visit.starts)
    assert stops[0].until == clock.at(DAY) + timedelta(minutes=visit.until)
    assert [sum(stop.opened for stop in stops), stops[0].opened] == [1, 1]


def test_what_has_changed_meanwhile_is_looked_at_anew(here: Here) -> None:
    wanted = ask(here)
    found = actions.propose(ask=wanted, by=None)
    records.decline(person=here.karin, programme=PROGRAMME, by=None)
    with pytest.raises(Refused, match="changed meanwhile"):
        actions.save(ask=wanted, digest=found.digest, key=uuid4(), by=None)
    assert Round.objects.count() == 0


def test_who_may(here: Here, user_with) -> None:
    pk = saved(here)
    for role, code in ((Role.PHONE_AGENT, "24"), (Role.VENUE_STAFF, "01")):
        other = user_with(role, code)
        with pytest.raises(NotAllowed):
            actions.propose(ask=ask(here), by=other)
        with pytest.raises(NotAllowed):
            actions.start(round=pk, by=other)
        with pytest.raises(NotFound):
            queries.stops(pk, scope=scope_of(other))


def test_a_round_leaves_and_is_closed_or_dropped(here: Here) -> None:
    pk = saved(here)
    actions.start(round=pk, by=None)
    actions.start(round=pk, by=None)
    with pytest.raises(Refused):
        actions.drop(round=pk, by=None)
    actions.close(round=pk, by=None)
    assert chosen(actions.propose(ask=ask(here), by=None)), "they may be on another round"
    other = saved(here)
    actions.drop(round=other, by=None)
    assert not Round.objects.filter(pk=other).exists()


def test_a_merged_person_is_on_the_round_once(here: Here) -> None:
    from vaksam.people import actions as people

    alike = people.register_person(
        region_code="24", identities=[], given_name="Karin", family_name="Berg",
        born_on=date(1935, 3, 2), by=None,
    ).person  # fmt: skip
    pk = saved(here)
    Member.objects.filter(round=pk, person=here.nils).update(person=alike)
    people.merge(kept=here.karin, merged=alike, why="Samma person", by=None)
    persons = Member.objects.filter(round=pk).values_list("person", flat=True)
    assert sorted(persons) == sorted([here.karin, here.ake, alike]), "the twin stays behind"

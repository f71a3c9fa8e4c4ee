"""Doses left at closing time: asked in order, leased, and what was decided about everyone kept."""

from datetime import date, datetime, timedelta

import pytest

from tests.booking.conftest import PROGRAMME, Here, person
from vaksam.base import clock
from vaksam.base.models import OutboxEvent
from vaksam.base.roles import Role
from vaksam.base.scope import scope_of
from vaksam.booking import actions, queries
from vaksam.booking.actions import Terms
from vaksam.booking.models import Leftover, Offer, ReserveEntry
from vaksam.booking.queries.lists import MOST
from vaksam.core.errors import NotAllowed, NotFound, Refused, VaksamError

pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture(autouse=True)
def afternoon(here, at):
    at(13, 16)


def join(here: Here, *persons: int, **more) -> None:
    terms = Terms(venue=here.ersboda, **more)
    actions.join(persons=persons, programme=PROGRAMME, terms=terms, channel="phone", by=None)


def offer(here: Here, doses: int = 1, **more) -> int:
    about = {"venue": here.ersboda, "product": "comirnaty", "doses": doses, "programme": PROGRAMME,
             "until": _at(17, 30), "by": None}  # fmt: skip
    return actions.offer_doses(**about | more)


def _at(hour: int, minute: int = 0) -> datetime:
    return datetime(2021, 4, 13, hour, minute, tzinfo=clock.SWEDEN)


def states(leftover: int) -> dict[int, tuple[str, str]]:
    rows = Offer.objects.filter(leftover=leftover)
    return {row.person_id: (row.state, row.passed) for row in rows}


def offer_of(leftover: int, who: int) -> int:
    return Offer.objects.get(leftover=leftover, person=who).pk


def demand_within(leftover: int) -> None:
    bound = Offer.objects.filter(leftover=leftover, state__in=("asked", "accepted")).count()
    assert bound <= Leftover.objects.get(pk=leftover).doses


def test_the_oldest_of_a_phase_is_asked_first_and_everyone_is_kept(here):
    join(here, here.karin)  # born 1949
    join(here, here.nils)  # born 1947
    left = offer(here)
    assert states(left) == {here.nils: ("asked", ""), here.karin: ("passed", "doses_gone")}
    row = Offer.objects.get(leftover=left, person=here.nils)
    assert row.leased_until - row.at == timedelta(minutes=10)
    events = OutboxEvent.objects.filter(name="booking.offered")
    assert [event.payload["person"] for event in events] == [here.nils]


def test_a_lease_that_runs_out_goes_to_the_next(here, at):
    join(here, here.karin)
    join(here, here.nils)
    left = offer(here)
    assert actions.go_on() == 0
    at(13, 16, 11)
    assert actions.go_on() == 1
    assert states(left) == {here.nils: ("expired", ""), here.karin: ("asked", "")}
    with pytest.raises(Refused, match="run out"):
        actions.answer(offer=offer_of(left, here.nils), accepts=True, by=None)
    assert actions.answer(offer=offer_of(left, here.karin), accepts=True, by=None)
    at(13, 16, 30)
    assert actions.go_on() == 0, "nobody is asked twice for the same doses"
    demand_within(left)


def test_a_no_goes_to_the_next_at_once(here):
    join(here, here.karin)
    join(here, here.nils)
    left = offer(here)
    assert not actions.answer(offer=offer_of(left, here.nils), accepts=False, by=None)
    assert states(left) == {here.nils: ("declined", ""), here.karin: ("asked", "")}
    assert ReserveEntry.objects.filter(person=here.nils, left_at=None).exists()


def test_who_says_yes_leaves_the_list_and_may_say_it_twice(here):
    join(here, here.karin)
    left = offer(here)
    assert queries.offers_to(here.karin)[0][1] == here.ersboda
    for _ in range(2):
        assert actions.answer(offer=offer_of(left, here.karin), accepts=True, by=None)
    assert not ReserveEntry.objects.filter(person=here.karin, left_at=None).exists()
    assert queries.leftovers(region="24")[0].accepted == 1


def test_a_family_is_asked_all_or_none_and_one_answers_for_all(here):
    join(here, here.nils, here.karin)
    join(here, here.ake)
    left = offer(here, doses=1)
    assert states(left) == {
        here.nils: ("passed", "family_too_large"), here.karin: ("passed", "family_too_large"),
        here.ake: ("asked", ""),
    }  # fmt: skip
    actions.end_offers(leftover=left, by=None)
    left = offer(here, doses=2)
    assert states(left)[here.nils] == states(left)[here.karin] == ("asked", "")
    assert states(left)[here.ake] == ("passed", "doses_gone")
    assert actions.answer(offer=offer_of(left, here.karin), accepts=True, by=None)
    assert states(left)[here.nils] == ("accepted", "")
    assert not ReserveEntry.objects.filter(left_at=None).exclude(person=here.ake).exists()


def test_who_was_left_behind_by_a_new_party_is_not_in_it(here):
    join(here, here.karin, here.nils)
    join(here, here.karin, here.ake)
    left = offer(here, doses=2)
    asked = {who for who, (state, _) in states(left).items() if state == "asked"}
    assert asked in ({here.karin, here.ake}, {here.nils})
    parties = dict(ReserveEntry.objects.filter(left_at=None).values_list("person", "party"))
    assert parties[here.karin] == parties[here.ake] != parties[here.nils]


def test_new_terms_replace_old_ones_and_keep_the_place_in_line(here, at):
    join(here, here.karin)
    joined = ReserveEntry.objects.get(person=here.karin, left_at=None).joined_at
    at(13, 16, 30)
    join(here, here.karin, notice=60)
    row = ReserveEntry.objects.get(person=here.karin, left_at=None)
    assert (row.joined_at, row.notice) == (joined, 60)


def test_every_reason_to_be_passed_over_is_kept(here):
    join(here, here.karin, notice=120)
    join(here, here.nils, from_hour=8, to_hour=12)
    terms = Terms(venue=here.nus)
    actions.join(persons=[here.ake], programme=PROGRAMME, terms=terms, channel="web", by=None)
    from tests.booking.conftest import one

    one((here.berit, queries.slots(_tomorrow(here))[0].id))
    join(here, here.berit)
    left = offer(here, doses=5)
    assert {who: passed for who, (_, passed) in states(left).items()} == {
        here.karin: "no_time", here.nils: "not_now", here.ake: "too_far",
        here.berit: "booked_soon",
    }  # fmt: skip
    shown = queries.offers(left, scope=_scope())
    assert [row.passed for row in shown] == [
        states(left)[row.person][1] for row in shown
    ]  # fmt: skip


def _tomorrow(here: Here) -> int:
    from tests.booking.conftest import plan

    return actions.plan_session(venue=here.ersboda, plan=plan(date(2021, 4, 14)), by=None)


def _scope():
    from tests.support import region

    return scope_of(region.account(Role.VENUE_STAFF))


def test_offers_end_with_their_time(here, at):
    join(here, here.karin)
    left = offer(here)
    at(13, 17, 31)
    actions.go_on()
    assert Leftover.objects.get(pk=left).ended_at
    assert states(left) == {here.karin: ("expired", "")}
    with pytest.raises(Refused):
        actions.answer(offer=offer_of(left, here.karin), accepts=True, by=None)


def test_ended_early_the_yes_stays(here):
    join(here, here.karin)
    join(here, here.nils)
    left = offer(here, doses=2)
    actions.answer(offer=offer_of(left, here.nils), accepts=True, by=None)
    actions.end_offers(leftover=left, by=None)
    assert states(left) == {here.nils: ("accepted", ""), here.karin: ("expired", "")}


def test_doses_older_than_the_list_on_the_page_are_found(here):
    first, scope = Leftover.objects.get(pk=offer(here)), _scope()
    about = {"venue": first.venue, "programme": first.programme, "product": first.product}
    Leftover.objects.bulk_create(
        Leftover(doses=1, made_at=first.made_at + timedelta(minutes=1),
                 until=first.until + timedelta(minutes=1), **about)
        for _ in range(MOST)
    )  # fmt: skip
    shown = {each.id for each in queries.leftovers(venue=here.ersboda)}
    assert (first.pk in shown, len(shown)) == (False, MOST)
    assert queries.leftover(first.pk, scope=scope).id == first.pk
    with pytest.raises(NotFound):
        queries.leftover(0, scope=scope)


def test_two_leftovers_never_ask_one_person_at_once(here):
    join(here, here.karin)
    first = offer(here)
    second = offer(here, dose=1)
    assert states(first) == {here.karin: ("asked", "")}
    assert states(second) == {here.karin: ("passed", "booked_soon")}
    with pytest.raises(Refused, match="offered already"):
        offer(here)


def test_only_those_who_may_be_vaccinated_now_join(here):
    for who in (here.sven, here.young):
        with pytest.raises(Refused) as raised:
            join(here, who)
        assert raised.value.code == "not-due"
    with pytest.raises(Refused):
        join(here)


@pytest.mark.parametrize("terms", [{"most_minutes": 4}, {"notice": -1}, {"from_hour": 9,
                         "to_hour": 9}, {"to_hour": 25}])  # fmt: skip
def test_bad_terms(here, terms):
    with pytest.raises(Refused):
        join(here, here.karin, **terms)


@pytest.mark.parametrize(
    "more",
    [{"doses": 0}, {"doses": 201}, {"lease": 0},
     {"until": datetime(2021, 4, 13, 12, tzinfo=clock.SWEDEN)},
     {"venue": 10**9}],
)  # fmt: skip
def test_bad_offers(here, more):
    with pytest.raises(VaksamError):
        offer(here, **more)


@pytest.mark.parametrize("more", [{"product": "nothing"}, {"dose": -1}, {"product": "fluad-tetra"}])
def test_bad_offers_of_products(here, more):
    from django.db import connection, transaction

    with pytest.raises(VaksamError), transaction.atomic():
        offer(here, **more)
        connection.check_constraints()


def test_somebody_elses_offer(here):
    join(here, here.karin)
    left = offer(here)
    with pytest.raises(NotFound):
        actions.answer(offer=offer_of(left, here.karin), accepts=True, by=None, person=here.nils)
    with pytest.raises(NotFound):
        actions.answer(offer=10**9, accepts=True, by=None)


def test_who_may_not(here, user_with):
    join(here, here.karin)
    left = offer(here)
    agent, other = user_with(Role.PHONE_AGENT), user_with(Role.VENUE_STAFF, "01")
    for by in (agent, other):
        with pytest.raises(NotAllowed):
            offer(here, by=by)
        with pytest.raises((NotAllowed, NotFound)):
            actions.end_offers(leftover=left, by=by)
    with pytest.raises(NotFound):
        actions.answer(offer=offer_of(left, here.karin), accepts=True, by=other)
    assert actions.answer(offer=offer_of(left, here.karin), accepts=True, by=agent)


def test_another_regions_people_are_not_on_this_list(here):
    there = person("ola", date(1945, 1, 1), "01", serial=981)
    assert there
    with pytest.raises(Refused):
        join(here, there)

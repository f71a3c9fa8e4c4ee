"""The waiting room and one-time codes: fair, alive after a restart, and telling nothing."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.support import region
from vaksam.base import throttle
from vaksam.base.roles import Role
from vaksam.booking import actions, queries
from vaksam.booking.actions.codes import code_of
from vaksam.booking.models import Arrival, Code, Door
from vaksam.core.errors import NotAllowed, Refused
from vaksam.people import actions as people

pytestmark = pytest.mark.usefixtures("here")


# The waiting room


def stand(key) -> actions.Standing:
    return actions.stand(region="24", key=key)


def close(rate: int) -> None:
    actions.set_door(region="24", per_minute=rate, by=None)


def test_an_open_door_writes_nothing(here, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert stand(uuid4()).admitted
    close(0)
    assert stand(uuid4()).admitted
    assert not Arrival.objects.exists()
    assert Door.objects.get().last == 0


def test_they_come_in_in_their_order_so_many_a_minute(here, at):
    at(13, 8)
    close(10)
    keys = [uuid4() for _ in range(25)]
    assert [stand(key).ahead for key in keys] == list(range(25))
    assert [stand(key).ahead for key in keys] == list(range(25)), "a key draws once"
    assert stand(keys[24]).minutes == 3
    at(13, 8, 1)
    inside = [stand(key).admitted for key in keys]
    assert inside == sorted(inside, reverse=True), "nobody before who came earlier"
    assert 9 <= sum(inside) <= 10
    at(13, 8, 3)
    assert all(stand(key).admitted for key in keys)


def test_the_rate_holds_however_often_they_look(here, at, monkeypatch):
    """A look every 1.1 seconds at 100 a minute: no part of a person is lost between two."""
    at(13, 8)
    close(100)
    keys = [uuid4() for _ in range(200)]
    for key in keys:
        stand(key)
    start = _now()
    for n in range(1, 55):  # 59.4 seconds
        region.stand(monkeypatch, start + timedelta(seconds=1.1 * n))
        stand(keys[-1])
    assert 97 <= Door.objects.get().upto <= 101


def _now():
    from vaksam.base import clock

    return clock.now()


def test_a_quiet_hour_saves_nothing_up(here, at):
    at(13, 8)
    close(10)
    stand(uuid4())
    at(13, 9)
    keys = [uuid4() for _ in range(30)]
    assert sum(stand(key).admitted for key in keys) <= 2


def test_the_place_in_line_outlives_the_process(here, at):
    """Nothing of it is in memory: what another process reads is in these two tables."""
    at(13, 8)
    close(1)
    keys = [uuid4() for _ in range(3)]
    for key in keys:
        stand(key)
    numbers = list(Arrival.objects.order_by("number").values_list("key", flat=True))
    assert numbers == keys
    assert queries.door("24") == (1, 3)


def test_opening_the_door_lets_all_in_and_closing_it_again_starts_behind_them(here, at):
    at(13, 8)
    close(1)
    keys = [uuid4() for _ in range(3)]
    for key in keys:
        stand(key)
    close(0)
    assert all(stand(key).admitted for key in keys)
    close(1)
    assert all(stand(key).admitted for key in keys)
    assert stand(uuid4()) == actions.Standing(False, 0, 1)


@pytest.mark.parametrize("rate", [-1, 100_001])
def test_bad_rates(here, rate):
    with pytest.raises(Refused):
        close(rate)


def test_who_may_not_set_the_door(here, user_with):
    for by in (user_with(Role.VENUE_STAFF), user_with(Role.REGION_COORDINATOR, "01")):
        with pytest.raises(NotAllowed):
            actions.set_door(region="24", per_minute=1, by=by)


def test_old_arrivals_are_forgotten(here, at):
    close(1)
    stand(uuid4())
    assert actions.forget_arrivals() == 0
    at(16)
    assert actions.forget_arrivals() == 1


# One-time codes

KARIN, NOBODY = region.number("19490302"), region.number("19300101", 985)


@pytest.fixture
def reachable(here) -> int:
    people.choose_contact(person=here.karin, channel="sms", mobile="0701740605", by=None)
    return here.karin


def ask(number: str, *, letter: bool = False, address: str = "10.0.0.1"):
    return actions.ask_for_code(number=number, letter=letter, address=address)


def refused(number: str, code: str, address: str = "10.0.0.2") -> str:
    with pytest.raises(Refused) as raised:
        actions.sign_in(number=number, code=code, address=address)
    return raised.value.code


def newest() -> str:
    return code_of(Code.objects.latest("pk"))


def test_the_right_code_works_once(reachable):
    ask(KARIN)
    code = newest()
    assert code not in str(vars(Code.objects.latest("pk")))
    assert actions.sign_in(number=KARIN, code=f"{code[:3]} {code[3:]}", address="a") == reachable
    assert refused(KARIN, code) == "wrong-code"


def test_an_unknown_number_is_answered_alike(reachable):
    known, unknown = ask(KARIN), ask(NOBODY)
    assert type(known) is type(unknown)
    assert len(known.key) == len(unknown.key)
    rows = Code.objects.order_by("pk")
    assert [row.person_id for row in rows] == [reachable, None]
    assert rows[0].until - rows[0].made_at == rows[1].until - rows[1].made_at
    assert refused(NOBODY, code_of(rows[1])) == refused(KARIN, _wrong()) == "wrong-code"


def _wrong() -> str:
    return f"{(int(newest()) + 1) % 10**6:06}"


def test_without_a_mobile_only_a_letter_reaches_them(here):
    ask(KARIN)
    assert Code.objects.latest("pk").person_id is None
    ask(KARIN, letter=True)
    assert Code.objects.latest("pk").person_id == here.karin


def test_a_code_is_too_old_after_ten_minutes(reachable, at):
    at(13, 8)
    ask(KARIN)
    at(13, 8, 11)
    assert refused(KARIN, newest()) == "wrong-code"


def test_a_letters_code_waits_two_weeks(reachable, at):
    at(13, 8)
    ask(KARIN, letter=True)
    at(26, 8)
    assert actions.sign_in(number=KARIN, code=newest(), address="a") == reachable


def test_five_wrong_codes_and_the_right_one_is_worth_nothing(reachable):
    """From however many addresses: they count on the code."""
    ask(KARIN)
    for n in range(5):
        assert refused(KARIN, _wrong(), f"10.1.0.{n}") == "wrong-code"
    assert refused(KARIN, newest(), "10.1.0.9") == "wrong-code"


def test_an_address_gets_so_many_tries(reachable):
    ask(KARIN)
    said = [refused(KARIN, _wrong(), "10.1.0.1") for _ in range(throttle.TRIES + 1)]
    assert said[-1] == "too-many"


def test_so_many_codes_a_quarter_of_an_hour_for_one_number(reachable, at):
    at(13, 8)
    for number in (KARIN, NOBODY):
        for n in range(5):
            ask(number, address=f"10.2.0.{n}")
        with pytest.raises(Refused, match="Too many"):
            ask(number, address="10.2.0.9")
    at(13, 8, 16)
    assert ask(KARIN, address="10.2.0.10")


def test_who_has_died_gets_none(reachable):
    people.record_death(person=reachable, died_on=date(2021, 4, 1), by=None)
    ask(KARIN)
    assert Code.objects.latest("pk").person_id is None


@pytest.mark.parametrize("number", ["", "hello", "19490302-0000", "1" * 500, "\x00"])
def test_bad_numbers(here, number):
    with pytest.raises(Refused):
        ask(number)


@pytest.mark.parametrize("code", ["", "abc", "1" * 500, "１２３４５６", "²", "\x00"])
def test_bad_codes(reachable, code):
    ask(KARIN)
    assert refused(KARIN, code) == "wrong-code"


def test_old_codes_are_forgotten(reachable):
    ask(KARIN)
    assert actions.forget_codes(date(2021, 4, 13)) == 0
    assert actions.forget_codes(date(2021, 4, 14)) == 1

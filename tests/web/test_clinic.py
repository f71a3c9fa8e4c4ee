"""At the fridge: scanned codes and what they lead to, quarantine, write-offs, and bad input.

Read on the English pages, where the texts are those of the code.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.supply.conftest import Here, fill
from tests.support import region
from tests.web.planning import errors, words
from vaksam.base import clock
from vaksam.base.roles import Role

pytestmark = pytest.mark.django_db
GTIN = "0107046261398572"
CODE = f"{GTIN}1721053110EP2163\x1d2177"
LATER = f"{GTIN}1721073110ER1742\x1d2178"
NEW = f"{GTIN}1721083110NEW1"


@pytest.fixture(scope="module")
def _filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[Here]:
    from django.db import transaction

    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        region.stand(patch)
        yield fill()
        transaction.set_rollback(True)


@pytest.fixture
def here(_filled: Here, db: None, monkeypatch: pytest.MonkeyPatch) -> Here:
    region.stand(monkeypatch)
    return _filled


@pytest.fixture
def coordinator(as_role: Callable[..., Client]) -> Client:
    return as_role(Role.REGION_COORDINATOR)


@pytest.fixture
def staff(as_role: Callable[..., Client]) -> Client:
    return as_role(Role.VENUE_STAFF)


def in_fridge(here: Here, vials: int = 10) -> None:
    from vaksam.supply import actions

    actions.receive(venue=here.ersboda, lot=here.lot, vials=vials, by=None)


def there(venue: int, *states: str) -> int:
    from vaksam.supply import queries

    return sum(row.vials for row in queries.stock(venue=venue) if row.state in states)


def scanned(client: Client, venue: int, code: str) -> HttpResponse:
    return client.get(f"/en/venue/{venue}/scan/?code={quote(code)}")


def tap(client: Client, venue: int, what: str, number: Any, **more: Any) -> HttpResponse:
    return client.post(f"/en/venue/{venue}/do/{what}/", {"number": number} | more)


def offers(page: HttpResponse, what: str) -> bool:
    return f'/do/{what}/"' in page.content.decode()


def test_a_lot_in_the_fridge_is_opened_or_thrown_away(staff: Client, here: Here) -> None:
    in_fridge(here)
    page = scanned(staff, here.ersboda, CODE)
    assert "Comirnaty" in words(page) and "31 May 2021" in words(page) and "77" in words(page)
    assert offers(page, "open") and f"/waste/lot/{here.lot}/" in page.content.decode()
    assert "ds-alert" not in page.content.decode().split("<main")[1]


def test_a_lot_on_its_way_leads_to_its_receipt(staff: Client, here: Here) -> None:
    from vaksam.supply import actions

    for lot in (here.lot, here.later):
        actions.receive(venue=here.store, lot=lot, vials=5, by=None)
    dispatch = actions.plan_dispatch(
        sender=here.store, receiver=here.ersboda, expected_on=date(2021, 4, 13),
        wanted=[actions.Wanted("comirnaty", 10)], by=None,
    )  # fmt: skip
    actions.send(dispatch=dispatch, by=None)
    page = scanned(staff, here.ersboda, LATER).content.decode()
    receipt = f"/en/venue/{here.ersboda}/receive/{dispatch}/?lot={here.later}"
    assert receipt in page and not offers(scanned(staff, here.ersboda, LATER), "open")
    form = words(staff.get(receipt))
    assert "ER1742 scanned" in form and "EP2163 scanned" not in form
    refused = staff.post(receipt, {"lowest": "warm"})
    assert "ER1742 scanned" in errors(refused)


@pytest.mark.parametrize(
    "code", ["", " ", "abc", "(17)219931", "(01)123", "10", "\x1d", "\x00", "<b>", "]d2", "9" * 300]
)
def test_a_damaged_code_is_said_to_be_one(staff: Client, here: Here, code: str) -> None:
    page = scanned(staff, here.ersboda, code)
    assert page.status_code == 422
    assert 'id="code_error"' in page.content.decode() and "<b>" not in page.content.decode()


def test_without_a_code_one_is_asked_for(staff: Client, here: Here) -> None:
    page = staff.get(f"/en/venue/{here.ersboda}/scan/")
    assert page.status_code == 200 and 'name="code"' in page.content.decode()


@pytest.mark.parametrize(
    ("code", "told"),
    [(NEW, "Lot NEW1 is not known"),
     (GTIN, "The code says no lot"),
     (f"{GTIN}1721063010EP2163", "says the last day 30 June 2021"),
     (LATER, "No delivery with this lot")],
)  # fmt: skip
def test_what_is_odd_is_said(staff: Client, here: Here, code: str, told: str) -> None:
    assert told in words(scanned(staff, here.ersboda, code))


def test_a_recalled_lot_is_put_aside(staff: Client, here: Here) -> None:
    from vaksam.supply import actions

    in_fridge(here)
    actions.recall(lot=here.lot, reason="Partiklar", by=None)
    page = scanned(staff, here.ersboda, CODE)
    assert "Lot EP2163 is recalled" in words(page) and not offers(page, "open")


def test_what_is_past_its_time_is_written_off_once(
    staff: Client, here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vaksam.supply import actions

    in_fridge(here)
    assert tap(staff, here.ersboda, "expire", here.lot).status_code == 302
    assert there(here.ersboda, "cold") == 10  # not yet
    region.stand(monkeypatch, region.MORNING + timedelta(days=60))
    page = scanned(staff, here.ersboda, CODE)
    assert "The last day of lot EP2163 was 31 May 2021" in words(page)
    assert offers(page, "expire") and not offers(page, "open")
    actions.receive(venue=here.ersboda, lot=here.later, vials=3, by=None)
    for _ in range(2):
        assert tap(staff, here.ersboda, "expire", here.lot).status_code == 302
    assert there(here.ersboda, "cold") == 3
    assert "Expired" in words(staff.get(f"/en/venue/{here.ersboda}/"))


def test_thaw_life_that_ended_is_told_apart(
    staff: Client, here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vaksam.supply import actions, queries

    actions.receive(venue=here.store, lot=here.later, vials=8, by=None)
    actions.thaw(venue=here.store, lot=here.later, vials=3, by=None)
    region.stand(monkeypatch, region.MORNING + timedelta(days=40))
    tap(staff, here.store, "expire", here.later)
    assert there(here.store, "frozen") == 5 and there(here.store, "thawed") == 0
    assert queries.documents(here.store)[0].reason == "thaw_life"


def test_an_open_vial_whose_time_is_up(
    staff: Client, here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vaksam.supply import actions, queries

    in_fridge(here)
    vial = actions.open_vial(venue=here.ersboda, lot=here.lot, by=None)
    page = staff.get(f"/en/venue/{here.ersboda}/")
    assert offers(page, "draw") and not offers(page, "end")
    region.stand(monkeypatch, region.MORNING + timedelta(hours=8))
    page = staff.get(f"/en/venue/{here.ersboda}/")
    assert offers(page, "end") and not offers(page, "draw")
    assert tap(staff, here.ersboda, "end", vial).status_code == 302
    assert not queries.open_vials(here.ersboda)


def test_coordinators_clear_quarantine(staff: Client, coordinator: Client, here: Here) -> None:
    from vaksam.supply import actions

    in_fridge(here)
    actions.quarantine(venue=here.ersboda, lot=here.lot, by=None, reason="9.4 °C")
    page = staff.get(f"/en/venue/{here.ersboda}/")
    assert not offers(page, "clear") and not offers(page, "open")
    assert tap(staff, here.ersboda, "clear", here.lot).status_code == 403
    assert there(here.ersboda, "quarantine") == 10
    page = coordinator.get(f"/en/venue/{here.ersboda}/")
    assert offers(page, "clear") and f"/waste/lot/{here.lot}/" in page.content.decode()
    for _ in range(2):
        assert tap(coordinator, here.ersboda, "clear", here.lot).status_code == 302
    assert there(here.ersboda, "cold") == 10
    assert offers(staff.get(f"/en/venue/{here.ersboda}/"), "open")


def take_in(client: Client, venue: int, code: str, **sent: Any) -> HttpResponse:
    form = {"product": "comirnaty", "vials": 20} | sent
    return client.post(f"/en/venue/{venue}/scan/?code={quote(code)}", form)


def test_a_store_takes_in_a_scanned_lot_once(staff: Client, here: Here) -> None:
    from vaksam.supply import queries

    page = scanned(staff, here.store, NEW).content.decode()
    token = re.findall(r'name="token" value="([^"]+)"', page)
    assert 'name="vials"' in page and 'name="expires_on"' not in page
    for _ in range(2):
        assert take_in(staff, here.store, NEW, token=token[0]).status_code == 302
    assert there(here.store, "frozen") == 20
    lot = next(each for each in queries.lots() if each.number == "NEW1")
    assert lot.expires_on == date(2021, 8, 31)
    again = scanned(staff, here.store, NEW)
    assert offers(again, "thaw") and offers(again, "return")
    assert "Spikevax" not in words(again)  # the product is known by now


@pytest.mark.parametrize(
    ("code", "sent"),
    [(NEW, {"vials": "many"}), (NEW, {"vials": -1}), (NEW, {"product": "unknown"}),
     (f"{GTIN}1721063010EP2163", {}), (f"{GTIN}10NODAY", {}),
     (f"{GTIN}10NODAY", {"expires_on": "soon"})],
)  # fmt: skip
def test_what_cannot_be_taken_in(
    staff: Client, here: Here, code: str, sent: dict[str, Any]
) -> None:
    assert take_in(staff, here.store, code, **sent).status_code == 422
    assert there(here.store, "frozen", "cold") == 0


def test_a_last_day_that_the_code_does_not_say_is_asked_for(staff: Client, here: Here) -> None:
    assert 'name="expires_on"' in scanned(staff, here.store, f"{GTIN}10NODAY").content.decode()
    sent = {"expires_on": "2021-08-31"}
    assert take_in(staff, here.store, f"{GTIN}10NODAY", **sent).status_code == 302


def test_what_is_recalled_or_on_its_way_is_not_taken_in(staff: Client, here: Here) -> None:
    from vaksam.supply import actions

    assert 'name="vials"' in scanned(staff, here.store, CODE).content.decode()
    recall = actions.recall(lot=here.lot, reason="Partiklar", by=None)
    assert 'name="vials"' not in scanned(staff, here.store, CODE).content.decode()
    assert take_in(staff, here.store, CODE).status_code == 404
    actions.lift_recall(recall=recall, by=None)
    in_fridge(here)
    dispatch = actions.plan_dispatch(
        sender=here.ersboda, receiver=here.store, expected_on=date(2021, 4, 13),
        wanted=[actions.Wanted("comirnaty", 2)], by=None,
    )  # fmt: skip
    actions.send(dispatch=dispatch, by=None)
    assert f"/receive/{dispatch}/" in scanned(staff, here.store, CODE).content.decode()
    assert take_in(staff, here.store, CODE).status_code == 404


def test_only_stores_take_in_and_give_back(staff: Client, here: Here) -> None:
    from vaksam.supply import queries

    in_fridge(here)
    assert 'name="vials"' not in scanned(staff, here.ersboda, NEW).content.decode()
    assert take_in(staff, here.ersboda, NEW).status_code == 404
    assert take_in(staff, here.store, f"{GTIN}1721010110OLD").status_code == 404
    assert tap(staff, here.ersboda, "return", here.lot).status_code == 404
    assert not offers(staff.get(f"/en/venue/{here.ersboda}/"), "return")
    take_in(staff, here.store, NEW)
    lot = next(each.id for each in queries.lots() if each.number == "NEW1")
    assert tap(staff, here.store, "return", lot, doses=15).status_code == 302
    assert there(here.store, "frozen") == 5
    assert "There are 5 vials" in errors(tap(staff, here.store, "return", lot, doses=6))


@pytest.mark.parametrize("number", ["", "x", "-1", "1.5", "9" * 30, "9" * 5000, "²"])
@pytest.mark.parametrize("what", ["open", "draw", "expire", "clear", "reverse"])
def test_numbers_that_are_none(coordinator: Client, here: Here, what: str, number: str) -> None:
    assert tap(coordinator, here.ersboda, what, number).status_code == 422


@pytest.mark.parametrize("many", ["", "x", "0", "-1", "1.5", "9" * 9, "9" * 5000])
@pytest.mark.parametrize("what", ["thaw", "draw", "give"])
def test_so_many_cannot_be(staff: Client, here: Here, what: str, many: str) -> None:
    from vaksam.supply import actions

    in_fridge(here)
    vial = actions.open_vial(venue=here.ersboda, lot=here.lot, by=None)
    number = here.lot if what == "thaw" else vial
    assert tap(staff, here.ersboda, what, number, doses=many).status_code == 422


@pytest.mark.parametrize(
    "what", ["open", "thaw", "draw", "give", "empty", "end", "reverse", "dance"]
)
def test_what_is_not_there(staff: Client, here: Here, what: str) -> None:
    assert tap(staff, here.ersboda, what, "9" * 18).status_code == 404


@pytest.mark.parametrize("path", ["waste/box/1/", "receive/999999999999/", "do/dance/"])
def test_addresses_that_are_none(staff: Client, here: Here, path: str) -> None:
    sent = {"number": 1, "reason": "dropped", "vials": 1}
    assert staff.post(f"/en/venue/{here.ersboda}/{path}", sent).status_code == 404


def test_each_button_is_pressed_once(staff: Client, here: Here) -> None:
    from vaksam.supply import actions, queries

    in_fridge(here)
    actions.open_vial(venue=here.ersboda, lot=here.lot, by=None)
    page = staff.get(f"/en/venue/{here.ersboda}/").content.decode()
    tokens = re.findall(r'name="token" value="([^"]+)"', page)
    assert len(tokens) == len(set(tokens)) == 3
    vial = queries.open_vials(here.ersboda)[0].vial
    for _ in range(2):
        assert tap(staff, here.ersboda, "draw", vial, token=tokens[0]).status_code == 302
    assert queries.open_vials(here.ersboda)[0].drawn == 1


def test_taken_back_twice_is_taken_back_once(staff: Client, here: Here) -> None:
    from vaksam.supply import actions

    in_fridge(here)
    wasted = actions.waste(
        venue=here.ersboda, lot=here.lot, vials=4, reason="dropped", by=None, at=clock.now()
    )
    for _ in range(2):
        assert tap(staff, here.ersboda, "reverse", wasted).status_code == 302
    assert there(here.ersboda, "cold") == 10


def test_who_may_not(as_role: Callable[..., Client], here: Here) -> None:
    stranger, agent = as_role(Role.REGION_COORDINATOR, "01"), as_role(Role.PHONE_AGENT)
    for client, status in ((stranger, 404), (agent, 403)):
        assert scanned(client, here.ersboda, CODE).status_code == status
        assert take_in(client, here.store, NEW).status_code == status
        for what in ("clear", "expire", "end", "return"):
            assert tap(client, here.store, what, here.lot).status_code == status
    assert there(here.store, "frozen", "cold") == 0

"""Venues, hours, staff and shifts, as a coordinator keeps them. Read in English."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.support import region
from tests.venues.conftest import TODAY, Place, fill, plan
from tests.web.planning import errors, words
from vaksam.base.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(db: None, monkeypatch: pytest.MonkeyPatch) -> Place:
    region.stand(monkeypatch)
    return fill()


@pytest.fixture
def coordinator(as_role: Callable[..., Client]) -> Client:
    return as_role(Role.REGION_COORDINATOR)


def test_the_list_shows_each_venues_day(coordinator: Client, here: Place) -> None:
    from vaksam.venues import actions

    plan(here.nurse, here.ersboda)
    actions.report_absent(shift=plan(here.second, here.ersboda), reason="ill", by=None)
    coordinator.post(f"/en/venues/{here.ersboda}/hours/", {"day_1": "8–12, 13-16.30"})
    page = words(coordinator.get("/en/venues/"))
    row = "Ersboda hälsocentral health centre Umeå 08:00–12:00, 13:00–16:30 1 1 1 step-free"
    assert row in page
    assert "Dorotea hälsocentral health centre Dorotea not told 0 0 0 step-free" in page
    assert "Missing today 1" in page and "of 2 venues" in page
    file = coordinator.get("/en/venues/?area=24&form=csv")
    assert file.content.decode().count("\n") == 4


def test_without_venues_the_page_says_what_to_do(
    as_role: Callable[..., Client], here: Place
) -> None:
    elsewhere = as_role(Role.REGION_COORDINATOR, "01")
    assert "No venues yet" in words(elsewhere.get("/en/venues/"))
    assert "Nobody yet" in words(elsewhere.get("/en/venues/staff/"))
    assert "Nobody is missing" in words(elsewhere.get("/en/venues/shifts/?area=24"))
    assert elsewhere.get("/en/venues/?form=csv").status_code == 200


def test_a_venue_says_what_is_not_known_yet(coordinator: Client, here: Place) -> None:
    page = words(coordinator.get(f"/en/venues/{here.ersboda}/"))
    assert "Nobody is planned that week" in page and "Nobody has told the hours yet" in page
    for day in ("2021-02-31", "nonsense", "0001-01-01", "9999-12-31"):
        assert coordinator.get(f"/en/venues/{here.ersboda}/?day={day}").status_code == 200


def test_from_planned_to_ill_to_replaced(coordinator: Client, here: Place) -> None:
    form = f"/en/venues/{here.ersboda}/shifts/new/?day=2021-04-13"
    assert "Anna Berg (nurse, Ersboda hälsocentral)" in words(coordinator.get(form))
    sent = {"staff": here.nurse, "day": "2021-04-13", "starts": "08:00", "ends": "16:00"}
    made = coordinator.post(form, sent)
    assert made.status_code == 302, errors(made)
    assert "planned at Ersboda hälsocentral" in errors(coordinator.post(form, sent))
    page = coordinator.get(made.url)
    assert "Anna Berg (nurse) – 08:00–16:00 – – – – –" in words(page)
    ill = re.search(r'action="(/en/venues/shifts/\d+/absent/)"', page.content.decode())
    assert ill
    told = coordinator.post(ill[1], {"reason": "ill"}, follow=True)
    assert "08:00–16:00, ill" in words(told) and "1 person is missing" in words(told)
    assert "Nobody who vaccinates is there" in words(told)
    missing = coordinator.get("/en/venues/shifts/")
    find = re.search(r'href="(/en/venues/shifts/\d+/replace/)"', missing.content.decode())
    assert find and "Anna Berg (nurse) Ersboda hälsocentral" in words(missing)
    people = words(coordinator.get(find[1]))
    assert "Bo Ek" in people and "Cia Dal" not in people
    assert coordinator.post(find[1], {"staff": "x"}).status_code == 422
    filled = coordinator.post(find[1], {"staff": here.second}, follow=True)
    assert "ill, replaced by Bo Ek" in words(filled)
    assert "Nobody there is trained to treat anaphylaxis" in words(filled)
    back = coordinator.post(ill[1].replace("absent", "back"), follow=True)
    assert "works the shift after all" in words(back)
    assert coordinator.post(ill[1], {"reason": "beach"}).status_code == 422


def test_a_week_is_copied_and_a_shift_taken_away(coordinator: Client, here: Place) -> None:
    shift = plan(here.nurse, here.ersboda, TODAY + timedelta(days=1))
    copy = f"/en/venues/{here.ersboda}/shifts/copy/"
    page = coordinator.post(copy, {"monday": "2021-04-12"}, follow=True)
    assert "1 shift is copied" in words(page)
    page = coordinator.post(copy, {"monday": "2021-04-12"}, follow=True)
    assert "0 shifts are copied. 1 is left out" in words(page)
    for monday in ("", "2021-04-13", "2021-99-99", "9999-12-27"):
        assert coordinator.post(copy, {"monday": monday}).status_code == 422
    page = coordinator.post(f"/en/venues/shifts/{shift}/cancel/", follow=True)
    assert "Nobody is planned that week" in words(page)


def test_hours_are_told_for_usual_weeks_and_a_season(coordinator: Client, here: Place) -> None:
    form = f"/en/venues/{here.ersboda}/hours/"
    assert coordinator.post(form, {"day_0": "8-16"}).status_code == 302
    summer = {"from_on": "2021-07-01", "to_on": "2021-07-31", "day_1": "10–12"}
    assert coordinator.post(f"{form}?season=new", summer).status_code == 302
    page = words(coordinator.get(f"/en/venues/{here.ersboda}/"))
    assert "Monday 08:00–16:00 closed" in page and "Tuesday closed 10:00–12:00" in page
    season = "?season=2021-07-01_2021-07-31"
    assert 'value="10:00–12:00"' in coordinator.get(form + season).content.decode()
    for wrong in ("nine to five", "25-26", "8-12-16", "16-8"):
        errors(coordinator.post(form, {"day_0": wrong}))
    errors(coordinator.post(f"{form}?season=new", {"day_1": "10–12"}))
    coordinator.post(form + season, summer | {"day_1": ""})
    assert "Tuesday closed Wednesday" in words(coordinator.get(f"/en/venues/{here.ersboda}/"))


def test_a_venue_is_changed(coordinator: Client, here: Place) -> None:
    form = f"/en/venues/{here.ersboda}/change/"
    assert "Step-free from the street" in words(coordinator.get(form))
    sent: dict[str, Any] = {
        "name": "Ersboda hälsocentral", "kind": "health_centre", "provider": "region",
        "public": "on", "street": "Östra Ersboda 1", "postcode": "906 25", "city": "Umeå",
        "lift": "on", "languages": ["sv", "sju"], "stations": 3, "minutes_per_person": "4.5",
        "interval_minutes": 10, "observation_minutes": 15, "room": 20, "doses_per_week": 600,
        "hours_from_store": "0.5", "cut_off": "15:00", "latitude": "63.85", "longitude": "20.3",
    }  # fmt: skip
    done = coordinator.post(form, sent)
    assert done.status_code == 302, errors(done)
    page = words(coordinator.get(done.url))
    assert "Östra Ersboda 1, 906 25 Umeå" in page and "Swedish, Ume Sami" in page
    assert "People let in at once 20" in page and "step-free" not in page
    assert "five digits" in errors(coordinator.post(form, sent | {"postcode": "90"}))
    errors(coordinator.post(form, sent | {"stations": 0}))
    assert "cannot be shown" in errors(coordinator.post(form, sent | {"kind": "store"}))


def test_staff_are_added_and_leave(coordinator: Client, here: Place) -> None:
    sent = {"name": "Eva Gran", "role": "nurse", "employer": "agency", "venue": here.dorotea,
            "vaccinates": "on", "languages": ["sv", "so"]}  # fmt: skip
    done = coordinator.post("/en/venues/staff/new/", sent)
    assert done.status_code == 302, errors(done)
    page = coordinator.get("/en/venues/staff/")
    row = "Eva Gran nurse Dorotea hälsocentral yes no Swedish, Somali staffing agency"
    assert row in words(page)
    edit = re.search(r'href="(/en/venues/staff/\d+/)">Eva', page.content.decode())
    assert edit
    assert "Only nurses" in errors(coordinator.post(edit[1], sent | {"role": "host"}))
    assert "Have left" not in words(page)
    assert coordinator.post(edit[1], sent | {"left_on": "2021-04-12"}).status_code == 302
    assert "Have left" in words(coordinator.get("/en/venues/staff/"))


def test_others_are_refused(as_role: Callable[..., Client], here: Place) -> None:
    shift = plan(here.nurse, here.ersboda)
    seen = (
        "/venues/", "/venues/staff/", "/venues/staff/new/", f"/venues/staff/{here.nurse}/",
        "/venues/shifts/", f"/venues/shifts/{shift}/replace/", f"/venues/{here.ersboda}/",
        f"/venues/{here.ersboda}/change/", f"/venues/{here.ersboda}/hours/",
        f"/venues/{here.ersboda}/shifts/new/",
    )  # fmt: skip
    done = (
        f"/venues/shifts/{shift}/absent/", f"/venues/shifts/{shift}/back/",
        f"/venues/shifts/{shift}/cancel/", f"/venues/shifts/{shift}/replace/",
        f"/venues/{here.ersboda}/shifts/copy/",
    )  # fmt: skip
    for role in (Role.VENUE_STAFF, Role.REGION_ANALYST, Role.PHONE_AGENT, Role.NATIONAL_VIEWER):
        client = as_role(role)
        assert {client.get(address).status_code for address in seen} == {403}
        assert {client.post(address).status_code for address in done} == {403}
    stranger = as_role(Role.REGION_COORDINATOR, "01")
    own = [address for address in (*seen, *done) if re.search(r"\d", address)]
    assert {stranger.post(address).status_code for address in own} <= {404, 405}
    assert {stranger.get(address).status_code for address in own} <= {404, 405}


def test_the_list_costs_few_queries(
    coordinator: Client, here: Place, django_assert_num_queries: Any
) -> None:
    plan(here.nurse, here.ersboda)
    coordinator.get("/venues/")
    with django_assert_num_queries(7):
        coordinator.get("/venues/")
    plan(here.second, here.dorotea)
    plan(here.host, here.dorotea)
    with django_assert_num_queries(7):
        coordinator.get("/venues/")


def test_no_address_and_no_log_holds_a_name(coordinator: Client, here: Place, planted: Any) -> None:
    sent = {"name": f"{planted.given_name} {planted.family_name}", "role": "nurse",
            "employer": "region", "vaccinates": "on"}  # fmt: skip
    page = coordinator.post("/en/venues/staff/new/", sent, follow=True)
    edit = re.search(rf'href="(/en/venues/staff/(\d+)/)">{planted.given_name}',
                     page.content.decode())  # fmt: skip
    assert edit
    assert coordinator.get(edit[1]).status_code == 200
    shift = plan(int(edit[2]), here.ersboda)
    for what in ("absent", "back", "absent"):
        coordinator.post(f"/en/venues/shifts/{shift}/{what}/", {"reason": "ill"})
    coordinator.post(f"/en/venues/shifts/{shift}/replace/", {"staff": here.nurse})
    assert planted.family_name in words(coordinator.get(f"/en/venues/{here.ersboda}/"))

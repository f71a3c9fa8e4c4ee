"""Pages of supply, and of a venue's fridge with one thumb."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.supply.conftest import Here, fill
from tests.support import region
from tests.web.planning import errors, words
from vaksam.base import clock
from vaksam.base.roles import Role

pytestmark = pytest.mark.django_db


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


def in_store(coordinator: Client, here: Here, vials: int = 20) -> None:
    code = "(01)07046261398572(10)EP2163(17)210531"
    sent = {"venue": here.store, "product": "comirnaty", "code": code, "vials": vials}
    response = coordinator.post("/supply/stock/new/", sent)
    assert response.status_code == 302, errors(response)


def on_the_way(coordinator: Client, here: Here, vials: int = 10) -> str:
    sent = {
        "sender": here.store, "receiver": here.ersboda, "expected_on": "2021-04-13",
        "product": "comirnaty", "vials": vials, "transport": "cold", "box": "orange",
    }  # fmt: skip
    response = coordinator.post("/supply/dispatches/new/", sent)
    assert response.status_code == 302, errors(response)
    coordinator.post(f"{response.url}send/")
    return response.url


def received(staff: Client, coordinator: Client, here: Here) -> None:
    in_store(coordinator, here)
    dispatch = on_the_way(coordinator, here).strip("/").split("/")[-1]
    form = f"/venue/{here.ersboda}/receive/{dispatch}/"
    line = re.search(r'name="whole_(\d+)"', staff.get(form).content.decode())
    assert line
    sent = {f"whole_{line[1]}": 10, f"damaged_{line[1]}": 0, "lowest": "3.1", "highest": "6.4"}
    response = staff.post(form, sent)
    assert response.status_code == 302, errors(response)


def tap(client: Client, here: Here, what: str, number: str | int, **more: Any) -> None:
    sent = {"number": number} | more
    response = client.post(f"/venue/{here.ersboda}/do/{what}/", sent)
    assert response.status_code == 302, words(response)


def test_from_the_box_to_the_arm(staff: Client, coordinator: Client, here: Here) -> None:
    received(staff, coordinator, here)
    page = staff.get(f"/venue/{here.ersboda}/")
    assert "10 flaskor, 60 doser" in words(page)
    tap(staff, here, "open", here.lot)
    page = staff.get(f"/venue/{here.ersboda}/")
    vial = re.search(r"/waste/vial/(\d+)/", page.content.decode())
    assert vial and "6 doser i flaskan, 0 uppdragna" in words(page)
    tap(staff, here, "draw", vial[1])
    tap(staff, here, "give", vial[1])
    assert "5 doser i flaskan, 0 uppdragna" in words(staff.get(f"/venue/{here.ersboda}/"))
    tap(staff, here, "empty", vial[1])
    assert "Ingen är öppnad" in words(staff.get(f"/venue/{here.ersboda}/"))
    stock = words(coordinator.get("/supply/stock/"))
    assert "Ersboda hälsocentral Comirnaty EP2163 upptinad, i kylen" in stock
    assert coordinator.get("/supply/stock/?form=csv").status_code == 200


def test_a_tap_sent_twice_is_done_once(staff: Client, coordinator: Client, here: Here) -> None:
    received(staff, coordinator, here)
    page = staff.get(f"/venue/{here.ersboda}/").content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    for _ in range(2):
        tap(staff, here, "open", here.lot, token=token[1])
    assert words(staff.get(f"/venue/{here.ersboda}/")).count("doser i flaskan") == 1


def test_wastage_in_two_taps(staff: Client, coordinator: Client, here: Here) -> None:
    received(staff, coordinator, here)
    form = f"/venue/{here.ersboda}/waste/lot/{here.lot}/"
    assert "Tappad" in words(staff.get(form))
    assert staff.post(form, {"vials": 1, "reason": "dropped"}).status_code == 302
    page = words(staff.get(f"/venue/{here.ersboda}/"))
    assert "9 flaskor, 54 doser" in page and "Tappad" in page
    assert "Där finns 9 flaskor" in errors(staff.post(form, {"vials": 99, "reason": "dropped"}))
    assert staff.post(form, {"vials": 1, "reason": "lost"}).status_code == 422


def test_the_fridge_is_counted_and_a_mistake_taken_back(
    staff: Client, coordinator: Client, here: Here
) -> None:
    received(staff, coordinator, here)
    staff.post(f"/venue/{here.ersboda}/count/", {f"lot_{here.lot}": 8})
    page = staff.get(f"/venue/{here.ersboda}/")
    assert "8 flaskor, 48 doser" in words(page)
    counted = re.search(r'name="number" value="(\d+)"><button[^>]*>Ta tillbaka',
                        page.content.decode())  # fmt: skip
    assert counted
    tap(staff, here, "reverse", counted[1])
    assert "10 flaskor, 60 doser" in words(staff.get(f"/venue/{here.ersboda}/"))


def test_what_came_is_counted_with_reason_and_photo(
    staff: Client, coordinator: Client, here: Here, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    in_store(coordinator, here)
    dispatch = on_the_way(coordinator, here).strip("/").split("/")[-1]
    form = f"/venue/{here.ersboda}/receive/{dispatch}/"
    line = re.search(r'name="whole_(\d+)"', staff.get(form).content.decode())
    assert line
    fewer = {f"whole_{line[1]}": 8, f"damaged_{line[1]}": 1}
    assert "Säg varför det som kom" in errors(staff.post(form, fewer))
    text = SimpleUploadedFile("x.txt", b"x", content_type="text/plain")
    told = fewer | {"discrepancy": "damaged", "photo": text}
    assert "Välj en bild" in errors(staff.post(form, told))
    photo = SimpleUploadedFile("x.jpg", b"\xff\xd8x", content_type="image/jpeg")
    assert staff.post(form, told | {"photo": photo}).status_code == 302
    assert staff.post(form, told).status_code in (302, 422)  # it has been received already


@pytest.mark.parametrize("code", ["", "abc", "(17)219931"])
def test_a_code_that_is_none(coordinator: Client, here: Here, code: str) -> None:
    sent = {"venue": here.store, "product": "comirnaty", "code": code, "vials": 5}
    errors(coordinator.post("/supply/stock/new/", sent))


def test_a_scanned_code_is_known(staff: Client, coordinator: Client, here: Here) -> None:
    received(staff, coordinator, here)
    page = staff.get(f"/venue/{here.ersboda}/scan/?code=(10)EP2163(17)210531")
    assert "Den ligger i den här kylen" in words(page)
    assert staff.get(f"/venue/{here.ersboda}/scan/?code=abc").status_code == 422


def test_a_late_delivery_fires_is_taken_and_closes(
    staff: Client, coordinator: Client, here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vaksam.supply import actions

    in_store(coordinator, here)
    dispatch = on_the_way(coordinator, here)
    actions.look()
    assert "Inget behöver göras" in words(coordinator.get("/supply/"))
    region.stand(monkeypatch, region.MORNING.replace(hour=13, minute=5))
    actions.look()
    page = coordinator.get("/supply/")
    assert "har inte kommit. Ring Lagret, 090-0000000" in words(page)
    alert = re.search(r'action="(/supply/alerts/\d+/take/)"', page.content.decode())
    assert alert
    away = coordinator.post(alert[1], {"next": "https://example.org/"})
    assert away.url == "/supply/"
    assert "region_coordinator-24 tar hand om det" in words(coordinator.get("/supply/"))
    form = f"/venue/{here.ersboda}/receive/{dispatch.strip('/').split('/')[-1]}/"
    line = re.search(r'name="whole_(\d+)"', staff.get(form).content.decode())
    assert line
    staff.post(form, {f"whole_{line[1]}": 10, f"damaged_{line[1]}": 0})
    assert "Inget behöver göras" in words(coordinator.get("/supply/"))


def test_a_recall_is_seen_at_the_venue(staff: Client, coordinator: Client, here: Here) -> None:
    received(staff, coordinator, here)
    made = coordinator.post("/supply/lots/", {"lot": here.lot, "reason": "Partiklar"})
    assert "Ersboda hälsocentral" in words(coordinator.get(made.url))
    page = words(staff.get(f"/venue/{here.ersboda}/"))
    assert "återkallad" in page and "Öppna en flaska" not in page
    response = staff.post(f"/venue/{here.ersboda}/do/open/", {"number": here.lot})
    assert "återkallad" in errors(response)


def test_the_plan_keeps_what_was_announced(
    coordinator: Client, here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"product": "comirnaty", "day": "2021-04-19", "doses": 5850,
            "announced_by": "Folkhälsomyndigheten"}  # fmt: skip
    coordinator.post("/supply/plan/new/", said)
    region.stand(monkeypatch, clock.now() + timedelta(days=3))
    coordinator.post("/supply/plan/new/", said | {"doses": 2925, "note": "halverat"})
    page = words(coordinator.get("/supply/plan/"))
    assert "5 850 2 925 3 dagar" in page and "halverat" in page
    assert coordinator.post("/supply/plan/new/", said | {"doses": -1}).status_code == 422


@pytest.mark.parametrize("at", ["", "2021-04-13T06:00", "nonsense", "9999-99-99T00:00"])
def test_stock_at_any_moment(coordinator: Client, here: Here, at: str) -> None:
    in_store(coordinator, here)
    page = words(coordinator.get(f"/supply/stock/?at={at}"))
    assert ("Inget i lager" in page) == (at == "2021-04-13T06:00")


def test_who_may_not(as_role: Callable[..., Client], here: Here) -> None:
    agent, stranger = as_role(Role.PHONE_AGENT), as_role(Role.VENUE_STAFF, "01")
    assert agent.get("/supply/").status_code == 403
    assert agent.get(f"/venue/{here.ersboda}/").status_code == 403
    assert stranger.get(f"/venue/{here.ersboda}/").status_code == 404
    response = stranger.post(f"/venue/{here.ersboda}/do/open/", {"number": here.lot})
    assert response.status_code == 404
    analyst = as_role(Role.REGION_ANALYST)
    assert analyst.get("/supply/stock/").status_code == 200
    assert analyst.get("/supply/dispatches/new/").status_code == 403
    assert "Återkalla" not in words(analyst.get("/supply/lots/"))


def test_pages_cost_few_queries(
    staff: Client, coordinator: Client, here: Here, django_assert_max_num_queries: Any
) -> None:
    received(staff, coordinator, here)
    most = {"/supply/": 22, "/supply/stock/": 18, "/supply/plan/": 18, "/supply/lots/": 14}
    for address, count in most.items():
        coordinator.get(address)
        with django_assert_max_num_queries(count, info=address):
            assert coordinator.get(address).status_code == 200
    with django_assert_max_num_queries(34):
        staff.get(f"/venue/{here.ersboda}/")


def test_without_venues_pages_say_what_to_do(as_role: Callable[..., Client], db: None) -> None:
    coordinator = as_role(Role.REGION_COORDINATOR, "01")
    assert coordinator.get("/supply/").status_code == 200
    assert "Inga mottagningar än" in words(coordinator.get("/venue/?all"))


def test_a_plan_is_made_compared_and_chosen(
    coordinator: Client, as_role: Callable[..., Client], here: Here
) -> None:
    in_store(coordinator, here)
    form = {"name": "Efter fas", "weeks": 2, "package": 1, "due": 5, "early": 3, "equal": 1,
            "least": 0, "population": 0}  # fmt: skip
    response = coordinator.post("/supply/shares/", form)
    assert response.status_code == 302, errors(response)
    page = words(coordinator.get(response.url))
    assert "Bevisat inom" in page and "Efter befolkning, den enkla regeln" in page
    assert "Efter fas" in words(coordinator.get("/supply/shares/"))
    for form_of_file in ("svg", "png", "json", "csv", "xlsx", "parquet"):
        address = f"{response.url}?file=share-map&form={form_of_file}"
        assert coordinator.get(address).status_code == 200
    assert coordinator.get(f"{response.url}?file=sent&form=csv").status_code == 200
    assert coordinator.get(f"{response.url}?file=other&form=csv").status_code == 200
    analyst = as_role(Role.REGION_ANALYST)
    assert "Välj planen" not in words(analyst.get(response.url))
    assert analyst.post(f"{response.url}choose/").status_code == 403
    assert analyst.post("/supply/shares/", form).status_code == 200
    stranger = as_role(Role.REGION_COORDINATOR, "01")
    assert stranger.get(response.url).status_code == 404
    assert coordinator.post(f"{response.url}choose/").status_code == 302
    assert coordinator.post(f"{response.url}drop/").status_code == 422
    assert coordinator.post("/supply/shares/", form | {"weeks": 40}).status_code == 422
    assert coordinator.post("/supply/shares/", {"name": ""}).status_code == 422


def test_yield_and_wastage(staff: Client, coordinator: Client, here: Here) -> None:
    assert "Ingen flaska har tömts" in words(coordinator.get("/supply/yields/"))
    received(staff, coordinator, here)
    tap(staff, here, "open", here.lot)
    vial = re.search(
        r'name="number" value="(\d+)"', staff.get(f"/venue/{here.ersboda}/").content.decode()
    )
    assert vial
    for _ in range(5):
        tap(staff, here, "draw", vial[1])
    tap(staff, here, "give", vial[1], doses=5)
    tap(staff, here, "empty", vial[1])
    staff.post(f"/venue/{here.ersboda}/waste/lot/{here.lot}/", {"vials": 1, "reason": "dropped"})
    page = words(coordinator.get("/supply/yields/"))
    assert "Comirnaty 5,00 doser per flaska; nominellt 6" in page
    assert "Ersboda hälsocentral 2 1,0 50,0" in page and "Tappad Comirnaty 1 0" in page
    for key in ("yield-comirnaty", "wastage", "weeks"):
        response = coordinator.get(f"/supply/yields/?file={key}&form=csv")
        assert response.status_code == 200 and response.content.count(b"\n") >= 2
    assert coordinator.get("/supply/yields/?file=yield-nothing&form=csv").status_code == 404


def test_the_weeks_ahead_and_their_scenarios(
    coordinator: Client, as_role: Callable[..., Client], here: Here
) -> None:
    in_store(coordinator, here)
    text = 'name = "Halva"\n[[change]]\nkind = "deliveries"\nfactor = 0.5\n'
    assert coordinator.post("/supply/ahead/", {"text": text}).status_code == 302
    page = words(coordinator.get("/supply/ahead/?quantity=needed"))
    assert "Halva" in page and "Som planerat" in page
    for address in ("file=ahead-stock&form=svg", "file=ahead-needed&form=csv",
                    "file=ahead&form=parquet", "quantity=nonsense"):  # fmt: skip
        assert coordinator.get(f"/supply/ahead/?{address}").status_code == 200, address
    assert coordinator.get("/supply/ahead/?file=ahead-x&form=csv").status_code == 404
    bad = coordinator.post("/supply/ahead/", {"text": '[[change]]\nkind = "x"'})
    assert bad.status_code == 422 and "En förändring är av någon av sorterna" in words(bad)
    stranger = as_role(Role.REGION_COORDINATOR, "01")
    assert "inget lager" in words(stranger.get("/supply/ahead/"))
    number = re.search(
        r"/supply/ahead/(\d+)/drop/", coordinator.get("/supply/ahead/").content.decode()
    )
    assert number
    assert stranger.post(f"/supply/ahead/{number[1]}/drop/").status_code == 403
    assert coordinator.post(f"/supply/ahead/{number[1]}/drop/").status_code == 302
    assert "Halva" not in words(coordinator.get("/supply/ahead/")).split("Vad händer om?")[0]


def test_a_venue_orders_and_a_coordinator_plans(
    staff: Client, coordinator: Client, here: Here
) -> None:
    in_store(coordinator, here)
    form = f"/venue/{here.ersboda}/order/"
    wanted = {"product": "comirnaty", "vials": 3, "expected_on": "2021-04-14"}
    assert staff.post(form, wanted | {"expected_on": "2021-04-01"}).status_code == 422
    assert staff.post(form, wanted | {"vials": 0}).status_code == 422
    assert staff.post(form, wanted).status_code == 302
    page = coordinator.get("/supply/").content.decode()
    assert "beställd" in page
    address = re.findall(r"/supply/dispatches/\d+/", page)[-1]
    assert staff.post(f"{address}approve/").status_code == 403
    assert coordinator.post(f"{address}send/").status_code == 422  # not before it is planned
    assert coordinator.post(f"{address}approve/").status_code == 302
    assert coordinator.post(f"{address}approve/").status_code == 422
    assert coordinator.post(f"{address}send/").status_code == 302
    assert "3 Comirnaty" in words(staff.get(f"/venue/{here.ersboda}/"))

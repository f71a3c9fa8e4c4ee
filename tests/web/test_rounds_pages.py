"""The pages of rounds: planned, taken along, taken back, decided. Read in English."""

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.rounds.conftest import Here, edited, fill, given, saved
from tests.support import region
from tests.web.planning import words
from vaksam.base.models import AccessEntry
from vaksam.base.roles import Role
from vaksam.records import actions as records
from vaksam.records.models import Vaccination
from vaksam.rounds.models import Member, Round, Row

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[Here]:
    from django.db import transaction

    with (
        django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic()
    ):  # fmt: skip
        region.stand(patch)
        yield fill()
        transaction.set_rollback(True)


@pytest.fixture
def here(_filled: Here, db: None, monkeypatch: pytest.MonkeyPatch) -> Here:
    from vaksam.eligibility import queries

    region.stand(monkeypatch, region.MORNING.replace(hour=10))
    queries.forget()
    return _filled


@pytest.fixture
def staff(as_role: Callable[..., Client]) -> Client:
    return as_role(Role.VENUE_STAFF)


def form(here: Here, **more: Any) -> dict[str, Any]:
    told = {"venue": here.team, "kind": "care_homes", "programme": "covid-19-2021",
            "product": "comirnaty", "day": "2021-04-14", "leaves": "08:00", "until": "16:00",
            "teams": 1, "most": 60, "way": "opened", "person_minutes": 8,
            "door_minutes": 7}  # fmt: skip
    return told | more


def field(page: Any, name: str) -> str:
    return page.content.decode().split(f'name="{name}" value="')[1].split('"')[0]


def upload(client: Client, pk: int, content: bytes, name: str = "runda.xlsx") -> Any:
    return client.post(f"/en/rounds/{pk}/back/", {"file": SimpleUploadedFile(name, content)})


def test_without_rounds_one_is_told_what_they_are(staff: Client, here: Here) -> None:
    page = staff.get("/en/rounds/")
    assert "No round is planned" in words(page) and "/en/rounds/new/" in page.content.decode()


def test_a_round_is_proposed_and_saved_once(staff: Client, here: Here) -> None:
    page = staff.post("/en/rounds/new/", form(here) | {"propose": "1"})
    said = words(page)
    assert page.status_code == 200 and "Tallgården" in said and "The last vial lasts" in said
    assert not Round.objects.exists() and "<meter" in page.content.decode()
    sent = form(here) | {"save": "1", "digest": field(page, "digest"),
                         "token": field(page, "token")}  # fmt: skip
    first = staff.post("/en/rounds/new/", sent)
    assert first.status_code == 302 and staff.post("/en/rounds/new/", sent).url == first.url
    assert Round.objects.count() == 1
    shown = words(staff.get(first.url))
    assert "Karin Berg" in shown and "The vial lasts until" in shown
    assert AccessEntry.objects.filter(action="rounds.open").exists()


def test_what_has_changed_is_shown_anew(staff: Client, here: Here) -> None:
    page = staff.post("/en/rounds/new/", form(here) | {"propose": "1"})
    sent = form(here, most=1) | {"save": "1", "digest": field(page, "digest"),
                                 "token": field(page, "token")}  # fmt: skip
    again = staff.post("/en/rounds/new/", sent)
    assert again.status_code == 422 and "changed meanwhile" in words(again)
    assert field(again, "digest") != sent["digest"] and not Round.objects.exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"way": "drawn"}, "bears no shaking"),
        ({"day": "2021-04-01"}, "day has been"),
        ({"until": "07:00"}, "must be back"),
        ({"teams": "0"}, "greater than"),
        ({"venue": "999999"}, "valid choice"),
    ],
)
def test_bad_choices_are_said(staff: Client, here: Here, more: Any, said: str) -> None:
    page = staff.post("/en/rounds/new/", form(here, **more) | {"propose": "1"})
    assert page.status_code == 422 and said in words(page)


def test_a_round_is_taken_along(staff: Client, here: Here) -> None:
    pk = saved(here)
    paper = staff.get(f"/en/rounds/{pk}/paper.pdf")
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")
    sheet = staff.get(f"/en/rounds/{pk}/sheet.xlsx")
    assert sheet.content.startswith(b"PK") and f"runda-{pk}.xlsx" in sheet["Content-Disposition"]
    assert AccessEntry.objects.filter(action="rounds.sheet").exists()


def test_the_round_trip(staff: Client, here: Here) -> None:
    pk = saved(here)
    assert staff.post(f"/en/rounds/{pk}/do/start/").status_code == 302
    sheet = staff.get(f"/en/rounds/{pk}/sheet.xlsx").content
    records.register(person=here.nils, given_on=date(2021, 4, 13), source="told",
                     product="comirnaty", lot="ER1742", by=None)  # fmt: skip
    done = upload(staff, pk, edited(sheet, karin=given(), nils=given()))
    assert done.url == f"/en/rounds/{pk}/rows/"
    page = words(staff.get(done.url))
    assert "Somebody registered another dose meanwhile" in page and "ER1742" in page
    assert "Given" in words(staff.get(f"/en/rounds/{pk}/"))
    assert staff.post(f"/en/rounds/{pk}/do/close/").status_code == 422
    row = Row.objects.get(state="conflict")
    bad = staff.post(f"/en/rounds/{pk}/rows/{row.pk}/", {"decision": "nothing"})
    assert bad.status_code == 422
    staff.post(f"/en/rounds/{pk}/rows/{row.pk}/", {"decision": "keep"})
    assert "Every row has been decided" in words(staff.get(done.url))
    assert staff.post(f"/en/rounds/{pk}/do/close/").status_code == 302
    assert Vaccination.objects.filter(withdrawn_at=None).count() == 2


def test_a_row_by_hand_is_found_by_its_number(staff: Client, here: Here) -> None:
    pk = saved(here)
    sheet = staff.get(f"/en/rounds/{pk}/sheet.xlsx").content
    upload(staff, pk, edited(sheet, ny={"Namn": "Okänd Boende"} | given()))
    row = Row.objects.get(state="conflict")
    url = f"/en/rounds/{pk}/rows/{row.pk}/"
    nobody = staff.post(url, {"decision": "replace"})
    assert nobody.status_code == 422 and "whom the row means" in words(nobody)
    number = region.number("19390808")
    staff.post(url, {"decision": "replace", "person": number})
    assert Member.objects.get(person=here.able).outcome == "given"


def test_a_broken_file_is_told_with_every_place(staff: Client, here: Here) -> None:
    pk = saved(here)
    sheet = staff.get(f"/en/rounds/{pk}/sheet.xlsx").content
    page = upload(staff, pk, edited(sheet, karin=given(Batchnummer="XX", Klockslag="nio")))
    assert page.status_code == 422
    assert "There is no such lot of the product" in words(page) and "Klockslag" in words(page)
    assert "Karin" not in words(page)
    for content in (b"x", b"PK\x03\x04", BytesIO(b"namn").getvalue()):
        assert upload(staff, pk, content).status_code == 422
    assert staff.post(f"/en/rounds/{pk}/back/").status_code == 422


def test_who_may(as_role: Callable[..., Client], here: Here) -> None:
    pk = saved(here)
    staff, agent = as_role(Role.VENUE_STAFF), as_role(Role.PHONE_AGENT)
    pages = ("", "new/", f"{pk}/", f"{pk}/paper.pdf", f"{pk}/sheet.xlsx", f"{pk}/back/",
             f"{pk}/rows/")  # fmt: skip
    for page in pages:
        assert staff.get(f"/en/rounds/{page}").status_code == 200
        assert agent.get(f"/en/rounds/{page}").status_code == 403
        assert Client().get(f"/en/rounds/{page}").status_code == 302
    away = as_role(Role.VENUE_STAFF, "01")
    for page in pages[2:]:
        assert away.get(f"/en/rounds/{page}").status_code == 404
    assert away.post(f"/en/rounds/{pk}/do/start/").status_code == 403


def test_steps(staff: Client, here: Here) -> None:
    pk = saved(here)
    assert staff.post(f"/en/rounds/{pk}/do/nothing/").status_code == 404
    assert staff.get(f"/en/rounds/{pk}/do/start/").status_code == 405
    assert staff.post(f"/en/rounds/{pk}/do/drop/").url == "/en/rounds/"
    assert staff.get(f"/en/rounds/{pk}/").status_code == 404

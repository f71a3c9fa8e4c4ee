"""The register for those who send and count; reports for municipalities."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.exchange.conftest import answered, give, receipt, sent
from tests.support import region
from tests.web.planning import errors, words
from vaksam.base.models import AccessEntry
from vaksam.base.roles import Role
from vaksam.exchange import actions
from vaksam.exchange.models import Entry, RegisterFile, ReportRow
from vaksam.records.models import Vaccination

pytestmark = pytest.mark.django_db
KARIN = region.number("19490302")
HEAD = "personal_number;family_name;born_on;given_on;product;lot;vaccinator_name;vouched_by"
ROW = f"{KARIN};;;2021-04-12;comirnaty;EX1;Anna;Bo"


@pytest.fixture
def out(settings: Any, tmp_path: Any) -> Any:
    settings.VAKSAM_REGISTER_FOLDER = str(tmp_path)
    return tmp_path


@pytest.fixture
def coordinator(as_role: Callable[..., Client]) -> Client:
    return as_role(Role.REGION_COORDINATOR)


@pytest.fixture
def reporter(as_role: Callable[..., Client]) -> Client:
    return as_role(Role.REPORTER)


def file(*rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("doser.csv", "\n".join([HEAD, *rows]).encode())


def report(client: Client, *rows: str) -> Any:
    return client.post("/report/new/", {"municipality_code": "2480", "file": file(*rows)})


def test_nothing_yet(coordinator: Client, made: region.Made) -> None:
    page = coordinator.get("/register/").content.decode()
    assert "/register/send/" in page
    assert "/register/figures.csv" not in page, "no figures to download"


def test_sent_answered_downloaded(coordinator: Client, made: region.Made, out: Any) -> None:
    give(made.due)
    assert coordinator.post("/register/send/").status_code == 302
    assert sent(out).height == 1
    made_file = RegisterFile.objects.get()
    page = words(coordinator.get("/register/"))
    assert made_file.name in page
    got = coordinator.get(f"/register/files/{made_file.pk}.csv")
    assert got.content == bytes(made_file.content)
    assert AccessEntry.objects.filter(action="exchange.file").count() == 1
    content = receipt(sent(out), "rejected", code="17", text="Okänt satsnummer")
    upload = SimpleUploadedFile("r.csv", content)
    assert coordinator.post("/register/receipt/", {"file": upload}).status_code == 302
    response = coordinator.get("/register/")
    assert "Okänt satsnummer" in words(response)
    assert f"/people/{made.due}/" in response.content.decode()
    entry = Entry.objects.get()
    assert coordinator.post(f"/register/retry/{entry.pk}/").status_code == 302
    assert Entry.objects.get().state == "waiting"


def test_a_damaged_receipt_is_told_with_every_fault(
    coordinator: Client, made: region.Made, out: Any
) -> None:
    upload = SimpleUploadedFile("r.csv", b"vaksam-nvr-receipt;1;24;f;0\nx;y\n")
    page = errors(coordinator.post("/register/receipt/", {"file": upload}))
    assert "transaction_id;answer;code;text" in page


def test_analysts_see_counts_only_and_small_ones_protected(
    as_role: Callable[..., Client], made: region.Made, out: Any
) -> None:
    give(made.due)
    actions.collect()
    actions.send(region="24", by=None)
    answered(sent(out), "rejected", text="Okänt satsnummer")
    analyst = as_role(Role.REGION_ANALYST)
    response = analyst.get("/register/")
    body = response.content.decode()
    assert "Okänt satsnummer" not in body
    assert "/people/" not in body.split("<main")[1]
    name = RegisterFile.objects.get()
    for path in (f"/register/files/{name.pk}.csv", "/register/rows/", "/register/receipt/"):
        assert analyst.get(path).status_code == 403
    assert analyst.post("/register/send/").status_code == 403
    table = analyst.get("/register/figures.csv").content.decode()
    assert "24,2021-04-13,rejected,\n" in table, "one is too few to be told"


def test_figures_as_a_table(coordinator: Client, made: region.Made) -> None:
    give(made.due)
    actions.collect()
    table = coordinator.get("/register/figures.csv").content.decode()
    assert "24,2021-04-13,waiting,1\n" in table
    assert coordinator.get("/register/figures.xlsx").content[:2] == b"PK"


def test_a_municipality_reports_a_file(reporter: Client, made: region.Made) -> None:
    response = report(reporter, ROW)
    assert response.status_code == 302
    page = words(reporter.get(response.url))
    assert "Comirnaty" in page
    assert KARIN not in page
    assert "doser.csv" in words(reporter.get("/report/"))
    assert Vaccination.objects.filter(source="paper").count() == 1
    assert "2021-04-13" in errors(report(reporter, ROW)), "the same file twice"


def test_every_faulty_row_is_told(reporter: Client, made: region.Made) -> None:
    page = errors(report(reporter, ROW, ";;;2021-04-12;Cominarty;;Anna;Bo"))
    assert "Cominarty" in page


def test_a_single_dose_in_the_form(reporter: Client, made: region.Made) -> None:
    dose = {"municipality_code": "2480", "personal_number": KARIN, "given_on": "2021-04-12",
            "product": "comirnaty", "vaccinator_name": "Anna", "vouched_by": "Bo"}  # fmt: skip
    assert reporter.get("/report/dose/").status_code == 200
    errors(reporter.post("/report/dose/", dose | {"personal_number": "194903029999"}))
    errors(reporter.post("/report/dose/", dose | {"personal_number": ""}))
    assert reporter.post("/report/dose/", dose).status_code == 302
    assert Vaccination.objects.count() == 1


def test_a_coordinator_decides_whose_it_is(
    reporter: Client, coordinator: Client, made: region.Made
) -> None:
    report(reporter, ";Berg;1949-03-02;2021-04-12;comirnaty;EX1;Anna;Bo")
    row = ReportRow.objects.get()
    assert "Berg" in words(coordinator.get("/register/rows/"))
    page = coordinator.get(f"/register/rows/{row.pk}/")
    assert f'value="{made.due}"' in page.content.decode()
    errors(coordinator.post(f"/register/rows/{row.pk}/", {"person": "", "why": ""}))
    assert coordinator.post(f"/register/rows/{row.pk}/", {"person": made.due}).status_code == 302
    assert Vaccination.objects.get().person_id == made.due
    assert coordinator.get(f"/register/rows/{row.pk}/").status_code == 404


def test_a_reporter_sees_no_other_page_with_personal_data(
    reporter: Client, made: region.Made, out: Any
) -> None:
    give(made.due)
    actions.collect()
    actions.send(region="24", by=None)
    closed = [
        "/people/", "/people/new/", f"/people/{made.due}/", f"/people/{made.due}/change/",
        f"/people/{made.due}/alike/", "/lists/", "/lists/new/", f"/lists/{made.list}/", "/due/",
        "/booking/", f"/booking/person/{made.due}/", "/booking/calls/", "/booking/letters/",
        "/booking/reserve/", "/booking/pairs/", "/venue/", "/supply/", "/register/",
        "/register/rows/", "/register/receipt/", "/register/figures.csv",
        f"/register/files/{RegisterFile.objects.get().pk}.csv",
    ]  # fmt: skip
    answers = {path: reporter.get(path).status_code for path in closed}
    assert {path for path, status in answers.items() if status not in (403, 404)} == set()
    assert reporter.post("/register/send/").status_code == 403
    for path in ("/today/", "/report/"):
        assert "Berg" not in reporter.get(path).content.decode()


@pytest.mark.parametrize("role", [
    Role.REGION_COORDINATOR, Role.REGION_ANALYST, Role.VENUE_STAFF, Role.PHONE_AGENT,
    Role.ADMINISTRATOR,
])  # fmt: skip
def test_nobody_else_reports(as_role: Callable[..., Client], made: region.Made, role: Any) -> None:
    client = as_role(role)
    for path in ("/report/", "/report/new/", "/report/dose/", "/report/template.csv"):
        assert client.get(path).status_code == 403


def test_the_template_can_be_read_again(reporter: Client, made: region.Made) -> None:
    got = reporter.get("/report/template.csv").content.decode("utf-8-sig")
    upload = SimpleUploadedFile(
        "doser.csv",
        (got + f"{KARIN};;;;;2021-04-12;comirnaty;;;;Anna;Bo\r\n").encode("utf-8-sig"),
    )
    told = {"municipality_code": "2480", "file": upload}
    assert reporter.post("/report/new/", told).status_code == 302
    assert reporter.get("/report/template.xlsx").content[:2] == b"PK"

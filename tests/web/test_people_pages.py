"""Pages of people: finding, opening, changing, protected records, two records of one person."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from tests.support import region
from tests.web.planning import errors, words
from vaksam.base.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(as_role: Callable[..., Client]) -> Client:
    return as_role(Role.PHONE_AGENT)


@pytest.fixture
def coordinator(as_role: Callable[..., Client]) -> Client:
    return as_role(Role.REGION_COORDINATOR)


def test_one_hit_opens_the_record(agent: Client, made: region.Made) -> None:
    response = agent.post("/people/", {"text": "Lind Sven 1953"})
    assert response.status_code == 200 or response.url == f"/people/{made.soon}/"
    response = agent.post("/people/", {"text": region.number("19530506")})
    assert response.url == f"/people/{made.soon}/"


def test_several_hits_are_listed_by_name_and_birth(agent: Client, made: region.Made) -> None:
    found = words(agent.post("/people/", {"text": "Karin Berg 1949"}))
    assert found.count("Karin Berg") == 2
    assert "2 mars 1949" in found


def test_a_wrong_number_is_refused_in_words(agent: Client, made: region.Made) -> None:
    wrong = region.number("19490302")[:-1] + "0"
    assert "Sista siffran stämmer inte" in errors(agent.post("/people/", {"text": wrong}))
    assert "namn med födelsedatum" in errors(agent.post("/people/", {"text": "Berg"}))


def test_the_record_says_status_reasons_and_what_is_known(agent: Client, made: region.Made) -> None:
    page = words(agent.get(f"/people/{made.due}/"))
    assert "Får vaccineras nu" in page
    assert "Skogsvägen 1, 90325, Umeå" in page
    assert "Bor med Sven Lind" in page
    assert "19490302-****" in page and region.number("19490302") not in page
    soon = words(agent.get(f"/people/{made.soon}/"))
    assert "Har hemtjänst" in soon and "egen uppgift" in soon.lower()


def test_opening_is_logged(coordinator: Client, agent: Client, made: region.Made) -> None:
    agent.get(f"/people/{made.due}/")
    page = words(coordinator.get(f"/people/{made.due}/"))
    assert "phone_agent-24" in page.split("Vem som har öppnat personsidan")[1]


def test_others_regions_persons_are_not_found(
    as_role: Callable[..., Client], made: region.Made
) -> None:
    stranger = as_role(Role.PHONE_AGENT, "01")
    assert stranger.get(f"/people/{made.due}/").status_code == 404
    assert "Ingen hittades" in words(stranger.post("/people/", {"text": "Karin Berg 1949"}))
    assert stranger.post(f"/people/{made.due}/life/", {"died_on": "2021-04-01"}).status_code == 404


def test_a_protected_record_wants_a_reason_that_holds_a_quarter(
    coordinator: Client, made: region.Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/people/{made.protected}/"
    asked = words(coordinator.get(address))
    assert "Varför öppnar du" in asked and "Skyddad" not in asked.replace("Skyddade", "")
    assert coordinator.get(f"{address}change/").url == address
    assert coordinator.post(address, {"reason": "x"}).status_code == 422
    opened = words(coordinator.post(address, {"reason": "Ringer om sin tid"}))
    assert "Planterina" in opened and "Sekretessmarkering" in opened and "Adress" not in opened
    assert "Ringer om sin tid" in words(coordinator.get(address))
    region.stand(monkeypatch, region.MORNING + timedelta(minutes=16))
    assert "Varför öppnar du" in words(coordinator.get(address))


def test_a_phone_agent_may_not_open_a_protected_record(agent: Client, made: region.Made) -> None:
    response = agent.post(f"/people/{made.protected}/", {"reason": "Ringer om sin tid"})
    assert response.status_code == 403
    assert "Planterina" not in response.content.decode()


def test_registering_without_any_number(agent: Client, made: region.Made) -> None:
    assert "Utan nummer" in errors(agent.post("/people/new/", {"kind": "personal_number"}))
    form = {"kind": "personal_number", "family_name": "Al Amin", "given_name": "Noor",
            "born": "1950"}  # fmt: skip
    response = agent.post("/people/new/", form)
    assert response.status_code == 302
    page = words(agent.get(response.url))
    assert "Noor Al Amin" in page and "inget nummer" in page and "Född 1950" in page


def test_registering_somebody_known_leads_to_them(agent: Client, made: region.Made) -> None:
    form = {"kind": "personal_number", "number": region.number("19490302")}
    assert agent.post("/people/new/", form).url == f"/people/{made.due}/"


def test_a_damaged_number_registers_nobody(agent: Client, made: region.Made) -> None:
    form = {"kind": "personal_number", "number": region.number("19490302")[:-1] + "0"}
    assert "Leta efter en felskriven siffra" in errors(agent.post("/people/new/", form))


CHANGES: dict[str, tuple[dict[str, str], str]] = {
    "change": ({"given_name": "Karin", "family_name": "Berg", "language": "so",
                "residence": "own_home", "street": "Björkvägen 3", "postcode": "903 30",
                "city": "Umeå", "extra_time": "on", "digital_identity": "false"},
               "Björkvägen 3, 90330 Umeå"),
    "contact": ({"channel": "sms", "mobile": "0701740605"}, "0701740605"),
    "group": ({"group": "home_care", "source": "own_declaration", "legal_basis": "Samtycke"},
              "Har hemtjänst"),
    "number": ({"kind": "passport", "number": "AB123456", "issuer": "FI"}, "pass"),
    "household": ({"lives_with": ""}, "Adress"),
    "dose": ({"given_on": "2021-03-20", "product": "comirnaty", "source": "paper",
              "country": "SE", "vouched_by": "Anna Ek, sjuksköterska"}, "Comirnaty"),
    "life": ({"moved_out_on": "2021-04-01"}, "flyttade"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_seen_on_the_record(agent: Client, made: region.Made, name: str) -> None:
    sent, seen = CHANGES[name]
    response = agent.post(f"/people/{made.due}/{name}/", sent)
    assert response.status_code == 302, errors(response)
    assert seen in words(agent.get(response.url))


@pytest.mark.parametrize(
    ("name", "sent", "said"),
    [
        ("change", {"language": "SVENSKA", "residence": "own_home"}, "små bokstäver"),
        ("contact", {"channel": "sms"}, "Ange ett nummer"),
        ("group", {"group": "risk_group", "source": "own_declaration"}, "rättsliga grunden"),
        ("number", {"kind": "passport", "number": "AB123456"}, "vilket land"),
        ("household", {"lives_with": "19121212-1212"}, "leder inte till någon"),
        ("dose", {"given_on": "2031-01-01", "product": "comirnaty", "source": "paper",
                  "country": "SE"}, ""),
        ("life", {"died_on": "1940-01-01"}, "före födelsen"),
    ],
)  # fmt: skip
def test_bad_input_gets_a_clear_answer(
    agent: Client, made: region.Made, name: str, sent: dict[str, str], said: str
) -> None:
    assert said in errors(agent.post(f"/people/{made.due}/{name}/", sent))


def test_protecting_erases_the_address(coordinator: Client, made: region.Made) -> None:
    address = f"/people/{made.due}/"
    coordinator.post(f"{address}protect/", {"protection": "protected_registration"})
    assert "Varför öppnar du" in words(coordinator.get(address))
    page = words(coordinator.post(address, {"reason": "Kontrollerar skyddet"}))
    assert "Skogsvägen" not in page and "Sven Lind" not in page


def test_two_records_are_compared_merged_and_parted(coordinator: Client, made: region.Made) -> None:
    listed = coordinator.get(f"/people/{made.due}/alike/")
    assert f"/people/{made.due}/alike/{made.alike}/" in listed.content.decode()
    address = f"/people/{made.due}/alike/{made.alike}/"
    assert "Sida vid sida" in words(coordinator.get(address))
    assert coordinator.post(address, {"why": "?"}).status_code == 422
    coordinator.post(address, {"why": "Samma namn, dag och adress"})
    assert coordinator.get(f"/people/{made.alike}/").url == f"/people/{made.due}/"
    page = coordinator.get(f"/people/{made.due}/").content.decode()
    undo = page.split(f'action="/people/{made.due}/merges/')[1].split('"')[0]
    coordinator.post(f"/people/{made.due}/merges/{undo}")
    assert coordinator.get(f"/people/{made.alike}/").status_code == 200

"""Every address × every role, against the written table `access.toml`."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from pprint import pformat
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.supply import conftest as supply
from tests.support import booking, region
from tests.venues.conftest import plan
from vaksam.base import clock
from vaksam.base.roles import Role
from vaksam.clinic import actions as clinic
from vaksam.clinic.actions import reactions
from vaksam.coverage import actions as coverage
from vaksam.records import actions as records
from vaksam.replanning.actions import working as replanning
from vaksam.rounds.models import Round
from vaksam.supply import actions
from vaksam.venues import actions as venues

TABLE = Path(__file__).with_name("access.toml")
WRITTEN = tomllib.loads(TABLE.read_text())
KINDS, ADDRESSES = WRITTEN["kinds"], WRITTEN["addresses"]
VISITORS = ("anonymous", "no_role", *(role.value for role in Role), "other_region")
SETTINGS = {"kind", "everyone", "sample", "query", "method"}
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


def served(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from served(pattern.url_patterns, address)
        else:
            yield address


@pytest.fixture
def made(user_with, monkeypatch, settings, tmp_path) -> dict[str, int | str]:
    """What pages need to have something to show, and so to answer 200; its ids, by parameter."""
    region.stand(monkeypatch, booking.NOW)
    people = region.fill(user_with)
    here = supply.fill()
    dispatch = actions.plan_dispatch(
        sender=here.store, receiver=here.ersboda, expected_on=clock.today(),
        wanted=[actions.Wanted("comirnaty", 1)], by=None,
    )  # fmt: skip
    allocation = actions.save_allocation(
        region_code="24", name="Plan", question={"monday": "2021-04-12", "weeks": 1},
        answer=supply.ANSWER, by=None,
    )  # fmt: skip
    edition = coverage.import_example(by=None)
    uploader = user_with(Role.REGION_ANALYST, username="uploader")
    run_id = coverage.start_import(content=b"no workbook", file_name="x.xlsx", by=uploader)
    booked = booking.fill()
    settings.MEDIA_ROOT = tmp_path
    letters = booking.letters(booked.prebooking)
    nurse = venues.add_staff(region_code="24", name="Anna Berg", role="nurse", by=None,
                             vaccinates=True, venue=here.ersboda)  # fmt: skip
    dose = records.register(
        person=people.due, product="comirnaty", lot="EP2163", given_on=clock.today(),
        source="venue", venue=here.ersboda, by=None,
    )  # fmt: skip
    reaction = reactions.note_reaction(
        person=people.due, began_at=clock.now(), vaccination=dose, text="Feber",
        reporter_name="Anna Berg", by=None,
    )  # fmt: skip
    visit = clinic.check_in(
        person=booked.leyla, venue=here.ersboda, programme=booking.PROGRAMME, way="drop_in",
        identified="document", by=None,
    )  # fmt: skip
    signed = clinic.sign(
        region="24", programme=booking.PROGRAMME, products=["comirnaty"], signer_name="Dr Lund",
        valid_from=clock.today(), valid_to=clock.today(), roles=["nurse"], by=None,
    )  # fmt: skip
    change = replanning.begin_change(
        region="24", programme=booking.PROGRAMME, name="Färre", by=None,
        parts=[{"kind": "staff", "venue": here.ersboda, "from": "2021-04-20", "to": "2021-04-20",
                "vaccinators": 1}],
    )  # fmt: skip
    return {
        "dose": dose, "reaction": reaction, "visit": visit, "prescription": signed,
        "change": change, "round_id": round_of(here.ersboda),
        "edition_id": edition.id, "run_id": run_id,
        "person": people.due, "other": people.alike, "claim_id": people.claim,
        "list_id": people.list, "row": people.row, "version": people.draft,
        "venue": here.ersboda, "lot": here.lot, "dispatch": dispatch,
        "allocation": allocation, "staff": nurse, "shift": plan(nurse, here.ersboda),
        "session": booked.today, "appointment": booked.appointment,
        "callback": booked.callback, "prebooking": booked.prebooking, "block": booked.block,
        "leftover": booked.leftover, "suspicion": booked.suspicion, "key": str(booked.ticket),
        "slot": booking.slots(booked.april)[0], "run": letters.id,
        "file": letters.files[0].id, "offer": booking.offer(booked.asked), "step": "end",
        "token": str(booked.ticket), "language": "sv",
    }  # fmt: skip


def round_of(venue: int) -> int:
    """A team's round without stops."""
    return Round.objects.create(
        venue_id=venue, programme_id=booking.PROGRAMME, product_id="comirnaty", team="Bil 1",
        day=booking.TODAY, starts_at=booking.at(9), back_at=booking.at(12), way="opened", vials=1,
        left=6, driving_minutes=0, km=0, key=uuid4(), number=1, made_at=clock.now(),
    ).pk  # fmt: skip


@pytest.fixture
def visitors(user_with) -> dict[str, Client]:
    users = {role.value: user_with(role) for role in Role}
    users["no_role"] = user_with()
    users["other_region"] = user_with(Role.REGION_COORDINATOR, "01")
    clients = {name: Client(raise_request_exception=False) for name in VISITORS}
    for name, user in users.items():
        clients[name].force_login(user)
    return clients


def answer(client: Client, address: str, row: dict, made: dict[str, int]) -> int | str:
    sample = made | row.get("sample", {})
    path = PARAMETER.sub(lambda name: str(sample[name[1]]), f"/{address}")
    query = f"?{row['query']}" if "query" in row else ""
    response = client.generic(row.get("method", "get").upper(), path + query)
    if response.status_code not in {301, 302}:
        return response.status_code
    return "sign-in" if response.url.startswith(f"{reverse('sign-in')}?next=") else "elsewhere"


def expected(row: dict) -> dict[str, int | str]:
    answers = KINDS.get(row.get("kind"), {}) | row
    return {name: answers.get(name, answers["everyone"]) for name in VISITORS}


def test_the_table_names_every_address_and_no_other():
    known = set(served(get_resolver().url_patterns))
    assert sorted(known - set(ADDRESSES)) == [], f"write these into {TABLE.name}"
    assert sorted(set(ADDRESSES) - known) == [], f"strike these from {TABLE.name}"


def test_answers_as_written(visitors, made):
    wrong = {}
    for address, row in ADDRESSES.items():
        unknown = set(row) - SETTINGS - set(VISITORS)
        assert not unknown, f"{TABLE.name}, {address}: no such visitor or setting"
        got = {name: answer(client, address, row, made) for name, client in visitors.items()}
        if differences := set(got.items()) - set(expected(row).items()):
            wrong[address] = dict(differences)
    assert not wrong, pformat(wrong)

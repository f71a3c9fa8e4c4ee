"""A team of Umeå with vaccine, people in two care homes and at home, on 13 April 2021."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import openpyxl
import pytest

from tests.support import region
from vaksam.base.roles import Role

PROGRAMME = "covid-19-2021"
DAY = date(2021, 4, 13)
VENUES = """
[[venue]]
code = "teamet"
name = "Hembesök Umeå"
kind = "homes"
municipality_code = "2480"
latitude = 63.825
longitude = 20.263
[[venue]]
code = "tallgarden"
name = "Tallgården"
kind = "care_home"
municipality_code = "2480"
street = "Tallvägen 1"
postcode = "90331"
latitude = 63.83
longitude = 20.30
"""


@dataclass
class Here:
    """The team, a lot in its fridge, one more that is known, and persons by name."""

    team: int
    lot: int
    later: int
    persons: dict[str, int] = field(default_factory=dict)

    def __getattr__(self, name: str) -> int:
        return self.persons[name]


# Name, birth, where they live: (residence, home visit, street, latitude, longitude).
PERSONS = (
    ("karin", date(1935, 3, 2), ("care_home", False, "Tallvägen 1", 63.83, 20.30)),
    ("nils", date(1934, 6, 6), ("care_home", False, "Tallvägen 1", 63.83, 20.30)),
    ("ake", date(1933, 1, 9), ("care_home", False, "Granvägen 5", 63.80, 20.20)),
    ("berit", date(1936, 2, 2), ("own_home", True, "Björkvägen 2", 63.84, 20.25)),
    ("elsa", date(1937, 8, 8), ("own_home", True, "Alvägen 3", 63.85, 20.35)),
    ("lost", date(1938, 8, 8), ("own_home", True, "", None, None)),
    ("able", date(1939, 8, 8), ("own_home", False, "Alvägen 9", 63.85, 20.35)),
)


def fill(vials: int = 20) -> Here:
    from vaksam.areas import actions as areas
    from vaksam.core.identity import Identity, Kind
    from vaksam.eligibility import actions as eligibility
    from vaksam.eligibility import queries as stored
    from vaksam.people import actions as people
    from vaksam.programmes import actions as programmes
    from vaksam.supply import actions as supply
    from vaksam.venues import actions as venues
    from vaksam.venues import queries

    areas.seed()
    programmes.seed_programmes()
    venues.import_venues(text=VENUES, file_name="venues.toml", by=None)
    at = {each.code: each.id for each in queries.venues()}
    lot = supply.known_lot(product="comirnaty", number="EP2163", expires_on=date(2021, 9, 1)).pk
    later = supply.known_lot(product="comirnaty", number="ER1742", expires_on=date(2021, 9, 30)).pk
    supply.receive(venue=at["teamet"], lot=lot, vials=vials, by=None)
    here = Here(at["teamet"], lot, later)
    for name, born, (residence, visit, street, latitude, longitude) in PERSONS:
        here.persons[name] = people.register_person(
            region_code="24",
            identities=[Identity(Kind.PERSONAL_NUMBER, region.number(f"{born:%Y%m%d}"))],
            given_name=name.title(), family_name="Berg", born_on=born, by=None,
            municipality_code="2480", residence=residence, home_visit=visit, street=street,
            postcode="90331", city="Umeå", latitude=latitude, longitude=longitude,
        ).person  # fmt: skip
    eligibility.refresh_region(programme=PROGRAMME, region_code="24")
    stored.forget()
    return here


@pytest.fixture(scope="module")
def _region(django_db_setup: None, django_db_blocker: Any) -> Iterator[Here]:
    from django.db import transaction

    with (
        django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic()
    ):  # fmt: skip
        region.stand(patch)
        yield fill()
        transaction.set_rollback(True)


@pytest.fixture
def here(_region: Here, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Here]:
    from vaksam.eligibility import queries

    region.stand(monkeypatch, region.MORNING + timedelta(minutes=5))  # all that was done is past
    queries.forget()
    yield _region
    queries.forget()


@pytest.fixture
def staff(user_with: Callable[..., Any]) -> Any:
    return user_with(Role.VENUE_STAFF)


def ask(here: Here, **more: Any) -> Any:
    from vaksam.rounds import actions

    about = {"venue": here.team, "programme": PROGRAMME, "product": "comirnaty", "day": DAY,
             "leaves": time(8), "until": time(16)}  # fmt: skip
    return actions.Ask(**about | more)


def saved(here: Here, by: Any = None, **more: Any) -> int:
    """A round to the care homes, unless told; its id."""
    from vaksam.rounds import actions

    wanted = ask(here, **more)
    found = actions.propose(ask=wanted, by=by)
    return actions.save(ask=wanted, digest=found.digest, key=uuid4(), by=by)[0]


def edited(content: bytes, **rows: dict[str, Any]) -> bytes:
    """The sheet with cells changed in the rows of some names, as Excel would save it."""
    from vaksam.core.rounds.sheet import layout

    book = openpyxl.load_workbook(BytesIO(content))
    page = book[layout.SHEET]
    names = {str(page.cell(row, layout.HEADINGS.index("Namn") + 1).value or ""): row
             for row in range(layout.HEADING_ROW + 1, page.max_row + 1)}  # fmt: skip
    free = layout.HEADING_ROW + 1 + sum(1 for name in names if name)
    for name, cells in rows.items():
        row = names.get(f"{name.title()} Berg")
        if row is None:
            row, free = free, free + 1
        for heading, value in cells.items():
            page.cell(row, layout.HEADINGS.index(heading) + 1).value = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def given(**more: Any) -> dict[str, Any]:
    told = {"Utfall": "Given", "Datum": DAY, "Klockslag": time(9), "Batchnummer": "EP2163",
            "Injektionsställe": "Vänster överarm", "Vaccinatör": "Sara Sköterska"}  # fmt: skip
    return told | more

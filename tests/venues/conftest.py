"""Two venues and a store in Västerbotten, and people who work there, on 13 April 2021."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import pytest

from tests.supply.conftest import VENUES
from tests.support import region
from vaksam.base.roles import Role

TODAY = date(2021, 4, 13)  # a Tuesday
MONDAY = date(2021, 4, 12)


@dataclass(frozen=True)
class Place:
    store: int
    ersboda: int
    dorotea: int
    nurse: int  # vaccinates, treats anaphylaxis; usually at Ersboda
    second: int  # vaccinates, usually at Dorotea
    host: int


def fill() -> Place:
    from vaksam.areas import actions as areas
    from vaksam.venues import actions, queries

    areas.seed()
    actions.import_venues(text=VENUES, file_name="venues.toml", by=None)
    at = {each.code: each.id for each in queries.venues()}

    def person(name: str, role: str, venue: str, **facts: Any) -> int:
        return actions.add_staff(
            region_code="24", name=name, role=role, venue=at[venue], by=None, **facts
        )

    return Place(
        at["lager"], at["ersboda"], at["dorotea"],
        nurse=person("Anna Berg", "nurse", "ersboda", vaccinates=True, anaphylaxis=True),
        second=person("Bo Ek", "physician", "dorotea", vaccinates=True),
        host=person("Cia Dal", "host", "ersboda", volunteer=True, employer="voluntary"),
    )  # fmt: skip


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    from vaksam.base import clock

    return datetime.combine(day, time(hour, minute), tzinfo=clock.SWEDEN)


def plan(staff: int, venue: int, day: date = TODAY, first: int = 8, last: int = 16) -> int:
    from vaksam.venues import actions

    return actions.plan_shift(
        staff=staff, venue=venue, starts_at=moment(day, first), ends_at=moment(day, last), by=None
    )


@pytest.fixture
def here(db: None, monkeypatch: pytest.MonkeyPatch) -> Place:
    region.stand(monkeypatch)
    return fill()


@pytest.fixture
def coordinator(user_with: Callable[..., Any]) -> Any:
    return user_with(Role.REGION_COORDINATOR)

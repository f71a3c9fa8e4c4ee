"""A store, two venues and a lot, on the morning of 13 April 2021."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from tests.support import region
from vaksam.base.roles import Role

VENUES = """
[[venue]]
code = "lager"
name = "Vaccinlagret"
kind = "store"
municipality_code = "2480"
frozen = true
contact = "Lagret"
telephone = "090-0000000"
[[venue]]
code = "ersboda"
name = "Ersboda hälsocentral"
kind = "health_centre"
municipality_code = "2480"
hours_from_store = 0.5
doses_per_week = 600
[[venue]]
code = "dorotea"
name = "Dorotea hälsocentral"
kind = "health_centre"
municipality_code = "2425"
hours_from_store = 2.5
doses_per_week = 60
"""


_OUTCOME: dict[str, Any] = {
    "first": 0.0, "second": 0.0, "first_half": 0.0, "on_time": None, "unmet": {}, "lowest": 0.0,
    "highest": 0.0, "mean": 0.0, "spread": 0.0, "unused": 0.0,
}  # fmt: skip
# A plan of nothing, for pages that show one.
ANSWER: dict[str, Any] = {
    "sent": [], "given": [], "late": [], "outcome": _OUTCOME, "pro_rata": _OUTCOME, "less": [],
    "extra": [], "places": [], "gap": 0.0, "size": [0, 0, 0], "seconds": 0.1, "changed": None,
}  # fmt: skip


@dataclass(frozen=True)
class Here:
    store: int
    ersboda: int
    dorotea: int
    lot: int
    later: int
    plan: int = 0  # an allocation, where people are due


def fill(first: date = date(2021, 5, 31)) -> Here:
    from vaksam.areas import actions as areas
    from vaksam.programmes import actions as programmes
    from vaksam.supply import actions
    from vaksam.venues import actions as venues
    from vaksam.venues import queries

    areas.seed()
    programmes.seed_programmes()
    venues.import_venues(text=VENUES, file_name="venues.toml", by=None)
    by_code = {each.code: each.id for each in queries.venues()}
    lot = actions.known_lot(product="comirnaty", number="EP2163", expires_on=first)
    later = actions.known_lot(product="comirnaty", number="ER1742", expires_on=date(2021, 7, 31))
    return Here(by_code["lager"], by_code["ersboda"], by_code["dorotea"], lot.pk, later.pk)


def stocked() -> Here:
    """Vials at Ersboda, one of them open, and ten more on their way there."""
    from vaksam.supply import actions

    here = fill()
    actions.receive(venue=here.store, lot=here.later, vials=40, by=None)
    actions.receive(venue=here.ersboda, lot=here.lot, vials=10, by=None)
    actions.open_vial(venue=here.ersboda, lot=here.lot, by=None)
    dispatch = actions.plan_dispatch(
        sender=here.store, receiver=here.ersboda, expected_on=date(2021, 4, 13),
        wanted=[actions.Wanted("comirnaty", 10)], by=None, box="orange",
    )  # fmt: skip
    actions.send(dispatch=dispatch, by=None)
    actions.announce(
        product="comirnaty", receiver="24", region_code="24", day=date(2021, 4, 19), doses=5850,
        announced_by="Folkhälsomyndigheten", by=None,
    )  # fmt: skip
    return here


@pytest.fixture
def here(db: None, monkeypatch: pytest.MonkeyPatch) -> Here:
    region.stand(monkeypatch)
    return fill()


@pytest.fixture
def staff(user_with: Callable[..., Any]) -> Any:
    return user_with(Role.VENUE_STAFF)


@pytest.fixture
def coordinator(user_with: Callable[..., Any]) -> Any:
    return user_with(Role.REGION_COORDINATOR)

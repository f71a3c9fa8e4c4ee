"""Every alert of supply opens and closes before a coordinator's eyes, as the clock is moved."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from tests.supply.conftest import Here
from tests.support import region
from vaksam.base import clock
from vaksam.replanning import sharing as _sharing
from vaksam.replanning.sharing import Choices
from vaksam.supply import actions as _actions
from vaksam.supply import queries as _queries
from vaksam.supply.actions import Arrived
from vaksam.supply.models import Document, Leg

pytestmark = pytest.mark.django_db
Open = Callable[..., Page]


class Outside:
    """Calls a module's functions in a thread with a connection of its own, so that what they write
    is there for the served pages at once and not in the test's transaction."""

    def __init__(self, module: Any) -> None:
        self.module = module

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *args, **told: outside(getattr(self.module, name), *args, **told)


def outside(call: Callable[..., Any], *args: Any, **told: Any) -> Any:
    def closing() -> Any:
        try:
            return call(*args, **told)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(closing).result()


actions, queries, sharing = Outside(_actions), Outside(_queries), Outside(_sharing)


@pytest.fixture
def page(signed_in: Open) -> Page:
    found = signed_in(1440)
    found.goto("/supply/")
    return found


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[datetime], None]]:
    """Move the clock, and let the job look that looks every minute."""

    def move(moment: datetime) -> None:
        region.stand(monkeypatch, moment)
        actions.look()

    yield move


def told(page: Page, text: str, *, there: bool) -> None:
    page.goto("/supply/")
    found = page.locator(".signals p").filter(has_text=text)
    expect(found.first).to_be_visible() if there else expect(found).to_have_count(0)


def a_delivery_that_does_not_come(page: Page, at: Callable[[datetime], None], here: Here) -> None:
    way = queries.dispatches(receiver=here.ersboda, stages=["sent"])[0]
    at(datetime(2021, 4, 13, 12, 59, tzinfo=UTC))  # 14:59 in Sweden
    told(page, "har inte kommit", there=False)
    at(datetime(2021, 4, 13, 13, 0, tzinfo=UTC))
    told(page, "Ring Lagret, 090-0000000", there=True)
    # Somebody sees to it, and everybody sees who
    page.get_by_role("button", name="Jag tar hand om det").first.click()
    expect(page.get_by_text("region_coordinator").first).to_be_visible()
    arrived = [Arrived(line.id, line.vials) for line in way.lines]
    actions.receive_dispatch(dispatch=way.id, arrived=arrived, by=None, lowest=3.0, highest=6.0)
    actions.look()
    told(page, "har inte kommit", there=False)


def an_open_vial(page: Page, at: Callable[[datetime], None], here: Here) -> None:
    vial = actions.open_vial(venue=here.ersboda, lot=here.lot, by=None)
    until = next(each.until for each in queries.open_vials(here.ersboda) if each.vial == vial)
    at(until - timedelta(minutes=40))
    told(page, "en öppnad flaska", there=True)
    for each in queries.open_vials(here.ersboda):
        actions.waste_vial(vial=each.vial, reason="expired_after_opening", by=None)
    actions.look()
    told(page, "en öppnad flaska", there=False)


def thaw_life(page: Page, at: Callable[[datetime], None], here: Here) -> None:
    actions.receive(venue=here.store, lot=here.lot, vials=5, by=None)
    actions.thaw(venue=here.store, lot=here.lot, vials=5, by=None)
    row = next(r for r in queries.stock(venue=here.store) if r.state == "thawed")
    at(row.until - timedelta(hours=20))
    told(page, "Vaccinlagret: upptinade", there=True)
    actions.waste(venue=here.store, lot=here.lot, vials=5, reason="thaw_life", by=None)
    actions.look()
    told(page, "Vaccinlagret: upptinade", there=False)


def a_lot_that_ends_before_it_is_used(
    page: Page, at: Callable[[datetime], None], here: Here
) -> None:
    lot = actions.known_lot(product="spikevax", number="SLUT1", expires_on=date(2021, 4, 20))
    actions.receive(venue=here.dorotea, lot=lot.pk, vials=3, by=None)
    actions.look()
    told(page, "lot SLUT1", there=True)
    actions.give_back(venue=here.dorotea, lot=lot.pk, vials=3, by=None)
    actions.look()
    told(page, "lot SLUT1", there=False)


def too_little_for_the_plan(page: Page, at: Callable[[datetime], None], here: Here) -> None:
    made = sharing.allocate(region="24", choices=Choices(name="Kort"), by=None)
    waiting = sharing.choose(allocation=made, by=None)
    held = [r for r in queries.stock(venue=here.ersboda) if r.product == "comirnaty"]
    for row in held:
        if row.state in ("cold", "thawed"):
            told_ = {"venue": here.ersboda, "lot": row.lot, "vials": row.vials, "by": None}
            actions.waste(reason="other", **told_)
    for vial in queries.open_vials(here.ersboda):
        actions.waste_vial(vial=vial.vial, reason="other", by=None)
    for dispatch in waiting:
        actions.cancel_dispatch(dispatch=dispatch, by=None)
    actions.look()
    short = [each for each in queries.alerts(regions=["24"]) if each.kind == "short"]
    assert short
    for each in short:
        told(page, f"och {each.values['needed']} behövs", there=True)
    actions.receive(venue=here.ersboda, lot=here.lot, vials=10, by=None)
    actions.look()
    assert not [each for each in queries.alerts(regions=["24"]) if each.kind == "short"]


def a_count_that_cannot_be(page: Page, at: Callable[[datetime], None], here: Here) -> None:
    """The actions never write one: here a leg is written past them, as a faulty program might."""
    now = clock.now()
    row = outside(
        Document.objects.create, kind="given", venue_id=here.dorotea, at=now, recorded_at=now
    )
    for vials in (-2, 2):
        outside(Leg.objects.create, document=row, at=now, venue_id=here.dorotea, lot_id=here.later,
                           state="cold", vials=vials, doses=0)  # fmt: skip
        actions.look()
        told(page, "under noll", there=vials < 0)


def a_recalled_lot_in_a_fridge(page: Page, at: Callable[[datetime], None], here: Here) -> None:
    lot = actions.known_lot(product="spikevax", number="ATER1", expires_on=date(2021, 7, 31))
    actions.receive(venue=here.dorotea, lot=lot.pk, vials=4, by=None)
    recall = actions.recall(lot=lot.pk, reason="Partiklar", by=None)
    actions.look()
    told(page, "den återkallade loten ATER1", there=True)
    actions.lift_recall(recall=recall, by=None)
    actions.look()
    told(page, "den återkallade loten ATER1", there=False)


def test_every_alert_opens_and_closes(
    page: Page, at: Callable[[datetime], None], here: Here
) -> None:
    """In the order of the clock, which is never moved back."""
    for step in (
        a_lot_that_ends_before_it_is_used, a_recalled_lot_in_a_fridge, a_count_that_cannot_be,
         a_delivery_that_does_not_come,
        too_little_for_the_plan, an_open_vial, thaw_life,
    ):  # fmt: skip
        step(page, at, here)

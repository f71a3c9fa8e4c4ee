"""A venue with free times in Umeå, and people who are told of theirs, on 13 April 2021."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from tests.supply.conftest import VENUES
from tests.support import region

SWEDEN = ZoneInfo("Europe/Stockholm")
TODAY = date(2021, 4, 13)
MORNING = datetime(2021, 4, 13, 9, tzinfo=SWEDEN)
VISIT = datetime(2021, 4, 20, 9, 10, tzinfo=SWEDEN)
PRODUCT, PROGRAMME = "comirnaty", "covid-19-2021"


@dataclass(frozen=True)
class Here:
    """Ids: a venue, three persons who are due, and times a week ahead, ten minutes apart."""

    venue: int
    karin: int
    nils: int
    sara: int
    slots: tuple[int, ...]
    session: int
    patch: Any

    def at(self, moment: datetime) -> None:
        region.stand(self.patch, moment)

    def book(self, person: int, slot: int | None = None, **about: Any) -> int:
        from vaksam.booking import actions

        free = self.slots[0] if slot is None else slot
        ask = actions.Ask(person, free, **about)
        return actions.book(asks=[ask], token=uuid4(), channel="web", by=None).appointments[0]

    def deliver(self) -> None:
        from vaksam.base.outbox import deliver_due

        deliver_due()

    def send(self) -> list[dict[str, Any]]:
        """Deliver events, send what is due; what has been sent so far, in order."""
        from vaksam.messaging.actions import send_due
        from vaksam.messaging.queries import latest_texts

        self.deliver()
        send_due(seconds=60)
        return list(reversed(latest_texts(100)))

    def reach(self, person: int, channel: str, **about: str) -> None:
        from vaksam.people import actions

        actions.choose_contact(person=person, channel=channel, by=None, **about)


def person(name: str, born: date, **fields: Any) -> int:
    from vaksam.core.identity import Identity, Kind
    from vaksam.people import actions

    given, family = name.split()
    numbers = [Identity(Kind.PERSONAL_NUMBER, region.number(f"{born:%Y%m%d}"))]
    return actions.register_person(
        region_code="24", identities=numbers, given_name=given, family_name=family, born_on=born,
        by=None, **(region.HOME | {"city": "Umeå"} | fields),
    ).person  # fmt: skip


def _times(venue: int) -> tuple[int, tuple[int, ...]]:
    from vaksam.booking.models import Session, Slot

    session = Session.objects.create(
        venue_id=venue, programme_id=PROGRAMME, product_id=PRODUCT, starts_at=VISIT,
        ends_at=VISIT + timedelta(hours=2), made_at=region.MORNING,
    )  # fmt: skip
    slots = Slot.objects.bulk_create(
        Slot(session=session, venue_id=venue, programme_id=PROGRAMME, product_id=PRODUCT,
             starts_at=VISIT + timedelta(minutes=10 * n), planned=6, places=6)
        for n in range(4)
    )  # fmt: skip
    return session.pk, tuple(each.pk for each in slots)


def fill(patch: Any) -> Here:
    from vaksam.areas import actions as areas
    from vaksam.eligibility import actions as eligibility
    from vaksam.programmes import actions as programmes
    from vaksam.venues import actions as venues
    from vaksam.venues import queries

    areas.seed()
    programmes.seed_programmes()
    venues.import_venues(text=VENUES, file_name="venues.toml", by=None)
    venue = next(each.id for each in queries.venues() if each.code == "ersboda")
    persons = [
        person("Karin Berg", date(1949, 3, 2)), person("Nils Ek", date(1950, 1, 5)),
        person("Sara Dal", date(1948, 7, 9), language="ar"),
    ]  # fmt: skip
    eligibility.refresh_region(programme=PROGRAMME, region_code="24")
    session, slots = _times(venue)
    return Here(venue, *persons, slots, session, patch)


def rows() -> list[tuple[str, str, str]]:
    """Kind, state and why of every message, in the order they were queued."""
    from vaksam.messaging.models import Message

    return list(Message.objects.order_by("pk").values_list("kind", "state", "why"))


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.VAKSAM_MESSAGES_ROOT = tmp_path / "messages"
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return Path(settings.VAKSAM_MESSAGES_ROOT)


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[Here]:
    """Made once for a module; each test's own transaction lies within this one."""
    from django.db import transaction

    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        region.stand(patch, MORNING)
        yield fill(patch)
        transaction.set_rollback(True)


@pytest.fixture
def here(filled: Here, db: None, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Here:
    region.stand(monkeypatch, MORNING)
    monkeypatch.setattr("vaksam.messaging.actions.queueing.wake", lambda: None)
    return replace(filled, patch=monkeypatch)


@pytest.fixture
def karin(here: Here) -> int:
    here.reach(here.karin, "sms", mobile="0701740605")
    return here.karin


@pytest.fixture
def coordinator(user_with: Callable[..., Any]) -> Iterator[Any]:
    from vaksam.base.roles import Role

    yield user_with(Role.REGION_COORDINATOR)


EVENING = datetime.combine(VISIT.date() - timedelta(days=1), time(18), tzinfo=SWEDEN)

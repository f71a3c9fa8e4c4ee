"""Ersboda on a morning: a nurse, a prescription, an open vial, and people with times today."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.booking.conftest import PROGRAMME, TODAY, Here, fill, plan
from tests.support import region


@dataclass
class Chair:
    """What stands by the chair. `slots` of today at Ersboda, `nus_slots` at the hospital."""

    here: Here
    nurse: int
    assistant: int
    lot: int
    vial: int
    prescription: int
    slots: list[int]
    nus_slots: list[int]

    def __getattr__(self, name: str) -> int:
        return getattr(self.here, name)

    def come(self, name: str, *, by: Any = None, booked: bool = False, **told: Any) -> int:
        """Somebody has come, and has declared and consented."""
        from vaksam.booking import actions as booking
        from vaksam.clinic import actions

        person = self.here.persons[name]
        if booked:
            asks = [booking.Ask(person, self.slots[0])]
            booking.book(asks=asks, token=uuid4(), channel="phone", by=by)
        visit = actions.check_in(
            person=person, venue=self.here.ersboda, programme=PROGRAMME,
            way="booked" if booked else "drop_in", identified="document", by=by,
        )  # fmt: skip
        self.tell(person, by=by, **told)
        return visit

    def tell(self, person: int, *, by: Any = None, agrees: bool = True, **told: str) -> None:
        from vaksam.clinic import actions

        actions.declare(person=person, programme=PROGRAMME, answers=answers(**told), language="sv",
                        told="aloud", by=by)  # fmt: skip
        actions.consent(person=person, programme=PROGRAMME, agrees=agrees, language="sv",
                        told="aloud", by=by)  # fmt: skip

    def give(self, visit: int, *, by: Any = None, **more: Any) -> Any:
        from vaksam.clinic import actions

        told = {"vial": self.vial, "staff": self.nurse, "site": "left_arm", "token": uuid4()} | more
        return actions.give(visit=visit, by=by, **told)


def answers(**told: str) -> dict[str, str]:
    """“No” to everything that is asked with yes or no, but what is told."""
    from vaksam.core import clinic

    questions = clinic.current("covid-19", TODAY).questions
    plain = {each.code: "no" for each in questions if "no" in each.kind.answers}
    return plain | told


def stand(here: Here) -> Chair:
    from vaksam.booking import actions as booking
    from vaksam.booking.models import Slot
    from vaksam.clinic import actions
    from vaksam.supply import actions as supply
    from vaksam.venues.models import Staff

    told = {"region_code": "24", "venue_id": here.ersboda}
    nurse = Staff.objects.create(name="Anna Ek", role="nurse", vaccinates=True, **told)
    helper = Staff.objects.create(name="Bo Al", role="assistant_nurse", **told)
    signed = actions.sign(
        region="24", programme=PROGRAMME, products=["comirnaty", "spikevax"],
        valid_from=date(2021, 1, 1), valid_to=date(2021, 12, 31), signer_name="Dr Lund",
        age_from=16, roles=["nurse", "physician"], by=None,
    )  # fmt: skip
    vial = supply.open_vial(venue=here.ersboda, lot=here.lot, by=None)
    sessions = {
        venue: booking.plan_session(venue=venue, plan=plan(TODAY), by=None)
        for venue in (here.ersboda, here.nus)
    }
    slots = {
        venue: list(Slot.objects.filter(session=pk).order_by("starts_at")
                    .values_list("pk", flat=True))
        for venue, pk in sessions.items()
    }  # fmt: skip
    return Chair(here, nurse.pk, helper.pk, here.lot, vial, signed, slots[here.ersboda],
                 slots[here.nus])  # fmt: skip


@pytest.fixture(scope="module")
def _chair(django_db_setup: None, django_db_blocker: Any) -> Iterator[Chair]:
    """One transaction for a module; those of races commit, and come after it."""
    from django.db import transaction

    with (
        django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic()
    ):  # fmt: skip
        region.stand(patch)
        yield stand(fill())
        transaction.set_rollback(True)


@pytest.fixture
def chair(_chair: Chair, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chair]:
    from vaksam.eligibility import queries

    region.stand(monkeypatch, region.MORNING + timedelta(minutes=5))
    queries.forget()
    yield _chair
    queries.forget()


Moved = Callable[..., None]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Moved:
    """The clock is moved on from the morning."""

    def move(**by: float) -> None:
        region.stand(monkeypatch, region.MORNING + timedelta(minutes=5) + timedelta(**by))

    return move

"""After a day with a correction, a refusal and a vial dropped: ledger, record, national register
and stored statuses say the same.
"""

from typing import Any

import pytest

from tests.booking.conftest import PROGRAMME
from vaksam.base import clock
from vaksam.clinic import actions, queries
from vaksam.eligibility import actions as eligibility
from vaksam.eligibility import queries as statuses
from vaksam.exchange import actions as register
from vaksam.exchange.models import Entry
from vaksam.records import actions as records
from vaksam.records.models import Vaccination
from vaksam.supply import actions as supply

pytestmark = pytest.mark.django_db
NAMES = ("karin", "nils", "ake", "berit")


def test_ledger_record_register_and_status_agree(chair: Any, later: Any) -> None:
    given = {name: chair.give(chair.come(name)) for name in NAMES}
    refusing = chair.come("elsa")
    actions.refuse(visit=refusing, language="sv", told="aloud", by=None)
    dropped = supply.open_vial(venue=chair.ersboda, lot=chair.lot, by=None)
    supply.waste_vial(vial=dropped, reason="dropped", by=None)
    other = supply.known_lot(product="comirnaty", number="ER1742", expires_on=clock.today())
    supply.receive(venue=chair.ersboda, lot=other.pk, vials=1, by=None)
    right = supply.open_vial(venue=chair.ersboda, lot=other.pk, by=None)
    records.correct(vaccination=given["nils"].vaccination, lot="ER1742", vial=right,
                    why="Fel sats avläst", by=None)  # fmt: skip
    records.withdraw(vaccination=given["berit"].vaccination, why="Gavs aldrig", by=None)
    later(minutes=40)
    for each in given.values():
        actions.observed(visit=each.visit, after="well", by=None)
    for vial in (chair.vial, right):
        supply.empty(vial=vial, by=None)

    day = queries.lines(chair.ersboda, clock.today())
    assert not day.differences
    assert {line.lot: line.given for line in day.lines if line.given} == {"EP2163": 2, "ER1742": 1}
    actions.close_day(venue=chair.ersboda, day=clock.today(), by=None)

    standing = Vaccination.objects.filter(withdrawn_at=None)
    assert standing.count() == 3
    register.collect()
    waiting = Entry.objects.filter(state="waiting")
    assert {each.dose_id for each in waiting} <= set(
        standing.values_list("first", flat=True)
    ) | set(standing.values_list("pk", flat=True))
    assert waiting.count() == 3

    eligibility.refresh_region(programme=PROGRAMME, region_code="24")
    persons = {name: getattr(chair, name) for name in (*NAMES, "elsa")}
    stored = statuses.stored(PROGRAMME, persons.values())
    dosed = {name for name, pk in persons.items() if stored[pk].next_dose == 2}
    assert dosed == {"karin", "nils", "ake"}

"""The dose at the chair: what is looked at, what one tap writes, and what it refuses."""

from typing import Any
from uuid import uuid4

import pytest

from tests.booking.conftest import PROGRAMME
from vaksam.clinic import actions, queries
from vaksam.core.errors import Refused
from vaksam.records import queries as records
from vaksam.supply import queries as supply

pytestmark = pytest.mark.django_db


def test_one_tap_writes_record_ledger_and_appointment(chair: Any) -> None:
    from vaksam.base.models import OutboxEvent
    from vaksam.booking import queries as booking

    visit = chair.come("karin", booked=True)
    given = chair.give(visit)
    (dose,) = records.doses(chair.karin)
    assert (dose.product, dose.lot, dose.dose_number) == ("comirnaty", "EP2163", 1)
    assert dose.in_stock
    assert dose.vaccinator == "Anna Ek"
    (vial,) = supply.open_vials(chair.ersboda)
    assert (vial.left, vial.drawn) == (5, 0)
    assert [each.state for each in booking.of_person(chair.karin)] == ["came"]
    names = list(OutboxEvent.objects.values_list("name", flat=True))
    assert "clinic.given" in names
    assert given.dose_number == 1


def test_a_tap_sent_twice_is_one(chair: Any) -> None:
    visit, token = chair.come("karin"), uuid4()
    first = chair.give(visit, token=token)
    again = chair.give(visit, token=token)
    assert again.again
    assert again.vaccination == first.vaccination
    assert len(records.doses(chair.karin)) == 1
    assert supply.open_vials(chair.ersboda)[0].left == 5


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"severe_allergy": "yes", "severe_allergy_vaccine": "yes"}, "triage"),
        ({"ill": "yes"}, "triage"),
    ],
)
def test_what_speaks_against_it_stops_it(chair: Any, told: dict[str, str], said: str) -> None:
    visit = chair.come("karin", **told)
    with pytest.raises(Refused) as error:
        chair.give(visit)
    assert error.value.values["check"] == said
    assert not records.doses(chair.karin)
    assert supply.open_vials(chair.ersboda)[0].left == 6


def test_nothing_without_declaration_consent_or_prescription(chair: Any) -> None:
    from vaksam.clinic.models import Consent, Prescription

    visit = chair.come("karin")
    Consent.objects.all().delete()
    assert _stopped(chair, visit) == "consent"
    actions.consent(person=chair.karin, programme=PROGRAMME, agrees=False, language="sv",
                    told="aloud", by=None)  # fmt: skip
    assert _stopped(chair, visit) == "consent"
    actions.consent(person=chair.karin, programme=PROGRAMME, agrees=True, language="sv",
                    told="aloud", by=None)  # fmt: skip
    Prescription.objects.all().delete()
    assert _stopped(chair, visit) == "prescription"


def test_who_does_not_vaccinate_gives_nothing(chair: Any) -> None:
    with pytest.raises(Refused) as error:
        chair.give(chair.come("karin"), staff=chair.assistant)
    assert error.value.code == "not-vaccinator"


def test_too_young_and_a_product_that_may_not_follow(chair: Any) -> None:
    assert _stopped(chair, chair.come("young")) == "triage"  # the turn has not come


def test_a_recalled_lot_is_stopped(chair: Any) -> None:
    from vaksam.supply import actions as stock

    visit = chair.come("karin")
    stock.recall(lot=chair.lot, reason="Test", by=None)
    assert _stopped(chair, visit) == "lot"


def test_a_vial_past_its_hours_is_stopped(chair: Any, later: Any) -> None:
    visit = chair.come("karin")
    later(hours=7)
    assert _stopped(chair, visit) == "opened"


def test_the_seventh_dose_of_a_vial_is_a_warning_to_be_seen(chair: Any) -> None:
    from vaksam.supply import actions as stock

    stock.draw(vial=chair.vial, doses=6, by=None)
    stock.give(vial=chair.vial, doses=6, by=None)
    visit = chair.come("karin")
    with pytest.raises(Refused) as error:
        chair.give(visit)
    assert error.value.code == "look-again"
    chair.give(visit, seen=["left"])
    assert len(records.doses(chair.karin)) == 1


def test_drop_in_frees_the_time_elsewhere(chair: Any) -> None:
    from vaksam.booking import actions as booking
    from vaksam.booking import queries as held

    asks = [booking.Ask(chair.karin, chair.slots[0])]
    booking.book(asks=asks, token=uuid4(), channel="phone", by=None)
    visit = actions.check_in(person=chair.karin, venue=chair.nus, programme=PROGRAMME,
                             way="drop_in", identified="document", by=None)  # fmt: skip
    chair.tell(chair.karin)
    from vaksam.supply import actions as stock

    vial = stock.open_vial(venue=chair.nus, lot=chair.lot, by=None)
    chair.give(visit, vial=vial)
    (time,) = held.of_person(chair.karin)
    assert (time.state, time.ended_reason) == ("cancelled", "elsewhere")


def test_observation_then_the_day_closes(chair: Any, later: Any) -> None:
    from vaksam.base import clock
    from vaksam.supply import actions as stock

    visit = chair.come("karin")
    chair.give(visit)
    with pytest.raises(Refused) as error:
        actions.observed(visit=visit, after="well", by=None)
    assert error.value.code == "too-soon-to-go"
    with pytest.raises(Refused) as error:
        actions.close_day(venue=chair.ersboda, day=clock.today(), by=None)
    assert error.value.code == "still-here"
    later(minutes=16)
    actions.observed(visit=visit, after="well", by=None)
    with pytest.raises(Refused) as error:
        actions.close_day(venue=chair.ersboda, day=clock.today(), by=None)
    assert error.value.code == "differs"  # a vial is still open
    stock.waste_vial(vial=chair.vial, reason="other", note="slut på dagen", by=None)
    actions.close_day(venue=chair.ersboda, day=clock.today(), by=None)
    (line,) = queries.lines(chair.ersboda, clock.today()).lines
    assert (line.drawn, line.given, line.registered) == (1, 1, 1)


def test_a_refusal_is_respected(chair: Any) -> None:
    visit = chair.come("karin", booked=True)
    actions.refuse(visit=visit, language="sv", told="aloud", by=None)
    assert records.declined([chair.karin], PROGRAMME) == {chair.karin}
    from vaksam.booking import queries as booking

    assert booking.of_person(chair.karin)[0].ended_reason == "declined"
    actions.consent(person=chair.karin, programme=PROGRAMME, agrees=True, language="sv",
                    told="aloud", by=None)  # fmt: skip
    assert records.declined([chair.karin], PROGRAMME) == set()


def test_anaphylaxis_goes_to_hospital_and_is_given_there_after_a_physician(chair: Any) -> None:
    from vaksam.booking import queries as booking
    from vaksam.supply import actions as stock

    visit = chair.come("karin", booked=True, severe_allergy="yes", severe_allergy_vaccine="yes")
    made = actions.to_hospital(visit=visit, slot=chair.nus_slots[0], token=uuid4(), by=None)
    times = {each.state: each for each in booking.of_person(chair.karin)}
    assert times["booked"].id == made.appointment
    assert times["booked"].venue == chair.nus
    assert times["booked"].dose == times["moved"].dose == 1
    visit = actions.check_in(person=chair.karin, venue=chair.nus, programme=PROGRAMME, way="booked",
                             identified="document", by=None)  # fmt: skip
    vial = stock.open_vial(venue=chair.nus, lot=chair.lot, by=None)
    with pytest.raises(Refused):
        chair.give(visit, vial=vial)
    from tests.booking.conftest import TODAY
    from vaksam.clinic.facts import situation
    from vaksam.clinic.models import Visit

    row = Visit.objects.get(pk=visit)
    here = situation(row.person, PROGRAMME, row.venue)
    assert here is not None
    actions.prescribe(
        person=chair.karin, programme=PROGRAMME, products=["comirnaty"], valid_from=TODAY,
        valid_to=TODAY, signer_name="Dr Lund", cleared=here.triage("comirnaty").to_clear, by=None,
    )  # fmt: skip
    given = chair.give(visit, vial=vial, seen=["triage"])
    assert (given.observe_until - row.arrived_at).total_seconds() >= 30 * 60


def _stopped(chair: Any, visit: int) -> str:
    with pytest.raises(Refused) as error:
        chair.give(visit)
    assert error.value.code == "stop"
    return str(error.value.values["check"])

"""Group membership as claims with evidence."""

from datetime import date, timedelta

import pytest

from vaksam.base import clock
from vaksam.base.models import AuditEntry, OutboxEvent
from vaksam.core.errors import NotFound, Refused
from vaksam.people import actions, queries
from vaksam.people.models import GroupClaim

pytestmark = pytest.mark.usefixtures("sweden", "db")
TODAY = date(2021, 4, 13)


@pytest.fixture(autouse=True)
def today(monkeypatch) -> dict[str, date]:
    """Today, which a test may move."""
    moved = {"on": TODAY}
    monkeypatch.setattr(clock, "today", lambda: moved["on"])
    return moved


def test_a_claim_is_shown_with_its_evidence(someone, coordinator, scope):
    pk = someone()
    actions.claim_group(
        person=pk, group="transplant", source="health_record", legal_basis="Patientdatalagen",
        purpose="phase 2", valid_until=date(2021, 12, 31), by=coordinator,
    )  # fmt: skip
    (claim,) = queries.person(pk, scope=scope).claims
    assert (claim.group, claim.source, claim.legal_basis, claim.purpose) == (
        "transplant", "health_record", "Patientdatalagen", "phase 2"
    )  # fmt: skip
    assert (claim.given_on, claim.valid_until, claim.in_force) == (
        TODAY, date(2021, 12, 31), True
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="people.claim_group")
    assert entry.details == {"claim": claim.id, "source": "health_record"}, "not the diagnosis"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"group": "home_carer"}, "unknown-group"),
        ({"source": "hearsay"}, "unknown-source"),
        ({"group": "transplant"}, "legal-basis-needed"),
        ({"group": "transplant", "legal_basis": "  "}, "legal-basis-needed"),
        ({"valid_until": date(2021, 4, 12)}, "passed"),
    ],
)
def test_what_cannot_be_claimed(someone, fields, code):
    told = {"group": "home_care", "source": "own_declaration"} | fields
    with pytest.raises(Refused) as refused:
        actions.claim_group(person=someone(), by=None, **told)
    assert refused.value.code == code


def test_a_claim_that_runs_is_not_made_twice_and_one_that_ran_out_is_replaced(
    someone, scope, today
):
    told = {"person": someone(), "group": "home_care", "source": "own_declaration", "by": None}
    actions.claim_group(**told, valid_until=TODAY)
    with pytest.raises(Refused, match="there already"):
        actions.claim_group(**told)
    actions.claim_group(**told | {"source": "health_record"})
    today["on"] += timedelta(days=1)
    actions.claim_group(**told)
    claims = queries.person(told["person"], scope=scope).claims
    assert [claim.in_force for claim in claims] == [True, True, False]


def test_a_withdrawn_claim_is_kept(someone, scope):
    pk = someone()
    claim = actions.claim_group(person=pk, group="home_care", source="own_declaration", by=None)
    events = OutboxEvent.objects.count()
    actions.withdraw_claim(claim=claim, by=None)
    actions.withdraw_claim(claim=claim, by=None)
    assert OutboxEvent.objects.count() == events + 1, "told once"
    (seen,) = queries.person(pk, scope=scope).claims
    assert seen.withdrawn_at is not None and not seen.in_force
    with pytest.raises(NotFound):
        actions.withdraw_claim(claim=0, by=None)


@pytest.mark.parametrize(("on", "counts"), [(TODAY, True), (TODAY + timedelta(days=1), False)])
def test_a_claim_counts_to_its_last_day(someone, on, counts):
    actions.claim_group(
        person=someone(), group="home_care", source="own_declaration", valid_until=TODAY, by=None
    )
    assert GroupClaim.objects.filter(queries.in_force(on)).exists() == counts

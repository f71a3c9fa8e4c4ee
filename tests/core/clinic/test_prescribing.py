"""Which prescription a dose is given under, and why none is."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.clinic.facts import ON
from vaksam.core.clinic.prescribing import Kind, Prescription, covering, demand, why_not
from vaksam.core.errors import Refused

GENERAL = Prescription(
    id=1, kind=Kind.GENERAL, products=frozenset({"comirnaty"}), valid_from=date(2021, 1, 1),
    doses=frozenset({1, 2}), age_from=16, roles=frozenset({"nurse"}),
    valid_to=date(2021, 12, 31),
)  # fmt: skip
LATER = replace(GENERAL, id=2, valid_from=date(2021, 4, 1))
OWN = Prescription(id=3, kind=Kind.INDIVIDUAL, products=frozenset({"comirnaty"}),
                   valid_from=date(2021, 1, 1), person=7)  # fmt: skip
DOSE = {"person": 7, "product": "comirnaty", "dose": 1, "age": 72, "role": "nurse", "on": ON}


def test_the_individual_before_the_general_and_the_latest_first():
    assert covering([GENERAL, OWN, LATER], **DOSE) == OWN
    assert covering([GENERAL, LATER], **DOSE) == LATER
    assert covering([LATER, GENERAL], **DOSE) == LATER
    assert covering([OWN, GENERAL], **DOSE | {"person": 8}) == GENERAL


@pytest.mark.parametrize(
    ("changed", "asked", "code"),
    [
        ({}, {"product": "spikevax"}, "no-prescription"),
        ({}, {"dose": 3}, "other-dose"),
        ({}, {"dose": None}, "other-dose"),
        ({}, {"age": 15}, "other-age"),
        ({"age_to": 64}, {}, "other-age"),
        ({}, {"age": None}, "other-age"),
        ({}, {"role": "assistant_nurse"}, "other-role"),
        ({"valid_from": date(2021, 4, 21)}, {}, "not-yet-valid"),
        ({"valid_to": date(2021, 4, 19)}, {}, "no-longer-valid"),
        ({"revoked_on": ON}, {}, "revoked"),
        ({"kind": Kind.INDIVIDUAL, "person": 8}, {}, "no-prescription"),
    ],
)
def test_nothing_is_given_without_and_it_is_said_why(changed, asked, code):
    prescriptions = [replace(GENERAL, **changed)]
    assert covering(prescriptions, **DOSE | asked) is None
    reasons = why_not(prescriptions, **DOSE | asked)
    assert [each.code for each in reasons] == [code]
    assert all(str(each) and "{" not in str(each) for each in reasons)
    with pytest.raises(Refused) as error:
        demand(None, reasons)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("changed", "asked"),
    [
        ({"valid_from": ON, "valid_to": ON}, {}),
        ({"revoked_on": date(2021, 4, 21)}, {}),
        ({}, {"age": 16}),
        ({"age_to": 72}, {}),
        ({"roles": frozenset()}, {"role": "physician"}),
        ({"doses": frozenset()}, {"dose": None}),
        ({"age_from": None}, {"age": None}),
    ],
)
def test_ends_are_included_and_empty_is_all(changed, asked):
    found = replace(GENERAL, **changed)
    assert demand(covering([found], **DOSE | asked), ()) == found


def test_the_nearest_tells_why():
    far = replace(GENERAL, id=9, doses=frozenset({3}), roles=frozenset({"physician"}))
    assert [each.code for each in why_not([far, GENERAL], **DOSE | {"age": 12})] == ["other-age"]
    assert [each.code for each in why_not([], **DOSE)] == ["no-prescription"]


PRESCRIPTIONS = st.lists(
    st.builds(
        Prescription, id=st.integers(1, 9), kind=st.sampled_from(Kind),
        products=st.frozensets(st.sampled_from(["comirnaty", "spikevax"])),
        valid_from=st.dates(date(2021, 4, 18), date(2021, 4, 22)),
        doses=st.frozensets(st.integers(1, 3)), age_from=st.sampled_from([None, 16, 80]),
        age_to=st.sampled_from([None, 64, 72]), roles=st.frozensets(st.just("nurse")),
        valid_to=st.sampled_from([None, ON, date(2021, 4, 1)]),
        revoked_on=st.sampled_from([None, ON]), person=st.sampled_from([None, 7, 8]),
    ),
    max_size=4,
)  # fmt: skip


@given(PRESCRIPTIONS)
def test_either_one_covers_or_it_is_said_why_not(prescriptions):
    found = covering(prescriptions, **DOSE)
    assert bool(why_not(prescriptions, **DOSE)) == (found is None)
    if found:
        assert found in prescriptions and "comirnaty" in found.products
        assert found.valid_from <= ON and found.revoked_on is None
        assert found.kind is Kind.GENERAL or found.person == 7

"""What stops a dose just before it is given, what only warns, and that all of it has words."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.core.clinic.facts import CHOICES, DUE, NOW, ON, decided, seen
from tests.core.clinic.test_prescribing import GENERAL, OWN
from vaksam.core.clinic import Vial, before, may_give, stops, words
from vaksam.core.clinic.checks import Check, Level
from vaksam.core.clinic.effects import Outcome
from vaksam.core.clinic.explain import catalogue, key, outcome
from vaksam.core.products import Approval
from vaksam.core.supply.picking import Block

VIAL = Vial(vial=41, product="comirnaty", lot="EJ6795", expires_on=date(2021, 6, 30),
            until=NOW + timedelta(hours=3), doses_left=4)  # fmt: skip
APPROVED = Approval(date(2020, 12, 21), 16)
ALL = ["product", "lot", "expiry", "opened", "left", "age", "interval", "triage", "prescription",
       "consent"]  # fmt: skip


def checked(vial=None, **changes):
    facts = {
        "wanted_product": "comirnaty", "triage": seen(), "prescription": GENERAL,
        "decision": DUE, "approval": APPROVED, "consented": True, "age": 72, "now": NOW, "on": ON,
    }  # fmt: skip
    return before(vial=replace(VIAL, **vial or {}), **facts | changes)


def test_all_is_well():
    found = checked()
    assert [each.code for each in found] == ALL
    assert {each.level for each in found} == {Level.OK} and may_give(found)


def test_nothing_looked_at_is_no_permission():
    assert not may_give([])


LATE = tuple(replace(each, latest_on=date(2021, 4, 19)) for each in CHOICES)
EARLY = tuple(replace(each, earliest_on=date(2021, 4, 21)) for each in CHOICES)


@pytest.mark.parametrize(
    ("vial", "changes", "code", "level"),
    [
        ({"product": "spikevax"}, {}, "product", "stop"),
        ({"blocked": Block.RECALLED}, {}, "lot", "stop"),
        ({"blocked": Block.QUARANTINED}, {}, "lot", "stop"),
        ({"expires_on": date(2021, 4, 19)}, {}, "expiry", "stop"),
        ({"until": NOW}, {}, "opened", "stop"),
        ({"until": NOW + timedelta(minutes=30)}, {}, "opened", "warn"),
        ({"open": False, "vial": None}, {}, "opened", "warn"),
        ({"doses_left": 0}, {}, "left", "warn"),
        ({"doses_left": -1}, {}, "left", "warn"),
        ({}, {"approval": None}, "age", "stop"),
        ({}, {"approval": None, "prescription": OWN}, "age", "warn"),
        ({}, {"age": 15}, "age", "stop"),
        ({}, {"age": 15, "prescription": OWN}, "age", "warn"),
        ({}, {"age": None}, "age", "stop"),
        ({}, {"age": None, "prescription": OWN}, "age", "warn"),
        ({}, {"approval": Approval(date(2020, 12, 21), 16, 64)}, "age", "stop"),
        ({}, {"approval": Approval(date(2020, 12, 21), 16, 64), "prescription": OWN},
         "age", "warn"),
        ({}, {"decision": decided(choices=EARLY)}, "interval", "stop"),
        ({}, {"decision": decided(choices=LATE)}, "interval", "warn"),
        ({}, {"decision": decided(choices=(), earliest_on=date(2021, 4, 21))},
         "interval", "stop"),
        ({}, {"triage": seen({"ill": "yes"})}, "triage", "stop"),
        ({}, {"triage": seen({"severe_allergy_vaccine": "yes"})}, "triage", "stop"),
        ({}, {"triage": seen({"pregnant": "yes"})}, "triage", "stop"),
        ({}, {"triage": seen({"thrombosis": "yes"}, product="vaxzevria")}, "triage", "stop"),
        ({}, {"triage": seen({"severe_allergy": "yes"})}, "triage", "warn"),
        ({}, {"prescription": None}, "prescription", "stop"),
        ({}, {"consented": False}, "consent", "stop"),
    ],
)  # fmt: skip
def test_each_thing_alone(vial, changes, code, level):
    found = checked(vial, **changes)
    assert [each.code for each in found] == ALL
    assert [(each.code, each.level.value) for each in found if each.level is not Level.OK] == [
        (code, level)
    ]
    assert may_give(found) == (level == "warn") == (not list(stops(found)))
    for each in found:
        assert "{" not in words(each, "sv", {"comirnaty": "Comirnaty"})


def test_an_emptied_vial_gives_nothing():
    found = checked({"open": False, "doses_left": 0})
    assert [each.code for each in stops(found)] == ["left"]


def test_the_last_day_and_the_last_minute_are_good():
    found = checked({"expires_on": ON, "until": NOW + timedelta(minutes=1)})
    assert may_give(found)
    assert may_give(checked({"until": None}))


def test_words_name_the_vaccine_the_day_and_the_hour():
    names = {"comirnaty": "Comirnaty", "spikevax": "Spikevax"}
    wrong = checked({"product": "spikevax"})[0]
    assert words(wrong, "sv", names) == "Ampullen är Spikevax, inte Comirnaty. Ta en annan ampull."
    late = checked({"until": NOW})[3]
    assert words(late, "en") == "The time ended 10:00. Discard the vial."
    old = checked({"expires_on": date(2021, 4, 19)})[2]
    assert "19 april 2021" in words(old, "sv")


def test_every_check_and_outcome_has_words_in_both_languages():
    whys = {"lot": Block, "triage": [each for each in Outcome if not each.may_give]}
    for code in whys:
        for why in whys[code]:
            assert key(Check(code, Level.STOP, why=why.value)) in catalogue()
    for each in Outcome:
        assert outcome(each.value, "sv") != outcome(each.value, "en")
    assert all(texts["sv"] and texts["en"] for texts in catalogue().values())

"""Triage upon real decisions of the rules."""

from datetime import date

import pytest

from tests.core.clinic.facts import seen
from tests.core.rules.small import RULES
from vaksam.core.clinic import History, Outcome
from vaksam.core.rules import Dose, Facts, decide

BORN = date(1949, 3, 2)
FIRST = Dose(date(2021, 4, 13), "comirnaty")
ALLERGIC = frozenset({"anaphylaxis"})


def visit(on, *, product="comirnaty", doses=(), groups=frozenset(), born_on=BORN, **changes):
    facts = Facts(born_on=born_on, region="24", groups=groups, doses=doses)
    history = History(groups=groups, doses=doses, age=on.year - born_on.year)
    return seen(decision=decide(facts, RULES, on=on), product=product, on=on, history=history,
                **changes)  # fmt: skip


@pytest.mark.parametrize(
    ("on", "given", "outcome", "until"),
    [
        (date(2021, 4, 13), {}, "give", None),
        (date(2021, 4, 11), {}, "not_now", date(2021, 4, 12)),  # opens in week 15
        (date(2021, 4, 13), {"groups": ALLERGIC}, "hospital", None),
        (date(2021, 4, 13), {"groups": ALLERGIC, "at_hospital": True}, "ask_physician", None),
        (date(2021, 4, 20), {"doses": (FIRST,)}, "not_now", date(2021, 5, 4)),  # 21 days
        (date(2021, 5, 4), {"doses": (FIRST,)}, "give", None),
        (date(2021, 5, 4), {"doses": (FIRST,), "product": "vaxzevria"}, "not_this_product", None),
        (date(2021, 4, 20), {"born_on": date(1990, 5, 1)}, "not_now", None),  # not opened
        (date(2021, 4, 20), {"doses": (Dose(date(2021, 3, 1), ""),)}, "ask_physician", None),
    ],
)
def test_a_visit(on, given, outcome, until):
    found = visit(on, **given)
    assert (found.outcome.value, found.until) == (outcome, until)


def test_a_pause_stands_whatever_a_physician_clears():
    on = date(2021, 3, 20)
    care = frozenset({"care_home"}) | ALLERGIC
    before = visit(on, product="vaxzevria", groups=care, at_hospital=True)
    after = visit(on, product="vaxzevria", groups=care, at_hospital=True, cleared=before.to_clear)
    assert after.outcome is Outcome.NOT_THIS_PRODUCT
    assert after.products == ("comirnaty", "spikevax")
    other = visit(on, groups=care, at_hospital=True, cleared=before.to_clear)
    assert (other.outcome, other.minutes) == (Outcome.GIVE_LONGER, 30)


def test_a_dose_to_assess_lets_no_paused_vaccine_through():
    """Where a dose is to be assessed no choices are told: only the pause itself speaks."""
    unknown = (Dose(date(2021, 1, 10), ""),)
    facts = {"product": "vaxzevria", "doses": unknown, "groups": frozenset({"care_home"})}
    cleared = frozenset({"directive.assess.dose_to_assess"})
    paused = visit(date(2021, 3, 20), cleared=cleared, **facts)
    assert paused.reasons[0].code == "directive.paused"
    assert paused.outcome is Outcome.NOT_NOW
    assert visit(date(2021, 3, 26), cleared=cleared, **facts).outcome is Outcome.GIVE

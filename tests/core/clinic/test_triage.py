"""Worked examples of the letter of 13 April 2021, each question's effect, and what is always so."""

from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.clinic.facts import CHOICES, DUE, HOSPITAL, ON, WELL, decided, seen
from vaksam.core.clinic import History, Outcome, Reaction, triage, words
from vaksam.core.clinic.effects import effects, read
from vaksam.core.clinic.explain import catalogue
from vaksam.core.errors import BadFile
from vaksam.core.rules.decision import Dose, Reason, Status, Why
from vaksam.core.rules.definition import Place

AGAIN = date(2021, 5, 11)
ANAPHYLAXIS = History(age=72, reactions=(Reaction(date(2021, 1, 5), "comirnaty", True, True),))
NOTED = History(age=72, groups=frozenset({"anaphylaxis"}))


def codes(found):
    return [each.code for each in found.reasons]


def test_who_is_well_and_due_gets_the_dose_and_15_minutes():
    found = seen()
    assert (found.outcome, found.reasons, found.minutes) == (Outcome.GIVE, (), 15)
    assert found.products == ("spikevax", "vaxzevria")


@pytest.mark.parametrize(
    ("history", "decision"),
    [(ANAPHYLAXIS, DUE), (NOTED, DUE), (WELL, HOSPITAL), (NOTED, HOSPITAL)],
)
def test_earlier_anaphylaxis_hospital_after_a_physician(history, decision):
    """”Dessa personer ska bedömas av läkare och remitteras för vaccination på sjukhus.”"""
    facts = {"history": history, "decision": decision}
    assert seen(**facts).outcome is Outcome.HOSPITAL
    there = seen(**facts, at_hospital=True)
    assert there.outcome is Outcome.ASK_PHYSICIAN
    cleared = seen(**facts, at_hospital=True, cleared=there.to_clear)
    assert (cleared.outcome, cleared.minutes) == (Outcome.GIVE_LONGER, 30)
    assert codes(cleared) == codes(there)  # still told of
    assert seen(**facts, cleared=there.to_clear).outcome is Outcome.HOSPITAL


def test_declared_anaphylaxis_to_vaccine_is_for_the_hospital_and_to_other_things_is_not():
    assert seen({"severe_allergy": "yes", "severe_allergy_vaccine": "yes"}).outcome is (
        Outcome.HOSPITAL
    )
    wasp = seen({"severe_allergy": "yes", "severe_allergy_vaccine": "no"})
    assert (wasp.outcome, wasp.minutes) == (Outcome.GIVE_LONGER, 30)


@pytest.mark.parametrize(
    ("question", "answer", "product", "outcome", "minutes"),
    [
        ("severe_allergy", "yes", "comirnaty", "give_longer", 30),
        ("severe_allergy", "unsure", "comirnaty", "give_longer", 30),
        ("severe_allergy_vaccine", "yes", "comirnaty", "hospital", 30),
        ("severe_allergy_vaccine", "unsure", "comirnaty", "ask_physician", 30),
        ("ingredient_allergy", "yes", "comirnaty", "ask_physician", 30),
        ("reaction_earlier_dose", "yes", "comirnaty", "ask_physician", 30),
        ("egg_allergy", "yes", "comirnaty", "ask_physician", 30),
        ("guillain_barre", "yes", "comirnaty", "ask_physician", 15),
        ("pregnant", "yes", "comirnaty", "ask_physician", 15),
        ("myocarditis", "yes", "comirnaty", "ask_physician", 15),
        ("myocarditis", "yes", "vaxzevria", "give", 15),
        ("thrombosis", "yes", "comirnaty", "give", 15),
        ("thrombosis", "yes", "vaxzevria", "not_this_product", 15),
        ("thrombosis", "unsure", "vaxzevria", "not_this_product", 15),
        ("ill", "yes", "comirnaty", "not_now", 15),
        ("recent_covid", "yes", "comirnaty", "not_now", 15),
        ("recent_vaccine", "yes", "comirnaty", "not_now", 15),
        ("bleeding", "yes", "comirnaty", "give", 15),
        ("immunosuppressed", "yes", "comirnaty", "give", 15),
        ("fainted", "yes", "comirnaty", "give", 15),
    ],
)
def test_the_effect_of_each_question(question, answer, product, outcome, minutes):
    found = seen({question: answer}, product=product)
    assert (found.outcome.value, found.minutes) == (outcome, minutes)
    assert seen({question: "no"}, product=product).reasons == ()


def test_the_table_above_has_every_question():
    marks = test_the_effect_of_each_question.pytestmark[0].args[1]
    assert {row[0] for row in marks} == {each.question for each in effects().each}


def test_nothing_is_given_without_a_declaration():
    found = triage(answers=None, history=WELL, decision=DUE, product="comirnaty", on=ON,
                   at_hospital=True)  # fmt: skip
    assert (found.outcome, codes(found)) == (Outcome.NOT_NOW, ["declaration.missing"])


def test_another_vaccine_lately_waits_a_week():
    assert seen({"recent_vaccine": "yes"}).until == ON + timedelta(days=7)


def _later(code):
    return tuple(replace(each, earliest_on=AGAIN) if each.product == code else each
                 for each in CHOICES)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "outcome", "reason", "until"),
    [
        ({"status": Status.NOT_YET, "why": Why.INTERVAL, "earliest_on": AGAIN, "choices": ()},
         "not_now", "directive.not_due", AGAIN),
        ({"choices": _later("comirnaty")}, "not_now", "directive.not_due", AGAIN),
        ({"choices": CHOICES[1:]}, "not_this_product", "directive.other_product", None),
        ({"status": Status.NOT_YET, "why": Why.NOT_OPENED, "earliest_on": None, "choices": ()},
         "not_now", "directive.not_opened", None),
        ({"status": Status.NOT_YET, "why": Why.NO_PRODUCT, "earliest_on": None, "choices": ()},
         "not_now", "directive.no_product", None),
        ({"status": Status.COMPLETE, "why": Why.ALL_DOSES, "earliest_on": None, "choices": ()},
         "not_now", "directive.complete", None),
        ({"status": Status.NOT_RECOMMENDED, "why": Why.NO_OFFER, "earliest_on": None,
          "choices": ()}, "not_now", "directive.not_recommended", None),
        ({"status": Status.NEEDS_ASSESSMENT, "why": Why.DOSE_TO_ASSESS, "earliest_on": None,
          "choices": ()}, "ask_physician", "directive.assess.dose_to_assess", None),
        ({"status": Status.NEEDS_ASSESSMENT, "why": Why.PRECAUTION},
         "ask_physician", "directive.assess.precaution", None),
        ({"place": Place.HOSPITAL}, "hospital", "directive.hospital", None),
    ],
)  # fmt: skip
def test_the_directive_decides_first(changes, outcome, reason, until):
    found = seen({"bleeding": "yes"}, decision=decided(**changes))
    assert (found.outcome.value, codes(found)[0], found.until) == (outcome, reason, until)
    assert codes(found)[-1] == "answer.bleeding"


def test_a_place_that_only_the_hospital_may_be_needs_no_physician_there():
    found = seen(decision=decided(place=Place.HOSPITAL), at_hospital=True)
    assert (found.outcome, found.minutes) == (Outcome.GIVE_LONGER, 30)


def test_a_paused_vaccine_is_not_given_even_after_a_physician_has_cleared_all_else():
    paused = (Reason("product.paused", "stop", (("product", "vaxzevria"),)),)
    for choices, outcome in ((CHOICES[:2], Outcome.NOT_THIS_PRODUCT), ((), Outcome.NOT_NOW)):
        decision = replace(HOSPITAL, choices=choices, reasons=paused)
        before = seen(decision=decision, product="vaxzevria", at_hospital=True)
        after = seen(decision=decision, product="vaxzevria", at_hospital=True,
                     cleared=before.to_clear | set(codes(before)))  # fmt: skip
        assert after.outcome is outcome


def test_others_are_told_without_those_an_answer_speaks_against():
    answers = {"thrombosis": "yes"}
    assert seen(answers, product="vaxzevria").products == ("comirnaty", "spikevax")
    assert seen(answers | {"myocarditis": "yes"}, product="vaxzevria").products == ()
    assert seen(decision=decided(choices=_later("spikevax"))).products == ("vaxzevria",)


def test_doses_and_reactions_before():
    given = History(age=72, doses=(Dose(ON, "comirnaty"),))
    assert codes(seen(history=given)) == ["history.given_today"]
    mild, serious = (Reaction(date(2021, 3, 1), "comirnaty", False, each) for each in (False, True))
    assert seen(history=History(age=72, reactions=(mild,))).outcome is Outcome.GIVE
    assert seen(history=History(age=72, reactions=(serious,))).outcome is Outcome.ASK_PHYSICIAN
    assert codes(seen(history=History(age=17))) == ["history.minor"]


def test_every_reason_is_listed_the_gravest_first():
    found = seen({"fainted": "yes", "ill": "yes", "severe_allergy_vaccine": "unsure"},
                 history=NOTED)  # fmt: skip
    assert codes(found) == ["history.anaphylaxis_noted", "answer.severe_allergy_vaccine",
                            "answer.ill", "answer.fainted"]  # fmt: skip


# ---- always

STEPS = ("no", "unsure", "yes")
QUESTIONS = sorted(each.question for each in effects().each)
ANSWERS = st.fixed_dictionaries({code: st.integers(0, 2) for code in QUESTIONS})
DECISIONS = st.sampled_from(
    [DUE, HOSPITAL, decided(choices=CHOICES[1:]), decided(choices=()),
     decided(status=Status.NEEDS_ASSESSMENT, why=Why.DOSE_TO_ASSESS, choices=()),
     decided(status=Status.NOT_YET, earliest_on=AGAIN), decided(place=Place.HOSPITAL)]
)  # fmt: skip
HISTORIES = st.builds(
    History,
    groups=st.frozensets(st.sampled_from(["anaphylaxis", "immunosuppressed", "lss"])),
    reactions=st.lists(
        st.builds(Reaction, st.just(ON), st.just("comirnaty"), st.booleans(), st.booleans()),
        max_size=2,
    ).map(tuple),
    doses=st.sampled_from([(), (Dose(ON, "comirnaty"),)]),
    age=st.sampled_from([None, 15, 72]),
)
PRODUCTS = st.sampled_from(["comirnaty", "vaxzevria"])
ALL_CODES = frozenset(key.removeprefix("reason.") for key in catalogue() if key[:7] == "reason.")
CLEARED = st.frozensets(st.sampled_from(sorted(ALL_CODES)))
AROUND = st.fixed_dictionaries(
    {"decision": DECISIONS, "product": PRODUCTS, "at_hospital": st.booleans(), "cleared": CLEARED}
)


def _said(steps):
    return {code: STEPS[step] for code, step in steps.items()}


@given(ANSWERS, ANSWERS, HISTORIES, HISTORIES, AROUND)
def test_more_that_speaks_against_never_makes_it_milder(less, other, history, more, around):
    graver = {code: max(step, other[code]) for code, step in less.items()}
    worse = replace(history, groups=history.groups | more.groups,
                    reactions=history.reactions + more.reactions)  # fmt: skip
    mild = seen(_said(less), history=history, **around)
    grave = seen(_said(graver), history=worse, **around)
    assert mild.outcome.gravity <= grave.outcome.gravity
    assert mild.minutes <= grave.minutes
    assert set(codes(mild)) <= set(codes(grave))
    assert set(grave.products) <= set(mild.products)


@given(ANSWERS, HISTORIES, AROUND, CLEARED)
def test_what_is_cleared_and_a_hospital_never_make_it_graver(answers, history, around, more):
    said = _said(answers)
    before = seen(said, history=history, **around)
    for change in ({"cleared": around["cleared"] | more}, {"at_hospital": True}):
        after = seen(said, history=history, **around | change)
        assert after.outcome.gravity <= before.outcome.gravity
        assert after.minutes == before.minutes


@given(ANSWERS, HISTORIES, AROUND)
def test_the_gravest_reason_decides_and_each_has_words(answers, history, around):
    found = seen(_said(answers), history=history, **around)
    gravities = [each.outcome.gravity for each in found.reasons]
    assert gravities == sorted(gravities, reverse=True)
    assert found.outcome.gravity == max(gravities, default=0)
    assert found.outcome is not Outcome.GIVE or found.minutes == 15
    for each in found.reasons:
        for language in ("sv", "en"):
            said = words(each, language, {"comirnaty": "Comirnaty"})
            assert said and "{" not in said and "comirnaty" not in said


def test_a_reaction_to_an_unknown_vaccine_is_told_so():
    found = seen(history=History(reactions=(Reaction(date(2021, 3, 1), "", True),)))
    assert words(found.reasons[0], "sv") == "Anafylaxi efter dos av okänt vaccin den 1 mars 2021."


def test_an_unsure_answer_and_a_cleared_reason_say_so():
    found = seen({"pregnant": "unsure"}, cleared=frozenset({"answer.pregnant"}))
    assert words(found.reasons[0], "sv") == (
        "Osäkert svar. Gravid. Läkare har bedömt och ordinerat."
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('unsure = "ask_physician"', 'unsure = "hospital"', "unsure-graver"),
        ("minutes = 30", "minutes = 20", "minutes"),
        ('question = "fainted"', 'question = "ill"', "twice"),
        ('yes = "hospital"', 'yes = "nowhere"', "cannot-be"),
    ],
)
def test_a_faulty_file_of_effects_is_told_of(old, new, code):
    content = files("vaksam.core.clinic").joinpath("effects.toml").read_text("utf-8")
    with pytest.raises(BadFile) as error:
        read(content.replace(old, new), file_name="effects.toml")
    assert code in {fault.code for fault in error.value.faults}

"""Reasons in words: complete, in two languages, and discreet where others can see."""

import string
from datetime import date

import pytest

from tests.core.rules.generators import TODAY, crowd
from tests.core.rules.small import RULES
from vaksam.core import groups
from vaksam.core.rules import Dose, Facts, decide, words
from vaksam.core.rules.decision import Judgement, Status, Why
from vaksam.core.rules.explain import catalogue

LANGUAGES = ("sv", "en")
BORN_1949 = Facts(date(1949, 3, 2), "24")
_RECOMMENDED = {Why.NOT_OPENED, Why.OPENS_LATER, Why.INTERVAL, Why.MONTHS_SINCE_LAST,
                Why.SEASON_AHEAD, Why.NO_PRODUCT, Why.PAUSED}  # fmt: skip
ANSWERS = (
    {(Status.NOT_YET, why) for why in _RECOMMENDED}
    | {(Status.NOT_RECOMMENDED, why) for why in _RECOMMENDED - {Why.NOT_OPENED}}
    | {(Status.NOT_RECOMMENDED, Why.NO_OFFER), (Status.NOT_RECOMMENDED, Why.SEASON_OVER)}
    | {(Status.DUE, Why.OPEN), (Status.AVAILABLE, Why.ON_REQUEST)}
    | {(Status.COMPLETE, Why.ALL_DOSES)}
    | {(Status.NEEDS_ASSESSMENT, why)
       for why in (Why.DOSE_TO_ASSESS, Why.BIRTH_DATE_NOT_KNOWN, Why.PRECAUTION)}
)  # fmt: skip


def said(facts: Facts, *, on: date = TODAY, language: str = "en", discreet: bool = False) -> str:
    decision = decide(facts, RULES, on=on)
    return " ".join(s.text for s in words(decision, RULES, language=language, discreet=discreet))


def test_the_chain_of_somebody_whose_turn_it_is() -> None:
    sentences = words(decide(BORN_1949, RULES, on=TODAY), RULES, language="sv")
    assert [(each.text, each.rule) for each in sentences] == [
        ("Får vaccineras nu med dos 1.", "week-15"),
        ("Rekommenderas: TITEL adults.", "adults"),
        ("Hör till fas 2: TITEL phase-2.", "phase-2"),
        ("Öppet sedan 12 april 2021: TITEL week-15.", "week-15"),
        ("Vaccin som kan ges: Comirnaty, Spikevax, Vaxzevria.", ""),
    ]
    assert sentences[0].directive == "fohm-1"
    assert sentences[0].source == RULES.rule("week-15").source


def test_the_days_of_a_next_dose() -> None:
    text = said(Facts(date(1949, 3, 2), "24", doses=(Dose(date(2021, 4, 1), "comirnaty"),)))
    assert "May have the next dose on 22 April 2021 at the earliest." in text
    assert "The dose of 1 April 2021 (Comirnaty) counts." in text
    assert "at least 21 days after the dose of 1 April 2021 (Comirnaty)" in text
    assert "preferably on 6 May 2021" in text


def test_doses_given_in_spite_of_rules_are_noted() -> None:
    paused = Facts(date(1949, 3, 2), "24", doses=(Dose(date(2021, 3, 20), "vaxzevria"),))
    assert "although the vaccine was paused" in said(paused)
    young = Facts(date(1990, 3, 2), "24", doses=(Dose(date(2021, 4, 2), "vaxzevria"),))
    assert "should not have had the vaccine: TITLE vaxzevria-old" in said(young)


def test_a_pause_is_told() -> None:
    text = said(BORN_1949, on=date(2021, 3, 20))
    assert "Vaxzevria is paused: TITLE vaxzevria-pause." in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_has_words(language: str) -> None:
    texts = catalogue()["reason"]
    for status, why in ANSWERS:
        about = texts[f"answer.{status}.{why}"]
        assert about[language] and about[f"discreet_{language}"]
    for judgement in Judgement:
        assert texts[f"dose.{judgement}"][language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_that_occurs_has_words(language: str) -> None:
    seen = set()
    for person in crowd(250, seed=3):
        decision = decide(person, RULES, on=TODAY)
        assert (decision.status, decision.why) in ANSWERS
        seen |= {reason.code for reason in decision.reasons}
        assert all(words(decision, RULES, language=language))
    assert len(seen) > 15


def test_discreet_words_have_no_place_for_a_group() -> None:
    for code, texts in catalogue()["reason"].items():
        for language in LANGUAGES:
            template = texts.get(f"discreet_{language}", "")
            places = {name for _, name, _, _ in string.Formatter().parse(template) if name}
            assert places <= {"earliest_on", "given_on"}, code


@pytest.mark.parametrize("language", LANGUAGES)
def test_discreet_words_do_not_tell_a_group_from_an_age(language: str) -> None:
    """Somebody whose turn comes with a diagnosis reads what somebody of their age's turn reads."""
    risk = Facts(date(1990, 1, 1), "24", groups=frozenset({"risk_group"}))
    plain = Facts(date(1950, 1, 1), "24")
    on = date(2021, 4, 27)
    texts = [said(each, on=on, language=language, discreet=True) for each in (risk, plain)]
    assert texts[0] == texts[1]
    assert said(risk, on=on, language=language) != texts[0]


def test_discreet_sentences_name_no_rule_and_no_group() -> None:
    names = {name.lower() for group in groups.CATALOGUE.values()
             for name in (group.name_sv, group.name_en)}  # fmt: skip
    for person in crowd(150, seed=5):
        decision = decide(person, RULES, on=TODAY)
        for language in LANGUAGES:
            for sentence in words(decision, RULES, language=language, discreet=True):
                assert (sentence.rule, sentence.directive, sentence.source) == ("", "", None)
                assert not any(name in sentence.text.lower() for name in names)
                assert "TIT" not in sentence.text

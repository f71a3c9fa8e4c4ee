"""Health declarations: versions, languages, whom what is asked, and which answers hold."""

from datetime import date
from importlib.resources import files

import pytest

from vaksam.core.clinic import (
    LANGUAGES,
    asked,
    clean,
    current,
    questionnaire,
    questionnaires,
)
from vaksam.core.clinic.effects import effects
from vaksam.core.clinic.questions import Kind, read
from vaksam.core.errors import BadFile, NotFound, Refused

COVID = questionnaire("covid-19", 1)
PREGNANT = "pregnant"
NO = {each.code: "no" for each in COVID.questions if each.kind is not Kind.TEXT}


def codes(**person):
    return {each.code for each in asked(COVID, **person)}


def refused(answers, **person):
    with pytest.raises(Refused) as error:
        clean(COVID, answers, **{"age": 72, "sex": 1} | person)
    return error.value


@pytest.mark.parametrize(
    ("disease", "on", "code", "version"),
    [
        ("covid-19", date(2020, 12, 27), "covid-19", 1),
        ("covid-19", date(2021, 4, 20), "covid-19", 1),
        ("covid-19", date(2023, 3, 1), "covid-19", 2),
        ("influenza", date(2023, 11, 7), "influenza", 1),
    ],
)
def test_the_version_of_the_day(disease, on, code, version):
    found = current(disease, on)
    assert (found.code, found.version) == (code, version)


def test_no_questions_before_the_first_version_or_for_another_disease():
    for disease, on in [("covid-19", date(2020, 12, 26)), ("tbe", date(2021, 4, 20))]:
        with pytest.raises(NotFound):
            current(disease, on)
    with pytest.raises(NotFound):
        questionnaire("covid-19", 99)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("each", questionnaires(), ids=lambda each: f"{each.code}-{each.version}")
def test_every_language_has_every_question(each, language):
    for question in each.questions:
        for texts in (question.text, question.help):
            assert texts[language].strip() == texts[language] != ""
    assert each.draft(language) == (language in ("ar", "so", "fi"))


def test_a_question_means_the_same_in_every_version_and_has_an_effect():
    known = {each.question for each in effects().each}
    texts: dict[str, str] = {}
    for version in questionnaires():
        for question in version.questions:
            assert texts.setdefault(question.code, question.text["sv"]) == question.text["sv"]
            assert (question.code in known) == (question.kind is not Kind.TEXT), question.code
    assert known <= texts.keys()


@pytest.mark.parametrize(
    ("age", "sex", "expected"),
    [(30, 2, True), (30, 1, False), (11, 2, False), (12, 2, True), (55, 2, True), (56, 2, False),
     (30, 0, True), (None, 2, True), (None, 1, False)],
)  # fmt: skip
def test_pregnancy_is_asked_of_women_of_the_age_and_where_that_is_not_known(age, sex, expected):
    assert (PREGNANT in codes(age=age, sex=sex)) is expected


def test_answers_are_kept_as_given_and_empty_ones_left_out():
    given = NO | {"severe_allergy": "yes", "severe_allergy_what": " Getingstick, 1998 ",
                  "reaction_what": "  "}  # fmt: skip
    kept = clean(COVID, given, age=30, sex=2)
    assert kept == {code: answer for code, answer in given.items() if code != "reaction_what"}
    assert list(kept) == [each.code for each in COVID.questions if each.code in kept]


@pytest.mark.parametrize("code", sorted(NO.keys() - {"severe_allergy_vaccine"}))
def test_every_asked_question_needs_an_answer_and_is_named(code):
    error = refused({key: value for key, value in NO.items() if key != code}, age=30, sex=2)
    question = next(each for each in COVID.questions if each.code == code)
    assert (error.code, error.values["of"]) == ("unanswered", code)
    assert question.text["sv"] in str(error)


def test_what_follows_upon_an_answer_is_needed_only_then():
    without = {code: answer for code, answer in NO.items() if code != "severe_allergy_vaccine"}
    assert clean(COVID, without, age=72, sex=1)
    for answer in ("yes", "unsure"):
        error = refused(without | {"severe_allergy": answer})
        assert error.values["of"] == "severe_allergy_vaccine"


def test_what_was_not_asked_may_be_left_out_and_is_kept():
    without = {code: answer for code, answer in NO.items() if code != PREGNANT}
    assert PREGNANT not in clean(COVID, without, age=30, sex=1)
    assert clean(COVID, without | {PREGNANT: "yes"}, age=30, sex=1)[PREGNANT] == "yes"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"ill": "maybe"}, "not-an-answer"),
        ({"ill": "unsure"}, "not-an-answer"),  # a question of yes and no
        ({"severe_allergy_what": "x" * 501}, "too-long"),
        ({"shoe_size": "43"}, "unknown-question"),
    ],
)
def test_other_answers_are_refused(wrong, code):
    assert refused(NO | wrong).code == code


def content(name="covid-19.v1.toml"):
    folder = files("vaksam.core.clinic").joinpath("questions")
    return folder.joinpath(name).read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('code = "fainted"', 'code = "ill"', "twice"),
        ('text.fi = "Oletko raskaana?"', "", "missing-text"),
        ('{ question = "severe_allergy",', '{ question = "fainted",', "follows-nothing"),
        ('answers = ["yes", "unsure"]', 'answers = ["often"]', "follows-nothing"),
        ('kind = "yes_no"\n', 'kind = "number"\n', "cannot-be"),
        ("[[question]]", "[[question", "cannot-be"),
        ('author = "Vaksam"', "", "cannot-be"),
    ],
)
def test_a_faulty_file_is_told_of(old, new, code):
    assert old in content()
    with pytest.raises(BadFile) as error:
        read(content().replace(old, new), file_name="faulty.toml")
    assert code in {fault.code for fault in error.value.faults}

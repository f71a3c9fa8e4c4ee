"""The worked examples are what Vaksam promises; docs/reference shows the same ones."""

from collections import Counter

import pytest

from tests.spec.examples import (
    Example,
    directives,
    examples,
    known_rules,
    shipped_rules,
)
from vaksam.core.rules import Decision, Status, Why, words

ALL = examples()
NAMES = [f"{each.topic}: {each.title}" for each in ALL]


def told(decision: Decision, name: str):
    """A field of a decision, as the file writes it."""
    if name == "products":
        return [each.product for each in decision.choices]
    value = getattr(decision, name)
    return list(value) if name == "judgements" else value


@pytest.mark.parametrize("example", ALL, ids=NAMES)
def test_the_answer_is_as_the_example_says(example: Example):
    decision = example.decide()
    assert {name: told(decision, name) for name in example.answer} == example.answer


@pytest.mark.parametrize("example", ALL, ids=NAMES)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_answer_has_words_without_gaps(example: Example, language: str):
    rules = known_rules(example.programme, example.known_at)
    said = words(example.decide(), rules, language=language)
    assert said
    assert not [each.text for each in said if not each.text or set("{}") & set(each.text)]
    assert "None" not in " ".join(each.text for each in said)


def test_no_two_examples_have_one_name():
    assert not [name for name, times in Counter(NAMES).items() if times > 1]


def test_an_example_rests_on_rules_of_its_own_programme():
    programmes = {rule.code: each.programme for each in directives() for rule in each.rules}
    strays = {each.title: code for each in ALL for code in each.rules
              if programmes.get(code) != each.programme}  # fmt: skip
    assert not strays


def test_every_shipped_directive_has_an_example():
    shown = {shipped_rules()[code].directive for each in ALL for code in each.rules}
    assert {each.code for each in directives()} - shown == set()


def test_every_status_and_all_that_can_decide_it_is_shown():
    assert {each.answer["status"] for each in ALL} == set(Status)
    assert {each.answer["why"] for each in ALL} == set(Why)

"""The reasons of a decision in plain words, Swedish or English."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from vaksam.core.rules.decision import Decision, Reason
from vaksam.core.rules.definition import Source
from vaksam.core.rules.in_force import RuleSet

Language = Literal["sv", "en"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, and the rule it rests on: its code, its directive's and where it is said.

    The answer comes first. Discreet sentences name no rule.
    """

    text: str
    rule: str = ""
    directive: str = ""
    source: Source | None = None


def words(
    decision: Decision, rules: RuleSet, *, language: str, discreet: bool = False
) -> list[Sentence]:
    """The chain of reasons, the answer first.

    With `discreet`, for a screen that others can see, no sentence depends on the title of a rule,
    a phase or a group, and none names a rule or a source: everyone whose answer and days are the
    same reads the same words, whatever group their turn comes from.
    """
    found = []
    for reason in decision.reasons:
        text = _text(reason, rules, language, discreet=discreet)
        if text:
            found.append(Sentence(text) if discreet else _sourced(text, reason, rules))
    return list(dict.fromkeys(found))


def day(on: date, language: str) -> str:
    """A day in words.

    >>> day(date(2021, 4, 19), "sv"), day(date(2021, 4, 19), "en")
    ('19 april 2021', '19 April 2021')
    """
    return f"{on.day} {catalogue()['months'][language][on.month - 1]} {on.year}"


@cache
def catalogue() -> Mapping[str, Any]:
    """The words file: for each code its texts by language; discreet ones where there are any."""
    return tomllib.loads(files("vaksam.core.rules").joinpath("words.toml").read_text("utf-8"))


def _sourced(text: str, reason: Reason, rules: RuleSet) -> Sentence:
    if not reason.rule:
        return Sentence(text)
    rule = rules.rule(reason.rule)
    return Sentence(text, rule.code, rule.directive, rule.source)


def _text(reason: Reason, rules: RuleSet, language: str, *, discreet: bool) -> str:
    texts = catalogue()["reason"][reason.code]
    template: str = texts.get(f"discreet_{language}", "") if discreet else texts[language]
    values = {name: _shown(name, value, rules, language) for name, value in reason.values}
    if reason.rule and not discreet:
        rule = rules.rule(reason.rule)
        values["title"] = rule.title_sv if language == "sv" else rule.title_en
    return template.format_map(values)


def _shown(name: str, value: object, rules: RuleSet, language: str) -> str:
    names = {product.code: product.name for product in rules.products}
    if isinstance(value, date):
        return day(value, language)
    if name == "doses":
        return str(catalogue()["doses"][language][0 if value == 1 else 1]).format(doses=value)
    if name == "products" and isinstance(value, tuple):
        return ", ".join(names[code] for code in value)
    if name in {"product", "after", "then"}:
        return names.get(str(value), str(value)) or str(catalogue()["unknown"][language])
    return str(value)

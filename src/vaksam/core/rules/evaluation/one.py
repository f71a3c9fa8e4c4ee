"""One person's decision, with its reasons."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from vaksam.core import groups
from vaksam.core.rules.decision import Decision, Dose, Facts, ProductChoice
from vaksam.core.rules.definition import Place, Use
from vaksam.core.rules.evaluation.answering import Detail, explained
from vaksam.core.rules.evaluation.choices import Choice
from vaksam.core.rules.evaluation.cohabitants import households
from vaksam.core.rules.evaluation.compiling import compiled
from vaksam.core.rules.evaluation.days import LAST, day_of, number
from vaksam.core.rules.evaluation.judging import JUDGEMENTS
from vaksam.core.rules.evaluation.settling import STATUSES, WHYS
from vaksam.core.rules.evaluation.standing import NO_RULE
from vaksam.core.rules.evaluation.who import Kinds, Test
from vaksam.core.rules.facts import frame, in_order
from vaksam.core.rules.in_force import RuleSet
from vaksam.core.rules.reasons import Links, chain

_PLACES = tuple(Place)


def decide(facts: Facts, rules: RuleSet, *, on: date) -> Decision:
    """What the rules mean for one person on a day, and why.

    The same evaluation as `evaluate`, of a frame with one row and those the person lives with.
    Doses after `on` are not seen; `judgements` are of the others, in date order.
    """
    ready, rows = compiled(rules, on), frame([facts], rules)
    homes = households(rows, ready)
    own, home = rows.head(1), (homes[0][:1], homes[1]) if homes else None
    answers, how = explained(own, ready, home)
    row = answers.row(0, named=True)
    doses = [dose for dose in in_order(facts.doses) if dose.on <= on]
    judgements = tuple(JUDGEMENTS[codes[0]] for codes in how.judgements[: len(doses)])
    decision = _decision(row, how, rules, on)
    decision = replace(decision, judgements=judgements)
    return replace(decision, reasons=chain(decision, _links(row, how, facts, rules), doses, rules))


def _decision(row: dict[str, Any], how: Detail, rules: RuleSet, on: date) -> Decision:
    return Decision(
        status=STATUSES[row["status"]],
        why=WHYS[row["why"]],
        on=on,
        phase=row["phase"],
        next_dose=row["next_dose"],
        valid_doses=row["valid_doses"],
        earliest_on=row["earliest_on"],
        recommended_on=row["recommended_on"],
        latest_on=row["latest_on"],
        choices=_choices(how, rules) if row["products"] else (),
        place=_PLACES[row["place"]],
        judgements=(),
        reasons=(),
    )


def _choices(how: Detail, rules: RuleSet) -> tuple[ProductChoice, ...]:
    """The products that may be given, those with the earliest day first."""
    codes = {product.number: product.code for product in rules.products}
    found = [_choice(each, codes, rules) for each in how.choices.each if each.may[0]]
    return tuple(sorted(found, key=lambda each: (each.earliest_on, each.recommended_on)))


def _choice(choice: Choice, codes: dict[int, str], rules: RuleSet) -> ProductChoice:
    latest = int(choice.latest[0])
    return ProductChoice(
        product=codes[choice.number],
        earliest_on=day_of(choice.earliest[0]),
        recommended_on=day_of(choice.recommended[0]),
        latest_on=day_of(latest) if latest <= LAST else None,
        rule=_code(rules, int(choice.rule[0])),
    )


def _links(row: dict[str, Any], how: Detail, facts: Facts, rules: RuleSet) -> Links:
    standing = how.standing
    codes = {product.number: product.code for product in rules.products}
    return Links(
        in_spite_of=_in_spite_of(facts, rules),
        region=facts.region,
        deciding=_code(rules, NO_RULE if row["rule"] is None else row["rule"]),
        offer=_code(rules, int(standing.offer[0])),
        phase=_code(rules, int(standing.phase[0])),
        opening=_code(rules, int(standing.opening[0])),
        precaution=_code(rules, int(standing.precaution[0])),
        paused=tuple(codes[each.number] for each in how.choices.each if each.hindered[0]),
    )


def _in_spite_of(facts: Facts, rules: RuleSet) -> dict[Dose, str]:
    """For doses of a product that some rule of use then kept from the person, that rule."""
    if facts.born_on is None:
        return {}
    kinds = _kind(facts, facts.born_on)
    found = {}
    for dose in facts.doses:
        uses = [use for use in rules.of(Use, on=dose.on) if use.product == dose.product]
        uses = [use for use in uses if use.region in ("", facts.region)]
        fitting = [use for use in uses if _fits(use, kinds, dose.on)]
        forbidding = [use for use in fitting if not use.allowed]
        if uses and (forbidding or not fitting):
            found[dose] = (forbidding or uses)[0].code
    return found


def _fits(use: Use, person: Kinds, on: date) -> bool:
    return not use.who or any(bool(Test(who, on).own(person)[0]) for who in use.who)


def _kind(facts: Facts, born_on: date) -> Kinds:
    return Kinds(
        born=np.array([number(born_on)], np.int32),
        groups=np.array([groups.mask(facts.groups)], np.uint64),
        sex=np.array([facts.sex], np.int32),
        region=np.zeros(1, np.int32),
        cohabits=np.zeros(1, np.uint64),
    )


def _code(rules: RuleSet, index: int) -> str:
    return "" if index == NO_RULE else rules.rules[index].code

"""A decision as a card: the answer first, then dates and products, then why."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from vaksam.core.rules import Decision, Sentence, words
from vaksam.core.rules.definition import Place
from vaksam.core.rules.in_force import RuleSet
from vaksam.web import formats
from vaksam.web.components import Text, Tone
from vaksam.web.planning.words import JUDGEMENTS, STATUSES, TONES


@dataclass(frozen=True, slots=True)
class AnswerCard:
    """What `planning/answer.html` shows.

    `reasons` are the discreet ones, for a screen that others can see; `full` may name groups.
    """

    key: str
    title: str
    status: Text
    tone: Tone
    lines: Sequence[tuple[Text, Text]]
    hospital: bool
    judged: Sequence[Text]
    reasons: Sequence[Sentence]
    full: Sequence[Sentence]


def card(decision: Decision, rules: RuleSet, *, language: str, title: str) -> AnswerCard:
    """The card of a decision."""
    return AnswerCard(
        key=rules.programme,
        title=title,
        status=STATUSES[decision.status],
        tone=TONES[decision.status],
        lines=_lines(decision, rules),
        hospital=decision.place is Place.HOSPITAL,
        judged=[JUDGEMENTS[each] for each in decision.judgements],
        reasons=words(decision, rules, language=language, discreet=True),
        full=words(decision, rules, language=language, discreet=False),
    )


def _lines(decision: Decision, rules: RuleSet) -> list[tuple[Text, Text]]:
    names = {product.code: product.name for product in rules.products}
    lines: list[tuple[Text, Text | Promise]] = []
    if decision.next_dose:
        lines.append((_("Next dose"), str(decision.next_dose)))
    if decision.phase:
        lines.append((_("Phase"), str(decision.phase)))
    if decision.earliest_on:
        lines.append((_("Earliest"), formats.day(decision.earliest_on)))
    if decision.recommended_on and decision.recommended_on != decision.earliest_on:
        lines.append((_("Recommended day"), formats.day(decision.recommended_on)))
    if decision.latest_on:
        lines.append((_("Latest"), formats.day(decision.latest_on)))
    if decision.choices:
        told = ", ".join(names.get(each.product, each.product) for each in decision.choices)
        lines.append((_("Products"), told))
    return lines

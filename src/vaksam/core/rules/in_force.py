"""Which rules hold: on a day, as known at a moment."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from vaksam.core.products import Product
from vaksam.core.rules.definition import Directive, Rule

R = TypeVar("R", bound=Rule)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules of a programme known at a moment, past, present and announced.

    `rules` have their days cut by what later directives ended; their order is that of the
    directives' announcements, then of the files. `products` are those of the programme's disease.
    """

    programme: str
    disease: str
    products: tuple[Product, ...]
    rules: tuple[Rule, ...]

    def of(self, kind: type[R], *, on: date | None = None) -> tuple[R, ...]:
        """The rules of a kind; with `on`, those in force that day."""
        return tuple(
            rule
            for rule in self.rules
            if isinstance(rule, kind) and (on is None or holds(rule, on))
        )

    def rule(self, code: str) -> Rule:
        """The rule of a code. Raises KeyError."""
        for rule in self.rules:
            if rule.code == code:
                return rule
        raise KeyError(code)


def holds(rule: Rule, on: date) -> bool:
    """Whether a rule is in force on a day."""
    return rule.effective_from <= on and (rule.effective_to is None or on <= rule.effective_to)


def known(directives: Iterable[Directive], *, at: datetime) -> list[Directive]:
    """The newest version of each directive announced by then, in the order announced.

    One that had been taken back by then leaves room for the version before it.
    """
    newest: dict[str, Directive] = {}
    for each in directives:
        if each.is_known(at) and (
            each.code not in newest or newest[each.code].version < each.version
        ):
            newest[each.code] = each
    return sorted(newest.values(), key=lambda each: (each.announced_at, each.code))


def rule_set(
    directives: Iterable[Directive],
    *,
    programme: str,
    disease: str,
    products: Iterable[Product],
    known_at: datetime,
) -> RuleSet:
    """The rules of a programme as known at a moment."""
    said = [each for each in known(directives, at=known_at) if each.programme == programme]
    last_on: dict[str, date] = {}
    for directive in said:
        for ending in directive.ends:
            last_on[ending.rule] = min(ending.last_on, last_on.get(ending.rule, ending.last_on))
    rules = (_cut(rule, last_on.get(rule.code)) for each in said for rule in each.rules)
    return RuleSet(
        programme=programme,
        disease=disease,
        products=tuple(each for each in products if each.disease == disease),
        rules=tuple(rule for rule in rules if rule is not None),
    )


def _cut(rule: Rule, last_on: date | None) -> Rule | None:
    """The rule until `last_on` at the latest; None where it would end before it began."""
    if last_on is None or (rule.effective_to is not None and rule.effective_to <= last_on):
        return rule
    return replace(rule, effective_to=last_on) if last_on >= rule.effective_from else None

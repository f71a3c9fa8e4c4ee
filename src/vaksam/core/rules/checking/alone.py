"""What one directive says wrong by itself."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

from vaksam.core import groups
from vaksam.core.products import Product
from vaksam.core.rules.checking.finding import Finding, odd, wrong
from vaksam.core.rules.definition import (
    Directive,
    Interval,
    Offer,
    Opening,
    Pause,
    Phase,
    Precaution,
    Rule,
    Use,
    Who,
)


def check(
    directive: Directive, *, products: Collection[Product], programmes: Mapping[str, str]
) -> Iterator[Finding]:
    """Findings about one directive."""
    code = directive.code
    if directive.programme not in programmes:
        yield wrong(code, "unknown-programme", "There is no such programme. Import it first.",
                    value=directive.programme)  # fmt: skip
    if directive.author == directive.checker:
        yield wrong(code, "one-person", "Author and checker are the same. Two persons are needed.",
                    value=directive.author)  # fmt: skip
    yield from _days(directive)
    for rule in directive.rules:
        yield from _rule(code, rule, {product.code for product in products})


def _days(directive: Directive) -> Iterator[Finding]:
    code = directive.code
    if directive.effective_to and directive.effective_to < directive.effective_from:
        yield wrong(code, "days-crossed", "The last day lies before the first.",
                    value=directive.effective_to)  # fmt: skip
    if directive.review_on < directive.effective_from:
        yield wrong(code, "review-passed", "The next review lies before the first day in force.",
                    value=directive.review_on)  # fmt: skip
    if directive.announced_at.date() > directive.effective_from:
        yield odd(
            code, "announced-late",
            "It was announced after its first day in force. Check that both are right.",
            value=directive.announced_at.date(),
        )  # fmt: skip


def _rule(code: str, rule: Rule, products: set[str]) -> Iterator[Finding]:
    if rule.effective_to and rule.effective_to < rule.effective_from:
        yield wrong(code, "days-crossed", "The last day lies before the first.", rule.code,
                    value=rule.effective_to)  # fmt: skip
    for who in who_of(rule):
        yield from _who(code, rule.code, who)
    for product in sorted(_products_of(rule) - products):
        near = ", ".join(get_close_matches(product, products, 3, 0.4)) or "–"
        yield wrong(code, "unknown-product", "There is no such product. Nearest: {near}.",
                    rule.code, value=product, near=near)  # fmt: skip
    if isinstance(rule, Interval):
        yield from _interval(code, rule)
    if isinstance(rule, Offer) and rule.season and rule.season.ends_on < rule.season.starts_on:
        yield wrong(code, "days-crossed", "The season ends before it starts.", rule.code,
                    value=rule.season.ends_on)  # fmt: skip


def _interval(code: str, rule: Interval) -> Iterator[Finding]:
    days = [rule.min_days, rule.recommended_days, rule.max_days]
    known = [each for each in days if each is not None]
    if known != sorted(known):
        yield wrong(
            code, "interval-order",
            "The shortest interval is at most the recommended, which is at most the longest.",
            rule.code, value=", ".join(map(str, known)),
        )  # fmt: skip


def _who(code: str, rule: str, who: Who) -> Iterator[Finding]:
    if None not in (who.age_from, who.age_to) and who.age_from > who.age_to:  # type: ignore[operator]
        yield wrong(code, "nobody", "Nobody is of these ages: the first is above the last.", rule,
                    value=f"{who.age_from}–{who.age_to}")  # fmt: skip
    if None not in (who.born_from, who.born_to) and who.born_from > who.born_to:  # type: ignore[operator]
        yield wrong(code, "nobody", "Nobody is born in these years: the first is after the last.",
                    rule, value=f"{who.born_from}–{who.born_to}")  # fmt: skip
    if both := who.groups & who.without:
        yield wrong(code, "nobody", "A group is both demanded and excluded.", rule,
                    value=", ".join(sorted(both)))  # fmt: skip
    for group in sorted((who.groups | who.without) - set(groups.CATALOGUE)):
        near = ", ".join(get_close_matches(group, groups.CATALOGUE, 3, 0.4)) or "–"
        yield wrong(code, "unknown-group", "There is no such group. Nearest: {near}.", rule,
                    value=group, near=near)  # fmt: skip


def who_of(rule: Rule) -> tuple[Who, ...]:
    """Whom a rule concerns; nobody named: everyone."""
    if isinstance(rule, Phase | Opening | Offer | Use | Precaution):
        return rule.who
    return ()


def _products_of(rule: Rule) -> set[str]:
    if isinstance(rule, Use | Pause):
        return {rule.product}
    return set(rule.after | rule.then) if isinstance(rule, Interval) else set()

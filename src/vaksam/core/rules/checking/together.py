"""What directives say against one another."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations

from vaksam.core.rules.checking.finding import Finding, odd, wrong
from vaksam.core.rules.definition import Directive, Interval, Rule, Use


def check(directives: Sequence[Directive]) -> Iterator[Finding]:
    """Findings about directives seen together; told of the one announced later.

    Programmes say nothing against one another, but codes of rules are of all of them.
    """
    said = sorted(directives, key=lambda each: (each.announced_at, each.code))
    yield from _twice(said)
    for programme in sorted({each.programme for each in said}):
        yield from _in_one([each for each in said if each.programme == programme])


def _in_one(said: Sequence[Directive]) -> Iterator[Finding]:
    yield from _endings(said)
    last = _last_days(said)
    for first, second in combinations([rule for each in said for rule in each.rules], 2):
        if _same_place(first, second) and _meet(first, second, last):
            yield from _against(first, second)


def _twice(said: Sequence[Directive]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for directive in said:
        for rule in directive.rules:
            if rule.code in seen:
                yield wrong(
                    directive.code, "code-twice",
                    "Another rule has this code (in {other}). Give it one of its own.",
                    rule.code, against=seen[rule.code], value=rule.code, other=seen[rule.code],
                )  # fmt: skip
            seen[rule.code] = directive.code


def _endings(said: Sequence[Directive]) -> Iterator[Finding]:
    rules = {rule.code: rule for each in said for rule in each.rules}
    for directive in said:
        for ending in directive.ends:
            rule = rules.get(ending.rule)
            if rule is None:
                yield wrong(
                    directive.code, "unknown-rule", "The programme has no such rule to end.",
                    value=ending.rule,
                )  # fmt: skip
            elif directive.region and rule.region != directive.region:
                yield wrong(
                    directive.code, "not-its-rule",
                    "A region ends rules of its own only: this would end it for others, too.",
                    ending.rule, value=ending.rule,
                )  # fmt: skip
            elif ending.last_on < rule.effective_from - timedelta(days=1):
                yield wrong(
                    directive.code, "ends-before",
                    "The rule is ended before its first day ({first}). To withdraw it, give the "
                    "day before.",
                    ending.rule, against=rule.directive, value=ending.last_on,
                    first=rule.effective_from,
                )  # fmt: skip


def _last_days(said: Sequence[Directive]) -> dict[str, date]:
    last: dict[str, date] = {}
    for ending in (ending for each in said for ending in each.ends):
        last[ending.rule] = min(ending.last_on, last.get(ending.rule, ending.last_on))
    return last


def _same_place(first: Rule, second: Rule) -> bool:
    return not (first.region and second.region and first.region != second.region)


def _meet(first: Rule, second: Rule, last: dict[str, date]) -> bool:
    """Whether both are in force on some day."""
    starts = max(first.effective_from, second.effective_from)
    ends = [
        day
        for rule in (first, second)
        for day in (rule.effective_to, last.get(rule.code))
        if day is not None
    ]
    return all(starts <= day for day in ends)


def _against(first: Rule, second: Rule) -> Iterator[Finding]:
    if isinstance(first, Interval) and isinstance(second, Interval):
        days = [(r.min_days, r.recommended_days, r.max_days) for r in (first, second)]
        pairs = first.after & second.after and first.then & second.then
        if pairs and first.dose == second.dose and days[0] != days[1]:
            yield wrong(
                second.directive, "intervals-differ",
                "The rule {other} gives other days for the same products at the same time. End it "
                "first.",
                second.code, against=first.directive, other=first.code,
            )  # fmt: skip
    elif isinstance(first, Use) and isinstance(second, Use):
        same = first.product == second.product and first.who == second.who
        if same and first.allowed != second.allowed:
            yield wrong(
                second.directive, "allowed-and-not",
                "The rule {other} says the opposite for the same persons at the same time. End it "
                "first.",
                second.code, against=first.directive, other=first.code,
            )  # fmt: skip
        elif same:
            yield odd(second.directive, "said-twice", "The rule {other} says the same already.",
                      second.code, other=first.code)  # fmt: skip

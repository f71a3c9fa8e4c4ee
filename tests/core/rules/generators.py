"""Rule sets, persons and histories for Hypothesis: few values, so that they meet often."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from vaksam.core.products import Approval, Product, Storage
from vaksam.core.rules.decision import Dose, Facts
from vaksam.core.rules.definition import (
    Interval,
    Offer,
    Opening,
    Pause,
    Phase,
    Place,
    Precaution,
    Rule,
    Season,
    Source,
    Strength,
    Use,
    Who,
)
from vaksam.core.rules.in_force import RuleSet

TODAY = date(2021, 4, 13)
GROUPS = ("care_home", "immunosuppressed", "health_staff", "risk_group", "anaphylaxis")
CODES = ("ada", "bea", "cia")
REGIONS = ("", "", "24", "01")

days = st.sampled_from(
    [date(2021, 1, 31), date(2021, 3, 1), TODAY, TODAY + timedelta(6), date(2021, 8, 31)]
)
ages = st.sampled_from([0, 12, 16, 18, 65, 70])
years = st.sampled_from([1946, 1951, 1955, 1956, 2003, 2005])
TURNING = [
    date(1955, 1, 1), date(1956, 4, 13), date(1956, 4, 14), date(1956, 2, 29), date(2005, 4, 19),
    date(2003, 4, 13), date(2009, 3, 1), date(2021, 4, 1),
]  # fmt: skip
births = st.one_of(st.sampled_from(TURNING), st.dates(date(1940, 1, 1), date(2010, 12, 31)))
some_groups = st.frozensets(st.sampled_from(GROUPS), max_size=2)
some_codes = st.one_of(st.just(frozenset(CODES)), st.frozensets(st.sampled_from(CODES), min_size=1))


def rarely(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), st.none(), values)


@st.composite
def whos(draw: Callable[..., Any]) -> Who:
    return Who(
        age_from=draw(rarely(ages)),
        age_to=draw(rarely(ages)),
        born_from=draw(rarely(years)),
        born_to=draw(rarely(years)),
        groups=draw(some_groups),
        without=draw(st.one_of(st.just(frozenset()), some_groups)),
        sex=draw(rarely(st.integers(0, 2))),
        cohabitants_from=draw(rarely(ages)),
    )


who = st.lists(whos(), max_size=2).map(tuple)
adults = st.builds(Who, age_from=st.sampled_from([0, 16, 18])).map(lambda each: (each,))
broad = st.one_of(st.just(()), adults)


@st.composite
def seasons(draw: Callable[..., Any]) -> Season:
    first, last = sorted((draw(days), draw(days)))
    return Season(starts_on=first, ends_on=last)


def kinds() -> dict[type[Rule], dict[str, st.SearchStrategy[Any]]]:
    """The fields of each kind of rule beside what all have."""
    return {
        Phase: {"number": st.integers(1, 4), "who": who},
        Opening: {"who": st.one_of(who, broad)},
        Offer: {
            "strength": st.sampled_from(Strength), "who": st.one_of(broad, who),
            "doses": st.integers(1, 4), "season": rarely(seasons()),
            "months_since_last": rarely(st.sampled_from([1, 3, 6])),
        },
        Use: {
            "product": st.sampled_from(CODES), "who": st.one_of(broad, who),
            "allowed": st.sampled_from([True, True, False]),
        },
        Pause: {"product": st.sampled_from(CODES)},
        Interval: {
            "after": some_codes, "then": some_codes, "min_days": st.sampled_from([14, 28, 63]),
            "recommended_days": st.sampled_from([28, 84]),
            "max_days": rarely(st.just(90)), "dose": rarely(st.integers(2, 3)),
        },
        Precaution: {
            "who": st.one_of(who, st.just((Who(groups=frozenset({"anaphylaxis"})),))),
            "place": st.sampled_from(Place), "assess": st.booleans(),
        },
    }  # fmt: skip


_MOST = {Phase: 3, Opening: 3, Offer: 3, Use: 5, Pause: 1, Interval: 4, Precaution: 1}


@st.composite
def rules_of(draw: Callable[..., Any], kind: type[Rule]) -> list[Rule]:
    found = []
    for _ in range(draw(st.integers(0 if kind in (Pause, Opening) else 1, _MOST[kind]))):
        first = draw(st.one_of(st.just(date(2020, 12, 27)), st.just(date(2021, 1, 1)), days))
        last = draw(rarely(days))
        found.append(
            kind(
                code="", title_sv="", title_en="", directive="d", source=Source("s"),
                region=draw(st.sampled_from(REGIONS)),
                effective_from=first,
                effective_to=None if last is None else max(first, last),
                **{name: draw(field) for name, field in kinds()[kind].items()},
            )
        )  # fmt: skip
    return found


def product(number: int, code: str, approvals: tuple[Approval, ...]) -> Product:
    return Product(
        code=code, number=number, name=code.title(), manufacturer="", atc="J07BN01",
        disease="covid-19", storage=Storage.COLD, approvals=approvals, vials=(),
    )  # fmt: skip


ages64 = st.just(64)


@st.composite
def approvals(draw: Callable[..., Any]) -> tuple[Approval, ...]:
    first = Approval(date(2020, 12, 21), draw(st.sampled_from([12, 16, 18])), draw(rarely(ages64)))
    later = draw(rarely(st.builds(Approval, from_on=days, age_from=ages)))
    return (first,) if later is None else (first, later)


@st.composite
def rule_sets(draw: Callable[..., Any]) -> RuleSet:
    rules = [rule for kind in kinds() for rule in draw(rules_of(kind))]
    rules = draw(st.permutations(rules))
    numbers = zip((1, 62, 7), CODES, strict=True)
    return RuleSet(
        programme="p",
        disease="covid-19",
        products=tuple(product(number, code, draw(approvals())) for number, code in numbers),
        rules=tuple(_coded(rule, n) for n, rule in enumerate(rules)),
    )


def _coded(rule: Rule, number: int) -> Rule:
    return replace(rule, code=f"rule-{number}", title_en=f"Rule {number}")


doses = st.builds(
    Dose,
    on=st.one_of(st.dates(date(2020, 12, 1), date(2021, 5, 1)), days),
    product=st.sampled_from([*CODES, *CODES, "", "other"]),
    abroad=st.booleans(),
)


@st.composite
def persons(draw: Callable[..., Any], household: bool = True) -> Facts:
    born_on, year_only = draw(births), draw(st.sampled_from([False, False, True]))
    others = st.lists(persons(household=False), max_size=2) if household else st.just([])
    return Facts(
        born_on=date(born_on.year, 1, 1) if year_only else born_on,
        region=draw(st.sampled_from(["24", "01", "10"])),
        year_only=year_only,
        sex=draw(st.integers(0, 2)),
        groups=draw(some_groups),
        doses=tuple(draw(st.lists(doses, max_size=3))) if household else (),
        household=tuple(draw(others)),
    )


def crowd(size: int, seed: int) -> list[Facts]:
    """Many persons at once: Hypothesis would take its time, and these need no shrinking."""
    dice = random.Random(seed)  # noqa: S311
    return [_somebody(dice, dice.choice([0, 0, 1, 2])) for _ in range(size)]


def _somebody(dice: random.Random, others: int, *, doses: bool = True) -> Facts:
    born_on = dice.choice([*TURNING, *(date(dice.randint(1930, 2010), 5, 17) for _ in TURNING)])
    year_only = dice.random() < 0.1
    return Facts(
        born_on=date(born_on.year, 1, 1) if year_only else born_on,
        region=dice.choice(["24", "01", "10"]),
        year_only=year_only,
        sex=dice.randint(0, 2),
        groups=frozenset(dice.sample(GROUPS, dice.choice([0, 0, 1, 2]))),
        doses=tuple(_dose(dice) for _ in range(dice.choice([0, 0, 1, 1, 2, 3]) if doses else 0)),
        household=tuple(_somebody(dice, 0, doses=False) for _ in range(others)),
    )


def _dose(dice: random.Random) -> Dose:
    on = date(2020, 12, 20) + timedelta(dice.randint(0, 120))
    known = dice.random() < 0.9
    return Dose(on, dice.choice(CODES) if known else dice.choice(["", "other"]))

"""The short way never says yes where the long way would not: rules, persons and days at random.

A crowd's statuses are worked out at once, as eligibility stores them. Whatever is sure by them is
asked the long way.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.core.rules.generators import GROUPS, TODAY, crowd, rule_sets
from tests.core.rules.small import RULES
from tests.spec.examples import SWEDEN, known_rules
from vaksam.core.booking import Known, Wanted, may_book, surely
from vaksam.core.rules import Dose, Facts, evaluate
from vaksam.core.rules.decision import Status
from vaksam.core.rules.definition import Offer, Place, Season, Strength, Use, Who
from vaksam.core.rules.facts import frame
from vaksam.core.rules.in_force import RuleSet

_SLOW = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
MOST = 8  # sure ones asked the long way of each crowd; they take their time


def stored(people: Sequence[Facts], rules: RuleSet, as_of: date) -> list[Known]:
    """What eligibility keeps of some persons."""
    numbers = {product.number: product.code for product in rules.products}
    answers = evaluate(frame(people, rules), rules, on=as_of)
    return [
        Known(
            status=list(Status)[row["status"]], next_dose=row["next_dose"],
            products=frozenset(c for n, c in numbers.items() if row["products"] >> n & 1),
            earliest_on=row["earliest_on"], hospital=list(Place)[row["place"]] is Place.HOSPITAL,
            born_on=None if facts.year_only else facts.born_on, as_of=as_of,
        )
        for facts, row in zip(people, [r for r in answers.to_dicts() if r["person"] >= 0],
                              strict=True)
    ]  # fmt: skip


def asked(
    known: Known, rules: RuleSet, dice: random.Random, days: int
) -> Iterator[tuple[Wanted, date]]:
    """Places somebody may want, and on which day they ask."""
    for product in sorted(known.products):
        on = known.as_of + timedelta(days=dice.choice([0, 0, 0, 1, 2]))
        later = dice.choice([0, 1, 2, dice.randint(0, days), dice.randint(0, days)])
        yield Wanted(
            programme=rules.programme, product=product, on=on + timedelta(days=later),
            dose=dice.choice([None, known.next_dose]), hospital=dice.random() < 0.5,
        ), on  # fmt: skip


def demand_safe(
    people: Sequence[Facts], rules: RuleSet, as_of: date, seed: int, days: int = 90
) -> int:
    """How many were sure; the long way must say the same of each, dose and all."""
    dice, sure = random.Random(seed), 0  # noqa: S311 - a test, not a secret
    for facts, known in zip(people, stored(people, rules, as_of), strict=True):
        for wanted, on in asked(known, rules, dice, days):
            if sure < MOST and surely(known, wanted, rules, on=on, holds_any=False):
                sure += 1
                said = may_book(facts, rules, wanted, (), on=on)
                assert said.may, (said.refusals, facts, wanted, known)
                assert said.dose == known.next_dose, (facts, wanted, known)
    return sure


def given_by(people: Sequence[Facts], day: date) -> list[Facts]:
    """Nobody has had a dose after the day."""
    return [replace(p, doses=tuple(d for d in p.doses if d.on <= day)) for p in people]


@_SLOW
@given(rule_sets(), st.integers(0, 1 << 32))
def test_any_rules_any_person(rules: RuleSet, seed: int) -> None:
    sure = demand_safe(given_by(crowd(60, seed), TODAY), rules, TODAY, seed)
    event("some were sure" if sure else "nobody was")


@pytest.mark.parametrize("days", [-25, 0, 6, 48])
def test_a_crowd_of_spring(days: int) -> None:
    day = TODAY + timedelta(days=days)
    assert demand_safe(given_by(crowd(400, days), day), RULES, day, days) == MOST


def residents(count: int, as_of: date, dice: random.Random, products: Sequence[str]) -> list[Facts]:
    """Those who are about to have a birthday rather often, with earlier doses and households."""
    return [_resident(as_of, dice, products, dice.choice([0, 0, 1])) for _ in range(count)]


def _resident(as_of: date, dice: random.Random, products: Sequence[str], others: int) -> Facts:
    turning = as_of + timedelta(days=dice.randint(-2, 90))
    age = dice.choice([12, 16, 17, 18, 50, 60, 65, 65, 70, 80, 80, 85])
    try:
        born = turning.replace(year=turning.year - age)
    except ValueError:
        born = date(turning.year - age, 2, 28)
    given_on = sorted(as_of - timedelta(dice.randint(0, 400)) for _ in range(dice.randint(0, 2)))
    return Facts(
        born_on=born, region=dice.choice(["24", "01"]), sex=dice.randint(0, 2),
        groups=frozenset(dice.sample([*GROUPS, "home_care", "pregnant"], dice.choice([0, 0, 1]))),
        doses=tuple(Dose(day, dice.choice(products)) for day in given_on) if others >= 0 else (),
        household=tuple(_resident(as_of, dice, products, -1) for _ in range(others)),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("programme", "first", "last", "products"),
    [
        ("covid-19-2021", date(2021, 3, 1), date(2021, 11, 1), ["comirnaty", "vaxzevria", ""]),
        ("covid-19-spring-2023", date(2023, 3, 1), date(2023, 6, 30), ["comirnaty", "nuvaxovid"]),
        ("covid-19-autumn-2023", date(2023, 9, 1), date(2024, 2, 29), ["comirnaty", "nuvaxovid"]),
        ("influenza-2023", date(2023, 11, 7), date(2024, 3, 31), ["fluad-tetra"]),
    ],
)
def test_shipped_rules(programme: str, first: date, last: date, products: list[str]) -> None:
    sure = 0
    for seed in range(6):
        dice = random.Random(seed)  # noqa: S311
        # The last days of a season are among them.
        as_of = last - timedelta(seed) if seed < 2 else (
            first + timedelta(dice.randint(0, (last - first).days)))  # fmt: skip
        rules = known_rules(programme, datetime.combine(as_of, time(12), SWEDEN))
        sure += demand_safe(residents(80, as_of, dice, products), rules, as_of, seed)
    assert sure > MOST


def known_as(facts: Facts, rules: RuleSet, as_of: date) -> Known:
    return stored([facts], rules, as_of)[0]


def is_sure(facts: Facts, rules: RuleSet, product: str, as_of: date, day: date) -> bool:
    wanted = Wanted(programme=rules.programme, product=product, on=day)
    return surely(known_as(facts, rules, as_of), wanted, rules, on=as_of, holds_any=False)


def test_a_season_that_ends_before_the_day_is_not_sure() -> None:
    """The autumn dose is not given after 29 February, and the directive itself has no last day."""
    today = date(2024, 2, 20)
    rules = known_rules("covid-19-autumn-2023", datetime.combine(today, time(12), SWEDEN))
    old = Facts(born_on=date(1940, 5, 5), region="24")
    assert is_sure(old, rules, "comirnaty-xbb", today, date(2024, 2, 29))
    assert not is_sure(old, rules, "comirnaty-xbb", today, date(2024, 3, 1))
    after = Wanted(programme=rules.programme, product="comirnaty-xbb", on=date(2024, 3, 1))
    assert not may_book(old, rules, after, (), on=today).may


def _plain(*rules) -> RuleSet:
    kept = {"code": "x", "title_sv": "", "title_en": "", "directive": "d",
            "source": RULES.rules[0].source, "effective_from": date(2020, 12, 27)}  # fmt: skip
    made = tuple(kind(**kept | {"code": f"r{n}"} | more) for n, (kind, more) in enumerate(rules))
    opening = next(rule for rule in RULES.rules if rule.code == "national")
    everyone = replace(opening, who=(), effective_from=date(2021, 1, 1))
    return replace(RULES, rules=(everyone, *made))


def test_somebody_born_on_a_leap_day_turns_on_the_first_of_march() -> None:
    under_65 = (Who(age_to=64),)
    rules = _plain(
        (Offer, {"strength": Strength.RECOMMENDED, "who": under_65, "doses": 1}),
        (Use, {"product": "comirnaty", "allowed": True}),
    )
    born = Facts(born_on=date(1956, 2, 29), region="24")
    eve = date(2021, 2, 28)
    assert is_sure(born, rules, "comirnaty", eve, eve)
    assert not is_sure(born, rules, "comirnaty", eve, date(2021, 3, 1))


def test_a_birthday_of_somebody_they_live_with_is_not_overlooked() -> None:
    """They are offered it for the sake of one who is 64, and is 65 on the day."""
    with_them = (Who(age_to=64, age_from=60, cohabitants_from=18),)
    rules = _plain(
        (Offer, {"strength": Strength.RECOMMENDED, "who": with_them, "doses": 1}),
        (Use, {"product": "comirnaty", "allowed": True}),
    )
    other = Facts(born_on=date(1956, 4, 20), region="24")
    young = Facts(born_on=date(1990, 1, 1), region="24", household=(other,))
    later = Wanted(programme=rules.programme, product="comirnaty", on=date(2021, 4, 25))
    assert not may_book(young, rules, later, (), on=TODAY).may
    assert not is_sure(young, rules, "comirnaty", TODAY, later.on)


@pytest.mark.parametrize(
    ("more", "sure"),
    [
        ({}, True),
        ({"status": Status.NOT_YET}, False),
        ({"born_on": None}, False),
        ({"next_dose": 2}, False),  # with two products, each has a day of its own
        ({"next_dose": 2, "products": frozenset({"comirnaty"})}, True),
        ({"products": frozenset({"spikevax"})}, False),
        ({"earliest_on": TODAY + timedelta(days=1)}, False),
        ({"hospital": True}, False),
    ],
)
def test_what_must_hold(more: dict, sure: bool) -> None:
    known = Known(
        status=Status.DUE, next_dose=1, products=frozenset({"comirnaty", "spikevax"}),
        earliest_on=TODAY, hospital=False, born_on=date(1949, 7, 1), as_of=TODAY,
    )  # fmt: skip
    wanted = Wanted(programme="p", product="comirnaty", on=TODAY + timedelta(days=2))
    said = surely(replace(known, **more), wanted, RULES, on=TODAY, holds_any=False)
    assert said is sure
    assert not surely(replace(known, **more), wanted, RULES, on=TODAY, holds_any=True)


def test_a_season_rule_of_its_own_that_begins_counts_as_a_change() -> None:
    from vaksam.core.booking.quick import changes

    season = Season(starts_on=date(2021, 6, 14), ends_on=date(2021, 8, 31))
    rules = _plain((Offer, {"strength": Strength.AVAILABLE, "who": (), "doses": 1,
                            "season": season}))  # fmt: skip
    assert {date(2021, 6, 14), date(2021, 9, 1)} <= set(changes(rules))

"""Worked examples of who may book what, by the shipped directives as known at noon that day."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from tests.spec.examples import SWEDEN, known_rules
from vaksam.core.booking import Held, Together, Verdict, Wanted, may_book
from vaksam.core.booking.deciding import allows
from vaksam.core.booking.facts import Why
from vaksam.core.rules import Dose, Facts
from vaksam.core.rules.definition import CoVaccination
from vaksam.core.rules.in_force import RuleSet

SPRING = "covid-19-2021"
TODAY = date(2021, 4, 13)
KARIN = Facts(born_on=date(1949, 3, 2), region="24", sex=2)  # her turn is this week


def rules_of(programme: str, on: date) -> RuleSet:
    return known_rules(programme, datetime.combine(on, time(12), SWEDEN))


def ask(
    facts: Facts, on: date, *held: Held, product: str = "comirnaty", programme: str = SPRING,
    today: date = TODAY, together: tuple[Together, ...] = (), **more: Any,
) -> Verdict:  # fmt: skip
    wanted = Wanted(programme=programme, product=product, on=on, **more)
    return may_book(facts, rules_of(programme, today), wanted, held, on=today, together=together)


def booked(on: date, dose: int, product: str = "comirnaty", **more: Any) -> Held:
    fields = {"appointment": dose, "programme": SPRING, "disease": "covid-19", "place": "Ersboda"}
    return Held(product=product, dose=dose, on=on, **fields | more)


def why(verdict: Verdict) -> list[Why]:
    return [each.why for each in verdict.refusals]


def test_a_first_dose_in_the_week_of_their_turn() -> None:
    said = ask(KARIN, date(2021, 4, 15))
    assert (said.may, said.dose) == (True, 1)


def test_the_second_dose_counts_from_the_first_that_is_only_booked() -> None:
    """Comirnaty: 21 days after the dose before it, in the approved product information."""
    first = booked(date(2021, 4, 15), 1)
    early = ask(KARIN, date(2021, 5, 5), first)
    assert (why(early), early.dose) == ([Why.TOO_EARLY], 2)
    assert early.refusals[0].values == {"earliest_on": date(2021, 5, 6)}
    right = ask(KARIN, date(2021, 5, 6), first)
    assert (right.may, right.dose, right.earliest_on) == (True, 2, date(2021, 5, 6))


def test_the_second_dose_counts_from_the_first_that_was_given() -> None:
    given = replace(KARIN, doses=(Dose(date(2021, 4, 1), "comirnaty"),))
    assert why(ask(given, date(2021, 4, 21))) == [Why.TOO_EARLY]
    assert ask(given, date(2021, 4, 22)).dose == 2


def test_another_product_may_not_follow() -> None:
    given = replace(KARIN, doses=(Dose(date(2021, 3, 1), "comirnaty"),))
    said = ask(given, date(2021, 4, 20), product="spikevax")
    assert why(said) == [Why.OTHER_PRODUCT]
    assert said.refusals[0].values == {"product": "spikevax", "products": ("comirnaty",)}


def test_vaxzevria_is_not_for_those_under_65() -> None:
    nurse = Facts(born_on=date(1960, 5, 1), region="24", groups=frozenset({"health_staff"}))
    said = ask(nurse, date(2021, 4, 26), product="vaxzevria")
    assert why(said) == [Why.OTHER_PRODUCT]
    assert "vaxzevria" not in said.refusals[0].values["products"]
    assert ask(nurse, date(2021, 4, 26)).may
    assert ask(KARIN, date(2021, 4, 15), product="vaxzevria").may


def test_earlier_anaphylaxis_is_for_a_hospital_and_a_physician() -> None:
    allergic = replace(KARIN, groups=frozenset({"anaphylaxis"}))
    said = ask(allergic, date(2021, 4, 15))
    assert Why.HOSPITAL_ONLY in why(said)
    assert Why.NEEDS_ASSESSMENT in why(said)
    assert Why.HOSPITAL_ONLY not in why(ask(allergic, date(2021, 4, 15), hospital=True))


def test_a_dose_that_is_booked_is_not_booked_again() -> None:
    there = booked(date(2021, 4, 20), 1)
    for day in (date(2021, 4, 15), date(2021, 4, 20)):
        said = ask(KARIN, day, there)
        assert why(said)[0] is Why.BOOKED
        assert said.refusals[0].values == {
            "on": date(2021, 4, 20), "place": "Ersboda", "appointment": 1,
        }  # fmt: skip
    assert why(ask(KARIN, date(2021, 4, 22), there, dose=1))[0] is Why.BOOKED


def test_a_first_dose_moved_later_makes_the_second_come_too_soon() -> None:
    second = booked(date(2021, 5, 6), 2)
    assert ask(KARIN, date(2021, 4, 15), second).may, "exactly 21 days before"
    said = ask(KARIN, date(2021, 4, 16), second)
    assert why(said) == [Why.DOSE_AFTER]
    assert said.refusals[0].values == {
        "on": date(2021, 5, 6), "earliest_on": date(2021, 5, 7), "place": "Ersboda",
        "appointment": 2,
    }  # fmt: skip


def test_a_first_dose_of_another_product_before_the_second() -> None:
    said = ask(KARIN, date(2021, 4, 15), booked(date(2021, 6, 20), 2), product="vaxzevria")
    assert why(said) == [Why.DOSE_AFTER]
    assert said.refusals[0].values["earliest_on"] is None


def test_complete() -> None:
    done = tuple(Dose(day, "comirnaty") for day in (date(2021, 3, 1), date(2021, 3, 22)))
    assert why(ask(replace(KARIN, doses=done), date(2021, 4, 20))) == [Why.COMPLETE]
    held = booked(date(2021, 4, 14), 1), booked(date(2021, 5, 6), 2)
    assert why(ask(KARIN, date(2021, 6, 1), *held)) == [Why.COMPLETE], "booked ones count"


def test_their_turn_has_not_come() -> None:
    young = Facts(born_on=date(1970, 5, 1), region="24")
    assert why(ask(young, date(2021, 4, 15))) == [Why.NOT_OPENED]
    soon = Facts(born_on=date(1953, 5, 6), region="24")
    said = ask(soon, date(2021, 4, 18))
    assert why(said) == [Why.TOO_EARLY]
    assert said.refusals[0].values == {"earliest_on": date(2021, 4, 19)}
    assert ask(soon, date(2021, 4, 19)).may


def test_a_child_is_not_recommended_it() -> None:
    child = Facts(born_on=date(2012, 5, 1), region="24")
    assert why(ask(child, date(2021, 4, 15))) == [Why.NOT_RECOMMENDED]


def test_a_pause() -> None:
    """All of Astra Zeneca's vaccine stood still on 16 March; another product is offered."""
    old = Facts(born_on=date(1940, 5, 1), region="24")
    day = date(2021, 3, 17)
    said = ask(old, day, product="vaxzevria", today=day)
    assert why(said) == [Why.OTHER_PRODUCT]
    assert "vaxzevria" not in said.refusals[0].values["products"]


def test_a_place_for_the_other_dose_and_a_day_that_has_passed() -> None:
    said = ask(KARIN, date(2021, 4, 15), dose=2)
    assert why(said) == [Why.OTHER_DOSE]
    assert said.refusals[0].values == {"dose": 2, "next_dose": 1}
    assert why(ask(KARIN, date(2021, 4, 12))) == [Why.PAST]


AUTUMN, INFLUENZA, VARY = "covid-19-autumn-2023", "influenza-2023", "covid-19-spring-2023"
NOVEMBER = date(2023, 11, 8)
OLD = Facts(born_on=date(1940, 5, 5), region="24")


def covid(on: date = NOVEMBER, programme: str = AUTUMN) -> Held:
    return booked(on, 1, "comirnaty-xbb", programme=programme)


def test_covid_and_influenza_at_one_visit_in_autumn() -> None:
    """SKR 2023: the two are given together when they can be."""
    about = {"programme": INFLUENZA, "product": "fluad-tetra", "today": NOVEMBER}
    said = ask(OLD, NOVEMBER, covid(), **about)
    assert (said.may, said.dose) == (True, 1)
    flu = Together("influenza", allowed=True)
    autumn = {"programme": AUTUMN, "product": "comirnaty-xbb", "today": NOVEMBER}
    assert ask(OLD, NOVEMBER, together=(flu,), **autumn).may


def test_not_on_one_day_where_no_rule_allows_it() -> None:
    day = date(2023, 4, 12)
    spring = {"programme": VARY, "today": day}
    flu = booked(day, 1, "fluad-tetra", programme=INFLUENZA, disease="influenza")
    said = ask(OLD, day, flu, **spring)
    assert why(said) == [Why.NOT_TOGETHER]
    assert said.refusals[0].values == {"disease": "influenza"}
    other_day = replace(flu, on=date(2023, 4, 13))
    assert ask(OLD, day, other_day, **spring).may
    assert not ask(OLD, day, together=(Together("influenza", allowed=False),), **spring).may
    assert ask(OLD, day, together=(Together("influenza", allowed=True),), **spring).may


def test_a_rule_that_forbids_outweighs_the_other_side() -> None:
    autumn = rules_of(AUTUMN, NOVEMBER)
    assert allows(autumn, "influenza", NOVEMBER) is True
    assert allows(autumn, "pertussis", NOVEMBER) is None
    forbidden = replace(autumn, rules=tuple(
        replace(rule, allowed=False) if isinstance(rule, CoVaccination) else rule
        for rule in autumn.rules
    ))  # fmt: skip
    assert allows(forbidden, "influenza", NOVEMBER) is False
    wanted = Wanted(programme=AUTUMN, product="comirnaty-xbb", on=NOVEMBER)
    said = may_book(OLD, forbidden, wanted, (), on=NOVEMBER,
                    together=(Together("influenza", allowed=True),))  # fmt: skip
    assert why(said) == [Why.NOT_TOGETHER]


def test_six_months_after_the_dose_of_spring_that_is_only_booked() -> None:
    """Doses against a disease count across programmes."""
    spring = booked(date(2023, 5, 10), 1, programme=VARY)
    about = {"programme": AUTUMN, "product": "comirnaty-xbb", "today": date(2023, 4, 12)}
    said = ask(OLD, date(2023, 11, 9), spring, **about)
    assert why(said) == [Why.TOO_EARLY]
    assert said.refusals[0].values == {"earliest_on": date(2023, 11, 10)}


def test_an_autumn_dose_booked_already_does_not_keep_from_springs() -> None:
    autumn = booked(date(2023, 12, 20), 1, "comirnaty-xbb", programme=AUTUMN)
    day = date(2023, 4, 12)
    assert ask(OLD, day, autumn, programme=VARY, today=day).may


def test_every_hindrance_is_told_at_once() -> None:
    allergic = replace(KARIN, groups=frozenset({"anaphylaxis"}))
    said = ask(allergic, date(2021, 4, 12), booked(date(2021, 4, 12), 1), dose=2)
    assert {Why.PAST, Why.BOOKED, Why.HOSPITAL_ONLY} <= set(why(said))
    assert not said.may

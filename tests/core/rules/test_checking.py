"""What is wrong with directives is said once each, in words, about the right one."""

from dataclasses import replace

import pytest

from tests.spec.examples import directives, products, programmes
from vaksam.core.rules import files
from vaksam.core.rules.checking import Finding, check
from vaksam.core.rules.definition import Directive

OFFER = {"kind": "offer", "code": "offer", "strength": "recommended", "doses": 2}
USE = {"kind": "use", "code": "use", "product": "comirnaty", "allowed": True}
OPENING = {"kind": "opening", "code": "opening", "who": [{"age_from": 70}]}
INTERVAL = {
    "kind": "interval", "code": "interval", "after": ["comirnaty"], "then": ["comirnaty"],
    "min_days": 21, "recommended_days": 28, "max_days": 42,
}  # fmt: skip


def directive(*rules: dict, ends: tuple[tuple[str, str], ...] = (), **about: str) -> Directive:
    """A directive of 1 January 2021 with these rules, announced the day before."""
    region = {"region": about["region"], "authority": "region"} if "region" in about else {}
    return files.from_body(
        {
            "directive": {
                "code": "a", "programme": "covid-19-2021", "authority": "fohm",
                "title": {"sv": "A", "en": "A"}, "announced_at": "2020-12-31T09:00:00+01:00",
                "effective_from": "2021-01-01", "author": "A", "checker": "B",
                "review_on": "2021-12-31", "source": {"document": "Brev"},
            } | region | about,
            "rule": [{"title": {"sv": "R", "en": "R"}} | rule for rule in rules],
            "ends": [{"rule": rule, "last_on": last_on} for rule, last_on in ends],
        }
    )  # fmt: skip


def found(*said: Directive, about: set[str] | None = None) -> list[Finding]:
    return check(said, products=products(), programmes=programmes(), about=about)


def told(*said: Directive, about: set[str] | None = None) -> list[tuple[str, str, str]]:
    """Directive, code and rule of each finding."""
    return [(f.directive, f.fault.code, f.fault.column) for f in found(*said, about=about)]


def test_nothing_is_wrong_with_what_is_shipped():
    assert [str(each.fault) for each in check(
        directives(), products=products(), programmes=programmes()
    ) if each.wrong] == []  # fmt: skip


def test_the_letter_of_a_tuesday_about_its_monday_is_odd_and_let_pass():
    assert [(f.directive, f.fault.code, f.wrong) for f in found(*directives())] == [
        ("region-24-2021-04-13", "announced-late", False)
    ]


def test_nothing_is_wrong_with_a_sound_one():
    assert found(directive(OFFER, USE, OPENING, INTERVAL)) == []


ALONE = [
    ({"programme": "covid-20"}, [], "unknown-programme", "no such programme"),
    ({"checker": "A"}, [], "one-person", "Two persons are needed"),
    ({"effective_to": "2020-12-31"}, [], "days-crossed", "last day lies before the first"),
    ({"review_on": "2020-12-31"}, [], "review-passed", "next review lies before"),
    ({"announced_at": "2021-01-02T00:00:00+01:00"}, [], "announced-late", "after its first day"),
    ({}, [OPENING | {"effective_to": "2020-12-31"}], "days-crossed", "before the first"),
    ({}, [USE | {"product": "comirnatty"}], "unknown-product", "Nearest: comirnaty"),
    ({}, [INTERVAL | {"then": ["sputnik"]}], "unknown-product", "no such product"),
    ({}, [INTERVAL | {"min_days": 29}], "interval-order", "at most the recommended"),
    ({}, [INTERVAL | {"max_days": 27}], "interval-order", "at most the longest"),
    ({}, [USE | {"who": [{"age_from": 65, "age_to": 64}]}], "nobody", "of these ages"),
    ({}, [USE | {"who": [{"born_from": 1991, "born_to": 1990}]}], "nobody", "in these years"),
    ({}, [USE | {"who": [{"groups": ["lss"], "without": ["lss"]}]}], "nobody", "and excluded"),
    ({}, [USE | {"who": [{"groups": ["homecare"]}]}], "unknown-group", "Nearest: home_care"),
    ({}, [USE | {"who": [{"without": ["pregnent"]}]}], "unknown-group", "pregnant"),
    (
        {},
        [OFFER | {"season": {"starts_on": "2021-09-01", "ends_on": "2021-08-31"}}, USE],
        "days-crossed",
        "season ends before",
    ),
]


@pytest.mark.parametrize(("about", "rules", "code", "words"), ALONE)
def test_a_fault_of_one_directive(about, rules, code, words):
    sound = [OFFER, USE | {"code": "use-2"}] if OPENING["code"] in str(rules) else []
    (finding,) = found(directive(*rules, *sound, **about))
    assert finding.fault.code == code
    assert words in str(finding.fault)
    assert finding.wrong == (code != "announced-late")


def test_every_fault_at_once():
    bad = directive(
        USE | {"product": "x"}, INTERVAL | {"min_days": 40},
        ends=(("nothing", "2021-01-01"),), checker="A", programme="covid-19-2021",
    )  # fmt: skip
    assert told(bad) == [
        ("a", "one-person", ""),
        ("a", "unknown-product", "use"),
        ("a", "interval-order", "interval"),
        ("a", "unknown-rule", ""),
    ]


LATER = {"code": "b", "announced_at": "2021-01-10T09:00:00+01:00", "effective_from": "2021-02-01"}
CONTRADICTIONS = [
    (USE, USE | {"allowed": False}, "allowed-and-not"),
    (INTERVAL, INTERVAL | {"min_days": 20}, "intervals-differ"),
]


@pytest.mark.parametrize(("first", "second", "code"), CONTRADICTIONS)
def test_two_that_contradict_are_told_of_the_later(first, second, code):
    early, late = directive(first), directive(second | {"code": "other"}, **LATER)
    assert told(early, late) == told(late, early) == [("b", code, "other")]


@pytest.mark.parametrize(("first", "second", "code"), CONTRADICTIONS)
@pytest.mark.parametrize("about", ["a", "b"])
def test_a_contradiction_is_told_whichever_of_the_two_is_new(first, second, code, about):
    """What is loaded last may well have been announced first."""
    early, late = directive(first), directive(second | {"code": "other"}, **LATER)
    assert told(early, late, about={about}) == [("b", code, "other")]
    assert told(early, late, about={"c"}) == []


@pytest.mark.parametrize(("first", "second", "code"), CONTRADICTIONS)
def test_what_ended_the_day_before_is_not_contradicted(first, second, code):
    late = directive(second | {"code": "other"}, ends=((first["code"], "2021-01-31"),), **LATER)
    assert told(directive(first), late) == []
    late = directive(second | {"code": "other"}, ends=((first["code"], "2021-02-01"),), **LATER)
    assert told(directive(first), late) == [("b", code, "other")]


@pytest.mark.parametrize(("first", "second", "code"), CONTRADICTIONS)
def test_two_regions_may_differ_and_a_region_not_from_the_country(first, second, code):
    early = directive(first, region="24")
    second = second | {"code": "other"}
    assert told(early, directive(second, region="01", **LATER)) == []
    assert told(early, directive(second, region="24", **LATER)) == [("b", code, "other")]
    assert told(early, directive(second, **LATER)) == [("b", code, "other")]


def test_two_programmes_may_differ():
    spring = {"programme": "covid-19-spring-2023"} | LATER
    other = directive(USE | {"code": "other", "allowed": False}, **spring)
    assert told(directive(USE), other) == []


def test_the_same_said_twice_is_odd():
    (finding,) = found(directive(USE), directive(USE | {"code": "other"}, **LATER))
    assert (finding.fault.code, finding.wrong) == ("said-twice", False)


def test_codes_of_rules_are_unique():
    spring = {"programme": "covid-19-spring-2023"} | LATER
    assert told(directive(USE), directive(USE, **spring)) == [("b", "code-twice", "use")]
    assert told(directive(USE), directive(USE, **spring), about={"a"}) != []


def test_ending_before_the_first_day_but_one():
    for last_on, codes in (("2020-12-30", ["ends-before"]), ("2020-12-31", [])):
        late = directive(ends=(("use", last_on),), **LATER)
        assert [code for _, code, _ in told(directive(USE), late)] == codes


def test_ending_a_rule_of_another_programme():
    spring = directive(ends=(("use", "2021-02-01"),), programme="covid-19-spring-2023", **LATER)
    assert told(directive(USE), spring) == [("b", "unknown-rule", "")]


def test_a_region_does_not_end_what_holds_for_others():
    """It would end for the whole country: a region's openings replace the national ones."""
    for region in ({}, {"region": "01"}):
        late = directive(ends=(("use", "2021-02-01"),), region="24", **LATER)
        assert told(directive(USE, **region), late) == [("b", "not-its-rule", "use")]
    assert told(directive(USE, region="24"), late) == []
    assert (
        told(directive(USE, region="24"), directive(ends=(("use", "2021-02-01"),), **LATER)) == []
    )


def test_an_opening_outside_the_order():
    offered = directive(OFFER | {"who": [{"age_from": 18}]}, USE)
    young = OPENING | {"who": [{"age_to": 17}]}
    assert told(offered, directive(young, **LATER)) == [("b", "outside-the-order", "opening")]
    assert told(offered, directive(OPENING, **LATER)) == []
    lss = OPENING | {"who": [{"groups": ["lss"], "age_to": 18}]}
    assert told(offered, directive(lss, **LATER)) == []


def test_those_of_one_age_are_born_in_two_years():
    offered = directive(OFFER | {"who": [{"age_from": 70, "age_to": 70}]}, USE)
    for born, codes in ((1951, []), (1950, []), (1952, ["outside-the-order"])):
        opening = OPENING | {"who": [{"born_from": born, "born_to": born, "age_to": 70}]}
        late = directive(opening, **LATER | {"effective_from": "2021-06-01"})
        assert [code for _, code, _ in told(offered, late)] == codes


def test_an_offer_without_a_product_for_some_tells_their_ages():
    use = USE | {"who": [{"age_from": 18, "age_to": 64}, {"age_from": 66}]}
    (finding,) = found(directive(OFFER | {"who": [{"age_from": 16}]}, use))
    assert (finding.fault.code, finding.wrong) == ("no-product", False)
    assert "(ages 16–17, 65)" in finding.fault.text


def test_years_passed_over_between_two_openings():
    openings = [
        OPENING | {"code": f"born-{first}", "who": [{"born_from": first, "born_to": last}]}
        for first, last in ((1947, 1951), (1953, 1956), (1957, 1960))
    ]
    (finding,) = found(directive(OFFER, USE, *openings))
    assert (finding.fault.code, finding.wrong) == ("years-passed-over", False)
    assert finding.fault.column == "born-1953"
    assert "born 1952–1952" in finding.fault.text


def test_only_the_newest_version_is_looked_at():
    wrong = directive(USE | {"product": "x"})
    right = replace(directive(USE), version=2)
    assert told(wrong, right) == told(right, wrong) == []

"""Directive files: what is written is read, and every fault is told with its line."""

import tomllib
from copy import deepcopy
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.spec.examples import DATA
from vaksam.core.errors import BadFile
from vaksam.core.rules import files
from vaksam.core.rules.definition import (
    EVERYONE,
    CoVaccination,
    Ending,
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

SHIPPED = sorted((DATA / "directives").glob("*.toml"))
EVERY_KIND = """\
[directive]
code = "every-kind"
programme = "covid-19-2021"
authority = "region"
region = "24"
title.sv = "Allt"
title.en = "Everything"
announced_at = 2021-04-13T07:00:00+02:00
effective_from = 2021-04-12
effective_to = 2021-12-31
author = "A"
checker = "B"
review_on = 2022-01-01

[directive.source]
document = "Brev"
passage = "Det står så."
link = "https://example.se/brev"

[[ends]]
rule = "older"
last_on = 2021-04-11

[[rule]]
kind = "phase"
code = "a-phase"
title = { sv = "Fas", en = "Phase" }
number = 2
who = [{ age_from = 65 }, { age_to = 17, sex = "F" }]

[[rule]]
kind = "opening"
code = "an-opening"
title = { sv = "Öppning", en = "Opening" }
phase = 2
effective_from = 2021-04-19
effective_to = 2021-05-31
who = [{ born_from = 1952, born_to = 1956, cohabitants_from = 18 }]
[rule.source]
document = "Valt"
quoted = false

[[rule]]
kind = "offer"
code = "an-offer"
title = { sv = "Erbjudande", en = "Offer" }
strength = "available"
doses = 1
months_since_last = 6
season = { starts_on = 2021-09-01, ends_on = 2021-12-31 }

[[rule]]
kind = "use"
code = "a-use"
title = { sv = "Bruk", en = "Use" }
product = "comirnaty"
allowed = false
who = [{ groups = ["pregnant"], without = ["dialysis"], sex = "M" }]

[[rule]]
kind = "pause"
code = "a-pause"
title = { sv = "Paus", en = "Pause" }
product = "vaxzevria"

[[rule]]
kind = "interval"
code = "an-interval"
title = { sv = "Tid", en = "Interval" }
after = ["comirnaty", "spikevax"]
then = ["comirnaty"]
min_days = 21
recommended_days = 28
max_days = 42
dose = 2

[[rule]]
kind = "co_vaccination"
code = "together"
title = { sv = "Samtidigt", en = "Together" }
diseases = ["influenza"]
allowed = true

[[rule]]
kind = "precaution"
code = "a-precaution"
title = { sv = "Försiktighet", en = "Precaution" }
who = [{ groups = ["anaphylaxis"] }]
place = "hospital"
assess = true
"""
COMMON = {field.name for field in fields(Rule)}


def own(rule: Rule) -> dict[str, object]:
    return {f.name: getattr(rule, f.name) for f in fields(rule) if f.name not in COMMON}


def line(text: str, of: str, nth: int = 1) -> int:
    """The number of the nth line that begins so."""
    found = [n for n, row in enumerate(text.splitlines(), 1) if row.startswith(of)]
    return found[nth - 1]


def faults(text: str) -> list[tuple[str, int | None, str]]:
    """Code, row and column of each fault."""
    with pytest.raises(BadFile) as error:
        files.read(text, file_name="a.toml")
    assert error.value.file_name == "a.toml"
    assert all(fault.text for fault in error.value.faults)
    return [(fault.code, fault.row, fault.column) for fault in error.value.faults]


def test_every_kind_is_read_as_it_stands():
    said = files.read(EVERY_KIND, file_name="a.toml")
    assert (said.code, said.authority, said.region) == ("every-kind", "region", "24")
    assert said.announced_at == datetime(2021, 4, 13, 5, tzinfo=UTC)
    assert said.source == Source("Brev", "Det står så.", "https://example.se/brev", quoted=True)
    assert said.ends == (Ending("older", date(2021, 4, 11)),)
    assert {type(rule) for rule in said.rules} == set(files.KINDS.values())
    assert {type(rule): own(rule) for rule in said.rules} == {
        Phase: {"number": 2, "who": (Who(age_from=65), Who(age_to=17, sex=2))},
        Opening: {
            "phase": 2, "who": (Who(born_from=1952, born_to=1956, cohabitants_from=18),),
        },
        Offer: {
            "strength": Strength.AVAILABLE, "who": EVERYONE, "doses": 1, "months_since_last": 6,
            "season": Season(starts_on=date(2021, 9, 1), ends_on=date(2021, 12, 31)),
        },
        Use: {
            "product": "comirnaty", "allowed": False,
            "who": (Who(groups=frozenset({"pregnant"}), without=frozenset({"dialysis"}), sex=1),),
        },
        Pause: {"product": "vaxzevria"},
        Interval: {
            "after": frozenset({"comirnaty", "spikevax"}), "then": frozenset({"comirnaty"}),
            "min_days": 21, "recommended_days": 28, "max_days": 42, "dose": 2,
        },
        CoVaccination: {"diseases": frozenset({"influenza"}), "allowed": True},
        Precaution: {
            "who": (Who(groups=frozenset({"anaphylaxis"})),), "place": Place.HOSPITAL,
            "assess": True,
        },
    }  # fmt: skip


def test_days_source_and_region_are_the_directives_unless_the_rule_has_its_own():
    phase, opening, *_ = files.read(EVERY_KIND, file_name="a.toml").rules
    assert (phase.effective_from, phase.effective_to) == (date(2021, 4, 12), date(2021, 12, 31))
    assert (opening.effective_from, opening.effective_to) == (date(2021, 4, 19), date(2021, 5, 31))
    assert (phase.directive, phase.region) == (opening.directive, opening.region)
    assert (phase.directive, phase.region) == ("every-kind", "24")
    assert phase.source.document == "Brev"
    assert opening.source == Source("Valt", quoted=False)


@pytest.mark.parametrize("path", SHIPPED, ids=[path.stem for path in SHIPPED])
def test_a_shipped_file_written_again_says_the_same(path):
    text = path.read_text("utf-8")
    body = files.body_of(text, file_name=path.name)
    again = files.to_toml(body)
    assert files.body_of(again, file_name=path.name) == body
    assert files.read(again, file_name=path.name) == files.read(text, file_name=path.name)


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip)
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(
    words, words, days, st.integers(-14, 14),
    st.fixed_dictionaries({}, optional={
        "age_from": st.integers(0, 130), "born_to": st.integers(1800, 2200),
        "sex": st.sampled_from(["F", "M"]), "groups": st.lists(words, min_size=1, unique=True),
    }).filter(bool),
)  # fmt: skip
def test_what_is_made_in_the_pages_is_the_same_as_a_file(title, passage, day, offset, who):
    body = deepcopy(files.body_of(EVERY_KIND, file_name=""))
    zone = timezone(timedelta(hours=offset))
    body["directive"] |= {
        "title": {"sv": title, "en": title[::-1]},
        "announced_at": datetime(2021, 4, 13, 7, tzinfo=zone).isoformat(),
        "review_on": day.isoformat(),
        "source": {"document": passage, "passage": f'"""{passage}\\'},
    }
    body["rule"][0]["who"] = [who]
    text = files.to_toml(body)
    assert files.body_of(text, file_name="") == body
    assert files.read(text, file_name="") == files.from_body(body)


def test_days_may_be_written_as_text():
    assert files.from_body(files.body_of(EVERY_KIND, file_name="")) == files.read(
        EVERY_KIND, file_name=""
    )


def test_every_fault_is_listed_with_its_line():
    bad = (
        EVERY_KIND.replace("effective_to = 2021-12-31", 'effective_to = "31 december"')
        .replace('authority = "region"', 'authority = "kommun"')
        .replace("number = 2", 'number = "two"')
        .replace('strength = "available"', 'strength = "perhaps"')
        .replace("months_since_last = 6", "weeks_since_last = 26")
        .replace('quoted = false', 'quoted = "no"')
        .replace('code = "a-pause"', "")
        .replace('last_on = 2021-04-11', "")
    )  # fmt: skip
    found = faults(bad)
    assert sorted(found, key=lambda fault: (fault[1], fault[2])) == [
        ("not-as-the-schema", line(bad, "authority"), "directive.authority"),
        ("not-as-the-schema", line(bad, "effective_to"), "directive.effective_to"),
        ("not-as-the-schema", line(bad, "[[ends]]"), "ends.0"),
        ("not-as-the-schema", line(bad, "number"), "rule.0.number"),
        ("not-as-the-schema", line(bad, "[rule.source]"), "rule.1.source.quoted"),
        ("not-as-the-schema", line(bad, "[[rule]]", 3), "rule.2"),
        ("not-as-the-schema", line(bad, "strength"), "rule.2.strength"),
        ("not-as-the-schema", line(bad, "[[rule]]", 5), "rule.4"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "column", "said"),
    [
        ('kind = "pause"', 'kind = "paus"', "rule.4.kind", "This must be one of: phase, opening"),
        ('product = "vaxzevria"', "", "rule.4", "Something is missing: 'product'"),
        ("min_days = 21", "min_days = 21\nmin_weeks = 3", "rule.5", "does not have"),
        ("number = 2", "number = 21", "rule.0.number", "21 is greater than the maximum of 20"),
        ("review_on = 2022-01-01", "review_on = 2022-01-01T10:00:00Z", "directive.review_on",
         "Write a day as 2021-04-13"),
        ("{ age_from = 65 }", "{}", "rule.0.who.0", "not as the schema"),
        ('region = "24"', 'region = "Västerbotten"', "directive.region", "with two digits"),
        ('code = "every-kind"', 'code = "Every kind"', "directive.code", "small letters"),
    ],
)  # fmt: skip
def test_a_fault_says_what_to_do(old: str, new: str, column: str, said: str):
    with pytest.raises(BadFile) as error:
        files.read(EVERY_KIND.replace(old, new, 1), file_name="a.toml")
    (fault,) = error.value.faults
    assert fault.column == column
    assert said in fault.text


def test_a_moment_has_its_offset():
    bad = EVERY_KIND.replace("07:00:00+02:00", "07:00:00")
    ((_, row, column),) = faults(bad)
    assert (row, column) == (line(bad, "announced_at"), "directive.announced_at")


@pytest.mark.parametrize("change", [('region = "24"\n', ""), ('"region"\n', '"fohm"\n')])
def test_a_region_stands_behind_its_own_directives_only(change):
    bad = EVERY_KIND.replace(*change)
    assert faults(bad) == [("region-and-authority", line(bad, "[directive]"), "directive.region")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("code = ", "not-toml"),
        ("", "not-as-the-schema"),
        ('directive = "a"', "not-as-the-schema"),
        ("directive = []", "not-as-the-schema"),
        ("[[directive]]\n", "not-as-the-schema"),
        ("rule = 1", "not-as-the-schema"),
        ("<html></html>", "not-toml"),
    ],
)
def test_what_is_no_directive_at_all(text: str, code: str):
    assert {fault[0] for fault in faults(text)} == {code}
    if code != "not-toml":
        with pytest.raises(BadFile):
            files.from_body(tomllib.loads(text))


@given(st.data())
def test_a_damaged_file_is_refused_or_read_and_never_breaks(data):
    """Anything else than BadFile would be a page of errors in front of a coordinator."""
    body = deepcopy(files.body_of(EVERY_KIND, file_name=""))
    places = [body["directive"], body["directive"]["source"], *body["ends"], *body["rule"]]
    place = data.draw(st.sampled_from(places))
    name = data.draw(st.sampled_from(sorted(place)))
    junk = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())
    place[name] = data.draw(junk | st.dictionaries(st.text(), st.integers()))
    try:
        files.from_body(body)
    except BadFile as error:
        assert all(fault.text for fault in error.faults)

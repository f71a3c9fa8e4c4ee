"""Age groups as statistics write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaksam.core.coverage.ages import AgeGroup

GROUPS = st.tuples(st.integers(0, 120), st.none() | st.integers(0, 120)).filter(
    lambda ages: ages[1] is None or ages[0] <= ages[1]
)


@given(GROUPS)
def test_a_code_reads_back(ages):
    group = AgeGroup(*ages)
    assert AgeGroup.parse(group.code) == group


@given(GROUPS, st.integers(0, 130))
def test_who_belongs(ages, age):
    first, last = ages
    assert (age in AgeGroup(first, last)) == (
        age in range(first, 200 if last is None else last + 1)
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [("12-15", "12-15"), ("12–15", "12-15"), ("18 - 29 år", "18-29"), ("90 eller äldre", "90+"),
     ("90+", "90+"), ("Totalt 18+", "18+"), ("65 år och äldre", "65+"), (" 0-4 ", "0-4")],
)  # fmt: skip
def test_ways_to_write_an_age_group(text, code):
    assert AgeGroup.parse(text).code == code


@pytest.mark.parametrize(
    "text", ["", "Totalt", "12", "15-12", "-5", "12-", "12-15-18", "tolv", "all", "12 to 15"]
)
def test_what_is_no_age_group(text):
    with pytest.raises(ValueError, match="age"):
        AgeGroup.parse(text)

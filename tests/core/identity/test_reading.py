"""What a phone agent types."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.identity.vectors import load, needed
from vaksam.core.errors import Refused
from vaksam.core.identity import Identity, Kind, born_on, read

ON = date(2021, 4, 13)
PERSONAL, COORDINATION, RESERVE = (
    Kind.PERSONAL_NUMBER,
    Kind.COORDINATION_NUMBER,
    Kind.RESERVE_NUMBER,
)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("19460823-9986", PERSONAL, "194608239986"),
        ("460823-9986", PERSONAL, "194608239986"),
        ("460823 9986", PERSONAL, "194608239986"),
        ("4608239986", PERSONAL, "194608239986"),
        ("1946 08 23 99 86", PERSONAL, "194608239986"),
        ("090527+1474", PERSONAL, "190905271474"),
        ("000405-9937", PERSONAL, "200004059937"),
        ("730288-9931", COORDINATION, "197302889931"),
        ("19730288-9931", COORDINATION, "197302889931"),
        ("99 1981 000010", RESERVE, "991981000010"),
        ("19810829-m071", RESERVE, "19810829M071"),
        ("198108320014", RESERVE, "198108320014"),
        ("98240301AA06", RESERVE, "98240301AA06"),
    ],
)
def test_the_kind_is_guessed(text, kind, value):
    identity = read(text, on=ON)
    assert (identity.kind, identity.value) == (kind, value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("460823-9987", "check_digit"),
        ("19460832-9986", "day"),
        ("461323-9986", "month"),
        ("4608239", "length"),
        ("20000101-T220", "interim"),
        ("000101-T220", "interim"),
        ("19810829R123", "which_region"),
        ("AB123456", "unreadable"),
        ("Anna", "unreadable"),
    ],
)
def test_what_cannot_be_read_says_why(text, code):
    with pytest.raises(Refused) as refused:
        read(text, on=ON)
    assert refused.value.code == code


def test_the_region_tells_reserve_numbers_apart():
    assert read("19810829R123", on=ON, issuer="24").issuer == "24"
    assert read("19810829R123", on=ON, issuer="20").issuer == "20"
    assert read("19460823-9986", on=ON, issuer="24").kind is PERSONAL


def test_a_mistyped_personal_number_is_no_reserve_number_of_a_region_with_an_unknown_format():
    with pytest.raises(Refused, match="last digit"):
        read("19460823-9987", on=ON, issuer="25")


def test_a_day_of_birth_ahead_is_refused():
    with pytest.raises(Refused) as refused:
        read("200004059937", on=date(2000, 4, 4))
    assert refused.value.code == "future"
    assert read("200004059937", on=date(2000, 4, 5))


def test_a_hundred_years():
    """In the year of the hundredth birthday the hyphen becomes a plus sign."""
    assert read("000405+9937", on=date(2099, 12, 31)).value == "190004059937"
    assert read("000405+9937", on=date(2100, 1, 1)).value == "200004059937"


@needed
def test_every_published_number_is_read_from_its_short_form():
    for name in ("allPins", "allCoords"):
        for number in load(name)[::17]:
            kind = PERSONAL if name == "allPins" else COORDINATION
            born = born_on(Identity(kind, number))
            old = int(number[:4]) <= ON.year - 100
            short = f"{number[2:8]}{'+' if old else '-'}{number[8:]}"
            if born and date(ON.year - 200, 12, 31) < born <= ON:
                assert read(short, on=ON).value == number


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(text):
    try:
        identity = read(text, on=ON)
    except Refused:
        return
    assert Identity(identity.kind, identity.value, identity.issuer) == identity

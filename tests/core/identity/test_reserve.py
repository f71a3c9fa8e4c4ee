"""Reserve numbers: each issuer's published examples, and damaged ones."""

from datetime import date

import pytest

from tests.core.identity.vectors import load, needed
from vaksam.core.errors import Refused
from vaksam.core.identity import Identity, Kind, born_on, reserve, sex_of

ISSUERS = {"SLL": "01", "VGR": "14", "LiV": "17", "CLNK": "CLNK"}
REGIONS = {"01", "03", "04", "05", "06", "07", "08", "09", "10", "12", "13", "14", "17", "18", "19",
           "20", "21", "22", "23", "24", "25"}  # fmt: skip


def made(issuer: str, text: str) -> Identity:
    return Identity(Kind.RESERVE_NUMBER, text, issuer)


@needed
def test_the_published_examples_pass():
    examples = [
        (issuer, number)
        for form in load("reservnummer_formats")["formats"]
        for short, issuer in ISSUERS.items()
        if f"({short})" in form["region"]
        for number in form["valid"]
    ]
    assert [made(*each).value for each in examples] == [number for _, number in examples]
    assert len(examples) == 10


@pytest.mark.parametrize(
    ("issuer", "text", "born", "sex"),
    [
        ("01", "99 1981 000010", None, 0),
        ("14", "19810829-M071", date(1981, 8, 29), 1),
        ("14", "19450829K088", date(1945, 8, 29), 2),
        ("14", "19930829X802", date(1993, 8, 29), 0),
        ("17", "19810829SU3A", date(1981, 8, 29), 1),
        ("17", "19930829SX0C", date(1993, 8, 29), 0),
        ("CLNK", "198108320014", None, 0),
        ("NRID", "98240301AA06", date(2024, 3, 1), 2),
        ("NRID", "22950606-FH20", date(1995, 6, 6), 2),
        ("NRID", "00992040AAA1", None, 0),
        ("18", "19810829TB1F", date(1981, 8, 29), 0),
        ("12", "810829DA1B", None, 0),
        ("12", "19810829DA1B", date(1981, 8, 29), 0),
        ("10", "20200501-AA8A", date(2020, 5, 1), 0),
        ("22", "20100101014R", date(2010, 1, 1), 0),
        ("04", "19600606AA1G", date(1960, 6, 6), 0),
        ("04", "18500101N123", None, 0),
        ("24", "19810829R123", date(1981, 8, 29), 0),
        ("25", "ABC12345", None, 0),
    ],
)
def test_what_a_reserve_number_tells(issuer, text, born, sex):
    identity = made(issuer, text)
    assert (born_on(identity), sex_of(identity)) == (born, sex)


@pytest.mark.parametrize(
    ("issuer", "text", "code"),
    [
        ("01", "991981000011", "check_digit"),
        ("01", "981981000010", "reserve_shape"),
        ("14", "19810829M072", "check_digit"),
        ("14", "19810829K071", "check_digit"),
        ("14", "19810230M071", "reserve_day"),
        ("14", "19810829M051", "reserve_shape"),
        ("17", "19810829SU3V", "reserve_shape"),
        ("17", "19811329SU3A", "reserve_day"),
        ("CLNK", "198108320015", "check_digit"),
        ("CLNK", "198113320014", "reserve_shape"),
        ("NRID", "98240301AO06", "reserve_shape"),
        ("NRID", "98240230AA06", "reserve_day"),
        ("NRID", "20240301AA06", "reserve_shape"),
        ("12", "198108291234", "reserve_shape"),
        ("24", "19810829M071", "reserve_shape"),
        ("25", "ABC", "reserve_shape"),
        ("", "19810829M071", "region"),
        ("99", "19810829M071", "region"),
        ("14", "", "empty"),
    ],
)
def test_damaged_ones_are_refused(issuer, text, code):
    with pytest.raises(Refused) as refused:
        made(issuer, text)
    assert refused.value.code == code


def test_every_digit_of_a_checked_number_matters():
    """Where the rule of the check digit is public, every changed digit that it covers is seen."""
    for issuer, number in (
        ("01", "991981000010"),
        ("14", "19810829M071"),
        ("CLNK", "198108320014"),
    ):
        start = next(form.luhn for form in reserve.of(issuer))
        for at in (at for at in range(start, 12) if number[at].isdigit()):
            for digit in set("0123456789") - {number[at]}:
                assert reserve.fault(issuer, number[:at] + digit + number[at + 1 :])


def test_every_region_can_register_reserve_numbers():
    assert {form.issuer for form in reserve.FORMATS} == REGIONS | {"NRID", "CLNK"}
    assert all(form.luhn is not None for form in reserve.FORMATS if form.checked)

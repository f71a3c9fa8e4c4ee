"""Personal and coordination numbers: Skatteverket's test numbers, and damaged ones.

The published vectors are those of the personnummer project. We differ from them in three ways: a
space may stand where a hyphen does (people type it); ten digits are read only against a day, since
the core asks no clock; and interim numbers are refused.
"""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.identity.vectors import load, needed
from vaksam.core.errors import Refused
from vaksam.core.identity import FAULTS, Identity, Kind, born_on, check_column, sex_of, told_by

PERSONAL, COORDINATION = Kind.PERSONAL_NUMBER, Kind.COORDINATION_NUMBER
BOTH = [("allPins", PERSONAL), ("allCoords", COORDINATION)]

# Numbers that Skatteverket has set aside for tests, for where the files are absent.
SOUND = [(PERSONAL, "189001019802"), (PERSONAL, "200002292399"), (COORDINATION, "197302889931"),
         (COORDINATION, "191500722390"), (COORDINATION, "191711602399")]  # fmt: skip


def one_by_one(kind: Kind, text: str) -> tuple[object, ...]:
    """What the column should say of a text: value, born_on, born_year, sex, fault."""
    try:
        identity = Identity(kind, text)
    except Refused as error:
        return (None, None, None, 0, None if error.code == "empty" else error.code)
    told = told_by([identity])
    return identity.value, told.born_on, told.born_year, told.sex, None


@needed
@pytest.mark.parametrize(("name", "kind"), BOTH)
def test_every_published_test_number_passes(name, kind):
    numbers = load(name)
    assert [Identity(kind, number).value for number in numbers] == numbers


@needed
@pytest.mark.parametrize(("name", "kind"), BOTH)
def test_the_column_answers_as_one_by_one_for_every_published_number(name, kind):
    """Whole and with each kind of damage."""
    numbers = load(name)
    column = pl.Series([*numbers, *(damage for each in numbers[::23] for damage in damaged(each))])
    assert check_column(kind, column).rows() == [one_by_one(kind, text) for text in column]


def damaged(number: str) -> list[str]:
    """One digit changed at each place; neighbours transposed; impossible dates; cut short."""
    changed = [
        number[:at] + str((int(number[at]) + 1 + at % 9) % 10) + number[at + 1 :]
        for at in range(12)
    ]
    swapped = [number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in range(11)]
    dates = [f"{number[:4]}{day}{number[8:]}" for day in ("1302", "0230", "0431", "0100", "0199")]
    return [*changed, *swapped, *dates, number[2:], number[:-1], number.replace("9", "K"), "", "12"]


@needed
@pytest.mark.parametrize(("name", "kind"), BOTH)
def test_one_digit_changed_is_always_seen(name, kind):
    """Among the ten that the check digit covers; of the century, what is no 18, 19 or 20."""
    for number in load(name)[::41]:
        for at in range(2, 12):
            for digit in set("0123456789") - {number[at]}:
                with pytest.raises(Refused):
                    Identity(kind, number[:at] + digit + number[at + 1 :])
        with pytest.raises(Refused):
            Identity(kind, "2" + "9" + number[2:])


@needed
@pytest.mark.parametrize(("name", "kind"), BOTH)
def test_transposed_neighbours_are_seen_where_the_check_digit_can(name, kind):
    """Luhn cannot tell 09 from 90."""
    for number in load(name)[::41]:
        for at in range(2, 11):
            pair = number[at : at + 2]
            if pair[0] != pair[1] and {*pair} != {"0", "9"}:
                with pytest.raises(Refused):
                    Identity(kind, number[:at] + pair[::-1] + number[at + 2 :])


@needed
def test_the_personnummer_projects_vectors():
    for row in load("list"):
        kind = PERSONAL if row["type"] == "ssn" else COORDINATION
        spaced = " " in row["long_format"]  # refused there, read here
        for text in (row["long_format"], row["separated_long"]):
            if row["valid"] or spaced:
                identity = Identity(kind, text)
                assert identity.value == row["long_format"].replace(" ", "")
                assert sex_of(identity) == (1 if row["isMale"] else 2)
            else:
                with pytest.raises(Refused):
                    Identity(kind, text)


@needed
def test_interim_numbers_are_not_accepted():
    """A letter in place of the birth number's first digit: valid there, refused here."""
    for row in load("interim"):
        for text in (row["long_format"], row["separated_format"]):
            with pytest.raises(Refused) as refused:
                Identity(PERSONAL, text)
            assert refused.value.code in ({"interim"} if row["valid"] else {"characters"})


@needed
def test_organisation_numbers_are_no_persons():
    for row in load("orgnumber"):
        with pytest.raises(Refused):
            Identity(PERSONAL, "19" + row["short_format"])


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (PERSONAL, " ", "empty"),
        (PERSONAL, "19O00101-9802", "characters"),
        (PERSONAL, "20000101-T220", "interim"),
        (PERSONAL, "900101-9802", "century"),
        (PERSONAL, "18900101-980", "length"),
        (PERSONAL, "29900101-9802", "year"),
        (PERSONAL, "18901301-9802", "month"),
        (PERSONAL, "18900001-9802", "month"),
        (PERSONAL, "18900230-9802", "day"),
        (PERSONAL, "18900132-9802", "day"),
        (PERSONAL, "18900101-0006", "birth_number"),
        (PERSONAL, "18900101-9803", "check_digit"),
        (PERSONAL, "19730288-9931", "is_coordination"),
        (COORDINATION, "18900101-9802", "is_personal"),
        (COORDINATION, "19730292-9931", "day"),
        (COORDINATION, "19731388-9931", "month"),
    ],
)
def test_each_fault_is_told_apart_and_says_what_to_do(kind, text, code):
    with pytest.raises(Refused) as refused:
        Identity(kind, text)
    assert refused.value.code == code
    assert refused.value.message == FAULTS[code].message
    assert "9802" not in str(refused.value)


@pytest.mark.parametrize(("kind", "number"), SOUND)
def test_ways_to_write_a_number(kind, number):
    date, last = number[:8], number[8:]
    iso = f"{date[:4]}-{date[4:6]}-{date[6:]}"
    written = [f"{date}-{last}", f"{date}+{last}", f" {date} {last}", f"{iso}–{last}\u00a0"]
    assert {Identity(kind, text).value for text in written} == {number}


def test_what_numbers_tell():
    woman = Identity(PERSONAL, "189001019802")
    assert (born_on(woman), sex_of(woman)) == (date(1890, 1, 1), 2)
    month_not_known, day_not_known = (Identity(*SOUND[at]) for at in (3, 4))
    for identity, year in ((month_not_known, 1915), (day_not_known, 1917)):
        assert born_on(identity) is None
        assert told_by([identity]).born_year == year
    assert told_by([month_not_known, woman]).born_on == date(1890, 1, 1)
    assert told_by([woman], on=date(1889, 12, 31)).born_year is None


def test_a_masked_number_cannot_be_used_and_no_log_holds_it_whole():
    identity = Identity(PERSONAL, "189001019802")
    assert identity.masked == "18900101-****"
    assert "9802" not in repr(identity)


def test_passports_and_local_numbers():
    assert Identity(Kind.PASSPORT, "ab 123 456", "fi").value == "AB123456"
    assert Identity(Kind.LOCAL, " A-1 ", "Cosmic").value == "A-1"
    bad = [(Kind.PASSPORT, "AB123456", "XX", "country"), (Kind.PASSPORT, "AB", "FI", "passport"),
           (Kind.LOCAL, "A-1", "", "source"), (Kind.LOCAL, "A" * 61, "Cosmic", "local"),
           (Kind.PERSONAL_NUMBER, "189001019802", "SE", "no_issuer")]  # fmt: skip
    for kind, text, issuer, code in bad:
        with pytest.raises(Refused) as refused:
            Identity.parse(kind, text, issuer)
        assert refused.value.code == code


ALMOST = (
    r"(1[789]|2[01])?[0-9]{2}(0[0-9]|1[0-3])[0-9]{2}[-+ ]?[0-9T][0-9]{3}"  # dates, some impossible
)
TYPED = (
    st.from_regex(ALMOST, fullmatch=True)
    | st.text(alphabet="0123456789-+ \tx–", max_size=14)
    | st.sampled_from([number for _, number in SOUND])
)


@given(st.lists(TYPED))
def test_the_column_answers_as_one_by_one(texts):
    for kind in (PERSONAL, COORDINATION):
        rows = check_column(kind, pl.Series(texts, dtype=pl.String)).rows()
        assert rows == [one_by_one(kind, text) for text in texts]


def test_columns_of_other_kinds():
    texts = pl.Series(["19810829M071", None, "19810829m072", "19810829M071", " "])
    rows = check_column(
        Kind.RESERVE_NUMBER, texts, pl.Series(["14", None, "14", "01", "14"])
    ).rows()
    assert [row[4] for row in rows] == [None, None, "check_digit", "reserve_shape", None]
    assert rows[0] == ("19810829M071", date(1981, 8, 29), 1981, 1, None)
    assert check_column(Kind.LOCAL, pl.Series(["a", "b"]), "Cosmic")["value"].to_list() == [
        "a",
        "b",
    ]

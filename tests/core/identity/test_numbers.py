"""Personal, coordination and reserve numbers: the published test numbers, and damaged ones."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaksam.core.errors import Refused
from vaksam.core.identity import Kind, check_column, examined, parse, read

FOLDER = Path(__file__).resolve().parents[4] / "shared/data/identity"
needed = pytest.mark.skipif(not FOLDER.exists(), reason="../shared/data/identity is not there")
ON = date(2026, 1, 1)
PERSONAL, COORDINATION = Kind.PERSONAL_NUMBER, Kind.COORDINATION_NUMBER


def load(name: str) -> list:
    return json.loads((FOLDER / f"{name}.json").read_text())


@needed
@pytest.mark.parametrize(("name", "kind"), [("allPins", PERSONAL), ("allCoords", COORDINATION)])
def test_every_published_test_number_passes(name: str, kind: Kind) -> None:
    numbers = load(name)
    found = check_column(kind, pl.Series(numbers), on=ON)
    assert found["fault"].null_count() == len(numbers)
    assert found["value"].to_list() == numbers
    for number in numbers[:: max(len(numbers) // 500, 1)]:
        assert parse(kind, number, on=ON).value == number


@needed
@pytest.mark.parametrize(("name", "kind"), [("allPins", PERSONAL), ("allCoords", COORDINATION)])
def test_one_digit_wrong_is_always_seen(name: str, kind: Kind) -> None:
    damaged = [
        number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]
        for number in load(name)[::50]
        for at in range(2, 12)
    ]
    assert check_column(kind, pl.Series(damaged), on=ON)["fault"].null_count() == 0


@needed
def test_vectors_with_and_without_century_and_sign() -> None:
    for row in load("list"):
        kind = PERSONAL if row["type"] == "ssn" else COORDINATION
        for form in ("long_format", "short_format", "separated_format", "separated_long"):
            text = row[form]
            # The short form has lost the plus, and so means somebody a hundred years younger.
            century_lost = form == "short_format" and "+" in row["separated_format"]
            try:
                identity, told = examined(kind, text, on=ON)
            except Refused:
                assert not row["valid"] or century_lost, text
                continue
            assert row["valid"], text
            assert (told.sex == 1) == row["isMale"]
            if not century_lost:
                assert identity.value == row["long_format"]


@needed
def test_interim_and_organisation_numbers_are_no_persons() -> None:
    """Interim numbers (T220 …) are other systems' own; here they are local ids."""
    for row in load("interim"):
        with pytest.raises(Refused):
            parse(PERSONAL, row["long_format"], on=ON)
    for row in load("orgnumber"):
        with pytest.raises(Refused):
            parse(PERSONAL, row["short_format"], on=ON)


@needed
def test_reserve_numbers_of_each_region() -> None:
    issuers = {"SLL": "01", "VGR": "14", "LiV": "17", "CLNK": "CLNK"}
    data = json.loads((FOLDER / "reservnummer_formats.json").read_text())
    tried = 0
    for shape in data["formats"]:
        for short, issuer in issuers.items():
            if f"({short})" in shape["region"]:
                for number in shape["valid"]:
                    identity = parse(Kind.RESERVE_NUMBER, number, on=ON, issuer=issuer)
                    assert identity in read(number, on=ON)
                    tried += 1
    assert tried == 10


@pytest.mark.parametrize(
    ("issuer", "number"),
    [("01", "991981000011"), ("14", "19810829M072"), ("14", "19811329M071"), ("12", "198108291234"),
     ("17", "19810829SU3V")],
)  # fmt: skip
def test_damaged_reserve_numbers_are_refused(issuer: str, number: str) -> None:
    with pytest.raises(Refused):
        parse(Kind.RESERVE_NUMBER, number, on=ON, issuer=issuer)


def test_a_birth_known_only_to_the_year() -> None:
    """Month 00 or day 60 of a coordination number: not known."""
    _, told = examined(COORDINATION, "191500722390", on=ON)
    assert (told.born_on, told.born_year) == (None, 1915)


@pytest.mark.parametrize(
    ("text", "code"),
    [("19490302-980", "number-form"), ("194913029803", "number-date"),
     ("194903029802", "check-digit"), ("194903629801", "is-coordination-number"),
     ("299903029800", "born-ahead")],
)  # fmt: skip
def test_each_fault_is_told_apart(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(PERSONAL, text, on=ON)
    assert refused.value.code == code


def test_a_masked_number_cannot_be_used() -> None:
    assert parse(PERSONAL, "194903029801", on=ON).masked == "19490302-****"


@given(st.one_of(
    st.from_regex(r"(18|19|20)?[0-9]{6}[-+]?[0-9]{4}", fullmatch=True),
    st.text(alphabet="0123456789-+ ", max_size=14),
))  # fmt: skip
def test_the_column_answers_as_one_by_one(text: str) -> None:
    for kind in (PERSONAL, COORDINATION):
        row = check_column(kind, pl.Series([text], dtype=pl.String), on=ON).row(0, named=True)
        if not text.strip():
            assert row["value"] is None and row["fault"] is None
            continue
        try:
            identity, told = examined(kind, text, on=ON)
        except Refused as error:
            assert row["fault"] == error.code
        else:
            assert row["fault"] is None
            assert (row["value"], row["born_on"], row["born_year"], row["sex"]) == (
                identity.value, told.born_on, told.born_year, told.sex,
            )  # fmt: skip

"""Files to the national register and its receipts."""

import doctest
from datetime import date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaksam.core.errors import BadFile
from vaksam.core.exchange import nvr
from vaksam.core.exchange.nvr import checking, columns

MADE = datetime.fromisoformat("2021-04-13T07:00:00+02:00")
ROW = {
    "transaction_id": "24-1-1", "kind": "new", "dose_id": "17", "version": "1",
    "person_id": "189001019802", "person_id_kind": "personnummer", "given_on": "2021-04-12",
    "vaccine_name": "Comirnaty", "npl_id": "vaksam:comirnaty", "batch": "EX1234",
    "dose_number": "1", "disease": "covid-19", "atc": "J07BN01", "county": "24",
    "municipality": "2480", "provider": "Region Västerbotten", "retroactive": "no",
}  # fmt: skip
DELETED = ROW | {name: "" for name in list(ROW)[6:]} | {"kind": "deleted"}


def frame(*rows: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(nvr.NAMES, pl.String))


def faults(**about: str) -> list[tuple[str, str]]:
    return [(fault.column, fault.code) for fault in nvr.check(frame(ROW | about))]


def test_the_file_as_it_is_written() -> None:
    content = nvr.write(
        nvr.Transfer("24", MADE, frame(ROW, DELETED | {"transaction_id": "24-2-1"}))
    )
    first, names, row, deleted = content.decode().splitlines()
    assert first == "vaksam-nvr;1;24;2021-04-13T07:00:00+02:00;2"
    assert names == ";".join(nvr.NAMES)
    assert row == (
        "24-1-1;new;17;1;189001019802;personnummer;2021-04-12;Comirnaty;vaksam:comirnaty;"
        "EX1234;1;covid-19;J07BN01;24;2480;Region Västerbotten;no"
    )
    assert deleted == "24-2-1;deleted;17;1;189001019802;personnummer" + ";" * 11


def test_a_sound_row_has_no_fault() -> None:
    assert faults() == []
    assert faults(batch="", dose_number="", county="", municipality="", atc="") == []
    assert faults(**DELETED) == []


@pytest.mark.parametrize(("about", "found"), [
    ({"person_id": "189001019803"}, ("person_id", "bad-identity")),
    ({"person_id": "1890010198"}, ("person_id", "digits")),
    ({"person_id_kind": "samordningsnummer"}, ("person_id", "bad-identity")),
    ({"person_id_kind": "reservnummer"}, ("person_id_kind", "choice")),
    ({"given_on": "2021-02-29"}, ("given_on", "day")),
    ({"given_on": "12/4 2021"}, ("given_on", "day")),
    ({"given_on": ""}, ("given_on", "missing")),
    ({"vaccine_name": "x" * 81}, ("vaccine_name", "too-long")),
    ({"batch": "EX\n1"}, ("batch", "characters")),
    ({"dose_number": "0"}, ("dose_number", "number")),
    ({"dose_number": "100"}, ("dose_number", "number")),
    ({"dose_number": "1.0"}, ("dose_number", "number")),
    ({"disease": ""}, ("disease", "missing")),
    ({"municipality": "0180"}, ("municipality", "county")),
    ({"kind": "changed"}, ("kind", "choice")),
    ({"retroactive": "ja"}, ("retroactive", "choice")),
    ({"provider": ""}, ("provider", "missing")),
])  # fmt: skip
def test_every_value_has_its_type_and_length(about: dict[str, str], found: tuple[str, str]) -> None:
    assert faults(**about) == [found]


def test_all_faults_at_once_in_the_order_of_the_rows_and_no_number_shown() -> None:
    found = nvr.check(frame(ROW | {"given_on": "x"}, ROW | {"person_id": "123", "batch": "b" * 90}))
    assert [(fault.row, fault.code) for fault in found] == [
        (3, "day"), (4, "digits"), (4, "too-long"), (4, "twice"),
    ]  # fmt: skip
    assert "123" not in " ".join(map(str, found))


SEEN = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))


def texts(column: columns.Column) -> st.SearchStrategy[str]:
    if column.of == "choice":
        return st.sampled_from(column.choices)
    if column.of == "number":
        return st.integers(max(1, column.least), column.most).map(str)
    if column.of == "day":
        return st.dates(date(1000, 1, 1)).map(str)
    if column.of == "digits":
        return st.just("")
    return st.text(LETTERS, min_size=column.least, max_size=min(column.most, 60))


ROWS = st.lists(st.fixed_dictionaries({c.name: texts(c) for c in nvr.COLUMNS}), max_size=5)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_whatever_is_written_is_read_again(rows: list[dict[str, Any]]) -> None:
    known = {"person_id": "189001019802", "person_id_kind": "personnummer"}
    made = frame(*(row | known | {"transaction_id": f"24-{n}-1"} for n, row in enumerate(rows)))
    read = nvr.read(nvr.write(nvr.Transfer("24", MADE, made)))
    assert (read.region, read.made_at) == ("24", MADE)
    assert read.rows.equals(made)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["accepted", "rejected"]),
                          SEEN, SEEN), max_size=5))  # fmt: skip
def test_so_are_receipts(answers: list[tuple[str, str, str]]) -> None:
    lines = [(f"24-{n + 1}-2", *answer) for n, answer in enumerate(answers)]
    rows = pl.DataFrame(lines, schema=dict.fromkeys(
        ("transaction_id", "answer", "code", "text"), pl.String), orient="row")  # fmt: skip
    content = nvr.write_receipt("24", "f.csv", rows)
    read = nvr.read_receipt(content, file_name="r.csv")
    assert read.rows.select(rows.columns).equals(rows)
    assert read.rows["entry"].to_list() == [n + 1 for n in range(len(lines))]
    assert set(read.rows["turn"]) <= {2}


@pytest.mark.parametrize(("content", "code", "row"), [
    (b"\xff\xfe", "unreadable", None),
    (b"", "format", 1),
    (b"vaksam-nvr;2;24;2021-04-13T07:00:00+02:00;0\n", "format", 1),
    (b"vaksam-nvr;1;24;2021-04-13T07:00:00+02:00;0\na;b\n", "columns", 2),
    (b"vaksam-nvr;1;24;2021-04-13T07:00:00+02:00;9\n" + ";".join(nvr.NAMES).encode(), "cut-off", 1),
    (b"vaksam-nvr;1;24;yesterday;0\n" + ";".join(nvr.NAMES).encode(), "day", 1),
    (b"vaksam-nvr;1;24;2021-04-13;1\n" + ";".join(nvr.NAMES).encode() + b"\na;b\n", "cells", 3),
])  # fmt: skip
def test_what_is_no_such_file(content: bytes, code: str, row: int | None) -> None:
    with pytest.raises(BadFile) as error:
        nvr.read(content, file_name="f.csv")
    assert [(fault.code, fault.row) for fault in error.value.faults] == [(code, row)]


def test_a_receipt_with_every_fault() -> None:
    lines = [("24-1-1", "accepted", "", ""), ("24-1-1", "maybe", "", ""),
             ("01-2-1", "accepted", "", ""), ("x", "rejected", "c" * 41, "")]  # fmt: skip
    rows = pl.DataFrame(lines, schema=["transaction_id", "answer", "code", "text"], orient="row")
    with pytest.raises(BadFile) as error:
        nvr.read_receipt(nvr.write_receipt("24", "f.csv", rows), file_name="r.csv")
    assert [(fault.row, fault.code) for fault in error.value.faults] == [
        (4, "twice"), (4, "choice"), (5, "unknown"), (6, "unknown"), (6, "too-long"),
    ]  # fmt: skip


def test_the_register_takes_covid_19_given_before_the_law_but_afterwards() -> None:
    covid, pneumococcal = nvr.LAWS
    assert covid.takes(date(2020, 12, 27))
    assert covid.retroactive(date(2020, 12, 31))
    assert not covid.retroactive(date(2021, 1, 1))
    assert not pneumococcal.takes(date(2022, 11, 30))


def test_the_examples_of_the_docstrings() -> None:
    for module in (columns, checking):
        assert doctest.testmod(module).failed == 0

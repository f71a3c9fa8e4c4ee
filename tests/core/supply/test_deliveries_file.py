"""Files of deliveries: any faults at once with their places, and nothing but BadFile."""

from datetime import date

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vaksam.core.errors import BadFile
from vaksam.core.supply.deliveries_file import FIELDS, ColumnMap, read_deliveries, read_map

HEADER = "product,receiver,day,doses\n"
GOOD = HEADER + "comirnaty,LOM,2021-01-04,4875\n"
SCHEMA = {
    "row": pl.Int64, "product": pl.String, "receiver": pl.String, "day": pl.Date,
    "doses": pl.Int64,
}  # fmt: skip
ITALIAN = ColumnMap(
    columns={"product": "forn", "receiver": "area", "day": "data", "doses": "dosi"},
    products={"Pfizer": "comirnaty", "Moderna": "spikevax", "Altro": ""},
    receivers={"LOM": "03", "PUG": "16"},
    separator=";",
    day_format="%d/%m/%Y",
)


def read(content: str | bytes, columns: ColumnMap | None = None) -> pl.DataFrame:
    raw = content.encode() if isinstance(content, str) else content
    return read_deliveries(raw, file_name="d.csv", columns=columns or ColumnMap())


def faults(content: str | bytes, columns: ColumnMap | None = None) -> list[tuple]:
    with pytest.raises(BadFile) as bad:
        read(content, columns)
    assert bad.value.file_name == "d.csv"
    assert all(str(each) for each in bad.value.faults)  # the texts fill
    return [(each.code, each.row, each.column, each.value) for each in bad.value.faults]


def map_faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(BadFile) as bad:
        read_map(text, file_name="map.toml")
    assert all(str(each) for each in bad.value.faults)
    return [(each.code, each.column) for each in bad.value.faults]


# --- what can be read


def test_a_plain_file() -> None:
    found = read(GOOD)
    assert dict(found.schema) == SCHEMA
    assert found.rows() == [(2, "comirnaty", "LOM", date(2021, 1, 4), 4875)]


@pytest.mark.parametrize(
    "content",
    ["﻿" + GOOD, GOOD.replace("\n", "\r\n"), GOOD.strip(), GOOD.replace(",4875", ", 4 875 "),
     GOOD.replace("4875", '"4\u00a0875"'), GOOD.replace("LOM", '" LOM"'),
     ("extra," + GOOD).replace("\n", "\nx,", 1)],
    ids=["BOM", "CRLF", "no last newline", "thousands", "no-break", "quotes", "a column more"],
)  # fmt: skip
def test_what_spreadsheets_do_to_a_file_does_not_matter(content: str) -> None:
    assert read(content).equals(read(GOOD))


def test_through_a_map_with_corrections_and_products_that_are_not_followed() -> None:
    found = read(
        "area;forn;data;dosi;note\n"
        "LOM;Pfizer;04/01/2021;4875;\n"
        "PUG;Altro;05/01/2021;100;not followed\n"
        "PUG;Moderna;05/01/2021;-120;a correction\n",
        ITALIAN,
    )
    assert found.rows() == [
        (2, "comirnaty", "03", date(2021, 1, 4), 4875),
        (4, "spikevax", "16", date(2021, 1, 5), -120),
    ]


def test_a_header_alone_is_no_delivery() -> None:
    assert dict(read(HEADER).schema) == SCHEMA
    assert read(HEADER).is_empty()


# --- what is wrong with a file


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty-file"), (b"\xef\xbb\xbf", "empty-file"), (b"\n\n", "empty-file"),
     (GOOD.encode("utf-16"), "not-utf8"), (HEADER.encode() + b"\xe5", "not-utf8"),
     (HEADER + "a,b,2021-01-04,1,too,many\n", "not-csv"), (HEADER + '"a,b,c,d\n', "not-csv")],
)  # fmt: skip
def test_what_is_no_table(content: str | bytes, code: str) -> None:
    assert faults(content) == [(code, None, "", "")]


def test_every_missing_column_is_told() -> None:
    assert faults("product;day;x\na;b;c\n", ColumnMap(separator=";")) == [
        ("missing-column", None, "receiver", ""),
        ("missing-column", None, "doses", ""),
    ]
    assert {fault[2] for fault in faults(GOOD, ITALIAN)} == {"forn", "area", "data", "dosi"}


@pytest.mark.parametrize(
    ("row", "fault"),
    [("a,b,4/1 2021,1", ("not-a-day", 2, "day", "4/1 2021")),
     ("a,b,2021-02-29,1", ("not-a-day", 2, "day", "2021-02-29")),
     ("a,b,,1", ("not-a-day", 2, "day", "")),
     ("a,b,2021-01-04,1.5", ("not-a-number", 2, "doses", "1.5")),
     ("a,b,2021-01-04,many", ("not-a-number", 2, "doses", "many")),
     ("a,b,2021-01-04,", ("not-a-number", 2, "doses", "")),
     ("a,b,2021-01-04,99999999999999999999", ("not-a-number", 2, "doses", "9" * 20)),
     (",b,2021-01-04,1", ("unknown-product", 2, "product", "")),
     ("a, ,2021-01-04,1", ("unknown-receiver", 2, "receiver", ""))],
)  # fmt: skip
def test_one_fault_of_a_row(row: str, fault: tuple) -> None:
    assert faults(HEADER + row + "\n") == [fault]


def test_all_faults_at_once_in_the_order_of_rows_and_named_as_in_the_file() -> None:
    content = (
        "area;forn;data;dosi\n"
        "LOM;Pfizer;04/01/2021;1\n"
        "XXX;Sputnik;2021-01-05;one\n"
        "PUG;Altro;05/01/2021;\n"  # not followed, and yet a fault
    )
    found = faults(content, ITALIAN)
    assert [fault[1] for fault in found] == [3, 3, 3, 3, 4]
    assert set(found) == {
        ("not-a-day", 3, "data", "2021-01-05"), ("not-a-number", 3, "dosi", "one"),
        ("unknown-product", 3, "forn", "Sputnik"), ("unknown-receiver", 3, "area", "XXX"),
        ("not-a-number", 4, "dosi", ""),
    }  # fmt: skip


def test_a_receiver_cannot_be_mapped_to_nobody() -> None:
    assert map_faults('[receivers]\nLOM = ""') == [("missing", "receivers.LOM")]


# --- maps


def test_a_map_says_what_differs() -> None:
    found = read_map(
        'separator = ";"\nday_format = "%d/%m/%Y"\n'
        '[columns]\nproduct = "forn"\n[products]\nAltro = ""\n[receivers]\nLOM = "03"\n',
        file_name="map.toml",
    )
    assert found == ColumnMap(
        {"product": "forn", "receiver": "receiver", "day": "day", "doses": "doses"},
        {"Altro": ""}, {"LOM": "03"}, ";", "%d/%m/%Y",
    )  # fmt: skip
    assert read_map("", file_name="map.toml") == ColumnMap()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("separator =", [("not-toml", "")]),
     ("colums = 1", [("unknown-key", "colums")]),
     ("columns = 1", [("not-a-table", "columns")]),
     ("[columns]\nweek = 'w'", [("unknown-key", "columns.week")]),
     ("separator = 1", [("not-text", "separator")]),
     ("separator = ''", [("bad-separator", "separator")]),
     ("separator = ';;'", [("bad-separator", "separator")])],
)  # fmt: skip
def test_one_fault_of_a_map(text: str, expected: list[tuple[str, str]]) -> None:
    assert map_faults(text) == expected


def test_all_faults_of_a_map_at_once() -> None:
    text = "x = 1\nday_format = 2\nreceivers = 'r'\n[products]\nPfizer = 3\n"
    assert set(map_faults(text)) == {
        ("unknown-key", "x"), ("not-text", "day_format"), ("not-a-table", "receivers"),
        ("not-text", "products.Pfizer"),
    }  # fmt: skip


@pytest.mark.parametrize("separator", ["å", "→"])
def test_a_separator_that_cannot_be_used_is_a_fault(separator: str) -> None:
    assert map_faults(f"separator = '{separator}'") == [("bad-separator", "separator")]


def test_a_day_format_that_cannot_be_used_is_a_fault() -> None:
    assert faults(GOOD, ColumnMap(day_format="%H"))


# --- anything at all

LINES = st.lists(
    st.lists(st.text("a1-2,;\"' \n\r\té\x00", max_size=6), max_size=6).map(",".join), max_size=6
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(
    st.binary(max_size=80),
    st.text(max_size=80).map(str.encode),
    LINES.map(lambda lines: (HEADER + "\n".join(lines)).encode()),
))  # fmt: skip
@example(b'"')
@example(HEADER.encode() + b'a"b,b,c,d\n')
@example(HEADER.encode() + b"\n\n")
def test_any_bytes_are_a_bad_file_or_deliveries(content: bytes) -> None:
    try:
        found = read(content)
    except BadFile as bad:
        assert all(str(each) for each in bad.faults)
    else:
        assert dict(found.schema) == SCHEMA
        assert not found.null_count().sum_horizontal().sum()


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_bad_map_or_a_map(text: str) -> None:
    try:
        found = read_map(text, file_name="map.toml")
    except BadFile:
        return
    assert set(found.columns) == set(FIELDS)


CELL = st.text("abcåäö ,;\"'\n", min_size=1, max_size=6).map(str.strip).filter(bool)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, st.dates(date(1990, 1, 1)), st.integers(-9999, 9999))))
def test_what_polars_writes_is_read_back(rows: list[tuple[str, str, date, int]]) -> None:
    schema = {name: SCHEMA[name] for name in FIELDS}
    written = pl.DataFrame(rows, schema=schema, orient="row")
    found = read(written.write_csv())
    assert found.select(FIELDS).equals(written)
    assert found["row"].to_list() == list(range(2, len(rows) + 2))

"""Damaged workbooks: refused, with exactly the faults there are, by sheet, row and column."""

import time
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from string import ascii_letters

import fastexcel
import openpyxl
import pytest
from openpyxl.styles import PatternFill

from tests.support import workbooks
from tests.support.workbooks import (
    AGES,
    COUNT,
    DOSES,
    ERROR,
    SEXES,
    SHARE,
    STATUS,
    TOWN_AGES,
    TOWNS,
    WEEKLY,
    WEEKLY_5,
    Book,
    Formula,
)
from vaksam.core.coverage import workbook
from vaksam.core.coverage.workbook import package
from vaksam.core.errors import BadFile, Fault

Place = tuple[str, str, int | None, str]


def read(content: bytes, **options: object) -> workbook.Workbook:
    options = {"file_name": "test.xlsx", "names": workbooks.area_names()} | options
    return workbook.read(content, **options)


def faults_of(content: bytes, **options: object) -> list[Fault]:
    with pytest.raises(BadFile) as caught:
        read(content, **options)
    return list(caught.value.faults)


def places(found: list[Fault]) -> list[Place]:
    return [(fault.code, fault.sheet, fault.row, fault.column) for fault in found]


# sheet, row (as a spreadsheet counts), heading, what is put there, the fault
CELLS = [
    (WEEKLY, 5, COUNT, "många", "text-in-number"),
    (WEEKLY, 5, COUNT, "1 234", "text-in-number"),
    (WEEKLY, 5, COUNT, "NaN", "text-in-number"),
    (WEEKLY, 5, COUNT, "inf", "text-in-number"),
    (WEEKLY, 5, COUNT, "N/A", "text-in-number"),
    (WEEKLY, 5, COUNT, "NULL", "text-in-number"),
    (WEEKLY, 5, COUNT, -3, "negative"),
    (WEEKLY, 5, COUNT, 10.5, "not-whole"),
    (WEEKLY, 5, COUNT, 1e20, "too-large"),
    (WEEKLY, 5, COUNT, None, "missing"),
    (WEEKLY, 5, COUNT, "   ", "missing"),
    (WEEKLY, 5, COUNT, ERROR, "error-cell"),
    (WEEKLY, 5, COUNT, Formula("=Sheet9!A1", "#REF!"), "error-cell"),
    (WEEKLY, 5, COUNT, True, "truth-value"),
    (WEEKLY, 5, COUNT, date(2021, 4, 1), "text-in-number"),
    (WEEKLY, 5, SHARE, 1.5, "share-out-of-range"),
    (WEEKLY, 5, SHARE, -0.1, "share-out-of-range"),
    (WEEKLY, 5, SHARE, "nan", "text-in-number"),
    (WEEKLY, 5, SHARE, "22,1 %", "text-in-number"),
    (WEEKLY, 5, SHARE, None, "missing"),
    (WEEKLY, 5, SHARE, ERROR, "error-cell"),
    (WEEKLY, 5, SHARE, False, "truth-value"),
    (WEEKLY, 5, "Vecka", 54, "no-such-week"),
    (WEEKLY, 5, "Vecka", 0, "no-such-week"),
    (WEEKLY, 5, "Vecka", 53.5, "not-whole"),  # and not a second row for week 53
    (WEEKLY, 5, "Vecka", "v. 52", "text-in-number"),
    (WEEKLY, 17, "Vecka", 53, "no-such-week"),  # of 2021
    (WEEKLY, 17, "År", 1999, "no-such-year"),
    (WEEKLY, 17, "År", 2023, "no-such-year"),
    (WEEKLY, 17, "År", None, "missing"),
    (WEEKLY, 5, "Region", "Småland", "unknown-region"),
    (WEEKLY, 5, "Region", None, "missing"),
    (WEEKLY, 5, "Region", ERROR, "error-cell"),
    (WEEKLY, 5, "Region", 24, "unknown-region"),
    (WEEKLY, 5, STATUS, "Minst en dos", "unknown-status"),
    (WEEKLY, 5, STATUS, None, "missing"),
    (DOSES, 3, "Antal vaccinationer", "x", "text-in-number"),
    (AGES, 4, "Åldersgrupp", "pensionärer", "unknown-age"),
    (AGES, 4, "Åldersgrupp", "29-18", "unknown-age"),
    (AGES, 4, "Åldersgrupp", None, "missing"),
    (SEXES, 3, "Kön", "Okänt", "unknown-sex"),
    (TOWNS, 2, "KnKod", "9999", "unknown-municipality"),
    (TOWNS, 2, "KnKod", 114.5, "unknown-municipality"),
    (TOWNS, 2, "KnKod", None, "missing"),
    (TOWNS, 2, "Antal_dos2", ERROR, "error-cell"),
    (TOWN_AGES, 2, "Befolkning", None, "missing"),
    (TOWN_AGES, 2, "Befolkning", 5e9, "too-large"),
    (TOWN_AGES, 2, "Antal minst 1 dos", None, "missing"),
    (TOWN_AGES, 2, "Andel minst 1 dos", None, "missing"),
    (TOWN_AGES, 2, "Antal 4 doser", 3, "missing"),  # a count where none belongs, without share
    (TOWN_AGES, 2, "Antal 4 doser", ERROR, "error-cell"),
]


@pytest.mark.parametrize(("sheet", "row", "heading", "value", "code"), CELLS)
def test_one_damaged_cell_is_one_fault(sheet, row, heading, value, code):
    book = workbooks.small()
    book.set(sheet, row, heading, value)
    pair = {("Antal 4 doser", 3): "Andel 4 doser"}.get((heading, value), heading)
    assert places(faults_of(book.write())) == [(code, sheet, row, pair)]


def test_the_row_named_in_another_municipality_s_name():
    book = workbooks.small()
    book.set(TOWNS, 2, "KnKod", "2480")
    assert places(faults_of(book.write())) == [("other-municipality", TOWNS, 2, "KnNamn")]


@pytest.mark.parametrize("sheet", [DOSES, WEEKLY, AGES, SEXES, TOWNS, TOWN_AGES])
def test_a_row_that_stands_twice(sheet):
    book = workbooks.small()
    book.sheets[sheet].append(list(book.sheets[sheet][2]))
    last = len(book.sheets[sheet])
    assert places(faults_of(book.write())) == [("duplicate", sheet, last, "")]


def test_a_week_after_the_edition():
    book = workbooks.small()
    row = book.find(WEEKLY, Vecka=1, År=2021)
    for year, week, code in ((2022, 46, "future-week"), (2022, 45, None)):
        book.set(WEEKLY, row, "År", year)
        book.set(WEEKLY, row, "Vecka", week)
        if code:
            assert places(faults_of(book.write())) == [(code, WEEKLY, row, "Vecka")]
        else:
            assert read(book.write())


@pytest.mark.parametrize(
    ("sheet", "heading"),
    [(WEEKLY, "Vecka"), (WEEKLY, STATUS), (AGES, SHARE), (SEXES, COUNT), (TOWNS, "KnNamn"),
     (TOWN_AGES, "Befolkning"), (DOSES, "År")],
)  # fmt: skip
def test_a_missing_column(sheet, heading):
    book = workbooks.small()
    column = book.column(sheet, heading)
    for row in book.sheets[sheet]:
        del row[column]
    (fault,) = faults_of(book.write())
    assert (fault.code, fault.sheet, fault.row) == ("missing-column", sheet, None)
    assert heading.casefold() in str(fault)


def test_damage_in_several_sheets_is_listed_at_once():
    book = workbooks.small()
    book.set(WEEKLY, 7, "Region", "Atlantis")
    book.set(TOWN_AGES, 4, "Andel minst 2 doser", 1.01)
    book.set(WEEKLY_5, 2, STATUS, "massor")
    assert places(faults_of(book.write())) == [
        ("unknown-region", WEEKLY, 7, "Region"),
        ("unknown-status", WEEKLY_5, 2, STATUS),
        ("share-out-of-range", TOWN_AGES, 4, "Andel minst 2 doser"),
    ]


def title_above(book: Book) -> int:
    book.sheets[WEEKLY][:0] = [["Vaccinerade per vecka"], []]
    return 2


def blank_above(book: Book) -> int:
    book.sheets[WEEKLY][:0] = [[], [], []]
    return 3


def blank_and_title_above(book: Book) -> int:
    return title_above(book) + blank_above(book)


def blank_between(book: Book) -> int:
    book.sheets[WEEKLY][3:3] = [[], []]
    return 2


def blank_column_first(book: Book) -> int:
    for row in book.sheets[WEEKLY]:
        row.insert(0, None)
    return 0


def far_to_the_right(book: Book) -> int:
    for row in book.sheets[WEEKLY]:
        row[:0] = 30 * [None]  # from column AE
    return 0


def hidden_rows(book: Book) -> int:
    book.hidden_rows[WEEKLY] = [3, 4]
    return 0


def all_at_once(book: Book) -> int:
    return sum(
        shape(book) for shape in (hidden_rows, blank_between, title_above, blank_column_first)
    )


SHAPES = [
    title_above, blank_above, blank_and_title_above, blank_between, blank_column_first,
    far_to_the_right, hidden_rows, all_at_once,
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("heading", "value", "code"),
    [(COUNT, "x", "text-in-number"), (COUNT, ERROR, "error-cell"), ("Region", True, "truth-value"),
     (SHARE, 7, "share-out-of-range")],
)  # fmt: skip
def test_the_row_is_the_one_a_spreadsheet_shows(shape, heading, value, code):
    book = workbooks.small()
    moved = shape(book)
    row = 9 + moved
    book.set(WEEKLY, row, heading, value)
    content = book.write()
    assert places(faults_of(content)) == [(code, WEEKLY, row, heading)]
    cells = openpyxl.load_workbook(BytesIO(content), data_only=True)[WEEKLY][row]
    assert value.result if value is ERROR else value in [cell.value for cell in cells]


@pytest.mark.parametrize("shape", SHAPES)
def test_figures_are_the_same_however_the_table_stands_in_the_sheet(shape):
    book = workbooks.small()
    plain = read(book.write()).figures
    shape(book)
    moved = read(book.write())
    assert moved.figures.drop("row").equals(plain.drop("row"))
    assert not moved.warnings


def test_coloured_cells_without_content_above_do_not_move_rows():
    book = workbooks.small()
    blank_above(book)
    book.set(WEEKLY, 9, COUNT, "x")
    file = openpyxl.load_workbook(BytesIO(book.write()))
    for cell in ("A1", "B2"):
        file[WEEKLY][cell].fill = PatternFill("solid", fgColor="ffcc00")
    content = BytesIO()
    file.save(content)
    assert places(faults_of(content.getvalue())) == [("text-in-number", WEEKLY, 9, COUNT)]


def test_where_a_sheet_begins_whoever_wrote_it():
    part = package.Part(
        b"<x:row><x:c r='A1' s='4'></x:c><x:c r='B2' s='4'/></x:row>"
        b"<x:row><x:c r='AB3' t='s'><x:v>0</x:v></x:c></x:row>"
        b"<x:row><x:c r='Z4' t='b'><x:v>1</x:v></x:c><x:c r='AC4'><x:f>A1/0</x:f></x:c></x:row>"
    )
    assert part.first_row == 3
    assert part.first_column(from_row=3) == 26
    assert [(cell.code, cell.row, cell.column) for cell in part.odd_cells()] == [
        ("truth-value", 4, 26),
        ("no-result", 4, 29),
    ]


def test_merged_cells_leave_all_but_the_first_empty():
    book = workbooks.small()
    book.merged[WEEKLY] = ["C2:C3"]
    book.sheets[WEEKLY][2][2] = None
    assert places(faults_of(book.write())) == [("missing", WEEKLY, 3, "Region")]


def test_formulas_count_by_the_results_kept():
    book = workbooks.small()
    plain = read(book.write()).figures
    persons = book.get(WEEKLY, 5, COUNT)
    book.set(WEEKLY, 5, COUNT, Formula("=1+1", persons))
    assert read(book.write()).figures.equals(plain)


@pytest.mark.parametrize(("value", "code"), [("=1+1", "no-result"), ("#N/A", "error-cell")])
@pytest.mark.parametrize(("sheet", "heading"), [(WEEKLY, COUNT), (TOWN_AGES, "Antal minst 1 dos")])
def test_formulas_without_results_and_errors_without_formulas(sheet, heading, value, code):
    book = workbooks.small()
    file = openpyxl.load_workbook(BytesIO(book.write()))
    file[sheet].cell(5, book.column(sheet, heading) + 1).value = value
    content = BytesIO()
    file.save(content)
    assert places(faults_of(content.getvalue())) == [(code, sheet, 5, heading)]


def test_errors_in_both_cells_of_a_pair_are_not_taken_for_a_dose_not_offered():
    book = workbooks.small()
    book.set(TOWN_AGES, 3, "Antal 3 doser", ERROR)
    book.set(TOWN_AGES, 3, "Andel 3 doser", ERROR)
    assert places(faults_of(book.write())) == [
        ("error-cell", TOWN_AGES, 3, "Antal 3 doser"),
        ("error-cell", TOWN_AGES, 3, "Andel 3 doser"),
    ]


def test_a_file_damaged_all_over_lists_everything_quickly():
    book = workbooks.full()
    rows = book.sheets[WEEKLY][1:]
    for row in rows:
        row[:] = [54, 2021, "Atlantis", "x", 2, "?"]
    content = book.write()
    begun = time.perf_counter()
    found = faults_of(content)
    assert time.perf_counter() - begun < 10
    assert len(rows) > 4000
    assert len(found) == 5 * len(rows)


# --- the file itself


def _unreadable(content: bytes) -> bool:
    (fault,) = faults_of(content)
    return fault.code == "unreadable"


@pytest.mark.parametrize("kept", [0.001, 0.1, 0.5, 0.9, 0.99, 0.9999])
def test_a_truncated_file(kept):
    content = workbooks.small().write()
    assert _unreadable(content[: int(len(content) * kept)])


def _zip(**files: str) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        for name, text in files.items():
            package.writestr(name, text)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"Vecka;Region;Antal\n1;Stockholm;2\n",
        b"<html><body>404</body></html>",
        b"PK\x03\x04" + bytes(200),
        _zip(readme="not a workbook"),
        _zip(**{"xl/workbook.xml": "<workbook/>"}),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096),  # .xls, or .xlsx with a password
    ],
    ids=["empty", "csv", "html", "broken zip", "other zip", "hollow workbook", "xls"],
)
def test_what_is_no_workbook(content):
    assert _unreadable(content)


def test_a_part_whose_bytes_have_changed():
    content = bytearray(workbooks.small().write())
    with zipfile.ZipFile(BytesIO(content)) as package:
        start = package.getinfo("xl/worksheets/sheet2.xml").header_offset
    for offset in range(80, 120):
        content[start + offset] ^= 0xFF
    assert _unreadable(bytes(content))


def test_a_file_that_unpacks_without_end():
    content = BytesIO(workbooks.small().write())
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as package, package.open(
        "xl/media/bomb.bin", "w", force_zip64=True
    ) as part:  # fmt: skip
        for _ in range(60):
            part.write(bytes(10_000_000))
    assert len(content.getvalue()) < 1_000_000
    assert _unreadable(content.getvalue())


def _corners(last: str) -> bytes:
    """A workbook whose first sheet has one more cell, far away."""
    cell = f'<row r="{last.lstrip(ascii_letters)}"><c r="{last}"><v>1</v></c></row></sheetData>'
    return _replaced("xl/worksheets/sheet1.xml", lambda part: part.replace("</sheetData>", cell))


def _replaced(name: str, change: Callable[[str], str]) -> bytes:
    made = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(workbooks.small().write())) as package,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as changed,
    ):
        for part in package.namelist():
            text = package.read(part).decode()
            changed.writestr(part, change(text) if part == name else text)
    return made.getvalue()


@pytest.mark.parametrize("last", ["XFD1048576", "xfd1048576", "ZZ100000"])
def test_a_cell_far_away_is_refused_before_room_is_made_for_all_between(monkeypatch, last):
    monkeypatch.setattr(fastexcel, "read_excel", lambda _: pytest.fail("would end the process"))
    assert _unreadable(_corners(last))


def test_a_part_longer_than_it_says_is_refused_before_it_is_read(monkeypatch):
    content = bytearray(_replaced("xl/worksheets/sheet1.xml", lambda part: part + " " * 100_000))
    with zipfile.ZipFile(BytesIO(content)) as package:
        said = package.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    directory = content.rindex(said)
    content[directory : directory + 4] = (1000).to_bytes(4, "little")
    monkeypatch.setattr(fastexcel, "read_excel", lambda _: pytest.fail("would unpack it all"))
    assert _unreadable(bytes(content))


def test_a_workbook_of_something_else():
    book = Book({"Budget": [["Post", "Kronor"], ["Kaffe", 100]]})
    found = faults_of(book.write(), edition_on=date(2022, 11, 10))
    assert places(found) == [("no-sheets", "", None, "")]


def test_without_any_date():
    book = workbooks.small()
    del book.sheets[workbooks.NOTES]
    assert places(faults_of(book.write())) == [("no-edition-date", "", None, "")]
    assert read(book.write(), edition_on=date(2022, 11, 10)).edition_on == date(2022, 11, 10)
    named = read(book.write(), file_name="FHM_Covid19_Vaccine_2022-11-10.xlsx")
    assert named.edition_on == date(2022, 11, 10)

"""The sheet goes out and comes back: what is filled in, edited, copied and broken."""

from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile

import openpyxl
import pytest

from vaksam.core.errors import BadFile
from vaksam.core.rounds import sheet
from vaksam.core.rounds.sheet import Book, Dose, Given, Known, Line, layout
from vaksam.core.rounds.sheet.reading import day_in, time_in

DAY = date(2021, 4, 15)
IDS = [UUID(int=n) for n in (1, 2, 3)]
LINES = tuple(
    Line(
        row, n, "Tallgården", "Tallvägen 1, 90325 Umeå", "09:10", f"Person {n}", f"194{n}-03-02", 1
    )
    for n, row in enumerate(IDS, 1)
)
BOOK = Book(7, "Runda 7", "Fyll i de vita rutorna.", DAY, LINES, ("EP2163", "ER1742"),
            ("Sara Sköterska",), datetime(2021, 4, 14, tzinfo=UTC))  # fmt: skip


def filled(cells: dict[tuple[int, str], Any], book: Book = BOOK) -> bytes:
    """The sheet with cells (row as Excel counts, heading) changed, as Excel would save it."""
    workbook = openpyxl.load_workbook(BytesIO(sheet.write(book)))
    page = workbook[layout.SHEET]
    for (row, heading), value in cells.items():
        page.cell(row, layout.HEADINGS.index(heading) + 1).value = value
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def given(row: int, **more: Any) -> dict[tuple[int, str], Any]:
    told = {"Utfall": "Given", "Klockslag": time(9, 30), "Batchnummer": "EP2163",
            "Injektionsställe": "Vänster överarm", "Vaccinatör": "Sara Sköterska"}  # fmt: skip
    return {(row, heading): value for heading, value in (told | more).items()}


def read(content: bytes, **more: Any) -> list[Given]:
    about: dict[str, Any] = {
        "file_name": "runda.xlsx", "round_id": 7, "ids": IDS, "today": DAY,
        "lots": {"EP2163": "EP2163", "ER1742": "ER1742"},
    }  # fmt: skip
    return sheet.read(content, **about | more)


def test_a_sheet_comes_back_as_it_went() -> None:
    rows = read(sheet.write(BOOK))
    assert [(row.id, row.name, row.born, row.outcome) for row in rows] == [
        (row, f"Person {n}", f"194{n}-03-02", "") for n, row in enumerate(IDS, 1)
    ]
    assert sheet.write(BOOK) == sheet.write(BOOK)


def test_what_is_filled_in_is_read() -> None:
    rows = read(filled(given(5) | {(6, "Utfall"): "Avböjt", (6, "Anteckning"): "vill tänka"}))
    assert rows[0] == Given(
        number=5, id=IDS[0], name="Person 1", born="1941-03-02", outcome="given", on=DAY,
        at=time(9, 30), lot="EP2163", site="left_arm", vaccinator="Sara Sköterska",
    )  # fmt: skip
    assert (rows[1].outcome, rows[1].note, rows[2].outcome) == ("declined", "vill tänka", "")


def test_ids_and_lists_are_hidden_and_what_is_known_is_locked() -> None:
    workbook = openpyxl.load_workbook(BytesIO(sheet.write(BOOK)))
    page = workbook[layout.SHEET]
    assert page.column_dimensions["A"].hidden and page.protection.sheet
    assert {workbook[name].sheet_state for name in (layout.ABOUT, layout.LISTS)} == {"veryHidden"}
    cell = {name: page.cell(5, n) for n, name in enumerate(layout.HEADINGS, 1)}
    assert {name for name in cell if not cell[name].protection.locked} == set(layout.TO_FILL)
    kinds = [each.type for each in page.data_validations.dataValidation]
    assert kinds.count("list") == 4 and kinds.count("date") == 1


def test_a_name_is_never_a_formula() -> None:
    odd = Line(IDS[0], 1, "=1+1", "+46", "09:10", "=cmd|' /C calc'!A0", "1941", 1)
    book = Book(7, "=1+1", "http://x", DAY, (odd,), ("=EP",), ("@x",), BOOK.made_at)
    (row,) = read(sheet.write(book), ids=IDS[:1])
    assert row.name == odd.name


def test_a_row_written_by_hand_has_no_id() -> None:
    rows = read(filled({(8, "Namn"): "Ny Boende"} | given(8, Datum=DAY)))
    assert [(row.number, row.id, row.name) for row in rows[3:]] == [(8, None, "Ny Boende")]


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        (given(5, Batchnummer="XX"), "unknown-lot", "Batchnummer"),
        (given(5, Batchnummer=None), "needed", "Batchnummer"),
        (given(5, Vaccinatör=None), "needed", "Vaccinatör"),
        (given(5, Klockslag="nio"), "not-a-time", "Klockslag"),
        (given(5, Datum="igår"), "not-a-day", "Datum"),
        (given(5, Datum=date(2021, 4, 16)), "future", "Datum"),
        (given(5, Utfall="Kanske"), "not-outcome", "Utfall"),
        (given(5, Injektionsställe="Foten"), "not-a-site", "Injektionsställe"),
        (given(5, Anteckning="x" * 301), "too-long", "Anteckning"),
        ({(5, "Rad-id"): str(uuid4())}, "unknown-row", "Rad-id"),
        ({(5, "Utfall"): "=A1"}, "odd-cell", "Utfall"),
        ({(9, "Utfall"): "Given", (9, "Datum"): DAY}, "nobody", "Namn"),
    ],
)
def test_a_broken_cell_is_told_with_its_place(
    cells: dict[tuple[int, str], Any], code: str, column: str
) -> None:
    with pytest.raises(BadFile) as error:
        read(filled(cells))
    row = min(row for row, _ in cells)
    found = [(each.code, each.row, each.column) for each in error.value.faults]
    assert found[0] == (code, row, column)
    assert not any("Person" in str(each) for each in error.value.faults)


def test_every_fault_at_once() -> None:
    with pytest.raises(BadFile) as error:
        read(filled(given(5, Batchnummer="XX", Datum="igår") | given(6, Utfall="Kanske")))
    assert len(error.value.faults) == 3


def test_other_files_are_refused() -> None:
    plain = BytesIO()
    openpyxl.Workbook().save(plain)
    torn = sheet.write(BOOK)[:2000]
    empty = BytesIO()
    with ZipFile(empty, "w"):
        pass
    for content in (b"", b"namn;utfall\n", plain.getvalue(), torn, empty.getvalue()):
        with pytest.raises(BadFile) as error:
            read(content)
        assert error.value.faults[0].code == "not-our-sheet"
    with pytest.raises(BadFile, match="1 fault") as error:
        read(sheet.write(BOOK), round_id=8)
    assert error.value.faults[0].code == "other-round"


def test_a_hidden_part_that_was_changed_is_refused() -> None:
    workbook = openpyxl.load_workbook(BytesIO(sheet.write(BOOK)))
    workbook[layout.ABOUT]["B3"].value = str(uuid4())
    out = BytesIO()
    workbook.save(out)
    with pytest.raises(BadFile) as error:
        read(out.getvalue())
    assert error.value.faults[0].code == "changed-about"


def test_days_and_times_as_excel_and_humans_write_them() -> None:
    assert [day_in(text) for text in ("2021-04-15", "2021-04-15 00:00:00", "44301")] == [DAY] * 3
    assert [day_in(text) for text in ("", "15/4", "2021-02-30", "1")] == [None] * 4
    nine = time(9, 30)
    assert [time_in(text) for text in ("09:30", "9.30", "09:30:00", "0.395833333")] == [nine] * 4
    assert [time_in(text) for text in ("", "25:00", "nio", "1.5")] == [None] * 4
    assert time_in("00:00") == time()


# What a row means beside what is registered

ROW = Given(number=5, id=IDS[0], name="Karin", born="1949", outcome="given", on=DAY,
            at=time(9, 30), lot="EP2163", site="left_arm", vaccinator="Sara")  # fmt: skip
KNOWN = Known(name="Karin", born="1949", product="comirnaty")
OWN = Dose(3, "comirnaty", DAY, "EP2163", "left_arm", time(9, 30), "Sara")


def judged(row: dict[str, Any], **known: Any) -> tuple[str, str]:
    from dataclasses import replace

    found = sheet.verdict(replace(ROW, **row), replace(KNOWN, **known))
    return found.state, found.why


def test_verdicts() -> None:
    assert judged({}) == ("new", "")
    assert judged({"outcome": "ill"}) == ("new", "")
    assert judged({"outcome": ""}, outcome="given", own=OWN) == ("same", "empty")
    assert judged({}, outcome="given", own=OWN) == ("same", "again")
    assert judged({"site": "", "at": None}, outcome="given", own=OWN) == ("same", "again")
    assert judged({"lot": "ER1742"}, outcome="given", own=OWN) == ("conflict", "edited")
    assert judged({"outcome": "ill"}, outcome="given", own=OWN) == ("conflict", "edited")
    assert judged({}, outcome="ill") == ("conflict", "edited")
    assert judged({"outcome": "ill"}, outcome="ill") == ("same", "again")
    assert judged({"name": "Berit"}) == ("conflict", "other-name")
    other = Dose(9, "comirnaty", DAY, "ER1742")
    assert judged({}, others=(other,)) == ("conflict", "other-dose")
    assert judged({"outcome": "declined"}, others=(other,)) == ("new", "")
    assert judged({}, others=(Dose(9, "comirnaty", DAY, "EP2163"),)) == ("same", "elsewhere")

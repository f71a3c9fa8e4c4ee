"""Whole workbooks: what is read, and what is odd but read rightly."""

from datetime import date

import pytest

from tests.reference import workbooks as reference
from tests.support import workbooks
from tests.support.workbooks import (
    AGES,
    COUNT,
    DOSES,
    NOTES,
    SHARE,
    STATUS,
    TOWN_AGES,
    TOWNS,
    WEEKLY,
    WEEKLY_3,
    WEEKLY_5,
    Book,
)
from vaksam.core.coverage import workbook


def read(book: Book, **options: object) -> workbook.Workbook:
    return workbook.read(
        book.write(), **{"file_name": "test.xlsx", "names": workbooks.area_names()} | options
    )


def figures(found: workbook.Workbook) -> list[reference.Published]:
    """As the slow reference has them, in its order: row by row."""
    return [
        reference.Published(**row | {"week": row["week"] and divmod(row["week"], 100)})
        for row in found.figures.sort("sheet", "row", "doses").iter_rows(named=True)
    ]


def warned(found: workbook.Workbook) -> list[tuple[str, str, int | None, str]]:
    return [(w.code, w.sheet, w.row, w.column) for w in found.warnings]


@pytest.mark.parametrize("book", [workbooks.small, workbooks.full])
def test_all_rows_of_all_sheets_are_as_the_slow_reference_reads_them(book):
    content = book().write()
    found = workbook.read(content, file_name="test.xlsx", names=workbooks.area_names())
    assert figures(found) == reference.read(content)
    assert found.edition_on == date(2022, 11, 10)
    assert found.warnings == ()


@pytest.mark.parametrize("edition", ["2022-10-27", "2022-11-10"])
def test_the_published_editions_are_as_the_slow_reference_reads_them(edition):
    path = reference.OFFICIAL / f"FHM_Covid19_Vaccine_{edition}.xlsx"
    if not path.exists():
        pytest.skip("the official workbooks are not at ../shared/data/fhm")
    content = path.read_bytes()
    found = workbook.read(content, file_name="a.xlsx", names=workbooks.area_names())
    assert figures(found) == reference.read(content)
    assert found.edition_on.isoformat() == edition
    assert found.warnings == ()
    assert [sheet.kind for sheet in found.sheets] == [
        "doses-weekly", *4 * ["weekly"], *4 * ["age"], "sex", *4 * ["municipality"],
        "municipality-age",
    ]  # fmt: skip


def test_progress_is_told_sheet_by_sheet():
    book, told = workbooks.small(), []
    read(book, progress=lambda done, total: told.append((done, total)))
    assert told == [(done, 9) for done in range(9)]


def test_every_sheet_has_its_own_note_in_spite_of_the_slips_in_their_numbers_and_titles():
    found = read(workbooks.small())
    assert {sheet.title: sheet.note for sheet in found.sheets} == workbooks.DEFINITIONS
    assert found.general_note.endswith(workbooks.PROSE)


def test_a_definition_is_not_used_for_two_sheets():
    book = workbooks.small()
    book.sheets["Kopia"] = book.sheets[WEEKLY_3]
    assert warned(read(book)) == [("no-definition", "Kopia", None, "")]


# --- other shapes between editions


def test_sheets_in_another_order_and_renamed():
    book = workbooks.small()
    plain = read(book).figures.drop("sheet")
    book.sheets = dict(reversed(book.sheets.items()))
    for number, title in enumerate(list(book.sheets)):
        if title != NOTES:
            book.rename(title, f"Blad {number}")
    found = read(book)
    assert found.warnings == ()
    order = plain.columns
    assert found.figures.drop("sheet").sort(order).equals(plain.sort(order))


def test_an_earlier_edition_without_doses_4_and_5():
    book = workbooks.small()
    del book.sheets[WEEKLY_5]
    gone = [book.column(TOWN_AGES, f"{what} 4 doser") for what in ("Antal", "Andel")]
    for row in book.sheets[TOWN_AGES]:
        row[:] = [cell for c, cell in enumerate(row) if c not in gone]
    found = read(book)
    assert sorted(found.figures["doses"].unique()) == [0, 1, 2, 3]
    assert found.warnings == ()


def test_where_no_third_dose_is_told_of_the_second_means_at_least():
    book = workbooks.small()
    heading, *rows = book.sheets[AGES]
    book.sheets[AGES] = [heading, *(row for row in rows if row[-1] != "Minst 3 doser")]
    found = read(book).figures.filter(sheet=5)
    assert set(found.select("doses", "exactly").iter_rows()) == {(1, True), (2, False)}


def test_unknown_sheets_and_columns_are_not_read_but_told_of():
    book = workbooks.small()
    plain = read(book).figures
    book.sheets["Diagram"] = [["Serie", "Värde"], ["a", 1]]
    for row, value in zip(book.sheets[WEEKLY], ("row", 1, 2), strict=False):
        row.append(value)
    for row, value in zip(book.sheets[TOWNS], (None, "se not 3"), strict=False):
        row.append(value)
    found = read(book)
    assert found.figures.equals(plain)
    assert warned(found) == [
        ("unread-column", WEEKLY, None, "row"),
        ("unread-column", TOWNS, None, ""),
        ("unread-sheet", "Diagram", None, ""),
    ]


def test_without_notes_there_are_no_definitions():
    book = workbooks.small()
    del book.sheets[NOTES]
    found = read(book, edition_on=date(2022, 11, 10))
    assert {code for code, *_ in warned(found)} == {"no-definition"}
    assert len(warned(found)) == 7  # all but the sheet of doses, which has no shares
    assert found.figures["born_by"].null_count() == found.figures.height
    assert set(found.figures["age"].unique()) == {"", "all", "12-15", "18-29", "90+", "18+"}


def test_headings_in_other_writing():
    book = workbooks.small()
    plain = read(book).figures
    book.sheets[WEEKLY][0] = [
        "VECKA ", " år", "Region\n", "Antal\nvaccinerade", "ANDEL_vaccinerade",
        " Vaccinationsstatus",
    ]  # fmt: skip
    found = read(book)
    assert found.figures.equals(plain)
    assert found.warnings == ()


def test_a_sheet_with_headings_only():
    book = workbooks.small()
    del book.sheets[WEEKLY_5][1:]
    assert warned(read(book)) == [
        ("empty-sheet", WEEKLY_5, None, ""),
        ("no-definition", WEEKLY_5, None, ""),
    ]


def test_an_empty_sheet():
    book = workbooks.small()
    book.sheets["Blad1"] = []
    assert warned(read(book)) == [("unread-sheet", "Blad1", None, "")]


# --- odd cells


@pytest.mark.parametrize(
    "written", ["Stockholms län", "  stockholm ", "STOCKHOLM", "Stockholm\xa0"]
)
def test_regions_in_other_writing(written):
    book = workbooks.small()
    plain = read(book).figures
    book.set(WEEKLY, 4, "Region", written)
    found = read(book)
    assert found.figures.equals(plain)
    assert found.warnings == ()


def test_a_cumulative_count_that_falls():
    book = workbooks.small()
    row = book.find(DOSES, Vecka=53, Region="Stockholm")
    book.set(DOSES, row, "Antal vaccinationer", 1)
    found = read(book)
    assert warned(found) == [("falls", DOSES, row, "Antal vaccinationer")]
    assert found.figures.filter(sheet=1, row=row)["count"].item() == 1


def test_order_over_the_change_of_year():
    book = workbooks.small()  # 2020w52, 2020w53, 2021w01
    heading, *rows = book.sheets[WEEKLY]
    book.sheets[WEEKLY] = [heading, *reversed(rows)]
    found = read(book)
    assert found.warnings == ()  # counts rise from 2020w53 to 2021w01 however rows stand
    assert sorted(found.figures["week"].drop_nulls().unique()) == [202052, 202053, 202101]


def test_a_share_capped_at_one():
    book = workbooks.small()
    book.set(TOWN_AGES, 2, "Antal minst 1 dos", 105)
    book.set(TOWN_AGES, 2, "Andel minst 1 dos", 1)
    found = read(book)
    assert warned(found) == [("capped", TOWN_AGES, 2, "Andel minst 1 dos")]
    row = found.figures.filter(sheet=8, row=2, doses=1)
    assert (row["count"].item(), row["share"].item()) == (105, 1.0)


def test_a_count_that_does_not_go_with_its_share():
    book = workbooks.small()
    book.set(TOWN_AGES, 2, "Antal minst 1 dos", 50)
    assert warned(read(book)) == [("share-not-count", TOWN_AGES, 2, "Andel minst 1 dos")]


def test_numbers_stored_as_text_are_read_and_their_neighbours_keep_every_digit():
    book = workbooks.small()
    plain = read(book).figures
    for row, heading in ((2, "Vecka"), (3, "År"), (4, COUNT), (5, SHARE)):
        book.set(WEEKLY, row, heading, f" {book.get(WEEKLY, row, heading)}")
    for row in range(2, len(book.sheets[WEEKLY_3]) + 1):
        book.set(WEEKLY_3, row, "Vecka", str(book.get(WEEKLY_3, row, "Vecka")))
    found = read(book)
    assert found.figures.equals(plain)
    assert warned(found) == [
        *(("number-as-text", WEEKLY, None, h) for h in ("Vecka", "År", COUNT, SHARE)),
        ("number-as-text", WEEKLY_3, None, "Vecka"),
    ]


def test_a_decimal_comma():
    book = workbooks.small()
    written = str(book.get(WEEKLY, 5, SHARE)).replace(".", ",")
    plain = read(book).figures
    book.set(WEEKLY, 5, SHARE, written)
    assert read(book).figures.equals(plain)


def test_municipality_codes_as_numbers():
    book = workbooks.small()
    plain = read(book).figures
    for row in (2, 3):
        book.set(TOWNS, row, "KnKod", int(book.get(TOWNS, row, "KnKod")))
    found = read(book)
    assert found.figures.equals(plain)  # 114 is 0114
    assert warned(found) == [("code-as-number", TOWNS, None, "KnKod")]


def test_a_municipality_in_another_spelling_goes_by_its_code():
    book = workbooks.small()
    book.set(TOWNS, 2, "KnNamn", "Upplands-Väsby")
    book.set(TOWNS, 3, "KnNamn", "UMEÅ")
    assert warned(read(book)) == [("name-differs", TOWNS, 2, "KnNamn")]


def test_a_region_without_figures_for_a_week():
    book = workbooks.small()
    row = book.find(WEEKLY, Vecka=53, Region="Västerbotten")
    del book.sheets[WEEKLY][row - 1 : row + 1]  # its two doses
    (warning,) = read(book).warnings
    assert (warning.code, warning.sheet) == ("missing-region", WEEKLY)
    assert "2020w53" in str(warning)


def test_a_dose_left_out_for_one_municipality_only():
    book = workbooks.small()
    row = book.find(TOWN_AGES, Kommun="2480", Ålder="18-29")
    book.set(TOWN_AGES, row, "Antal 3 doser", None)
    book.set(TOWN_AGES, row, "Andel 3 doser", None)
    found = read(book)
    assert warned(found) == [("left-out", TOWN_AGES, row, "Antal 3 doser")]
    assert found.figures.filter(sheet=8, row=row)["doses"].to_list() == [1, 2]


@pytest.mark.parametrize("written", ["minst 2 doser", "Minst  2 doser", " Minst 2 doser"])
def test_statuses_in_other_writing(written):
    book = workbooks.small()
    book.set(WEEKLY, 3, STATUS, written)
    found = read(book)
    assert found.figures.filter(sheet=2, row=3)["doses"].item() == 2
    assert found.warnings == ()

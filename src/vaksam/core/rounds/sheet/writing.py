"""The sheet as it goes out: locked but for what is to be filled in."""

from io import BytesIO
from typing import Any

import xlsxwriter

from vaksam.core.rounds.sheet import layout
from vaksam.core.rounds.sheet.layout import HEADINGS, Book, Line

# A name that begins with “=” is no formula.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_FIRST = layout.HEADING_ROW  # of the rows, from 0


def write(book: Book) -> bytes:
    """XLSX of a round; the same book gives the same bytes."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, _OPTIONS) as workbook:
        workbook.set_properties({"title": book.title, "created": book.made_at})
        sheet = workbook.add_worksheet(layout.SHEET)
        about = workbook.add_worksheet(layout.ABOUT)
        lists = workbook.add_worksheet(layout.LISTS)
        _about(about, book)
        _rows(workbook, sheet, book)
        _choices(sheet, lists, book)
        for hidden in (about, lists):
            hidden.very_hidden()
    return file.getvalue()


def _about(sheet: Any, book: Book) -> None:
    digest = layout.checksum(book.round, [line.id for line in book.lines])
    for row, (name, value) in enumerate((("round", str(book.round)), ("checksum", digest))):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    for row, line in enumerate(book.lines, 2):
        sheet.write_string(row, 0, "row")
        sheet.write_string(row, 1, str(line.id))


def _rows(workbook: Any, sheet: Any, book: Book) -> None:
    bold = workbook.add_format({"bold": True, "font_size": 14})
    heading = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    locked = workbook.add_format({"bg_color": "#F2F2F2", "text_wrap": True, "valign": "top"})
    free = {"locked": False, "border": 4}
    plain = workbook.add_format(free)
    of = {
        layout.DAY: workbook.add_format(free | {"num_format": "yyyy-mm-dd"}),
        layout.TIME: workbook.add_format(free | {"num_format": "hh:mm"}),
        layout.NUMBER: workbook.add_format(free | {"num_format": "@"}),
        layout.LOT: workbook.add_format(free | {"num_format": "@"}),
    }
    sheet.write_string(0, 1, book.title, bold)
    sheet.write_string(1, 1, book.note)
    for column, name in enumerate(HEADINGS):
        sheet.write_string(layout.HEADING_ROW - 1, column, name, heading)
        sheet.set_column(column, column, layout.WIDTHS.get(name, 10), None,
                         {"hidden": name == layout.ID})  # fmt: skip
    for row, line in enumerate(book.lines, _FIRST):
        for column, name in enumerate(HEADINGS):
            if name not in layout.TO_FILL:
                sheet.write(row, column, _said(line).get(name, ""), locked)
            elif name == layout.DAY:
                sheet.write_datetime(row, column, book.day, of[name])
            elif name == layout.LOT and len(book.lots) == 1:
                sheet.write_string(row, column, book.lots[0], of[name])
            else:
                sheet.write_blank(row, column, None, of.get(name, plain))
    for row in range(_FIRST + len(book.lines), _FIRST + len(book.lines) + layout.EXTRA_ROWS):
        for column, name in enumerate(HEADINGS[1:], 1):
            sheet.write_blank(row, column, None, of.get(name, plain))
    sheet.freeze_panes(layout.HEADING_ROW, HEADINGS.index(layout.NAME) + 1)
    sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(layout.HEADING_ROW - 1)


def _said(line: Line) -> dict[str, Any]:
    return {
        layout.ID: str(line.id), layout.STOP: line.stop, layout.PLACE: line.place,
        layout.ADDRESS: line.address, layout.ARRIVES: line.arrives, layout.NAME: line.name,
        layout.BORN: line.born, layout.DOSE: line.dose or "",
    }  # fmt: skip


def _choices(sheet: Any, lists: Any, book: Book) -> None:
    """What Excel lets a human choose. A lot or name that is not listed gives a warning only."""
    last = _FIRST + len(book.lines) + layout.EXTRA_ROWS - 1
    for place, (name, options, strict) in enumerate((
        (layout.OUTCOME, tuple(layout.OUTCOMES), True), (layout.SITE, tuple(layout.SITES), True),
        (layout.LOT, book.lots, False), (layout.VACCINATOR, book.vaccinators, False),
    )):  # fmt: skip
        for row, option in enumerate(options):
            lists.write_string(row, place, option)
        if not options:
            continue
        letter = chr(ord("A") + place)
        column = HEADINGS.index(name)
        sheet.data_validation(_FIRST, column, last, column, {
            "validate": "list", "source": f"={layout.LISTS}!${letter}$1:${letter}${len(options)}",
            "error_type": "stop" if strict else "warning", "error_title": name,
            "error_message": "Välj ur listan.",
        })  # fmt: skip
    day = HEADINGS.index(layout.DAY)
    sheet.data_validation(_FIRST, day, last, day, {
        "validate": "date", "criteria": ">=", "value": book.day,
        "error_title": layout.DAY, "error_message": "Skriv dagen som 2021-04-15.",
    })  # fmt: skip

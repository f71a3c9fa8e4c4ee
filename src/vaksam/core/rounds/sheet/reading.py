"""A sheet that came back, as rows; every fault at once, and none of its people in a message."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import fastexcel

from vaksam.core.coverage.workbook import package
from vaksam.core.errors import BadFile, Fault
from vaksam.core.rounds.sheet import layout
from vaksam.core.rounds.sheet.layout import HEADINGS, Given

_EPOCH = date(1899, 12, 30)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?: 00:00:00)?")
_TIME = re.compile(r"(?:\d{4}-\d{2}-\d{2} )?(\d{1,2})[:.](\d{2})(?:[:.]\d{2}(?:\.\d+)?)?")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_UNREAD = {layout.DAY: "not-a-day", layout.TIME: "not-a-time", layout.LOT: "unknown-lot",
           layout.SITE: "not-a-site"}  # fmt: skip
_LONGEST = {layout.VACCINATOR: 120, layout.NOTE: 300}
_KEPT = (layout.NAME, layout.BORN, layout.NOTE, layout.NUMBER)  # columns never repeated in faults


def read(
    content: bytes, *, file_name: str, round_id: int, ids: Collection[UUID],
    lots: Mapping[str, str], today: date,
) -> list[Given]:  # fmt: skip
    """The rows that say anything or have an id, in the file's order.

    Parameters
    ----------
    ids
        Of the round's rows; one that is none of them is a fault.
    lots
        Lots of the product by their numbers in capitals, as they are written.

    Raises
    ------
    BadFile
        No workbook, another round's, or cells that cannot be read: nothing is to be written.
    """
    try:
        package.sheets(content)  # no bomb, and whole
        reader = fastexcel.read_excel(content)
        _same_round(reader, file_name, round_id)
        frame = reader.load_sheet(
            layout.SHEET, header_row=layout.HEADING_ROW - 1, dtypes="string"
        ).to_polars()
    except (fastexcel.FastExcelError, package.Damaged) as error:
        fault = Fault("not-our-sheet", "This is no sheet of a round. Fetch it anew and fill it in.")
        raise BadFile(file_name, [fault]) from error
    missing = [name for name in HEADINGS if name not in frame.columns]
    if missing:
        raise BadFile(file_name, [
            Fault("no-column", "This column is missing. Fetch the sheet anew.",
                  sheet=layout.SHEET, column=name) for name in missing
        ])  # fmt: skip
    faults: list[Fault] = _odd(content)
    rows = []
    for number, cells in enumerate(frame.select(HEADINGS).iter_rows(named=True),
                                   layout.HEADING_ROW + 1):  # fmt: skip
        values = {name: str(cell or "").strip() for name, cell in cells.items()}
        if not values[layout.ID] and not any(values[n] for n in (layout.NAME, layout.NUMBER)):
            if values[layout.OUTCOME]:
                faults.append(_fault("nobody", number, layout.NAME, values))
            continue
        rows.append(_row(number, values, ids, lots, today, faults))
    if faults:
        raise BadFile(file_name, sorted(faults, key=lambda each: (each.row or 0, each.column)))
    return rows


def _same_round(reader: Any, file_name: str, round_id: int) -> None:
    about = reader.load_sheet(layout.ABOUT, header_row=None, dtypes="string").to_polars().rows()
    said = dict(row[:2] for row in about[:2])
    ids = [UUID(row[1]) for row in about[2:] if row[0] == "row" and _id(row[1] or "")]
    if said.get("round") != str(round_id):
        fault = Fault("other-round", "This sheet is of another round. Upload it there.")
        raise BadFile(file_name, [fault])
    if said.get("checksum") != layout.checksum(round_id, ids):
        fault = Fault("changed-about", "The hidden part of the sheet was changed. Fetch it anew.")
        raise BadFile(file_name, [fault])


def _odd(content: bytes) -> list[Fault]:
    part = package.sheets(content).get(layout.SHEET)
    return [
        Fault("odd-cell", "The cell holds an error or a formula. Write the value.",
              sheet=layout.SHEET, row=each.row,
              column=HEADINGS[each.column - 1] if each.column <= len(HEADINGS) else "")
        for each in (part.odd_cells() if part else ())
    ]  # fmt: skip


def _row(
    number: int, values: Mapping[str, str], ids: Collection[UUID], lots: Mapping[str, str],
    today: date, faults: list[Fault],
) -> Given:  # fmt: skip
    row_id = _id(values[layout.ID])
    found = Given(
        number=number, id=row_id, name=values[layout.NAME], born=_plain_day(values[layout.BORN]),
        outcome=layout.OUTCOMES.get(values[layout.OUTCOME], ""), on=day_in(values[layout.DAY]),
        at=time_in(values[layout.TIME]), lot=lots.get(values[layout.LOT].upper(), ""),
        site=layout.SITES.get(values[layout.SITE], ""), vaccinator=values[layout.VACCINATOR],
        note=values[layout.NOTE], personal_number=values[layout.NUMBER],
    )  # fmt: skip
    wrong = []
    if values[layout.ID] and (row_id is None or row_id not in ids):
        wrong.append(("unknown-row", layout.ID))
    if values[layout.OUTCOME]:
        wrong += _wrong(found, values, today)
    faults += [_fault(code, number, column, values) for code, column in wrong]
    return found


def _wrong(found: Given, values: Mapping[str, str], today: date) -> Iterator[tuple[str, str]]:
    """Codes and columns of what cannot stand in a row with an outcome."""
    if not found.outcome:
        yield "not-outcome", layout.OUTCOME
    read = {layout.DAY: found.on, layout.TIME: found.at, layout.LOT: found.lot,
            layout.SITE: found.site}  # fmt: skip
    yield from ((_UNREAD[name], name) for name, value in read.items()
                if values[name] and value in (None, ""))  # fmt: skip
    if found.outcome == "given":
        yield from (("needed", name) for name in (layout.DAY, layout.LOT, layout.VACCINATOR)
                    if not values[name])  # fmt: skip
    if found.on is not None and found.on > today:
        yield "future", layout.DAY
    yield from (("too-long", name) for name, most in _LONGEST.items() if len(values[name]) > most)


def day_in(text: str) -> date | None:
    """A day as Excel or a human writes it; None where it is none."""
    try:
        if found := _DAY.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if _NUMBER.fullmatch(text) and 30_000 < float(text) < 80_000:
            return _EPOCH + timedelta(days=int(float(text)))
    except ValueError:
        pass
    return None


def time_in(text: str) -> time | None:
    """A time of day as Excel or a human writes it; None where it is none."""
    try:
        if found := _TIME.fullmatch(text):
            return time(int(found[1]), int(found[2]))
        if _NUMBER.fullmatch(text) and 0 <= float(text) < 1:
            minutes = round(float(text) * 24 * 60)
            return time(minutes // 60, minutes % 60)
    except ValueError:
        pass
    return None


def _plain_day(text: str) -> str:
    found = day_in(text) if len(text) > len("1949") else None
    return found.isoformat() if found else text


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


_FAULTS = {
    each.code: each
    for each in (
        Fault("unknown-row", "This row is none of this round. Fetch the sheet anew."),
        Fault("not-outcome", "Choose an outcome from the list."),
        Fault("not-a-day", "Write the day as 2021-04-15."),
        Fault("not-a-time", "Write the time as 09:30."),
        Fault("unknown-lot", "There is no such lot of the product. Look at the vial."),
        Fault("not-a-site", "Choose where on the body from the list."),
        Fault("needed", "A dose that was given needs this. Fill it in."),
        Fault("future", "The day lies ahead. Give one that has come."),
        Fault("too-long", "The text is too long. Shorten it."),
        Fault("nobody", "An outcome without a person. Write the name, or empty the row."),
    )
}


def _fault(code: str, number: int, column: str, values: Mapping[str, str]) -> Fault:
    shown = "" if column in _KEPT or column == layout.VACCINATOR else values[column][:40]
    return replace(_FAULTS[code], sheet=layout.SHEET, row=number, column=column, value=shown)

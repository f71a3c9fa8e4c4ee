"""A list as it came to rows that can be matched; every fault at once."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import fastexcel
import polars as pl

from vaksam.core.areas.tables import ROW, read_table
from vaksam.core.errors import BadFile, Fault
from vaksam.people.actions.lists.numbers import KINDS, checked

#: Columns, and the headings municipalities use for them.
HEADINGS: Final = {
    "personal_number": ("personnummer", "personnr", "person_nr"),
    "coordination_number": ("samordningsnummer", "samordningsnr"),
    "reserve_number": ("reservnummer", "reservnr"),
    "reserve_issuer": ("reservnummer_utfärdare",),
    "given_name": ("förnamn", "fornamn", "tilltalsnamn"),
    "family_name": ("efternamn",),
    "born_on": ("födelsedatum", "fodelsedatum", "född"),
    "street": ("adress", "gatuadress", "utdelningsadress"),
    "postcode": ("postnummer", "postnr"),
}
_NAMES: Final = {other: name for name, others in HEADINGS.items() for other in (name, *others)}
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `given` has what was written, numbers in normal form; nothing empty."""

    number: int
    given: dict[str, str]

    def without_address(self) -> "Row":
        address = ("street", "postcode")
        return Row(self.number, {k: v for k, v in self.given.items() if k not in address})


def read(content: bytes, *, file_name: str, on: date, region_code: str) -> list[Row]:
    """The rows of a CSV or XLSX file.

    Raises
    ------
    BadFile
        With every fault: what cannot be read, columns that are not wanted, wrong numbers and
        dates, rows that tell nothing to match by, and persons that come twice.
    """
    table = _table(content, file_name)
    faults = _heading_faults(table)
    if not faults:
        table = table.rename({name: _NAMES[_plain(name)] for name in table.columns if name != ROW})
        table, faults = _checked(table, on=on, region_code=region_code)
    if faults:
        raise BadFile(file_name, sorted(faults, key=lambda f: (f.row or 0, f.column)))
    return _rows(table)


def _table(content: bytes, file_name: str) -> pl.DataFrame:
    """All cells as text, with the number of the row."""
    if content[:4] == b"PK\x03\x04":
        return _workbook(content, file_name)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_bytes(content)
        try:
            return read_table(path)
        except BadFile as error:
            raise BadFile(file_name, error.faults) from None


def _workbook(content: bytes, file_name: str) -> pl.DataFrame:
    """The first sheet."""
    try:
        sheet = fastexcel.read_excel(content).load_sheet(0, dtypes="string")
    except fastexcel.FastExcelError:
        message = "This is not a whole Excel workbook (.xlsx). Save it anew, or as “CSV UTF-8”."
        raise BadFile(file_name, [Fault("unreadable", message)]) from None
    table = sheet.to_polars().with_row_index(ROW, offset=2)
    cells = pl.exclude(ROW).cast(pl.String).str.strip_chars().replace("", None)
    table = table.with_columns(cells, pl.col(ROW).cast(pl.Int64))
    return table.filter(~pl.all_horizontal(pl.exclude(ROW).is_null()))


def _plain(heading: str) -> str:
    return heading.strip().lower().replace(" ", "_")


def _heading_faults(table: pl.DataFrame) -> list[Fault]:
    headings = [name for name in table.columns if name != ROW]
    unwanted = [name for name in headings if _plain(name) not in _NAMES]
    faults = [
        Fault(
            "column-unwanted",
            "This column is not used. Take it away: a list has no more than its purpose needs.",
            row=1, column=name[:40],
        )
        for name in unwanted
    ]  # fmt: skip
    meant = [_NAMES[_plain(name)] for name in headings if name not in unwanted]
    twice = sorted({name for name in meant if meant.count(name) > 1})
    faults += [
        Fault("column-twice", "Two columns are this one. Keep one.", row=1, column=name)
        for name in twice
    ]
    if table.is_empty():
        faults.append(Fault("empty", "The list has no rows."))
    return faults


def _checked(
    table: pl.DataFrame, *, on: date, region_code: str
) -> tuple[pl.DataFrame, list[Fault]]:
    table = table.with_columns(
        pl.lit(None, pl.String).alias(name) for name in HEADINGS if name not in table.columns
    )
    table, faults = checked(table, on=on, region_code=region_code)
    message = "Write the date of birth as 1949-03-02, or the year."
    faults += _faults(table.filter(_not_a_birth(on)), "born_on", "date", message, show=True)
    for name in ("given_name", "family_name", "street", "postcode"):
        long = table.filter(pl.col(name).str.len_chars() > _LONGEST)
        message = "The text is too long. Shorten it."
        faults += _faults(long, name, "too-long", message)
    if not faults:
        faults += _row_faults(table)
    return table, faults


def _row_faults(table: pl.DataFrame) -> list[Fault]:
    """Rows without anything to match by, and those of one person."""
    number = pl.any_horizontal(pl.col(name).is_not_null() for name in KINDS)
    named = pl.col("family_name").is_not_null() & pl.col("born_on").is_not_null()
    message = "Nothing to find the person by: give a number, or family name and date of birth."
    faults = _faults(table.filter(~(number | named)), "personal_number", "nothing", message)
    for name in KINDS:
        key = [name, "reserve_issuer"] if name == "reserve_number" else [name]
        again = pl.col(name).is_not_null() & ~pl.struct(key).is_first_distinct()
        message = "An earlier row has this number. Keep one."
        faults += _faults(table.filter(again), name, "twice", message)
    return faults


def _not_a_birth(on: date) -> pl.Expr:
    text = pl.col("born_on")
    day = text.str.to_date("%Y-%m-%d", strict=False)
    year = pl.when(text.str.contains(r"^\d{4}$")).then(text).cast(pl.Int32, strict=False)
    right = (
        day.is_between(date(1890, 1, 1), on) & text.str.contains(r"^\d{4}-\d\d-\d\d$")
    ) | year.is_between(1890, on.year)
    return text.is_not_null() & ~right.fill_null(False)


def _faults(
    rows: pl.DataFrame, column: str, code: str, message: str, *, show: bool = False
) -> list[Fault]:
    return [
        Fault(code, message, row=row, column=column, value=value if show else "")
        for row, value in rows.select(ROW, column).iter_rows()
    ]


def _rows(table: pl.DataFrame) -> list[Row]:
    def given(cells: dict[str, Any]) -> dict[str, str]:
        return {name: cells[name] for name in HEADINGS if cells[name]}

    return [Row(cells[ROW], given(cells)) for cells in table.iter_rows(named=True)]

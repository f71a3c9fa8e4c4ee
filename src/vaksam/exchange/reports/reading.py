"""A report as it came to rows that can be registered; every fault at once."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import fastexcel
import polars as pl

from vaksam.core.areas.tables import ROW, read_table
from vaksam.core.errors import BadFile, Fault
from vaksam.exchange.reports import checking
from vaksam.exchange.reports.columns import COLUMNS, DOSE, NAMES, PERSON


@dataclass(frozen=True, slots=True)
class Reported:
    """One row: of the person and of the dose what was written, in normal form, nothing empty."""

    number: int
    person: dict[str, str]
    dose: dict[str, str]


def read(
    table: pl.DataFrame, *, file_name: str, on: date, region_code: str, products: dict[str, str]
) -> list[Reported]:
    """The rows of a table of texts. `products`: codes by what they may be called, in small
    letters.

    Raises
    ------
    BadFile
        With every fault: columns not wanted, wrong numbers, days, products, dose numbers and
        sites, rows without a person, and rows that come twice.
    """
    if faults := _heading_faults(table):
        raise BadFile(file_name, faults)
    named = table.rename({name: NAMES[_plain(name)] for name in table.columns if name != ROW})
    named = named.with_columns(
        pl.lit(None, pl.String).alias(name) for name in COLUMNS if name not in named.columns
    )
    checked, faults = checking.check(named, on=on, region_code=region_code, products=products)
    if faults:
        raise BadFile(file_name, sorted(faults, key=lambda f: (f.row or 0, f.column)))
    return [
        Reported(
            cells[ROW],
            {name: cells[name] for name in PERSON if cells[name]},
            {name: cells[name] for name in DOSE if cells[name]},
        )
        for cells in checked.iter_rows(named=True)
    ]


def table(content: bytes, file_name: str) -> pl.DataFrame:
    """All cells of a CSV or XLSX file as text, with the number of the row. Raises BadFile."""
    if content[:4] == b"PK\x03\x04":
        return _workbook(content, file_name)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "report.csv"
        path.write_bytes(content)
        try:
            return read_table(path)
        except BadFile as error:
            raise BadFile(file_name, error.faults) from None


def _workbook(content: bytes, file_name: str) -> pl.DataFrame:
    """The first sheet. A cell that Excel keeps as a day comes with its midnight."""
    try:
        sheet = fastexcel.read_excel(content).load_sheet(0, dtypes="string")
    except fastexcel.FastExcelError:
        message = "This is not a whole Excel workbook (.xlsx). Save it anew, or as “CSV UTF-8”."
        raise BadFile(file_name, [Fault("unreadable", message)]) from None
    table = sheet.to_polars().with_row_index(ROW, offset=2)
    cells = pl.exclude(ROW).cast(pl.String).str.strip_chars()
    cells = cells.str.replace(r"^(\d{4}-\d\d-\d\d)[ T]00:00:00(\.0+)?$", "$1").replace("", None)
    table = table.with_columns(cells, pl.col(ROW).cast(pl.Int64))
    return table.filter(~pl.all_horizontal(pl.exclude(ROW).is_null()))


def _plain(heading: str) -> str:
    return heading.strip().lower().replace(" ", "_")


def _heading_faults(table: pl.DataFrame) -> list[Fault]:
    headings = [name for name in table.columns if name != ROW]
    message = "This column is not used. Take it away: a report has no more than it needs."
    faults = [
        Fault("column-unwanted", message, row=1, column=name[:40])
        for name in headings if _plain(name) not in NAMES
    ]  # fmt: skip
    meant = [NAMES[_plain(name)] for name in headings if _plain(name) in NAMES]
    message = "Two columns are this one. Keep one."
    faults += [
        Fault("column-twice", message, row=1, column=name)
        for name in sorted({name for name in meant if meant.count(name) > 1})
    ]
    if table.is_empty():
        faults.append(Fault("empty", "The file has no rows."))
    return faults

"""Reading a CSV file as text, and checking it column by column with every fault kept."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from vaksam.core.errors import BadFile, Fault

ROW = "row"


def read_table(path: Path) -> pl.DataFrame:
    """Read a CSV file (UTF-8, with or without BOM; comma, semicolon or tab) as text.

    Returns one String column per named column of the header (lower case, trimmed), empty cells as
    null, and `row`: the line's number in the file, header counted. Wholly empty lines are left out.

    Raises
    ------
    BadFile
        The file is no such text, has no header, names a column twice, or has lines with another
        number of cells than the header.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            separator = _separator(file.readline())
            file.seek(0)
            lines = _lines(file, separator)
    except (UnicodeDecodeError, csv.Error) as error:
        message = f"this is not a CSV file in UTF-8 ({error}); save it as “CSV UTF-8”"
        raise BadFile(path.name, [Fault("unreadable", message)]) from error
    if not lines:
        raise BadFile(path.name, [Fault("empty", "the file is empty")])
    header = [cell.lower() for cell in lines[0][1]]
    if faults := [*_header_faults(header), *_ragged(lines[1:], len(header))]:
        raise BadFile(path.name, faults)
    return _frame(header, lines[1:])


def _separator(header: str) -> str:
    return next((sign for sign in ";\t" if sign in header), ",")


def _lines(text: Iterable[str], separator: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(text, delimiter=separator, strict=True)
    stripped = ((reader.line_num, [cell.strip() for cell in line]) for line in reader)
    return [(number, cells) for number, cells in stripped if any(cells)]


def _header_faults(header: Sequence[str]) -> list[Fault]:
    twice = sorted({name for name in header if name and header.count(name) > 1})
    message = "the header names this column twice; keep one"
    return [Fault("column-twice", message, row=1, column=name) for name in twice]


def _ragged(lines: Sequence[tuple[int, list[str]]], width: int) -> list[Fault]:
    return [
        Fault("cells", f"the line has {len(cells)} cells, the header {width}", row=number)
        for number, cells in lines
        if len(cells) != width
    ]


def _frame(header: Sequence[str], lines: Sequence[tuple[int, list[str]]]) -> pl.DataFrame:
    columns = {
        name: pl.Series(name, [cells[i] or None for _, cells in lines], dtype=pl.String)
        for i, name in enumerate(header)
        if name and name != ROW
    }
    return pl.DataFrame(columns).with_columns(
        pl.Series(ROW, [number for number, _ in lines], dtype=pl.Int64)
    )


class Checks:
    """A table and the faults found in it so far.

    The table has the column `row`; `place` names another column to show beside a fault.
    """

    def __init__(self, table: pl.DataFrame) -> None:
        self.table = table
        self.faults: list[Fault] = []

    def has_columns(self, *names: str) -> bool:
        """Whether every named column is there; a fault for each that is not."""
        missing = [name for name in names if name not in self.table.columns]
        message = f"the column is missing; the header must name {', '.join(names)}"
        self.faults += [Fault("column-missing", message, row=1, column=name) for name in missing]
        return not missing

    def require(self, ok: pl.Expr, column: str, code: str, message: str) -> None:
        """A fault for every row where `ok` is false or unknown."""
        bad = self.table.filter(~ok.fill_null(False)).select(ROW, pl.col(column).cast(pl.String))
        self.faults += [
            Fault(code, message, row=row, column=column, value=value or "")
            for row, value in bad.iter_rows()
        ]

    def number(self, column: str, to: type[pl.DataType], low: float, high: float) -> None:
        """Turn a text column into numbers; text, nan and numbers out of range are faults."""
        text = pl.col(column)
        value = text.cast(to, strict=False)
        whole = "a whole number" if to is pl.Int64 else "a number with a decimal point"
        message = f"write {whole} from {low:g} to {high:g}"
        self.require(text.is_null() | value.is_between(low, high), column, "number", message)
        self.table = self.table.with_columns(value)

    def filled(self, *columns: str) -> None:
        """A fault for every empty cell of these columns."""
        for column in columns:
            self.require(
                pl.col(column).is_not_null(), column, "empty-cell", "the cell is empty; fill it in"
            )

    def unique(self, *key: str) -> None:
        """A fault for every row whose key an earlier row has."""
        first = pl.col(ROW) == pl.col(ROW).min().over(*key)
        message = f"an earlier row has the same {', '.join(key)}; keep one"
        self.require(first, key[0], "duplicate", message)

    def in_order(self) -> list[Fault]:
        return sorted(self.faults, key=lambda fault: (fault.row or 0, fault.column))

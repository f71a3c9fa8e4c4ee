"""A workbook's bytes to raw sheets: what each is, its cells, and the rows a spreadsheet shows."""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import fastexcel
import polars as pl

from vaksam.core.coverage.workbook import package
from vaksam.core.coverage.workbook.cells import exact_name
from vaksam.core.coverage.workbook.layouts import Layout, MissingColumns, recognise
from vaksam.core.errors import BadFile, Fault

# They warn of every column without cells, of which the official workbook has many, and of charts.
for _reader in ("fastexcel", "calamine"):
    logging.getLogger(_reader).setLevel(logging.ERROR)

Progress = Callable[[int, int], None]

_SEARCHED_ROWS = 20
NAMELESS = "__UNNAMED__"
"""What the reader calls a column without heading."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One sheet as it stands.

    `frame` has `row` and one column a role of `layout`, or by position where the sheet is not
    recognised; `odd` names the heading of each odd cell; `missing` the columns that a sheet of
    figures lacks.
    """

    title: str
    headings: tuple[str, ...]
    layout: Layout | None
    missing: tuple[str, ...]
    frame: pl.DataFrame
    odd: tuple[tuple[package.OddCell, str], ...]

    def cells(self) -> list[str]:
        """All cells of a sheet of one column, its heading first; [] for any other."""
        if len(self.headings) != 1:
            return []
        return [*self.headings, *(str(cell) for cell in self.frame["0"].drop_nulls())]


def read(content: bytes, file_name: str, progress: Progress) -> list[Raw]:
    """Every sheet; BadFile when the file is not a whole workbook."""
    try:
        parts = package.sheets(content)
        reader = fastexcel.read_excel(content)
        raws = []
        for position, title in enumerate(reader.sheet_names):
            progress(position, len(reader.sheet_names))
            raws.append(_Opening(reader, title, parts.get(title, package.Part(b""))).raw())
    except (fastexcel.FastExcelError, package.Damaged) as error:
        message = "is not a whole Excel workbook (.xlsx); fetch the file again"
        said = re.sub(r"\s+", " ", str(error))[:120]
        raise BadFile(file_name, [Fault("unreadable", message, value=said)]) from error
    return raws


@dataclass(slots=True)
class _Opening:
    """One sheet being opened."""

    reader: fastexcel.ExcelReader
    title: str
    part: package.Part

    def raw(self) -> Raw:
        frame, header = self._load(0), 0
        layout, missing = _recognise(_named(frame))
        if layout is None and (lower := self._header_below()):
            frame, header = self._load(lower), lower
            layout, missing = _recognise(_named(frame))
        first_row = header + 1 if header else self.part.first_row
        cells = _by_position(frame) if layout is None else self._by_role(frame, layout, header)
        rows = cells.with_row_index("row", offset=first_row + 1).filter(
            pl.any_horizontal(pl.col(cells.columns).is_not_null())
        )
        headings = tuple(_named(frame))
        odd = tuple(self._headed(first_row, frame.columns, layout)) if layout else ()
        return Raw(self.title, headings, layout, missing, rows, odd)

    def _load(self, header: int, dtypes: "fastexcel.DTypeMap | None" = None) -> pl.DataFrame:
        sheet = self.reader.load_sheet(
            self.title, header_row=header, schema_sample_rows=None, whitespace_as_null=True,
            dtypes=dtypes,
        )  # fmt: skip
        return sheet.to_polars()

    def _header_below(self) -> int | None:
        """The row of headings, from 0, where titles stand above it."""
        top = self.reader.load_sheet(
            self.title, header_row=None, n_rows=_SEARCHED_ROWS, dtypes="string"
        ).to_polars()
        for row, cells in enumerate(top.iter_rows(), start=self.part.first_row - 1):
            if _recognise([str(cell or "") for cell in cells])[0]:
                return row
        return None

    def _by_role(self, frame: pl.DataFrame, layout: Layout, header: int) -> pl.DataFrame:
        """The columns read, by role; numbers among texts both as texts and as exact numbers."""
        roles = frame.select(pl.col(heading).alias(role) for role, heading in layout.roles())
        mixed = {role: heading for role, heading in layout.roles() if _mixed(roles, role, layout)}
        if not mixed:
            return roles
        texts = self._load(header, {heading: "string" for heading in mixed.values()})
        exact = self._load(header, {heading: "float" for heading in mixed.values()})
        return roles.with_columns(
            *(texts[heading].alias(role) for role, heading in mixed.items()),
            *(exact[heading].alias(exact_name(role)) for role, heading in mixed.items()),
        )

    def _headed(
        self, first_row: int, headings: list[str], layout: Layout
    ) -> Iterator[tuple[package.OddCell, str]]:
        """Odd cells of the columns read, each with its heading."""
        read = {heading for _, heading in layout.roles()}
        odd = self.part.odd_cells()
        first_column = self.part.first_column(first_row) if odd else 1
        for cell in odd:
            position = cell.column - first_column
            if cell.row > first_row and position < len(headings) and headings[position] in read:
                yield cell, headings[position]


def _mixed(roles: pl.DataFrame, role: str, layout: Layout) -> bool:
    """Whether a column of numbers may hold texts: the reader takes “N/A” for an empty cell."""
    if role not in layout.numbers or roles[role].dtype == pl.Null:
        return False
    if roles[role].dtype != pl.Float64:
        return True
    filled = pl.any_horizontal(pl.all().is_not_null())
    unclear = pl.col(role).is_nan() | (pl.col(role).is_null() & (not layout.may_be_empty(role)))
    return bool(roles.select((filled & unclear).any()).item())


def _recognise(headings: list[str]) -> tuple[Layout | None, tuple[str, ...]]:
    try:
        return recognise(headings), ()
    except MissingColumns as error:
        return None, error.missing


def _named(frame: pl.DataFrame) -> list[str]:
    """The columns without those that have neither heading nor cells."""
    return [
        column
        for column in frame.columns
        if not column.startswith(NAMELESS) or frame[column].null_count() < frame.height
    ]


def _by_position(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.col(column).alias(str(i)) for i, column in enumerate(_named(frame)))

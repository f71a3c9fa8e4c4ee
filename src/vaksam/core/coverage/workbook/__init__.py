"""Folkhälsomyndigheten's weekly workbook on covid-19 vaccination, read whole or refused.

Every sheet and every row, with the population each share is a share of. A damaged file raises
`BadFile` with all its faults; what is merely odd, as official files can be, becomes warnings.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import fastexcel
import polars as pl

from vaksam.core.coverage.workbook import notes as notes_of
from vaksam.core.coverage.workbook import sheets as sheets_of
from vaksam.core.coverage.workbook.cells import Findings
from vaksam.core.coverage.workbook.layouts import Kind, Layout, MissingColumns, recognise
from vaksam.core.coverage.workbook.places import AreaNames, Context
from vaksam.core.errors import BadFile, Fault
from vaksam.core.weeks import Week

__all__ = ["AreaNames", "Kind", "Sheet", "Workbook", "read"]

FIGURE_COLUMNS = (
    "sheet", "row", "area", "week", "age", "sex", "doses", "exactly", "label", "count", "share",
    "population", "born_by",
)  # fmt: skip
_HEADER_ROWS = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of figures. `position` counts from 1; `note` is the workbook's own text on it."""

    position: int
    title: str
    kind: Kind
    note: str
    rows: int


@dataclass(frozen=True, slots=True)
class Workbook:
    """One edition.

    figures : one row a figure with the columns of FIGURE_COLUMNS: `sheet` a position, `row` as
        the spreadsheet shows it, `area` a code ("SE", "24", "2480"), `week` a key (202115) or
        null, `age` a code ("12+", "18-29"; "all" where there is no limit, "" where the notes do
        not say), `sex` total, men or women, `doses` 0 for all doses given, `exactly` true where
        just that many doses are meant, `label` the status as published, `count` persons (or
        doses), `share` of the population or null, `population` persons where published,
        `born_by` the last birth year of the population or null.
    """

    edition_on: date
    sheets: tuple[Sheet, ...]
    figures: pl.DataFrame
    general_note: str
    warnings: tuple[Fault, ...]


def read(
    content: bytes,
    *,
    file_name: str,
    names: AreaNames,
    edition_on: date | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Workbook:
    """Read an edition.

    Parameters
    ----------
    content : the .xlsx file.
    file_name : named in faults; its date is the edition's where no sheet tells it.
    names : what areas may be called.
    edition_on : overrides the date found in the file.
    progress : called with sheets read and sheets in all.

    Raises
    ------
    BadFile
        With every fault at once, by sheet, row and column.
    """
    return _Reading(content, file_name, names, edition_on, progress).result()


@dataclass(slots=True)
class _Raw:
    title: str
    frame: pl.DataFrame


class _Reading:
    """The steps of `read`, sharing what has been found so far."""

    def __init__(
        self, content: bytes, file_name: str, names: AreaNames, edition_on: date | None,
        progress: Callable[[int, int], None],
    ) -> None:  # fmt: skip
        self.file_name = file_name
        self.names = names
        self.findings: list[Findings] = []
        self.raw = self._open(content, progress)
        self.edition_on = edition_on or notes_of.edition_date(
            (raw.title for raw in self.raw), file_name
        )

    def _open(self, content: bytes, progress: Callable[[int, int], None]) -> list[_Raw]:
        try:
            reader = fastexcel.read_excel(content)
            total = len(reader.sheet_names)
            raws = []
            for position, title in enumerate(reader.sheet_names):
                progress(position, total)
                sheet = reader.load_sheet(title, header_row=0, schema_sample_rows=None)
                raws.append(_Raw(title, _numbered(sheet.to_polars())))
        except fastexcel.FastExcelError as error:
            raise BadFile(
                self.file_name,
                [
                    Fault(
                        "unreadable",
                        "is not a whole Excel workbook (.xlsx); fetch the file again",
                        value=re.sub(r"\s+", " ", str(error))[:120],
                    )
                ],
            ) from error
        return raws

    def result(self) -> Workbook:
        layouts, notes = self._recognise()
        if self.edition_on is None:
            self._file_fault(
                "no-edition-date", "the edition's date is not in the file; give it when importing"
            )
        if not layouts:
            self._file_fault("no-sheets", "no sheet has the columns of the vaccination workbook")
        last_week = Week.of(self.edition_on).key if self.edition_on else 999_952
        context = Context(self.names, last_week)
        read_sheets = []
        for position, raw, layout, found in layouts:
            frame = sheets_of.read(raw.frame, layout, context, found)
            read_sheets.append((position, raw, layout, frame, found))
        sheets, frames = self._define(read_sheets, notes)
        faults = [fault for found in self.findings for fault in found.faults]
        if faults:
            raise BadFile(self.file_name, faults)
        assert self.edition_on is not None
        warnings = tuple(warning for found in self.findings for warning in found.warnings)
        return Workbook(self.edition_on, sheets, pl.concat(frames), notes.general, warnings)

    def _file_fault(self, code: str, message: str) -> None:
        self._findings("").fault(code, message)

    def _findings(self, sheet: str) -> Findings:
        found = Findings(sheet)
        self.findings.append(found)
        return found

    def _recognise(self) -> tuple[list[tuple[int, _Raw, Layout, Findings]], notes_of.Notes]:
        layouts = []
        notes = notes_of.Notes()
        for position, raw in enumerate(self.raw, start=1):
            found = self._findings(raw.title)
            headings = [column for column in raw.frame.columns if column != "row"]
            if len(headings) == 1 and notes_of.is_notes(raw.title, _cells(raw.frame)):
                notes = notes_of.parse(_cells(raw.frame))
                continue
            try:
                layout = recognise(headings)
            except MissingColumns as error:
                found.fault(
                    "missing-column",
                    "looks like a sheet of figures but lacks: " + ", ".join(error.missing),
                )
                continue
            if layout is None:
                found.warn("unread-sheet", "this sheet is not known and was not read")
                continue
            layouts.append((position, raw, layout, found))
        return layouts, notes

    def _define(
        self,
        read_sheets: list[tuple[int, _Raw, Layout, pl.DataFrame, Findings]],
        notes: notes_of.Notes,
    ) -> tuple[tuple[Sheet, ...], list[pl.DataFrame]]:
        """Give every figure its population, from the notes."""
        entries = notes_of.match(
            notes.entries,
            [
                (raw.title, layout.kind, int(str(frame["doses"].max() or 0)))
                for _, raw, layout, frame, _ in read_sheets
            ],
        )
        age_year = notes.age_year or (self.edition_on.year if self.edition_on else 0)
        sheets, frames = [], []
        for (position, raw, layout, frame, found), entry in zip(read_sheets, entries, strict=True):
            if entry is None and layout.kind != Kind.DOSES_WEEKLY:
                found.warn(
                    "no-definition", "the notes do not say what its shares are shares of"
                )
            frames.append(_with_population(frame, position, layout.kind, entry, age_year))
            note = entry.text if entry else ""
            sheets.append(Sheet(position, raw.title, layout.kind, note, raw.frame.height))
        return tuple(sheets), frames


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """With `row` as the spreadsheet shows it; without rows and nameless columns that are empty."""
    named = [
        column
        for column in frame.columns
        if not (column.startswith("__UNNAMED__") and frame[column].null_count() == frame.height)
    ]
    return (
        frame.select(named)
        .with_row_index("row", offset=_HEADER_ROWS + 1)
        .filter(pl.any_horizontal(pl.col(named).is_not_null()))
        if named
        else frame.select([]).with_row_index("row")
    )


def _cells(frame: pl.DataFrame) -> list[str]:
    """All cells of a one-column sheet, its heading first."""
    (heading,) = (column for column in frame.columns if column != "row")
    return [heading, *(str(cell) for cell in frame[heading].drop_nulls())]


def _with_population(
    frame: pl.DataFrame, position: int, kind: Kind, entry: notes_of.Entry | None, age_year: int
) -> pl.DataFrame:
    born = {
        doses: entry.born_for(doses) if entry else None
        for doses in frame["doses"].drop_nulls().unique().to_list()
    }
    open_age = {
        doses: "all" if kind == Kind.DOSES_WEEKLY else f"{age_year - year}+" if year else ""
        for doses, year in born.items()
    }
    whole = pl.col("doses").replace_strict(open_age, default="", return_dtype=pl.String)
    return frame.select(
        pl.lit(position, pl.Int64).alias("sheet"),
        pl.col("row").cast(pl.Int64),
        "area",
        "week",
        pl.when(pl.col("age") == "").then(whole).otherwise(pl.col("age")).alias("age"),
        "sex",
        "doses",
        "exactly",
        "label",
        "count",
        "share",
        "population",
        pl.col("doses").replace_strict(born, default=None, return_dtype=pl.Int64).alias("born_by"),
    )

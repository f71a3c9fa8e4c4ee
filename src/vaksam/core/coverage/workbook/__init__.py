"""Folkhälsomyndigheten's weekly workbook on covid-19 vaccination, read whole or refused.

Every sheet and every row, with the population each share is a share of. A damaged file raises
`BadFile` with all its faults; what is merely odd, as official files can be, becomes warnings.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from vaksam.core.coverage.workbook import notes as notes_of
from vaksam.core.coverage.workbook import opening, populations
from vaksam.core.coverage.workbook import sheets as sheets_of
from vaksam.core.coverage.workbook.cells import Findings
from vaksam.core.coverage.workbook.layouts import Kind, Layout
from vaksam.core.coverage.workbook.opening import Raw
from vaksam.core.coverage.workbook.places import AreaNames, Context
from vaksam.core.errors import BadFile, Fault
from vaksam.core.weeks import Week

__all__ = ["AreaNames", "Kind", "Sheet", "Workbook", "read"]

_NO_EDITION = 999_952  # stands in for the last week while faults are looked for


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

    figures : one row a figure with the columns `sheet` a position, `row` as the spreadsheet
        shows it, `area` a code ("SE", "24", "2480"), `week` a key (202115) or null, `age` a code
        ("12+", "18-29"; "all" where there is no limit, "" where the notes do not say), `sex`
        total, men or women, `doses` 0 for all doses given, `exactly` true where just that many
        doses are meant, `label` the status as published, `count` persons (or doses), `share` of
        the population or null, `population` persons where published, `born_by` the last birth
        year of the population or null.
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
    raws = opening.read(content, file_name, progress)
    on = edition_on or notes_of.edition_date((raw.title for raw in raws), file_name)
    return _Reading(file_name, raws, names, on).result()


@dataclass(frozen=True, slots=True)
class _Found:
    """One sheet of figures on its way: what it is and what was found in it."""

    position: int
    raw: Raw
    layout: Layout
    findings: Findings
    figures: pl.DataFrame


class _Reading:
    """The steps from raw sheets to a workbook, sharing what has been found so far."""

    def __init__(
        self, file_name: str, raws: list[Raw], names: AreaNames, edition_on: date | None
    ) -> None:
        self.file_name = file_name
        self.edition_on = edition_on
        self.context = Context(names, Week.of(edition_on).key if edition_on else _NO_EDITION)
        self.findings = [Findings("")]
        self.notes = notes_of.Notes()
        self.found = [sheet for sheet in map(self._sheet, range(1, len(raws) + 1), raws) if sheet]

    def result(self) -> Workbook:
        of_file = self.findings[0]
        if self.edition_on is None:
            of_file.fault(
                "no-edition-date", "the edition's date is not in the file; give it when importing"
            )
        if not any(len(sheet.figures) for sheet in self.found):
            of_file.fault("no-sheets", "no sheet has figures in the columns of the workbook")
        if faults := [fault for found in self.findings for fault in found.faults]:
            raise BadFile(self.file_name, faults)
        assert self.edition_on is not None
        sheets, figures = self._define(self.edition_on)
        warnings = tuple(warning for found in self.findings for warning in found.warnings)
        return Workbook(self.edition_on, sheets, figures, self.notes.general, warnings)

    def _sheet(self, position: int, raw: Raw) -> _Found | None:
        found = Findings(raw.title)
        self.findings.append(found)
        if raw.layout:
            figures = sheets_of.read(raw, raw.layout, self.context, found)
            return _Found(position, raw, raw.layout, found, figures)
        if notes_of.is_notes(raw.title, raw.cells()):
            self.notes = notes_of.parse(raw.cells())
        elif raw.missing:
            said = "looks like a sheet of figures but lacks: {columns}"
            found.fault("missing-column", said, columns=", ".join(raw.missing))
        else:
            found.warn("unread-sheet", "this sheet is not known and was not read")
        return None

    def _define(self, edition_on: date) -> tuple[tuple[Sheet, ...], pl.DataFrame]:
        """Give every figure its population, from the notes."""
        entries = notes_of.match(
            self.notes.entries,
            [
                (one.raw.title, one.layout.kind, populations.highest_dose(one.figures))
                for one in self.found
            ],
        )
        age_year = self.notes.age_year or edition_on.year
        sheets, frames = [], []
        for one, entry in zip(self.found, entries, strict=True):
            kind = one.layout.kind
            if entry is None and kind != Kind.DOSES_WEEKLY:
                said = "the notes do not say what its shares are shares of"
                one.findings.warn("no-definition", said)
            frames.append(populations.define(one.figures, one.position, kind, entry, age_year))
            note = entry.text if entry else ""
            sheets.append(Sheet(one.position, one.raw.title, kind, note, len(one.raw.frame)))
        return tuple(sheets), pl.concat(frames)

"""Workbooks to import: the official editions where they are, else invented ones written out."""

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import polars as pl
import xlsxwriter

from vaksam.areas import queries as areas
from vaksam.core.coverage import example
from vaksam.core.coverage.workbook import Kind, Sheet

_SEXES = {"total": "Totalt", "men": "Män", "women": "Kvinnor"}
_STATUS = "Vaccinationsstatus"
_VALUES = {"count": "Antal vaccinerade", "share": "Andel vaccinerade", "label": _STATUS}
_PLACES = {"area": "Region"}
_WEEKS = {"number": "Vecka", "year": "År"}
_HEADINGS: dict[Kind, dict[str, str]] = {
    Kind.DOSES_WEEKLY: _WEEKS | _PLACES | {"count": "Antal vaccinationer"},
    Kind.WEEKLY: _WEEKS | _PLACES | _VALUES,
    Kind.AGE: _PLACES | {"age": "Åldersgrupp"} | _VALUES,
    Kind.SEX: {"sex": "Kön"} | _VALUES,
    Kind.MUNICIPALITY: {"code": "KnKod", "area": "KnNamn"},
    Kind.MUNICIPALITY_AGE: {
        "code": "Kommun", "area": "Kommun_namn", "age": "Ålder", "population": "Befolkning",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Book:
    file_name: str
    content: bytes

    def touched(self, number: int) -> "Book":
        """The same workbook in a file that differs, so that it counts as another edition."""
        buffer = BytesIO(self.content)
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.comment = f"benchmark {number}".encode()
        return Book(self.file_name, buffer.getvalue())


def find() -> tuple[str, list[Book]]:
    """Where they are from, and the two newest editions, the older first."""
    beside = Path(__file__).parents[2] / "shared" / "data" / "fhm"
    for folder in (os.environ.get("VAKSAM_DATA"), beside):
        found = sorted(Path(folder).rglob("FHM_Covid19_Vaccine_*.xlsx")) if folder else []
        if found:
            return "official", [Book(path.name, path.read_bytes()) for path in found[-2:]]
    return "invented, in the official shape", [
        Book(f"exempeldata-{day}.xlsx", _write(late))
        for day, late in (("2022-10-27", 0.99), ("2022-11-10", 1.0))
    ]


def _write(factor: float) -> bytes:
    """The example edition as a workbook; `factor` of its counts, as before late registration."""
    book = example.invent(
        regions=[area.code for area in areas.regions()],
        municipalities=[area.code for area in areas.municipalities()],
    )
    figures = book.figures.with_columns(
        (pl.col("count") * factor).floor(), pl.col("share") * factor
    )
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as file:
        for sheet in book.sheets:
            page = file.add_worksheet(sheet.title)
            rows = _rows(figures.filter(sheet=sheet.position), sheet)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return buffer.getvalue()


def _rows(figures: pl.DataFrame, sheet: Sheet) -> Iterator[tuple[object, ...]]:
    headings = _HEADINGS[sheet.kind]
    names = {code: area.short_name for code, area in areas.by_code().items()}
    told = figures.with_columns(
        pl.col("area").replace_strict(names | {"SE": "| Sverige |"}),
        pl.col("sex").replace_strict(_SEXES),
        pl.col("label").str.replace(r"^(Minst \d)$", "$1 dos"),  # as the example says it by sex
        code="area",
        year=pl.col("week") // 100,
        number=pl.col("week") % 100,
    )
    if "code" in headings:
        told, headings = _wide(told, headings)
    yield tuple(headings.values())
    yield from told.select(headings.keys()).iter_rows()


def _wide(told: pl.DataFrame, headings: dict[str, str]) -> tuple[pl.DataFrame, dict[str, str]]:
    """One row an area (and age), a pair of columns a dose."""
    index = list(headings)
    doses = told["doses"].unique().sort()
    parts = [
        told.filter(doses=dose).select(*index, pl.col("count", "share").name.suffix(f" {dose}"))
        for dose in doses
    ]
    whole = told.select(index).unique(maintain_order=True)
    for part in parts:
        whole = whole.join(part, on=index, how="left", nulls_equal=True, maintain_order="left")
    values = {f"count {dose}": f"Antal_dos{dose}" for dose in doses}
    return whole, headings | values | {f"share {dose}": f"Andel_dos{dose}" for dose in doses}

"""`vaksam export`: figures in a file, each row with the edition it is from."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import polars as pl
import typer
import xlsxwriter

from vaksam.areas import queries as areas
from vaksam.cli.options import (
    AgeOption,
    DoseOption,
    EditionOption,
    LevelOption,
    RegionOption,
    Sex,
    SexOption,
    WeekOption,
)
from vaksam.cli.output import plain
from vaksam.cli.phrases import source_of
from vaksam.core.errors import Refused
from vaksam.coverage import queries
from vaksam.coverage.queries import Cell, EditionRef

app = typer.Typer(add_completion=False, no_args_is_help=True)

ENDINGS = (".csv", ".xlsx", ".parquet")


def _writable(path: Path) -> Path:
    if path.suffix.lower() not in ENDINGS:
        raise typer.BadParameter(f"the name must end in {', '.join(ENDINGS)}")
    if not path.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {path.parent}")
    return path


ToOption = Annotated[
    Path,
    typer.Option("--to", callback=_writable, dir_okay=False, help="A .csv, .xlsx or .parquet."),
]


@app.callback()
def export() -> None:
    """Write figures to a CSV, XLSX or Parquet file.

    CSV is UTF-8 with commas and decimal points. The column `source` says where a row is from,
    and whether its figures are invented.
    """


@app.command()
def coverage(
    level: LevelOption,
    dose: DoseOption,
    to: ToOption,
    region: RegionOption = None,
    week: WeekOption = None,
    every_week: Annotated[bool, typer.Option("--every-week", help="The whole series.")] = False,
    age: AgeOption = None,
    sex: SexOption = Sex.TOTAL,
    edition: EditionOption = None,
) -> None:
    """Write one choice for every area of a level."""
    source = queries.edition(edition)
    ages = age or queries.default_age(source.id, level, dose) or ""
    choice = queries.Choice(doses=dose, age=ages, sex=sex, week=week)
    codes = [place.code for place in _places(level, region)]
    found = list(_series(source, level, choice, codes) if every_week
                 else _cut(source, level, choice, codes))  # fmt: skip
    if not found:
        raise Refused("not-published", "The edition has no such figures; try another age or dose.")
    same = {"dose": dose, "age": ages, "sex": sex.value, "level": level.value}
    rows = [
        {"source": source_of(source), "edition_on": source.edition_on, **same, "week": when,
         **plain(cell)}
        for when, cell in found
    ]  # fmt: skip
    write(pl.DataFrame(rows, infer_schema_length=None), to, source)


@app.command()
def figures(to: ToOption, edition: EditionOption = None) -> None:
    """Write all published figures of an edition, row by row as in the workbook."""
    source = queries.edition(edition)
    found = queries.figures(source)
    name = source_of(source)
    rows = [{"source": name, **plain(figure)} for figure in found]
    write(pl.DataFrame(rows, infer_schema_length=None), to, source)


def write(frame: pl.DataFrame, to: Path, edition: EditionRef) -> None:
    """Write a table in the format that the file's name ends in, and say what was written."""
    ending = to.suffix.lower()
    with to.open("wb") as file:
        if ending == ".csv":
            frame.write_csv(file)
        elif ending == ".parquet":
            frame.write_parquet(file)
        else:
            _write_xlsx(frame, file, edition)
    typer.echo(f"{to}: {frame.height:,} rows. {source_of(edition)}.")


def _write_xlsx(frame: pl.DataFrame, file: BinaryIO, edition: EditionRef) -> None:
    with xlsxwriter.Workbook(file) as book:
        frame.write_excel(book, "exempeldata" if edition.example else "figures", autofit=True)
        sheet = book.add_worksheet("source")
        about = (source_of(edition), edition.file_name, edition.sha256, edition.general_note)
        for row, text in enumerate(about):
            sheet.write_string(row, 0, text)


def _places(level: str, region: str | None) -> Iterable[areas.AreaRef]:
    if region and level != "municipality":
        raise typer.BadParameter("--region goes with --level municipality")
    every = {"country": lambda: (areas.country(),), "region": areas.regions}
    return every[level]() if level in every else areas.municipalities(region)


def _cut(
    source: EditionRef, level: str, choice: queries.Choice, codes: list[str]
) -> Iterable[tuple[Any, Cell]]:
    found = queries.cut(source.id, level, choice, areas=codes)
    return [(plain(found.week), cell) for cell in found.cells] if found else []


def _series(
    source: EditionRef, level: str, choice: queries.Choice, codes: list[str]
) -> Iterable[tuple[Any, Cell]]:
    for one in queries.series(source.id, level, choice, areas=codes):
        yield from ((str(week), cell) for week, cell in one.weeks)

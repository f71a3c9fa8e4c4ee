"""`vaksam import areas`, `population` and `characteristics`.

Exit codes: 0 done (or already in), 2 wrong usage, 4 a file with faults, all listed.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from vaksam.areas import actions
from vaksam.cli.exits import Exit
from vaksam.core.errors import BadFile

app = typer.Typer(help="Areas and figures about them.")

Result = actions.AreasImported | actions.FiguresImported


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"


class Edition(StrEnum):
    E2018 = "2018"
    E2025 = "2025"


File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
EditionOption = Annotated[
    Edition | None, typer.Option(help="Edition of RegSO and DeSO, where the file does not say.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="What to print.")]

WideOption = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        dir_okay=False,
        help="The file has a column per characteristic; this codebook names them.",
    ),
]
YearOption = Annotated[int | None, typer.Option(help="Year, where the codebook has none.")]
PublisherOption = Annotated[str, typer.Option(help="Publisher, where the codebook has none.")]


@app.command()
def areas(file: File, edition: EditionOption = None, output: FormatOption = Format.TEXT) -> None:
    """Import RegSO or DeSO areas: SCB's GeoJSON or GeoPackage, or a link table as CSV."""
    _run(lambda: actions.import_areas(path=file, edition=edition or "", by=None), file, output)


@app.command()
def population(
    file: File, edition: EditionOption = None, output: FormatOption = Format.TEXT
) -> None:
    """Import population by age group and sex: CSV."""
    _run(lambda: actions.import_population(path=file, edition=edition or "", by=None), file, output)


@app.command()
def characteristics(
    file: File,
    edition: EditionOption = None,
    wide: WideOption = None,
    year: YearOption = None,
    publisher: PublisherOption = "",
    output: FormatOption = Format.TEXT,
) -> None:
    """Import characteristics of areas: CSV, one row per figure or one column per characteristic."""
    if wide is None and (year is not None or publisher):
        raise typer.BadParameter("--year and --publisher go with --wide")

    def act() -> Result:
        return actions.import_characteristics(
            path=file,
            edition=edition or "",
            codebook=wide,
            year=year,
            publisher=publisher,
            by=None,
        )

    _run(act, file, output)


def _run(act: Callable[[], Result], file: Path, output: Format) -> None:
    """Run an import with a spinner, and print what it did or every fault."""
    errors = Console(stderr=True)
    try:
        with errors.status(f"Importing {escape(file.name)} …"):
            result = act()
    except BadFile as bad:
        _print_faults(bad, output, errors)
        raise typer.Exit(Exit.BAD_FILE) from bad
    if output is Format.JSON:
        typer.echo(json.dumps(asdict(result) | {"changed": result.changed}, ensure_ascii=False))
    elif result.changed:
        figures = (f"{name} {value}" for name, value in asdict(result).items() if value)
        typer.echo(f"{file.name}: {', '.join(figures)}")
    else:
        typer.echo(f"{file.name} was already in; nothing changed.")


def _print_faults(bad: BadFile, output: Format, errors: Console) -> None:
    if output is Format.JSON:
        faults = [asdict(fault) for fault in bad.faults]
        typer.echo(json.dumps({"file": bad.file_name, "faults": faults}, ensure_ascii=False))
        return
    errors.print(f"[bold red]{escape(str(bad))}; nothing was changed.[/]")
    for fault in bad.faults:
        errors.print(f"  {escape(str(fault))}", soft_wrap=True, highlight=False)

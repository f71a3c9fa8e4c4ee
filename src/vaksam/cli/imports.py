"""`vaksam import`: people, lists, directives, figures, goals and areas."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from vaksam.cli import areas, people, prepare
from vaksam.cli.options import day_option
from vaksam.cli.output import Column, Format, FormatOption, emit, notes
from vaksam.cli.rules import PathsArgument, directive_files, text_of
from vaksam.core.supply.deliveries_file import ColumnMap, read_map
from vaksam.coverage import actions, queries
from vaksam.coverage.queries import EditionRef
from vaksam.programmes import actions as programmes
from vaksam.supply import actions as supply
from vaksam.venues import actions as venues

app = typer.Typer(add_completion=False, no_args_is_help=True)
app.add_typer(areas.app)
app.add_typer(people.app)

FileArgument = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
_COLUMNS = (
    Column("file", "File"),
    Column("edition_on", "Edition"),
    Column("figures", "Figures"),
    Column("warnings", "Warnings"),
    Column("known", "Known already"),
)
_DIRECTIVES = (
    Column("new", "New"), Column("changed", "New version"), Column("unchanged", "Known already"),
)  # fmt: skip


@app.callback()
def ready() -> None:
    """Import figures, people, lists, directives, products, programmes, supply, goals, areas."""
    prepare.database()


@app.command()
def fhm(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE…", exists=True, dir_okay=False, readable=True),
    ] = None,
    latest: Annotated[
        bool, typer.Option("--latest", help="Download the newest edition from VAKSAM_FHM_URL.")
    ] = False,
    edition_on: Annotated[
        date | None, day_option("--edition-date", "The edition's date, where the file has none.")
    ] = None,
    warnings: Annotated[
        bool, typer.Option("--warnings", help="List every warning, not only their number.")
    ] = False,
    how: FormatOption = Format.TEXT,
) -> None:
    """Import editions of Folkhälsomyndigheten's workbook.

    A file that was imported before is recognised, and changes nothing.
    """
    if bool(files) == latest:
        raise typer.BadParameter("name files, or give --latest")
    if files:
        done = [import_file(file, edition_on=edition_on, console=notes()) for file in files]
    else:
        done = [_import_latest()]
    _print(done, how, every_warning=warnings)


@app.command()
def deliveries(
    file: FileArgument,
    columns: Annotated[
        Path | None,
        typer.Option(
            "--columns", exists=True, dir_okay=False, readable=True,
            help="A column map (TOML); else the columns are product, receiver, day and doses.",
        ),
    ] = None,
    how: FormatOption = Format.TEXT,
) -> None:  # fmt: skip
    """Import deliveries that came (CSV), corrections below zero included.

    The same file again changes nothing.
    """
    known = (
        read_map(text_of(columns), file_name=columns.name) if columns is not None else ColumnMap()
    )
    count = supply.import_deliveries(
        content=file.read_bytes(), file_name=file.name, columns=known, by=None
    )
    _print_count(file, "deliveries", count, how)


@app.command("venues")
def venues_(file: FileArgument, how: FormatOption = Format.TEXT) -> None:
    """Import venues and stores (TOML); a venue of the same code is changed."""
    count = venues.import_venues(text=text_of(file), file_name=file.name, by=None)
    _print_count(file, "venues", count, how)


@app.command()
def goals(file: FileArgument, how: FormatOption = Format.TEXT) -> None:
    """Import coverage goals (TOML); a goal of the same code is changed."""
    count = programmes.import_goals(text=text_of(file), file_name=file.name, by=None)
    _print_count(file, "goals", count, how)


@app.command()
def products(file: FileArgument, how: FormatOption = Format.TEXT) -> None:
    """Import products (TOML); one of the same code is changed, but never its number."""
    count = programmes.import_products(text=text_of(file), file_name=file.name, by=None)
    _print_count(file, "products", count, how)


@app.command("programmes")
def import_programmes(file: FileArgument, how: FormatOption = Format.TEXT) -> None:
    """Import programmes (TOML); one of the same code is changed."""
    count = programmes.import_programmes(text=text_of(file), file_name=file.name, by=None)
    _print_count(file, "programmes", count, how)


@app.command()
def directives(paths: PathsArgument, how: FormatOption = Format.TEXT) -> None:
    """Import directive files, or folders of them: all or none.

    Author and checker stand in the file. The same file again changes nothing; changed, it is a
    new version. `vaksam rules check` tells the same faults, and keeps nothing.
    """
    done = programmes.import_directives(files=directive_files(paths), by=None)
    told = {"new": done.new, "changed": done.changed, "unchanged": done.unchanged}
    warnings = [str(fault) for fault in done.warnings]
    emit(
        how,
        title="Imported",
        rows=[told],
        columns=_DIRECTIVES,
        payload=told | {"warnings": warnings},
    )
    for warning in warnings if how is not Format.JSON else ():
        notes().print(f"Look at this: {warning}", markup=False)


def import_file(
    file: Path, *, console: Console, edition_on: date | None = None
) -> tuple[str, EditionRef, bool]:
    """Import a workbook with a progress bar: its name, its edition, whether it was known."""
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(escape(file.name), total=None)
        try:
            edition = actions.import_workbook(
                content=file.read_bytes(),
                file_name=file.name,
                edition_on=edition_on,
                by=None,
                progress=lambda done, total: bar.update(task, completed=done, total=total + 1),
            )
        except actions.AlreadyImported as error:
            return file.name, error.edition, True
    return file.name, edition, False


def _import_latest() -> tuple[str, EditionRef, bool]:
    with notes().status("Fetching the newest edition …"):
        try:
            edition = actions.fetch_latest(by=None)
        except actions.AlreadyImported as error:
            return error.edition.file_name, error.edition, True
    return edition.file_name, edition, False


def _print_count(file: Path, what: str, count: int, how: Format) -> None:
    row = {"file": file.name, what: count}
    columns = (Column("file", "File"), Column(what, what.capitalize()))
    emit(how, title="Imported", rows=[row], columns=columns, payload=row)


def _print(done: list[tuple[str, EditionRef, bool]], how: Format, *, every_warning: bool) -> None:
    rows = [_row(name, edition, known) for name, edition, known in done]
    if how is not Format.TEXT:
        payload = [
            row | {"warning_codes": _codes(edition), **_all_warnings(edition, every_warning)}
            for row, (_, edition, _) in zip(rows, done, strict=True)
        ]
        emit(how, title="", rows=rows, columns=_COLUMNS, payload=payload)
        return
    for name, edition, known in done:
        if known:
            typer.echo(f"{name} is imported already, as the edition of {edition.edition_on}.")
            continue
        typer.echo(f"{name}: edition of {edition.edition_on}, {edition.figure_count:,} figures.")
        for code, count in _codes(edition).items():
            typer.echo(f"  {count} × {code}")
        if every_warning:
            for warning in queries.warnings(edition.id):
                typer.echo(f"  {warning}")


def _row(name: str, edition: EditionRef, known: bool) -> dict[str, Any]:
    return {
        "file": name,
        "edition_on": edition.edition_on,
        "sha256": edition.sha256,
        "figures": edition.figure_count,
        "warnings": edition.warnings,
        "known": known,
    }


def _codes(edition: EditionRef) -> dict[str, int]:
    return dict(Counter(warning.code for warning in queries.warnings(edition.id)).most_common())


def _all_warnings(edition: EditionRef, wanted: bool) -> dict[str, Any]:
    return {"warning_list": queries.warnings(edition.id)} if wanted else {}

"""`vaksam import people` and `vaksam import list`."""

from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.markup import escape
from rich.progress import Progress

from vaksam.base import clock, queries
from vaksam.cli.explain import region_code
from vaksam.cli.options import day_option
from vaksam.cli.output import Column, Format, FormatOption, emit, notes
from vaksam.core import groups, people_file
from vaksam.core.errors import BadFile
from vaksam.people import actions

app = typer.Typer(help="People, and lists of groups.")

FileArgument = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
FHIR = (".json", ".ndjson")
ByOption = Annotated[
    str | None, typer.Option("--by", metavar="USER", help="In whose name it is done.")
]
_PEOPLE = (
    Column("file", "File"), Column("rows", "Persons"), Column("created", "New"),
    Column("changed", "Changed"), Column("unchanged", "As they were"), Column("resumed", "Resumed"),
)  # fmt: skip
_LIST = (
    Column("list", "List"), Column("rows", "Rows"), Column("matched", "Matched"),
    Column("to_review", "To review"), Column("not_found", "Not found"),
)  # fmt: skip


@app.command("people")
def import_people(
    file: FileArgument,
    region: Annotated[
        str | None, typer.Option("--region", help="Of those for whom the file tells none.")
    ] = None,
    issuer: Annotated[
        str, typer.Option("--issuer", help="The system whose own numbers `local_id` are.")
    ] = "file",
    by: ByOption = None,
    how: FormatOption = Format.TEXT,
) -> None:
    """Import persons from CSV, Parquet, or FHIR Patients (one, a Bundle, or NDJSON).

    Nobody is kept unless the whole file is right. Who is known by any number is changed. An
    import that was interrupted goes on where it was, when it is asked for again.
    """
    user = queries.user_named(by) if by else None
    content, is_fhir = file.read_bytes(), file.suffix.lower() in FHIR
    if region or is_fhir:
        content = _in_region(content, file.name, region_code(region))
    with Progress(console=notes(), transient=True) as bar:
        task = bar.add_task(escape(file.name), total=None)
        try:
            done = actions.import_people(
                content=content,
                file_name=file.name,
                by=user,
                issuer=issuer,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        except BadFile as error:
            raise (_by_line(error) if is_fhir else error) from None
    row = {"file": file.name, **asdict(done), "unchanged": done.unchanged}
    emit(how, title="Imported", rows=[row], columns=_PEOPLE, payload=row)


@app.command("list")
def import_list(
    file: FileArgument,
    municipality: Annotated[str, typer.Option("--municipality", help="Its code, such as 2480.")],
    group: Annotated[str, typer.Option("--group", help="Whose members they are: home_care …")],
    sender: Annotated[str, typer.Option("--sender", help="Who sent it.")],
    purpose: Annotated[str, typer.Option("--purpose", help="What it may be used for.")],
    last_day: Annotated[date, day_option("--last-day", "The last day it may be used.")],
    given_on: Annotated[
        date | None, day_option("--given-on", "The day it was made; else today.")
    ] = None,
    legal_basis: Annotated[
        str | None, typer.Option("--legal-basis", help="By which law; else the group's usual one.")
    ] = None,
    source: Annotated[
        str, typer.Option("--source", help="What kind of evidence it is.")
    ] = "municipality_list",
    by: ByOption = None,
    how: FormatOption = Format.TEXT,
) -> None:
    """Import a municipality's list (CSV, XLSX) of a group's members, for a purpose and a time.

    Rows with a known number are matched; the others wait in the pages for somebody to look.
    """
    basis = groups.group(group).basis if legal_basis is None else legal_basis
    user = queries.user_named(by) if by else None
    with notes().status(f"Importing {escape(file.name)} …"):
        done = actions.upload_list(
            content=file.read_bytes(), file_name=file.name, group=group, source=source,
            municipality_code=municipality, sender=sender, legal_basis=basis, purpose=purpose,
            given_on=given_on or clock.today(), last_day=last_day, by=user,
        )  # fmt: skip
    row = asdict(done)
    emit(how, title="Imported", rows=[row], columns=_LIST, payload=row)


def _in_region(content: bytes, file_name: str, code: str) -> bytes:
    """The file with the region where it tells none; its rows stay where they were."""
    table = people_file.read(content, file_name=file_name)
    return table.with_columns(pl.col("region").replace("", code)).write_csv().encode()


def _by_line(error: BadFile) -> BadFile:
    """Faults of Patients by their lines: unlike a table, they have no header above them."""
    faults = [replace(each, row=each.row - 1) if each.row else each for each in error.faults]
    return BadFile(error.file_name, faults)

"""`vaksam lists`: the lists of groups in force, and ending one."""

from dataclasses import asdict
from typing import Annotated

import typer

from vaksam.base.scope import EVERYTHING
from vaksam.cli.output import Column, Format, FormatOption, emit
from vaksam.people import actions, queries

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Lists of groups: those in force, ending one."
)
_LISTS = (
    Column("id", "List"), Column("municipality_code", "Municipality"), Column("group", "Group"),
    Column("sender", "Sender"), Column("purpose", "Purpose"), Column("given_on", "Given"),
    Column("last_day", "Last day"), Column("rows", "Rows"), Column("matched", "Matched"),
    Column("to_review", "To review"), Column("not_found", "Not found"),
)  # fmt: skip


@app.command()
def show(how: FormatOption = Format.TEXT) -> None:
    """Show the lists in force, and why each may be; no person is named."""
    rows = [asdict(each) for each in queries.lists_in_force(scope=EVERYTHING)]
    emit(how, title="Lists in force", rows=rows, columns=_LISTS)


@app.command()
def end(
    number: Annotated[int, typer.Argument(metavar="LIST", help="Its number in `lists show`.")],
) -> None:
    """End a list: its rows are emptied and the claims that rest on it withdrawn."""
    actions.end_list(list=number, by=None)
    typer.echo(f"List {number} has ended.")

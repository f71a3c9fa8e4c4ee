"""`vaksam register`: what the national register is told, and what it answers."""

from pathlib import Path
from typing import Annotated

import typer

from vaksam.areas import queries as areas
from vaksam.base.scope import EVERYTHING
from vaksam.cli.output import Column, Format, FormatOption, emit
from vaksam.exchange import actions, queries

app = typer.Typer(
    add_completion=False, no_args_is_help=True,
    help="The national register: collect, send, receive, status.",
)  # fmt: skip
_STATUS = (
    Column("region", "Region"), Column("held_by_law", "Held by law"),
    Column("waits_for_number", "Wait for a number"), Column("waiting", "Waiting"),
    Column("sent", "Not answered"), Column("accepted", "Accepted"), Column("rejected", "Rejected"),
    Column("oldest_waiting", "Oldest waiting"),
)  # fmt: skip


@app.command()
def collect() -> None:
    """Compare all doses with the queue; a second time it changes nothing."""
    changed = actions.collect()
    typer.echo(f"{changed:,} rows of the queue changed.")


@app.command()
def send(
    region: Annotated[str, typer.Argument(metavar="REGION", help="Its two-digit code.")],
) -> None:
    """Make files of what waits in a region and put them into the register's folder."""
    actions.collect()
    done = actions.send(region=region, by=None)
    typer.echo(f"{done.rows:,} rows in {len(done.files)} files; {done.unfit:,} do not fit the "
               f"register; {done.handed_over} files handed over.")  # fmt: skip


@app.command()
def receive(
    path: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False,
                                         help="A receipt of the register.")],
) -> None:  # fmt: skip
    """Read a receipt; the same one twice changes nothing."""
    done = actions.receive(content=path.read_bytes(), file_name=path.name, by=None)
    if done.known:
        typer.echo("The receipt was read before. Nothing was changed.")
    else:
        typer.echo(f"{done.accepted:,} rows accepted, {done.rejected:,} rejected.")


@app.command()
def status(how: FormatOption = Format.TEXT) -> None:
    """Show how far each region is; regions without any row are left out."""
    rows = []
    for region in areas.regions():
        found = queries.figures(region=region.code, scope=EVERYTHING)
        if any(found.counts.values()):
            rows.append({"region": region.code, **found.counts,
                         "oldest_waiting": found.oldest_waiting})  # fmt: skip
    emit(how, title="The national register", rows=rows, columns=_STATUS)

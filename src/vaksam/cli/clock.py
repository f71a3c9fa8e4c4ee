"""`vaksam clock`: the one clock of a demo or an exercise."""

from datetime import datetime
from typing import Annotated

import typer

from vaksam.base import actions, clock
from vaksam.cli.output import Column, Format, FormatOption, emit

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Show or move Vaksam's clock.")

_COLUMNS = (Column("now", "In Vaksam"), Column("real", "Outside"), Column("moved", "Moved"))


@app.command()
def show(how: FormatOption = Format.TEXT) -> None:
    """Show the moment it is in Vaksam."""
    _print(how)


@app.command()
def move(
    to: Annotated[
        datetime,
        typer.Argument(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
            help="Date and Swedish time, such as 2021-04-13T08:00.",
        ),
    ],
    how: FormatOption = Format.TEXT,
) -> None:
    """Move the clock to a moment; it keeps ticking from there."""
    actions.move_clock(to=to.replace(tzinfo=clock.SWEDEN), by=None)
    _print(how)


@app.command()
def reset(how: FormatOption = Format.TEXT) -> None:
    """Let the clock show the real time again."""
    actions.reset_clock(by=None)
    _print(how)


def _print(how: Format) -> None:
    clock.forget()
    now, real = clock.now(), clock.real_now()
    row = {
        "now": now.astimezone(clock.SWEDEN).isoformat(timespec="seconds"),
        "real": real.astimezone(clock.SWEDEN).isoformat(timespec="seconds"),
        "moved": abs((now - real).total_seconds()) >= 1,
    }
    emit(how, title="Clock", rows=[row], columns=_COLUMNS, payload=row)

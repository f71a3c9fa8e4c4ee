"""`vaksam messages`: what was written to files where no provider is named."""

from typing import Annotated

import typer

from vaksam.cli.output import Column, Format, FormatOption, emit
from vaksam.messaging import queries

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Messages that were written to files."
)
_MESSAGES = (
    Column("at", "At"), Column("channel", "Channel"), Column("to", "To"),
    Column("subject", "Subject"), Column("body", "Text"),
)  # fmt: skip


@app.callback()
def messages() -> None:
    """Messages that were written to files."""


@app.command()
def latest(
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="How many.")] = 10,
    how: FormatOption = Format.TEXT,
) -> None:
    """Show the newest: text messages, e-mails and letters with codes; they name persons.

    With a provider for text messages and e-mail, only letters are files.
    """
    rows = [{name: each.get(name, "") for name in ("at", "channel", "to", "subject", "body")}
            for each in queries.latest_texts(limit)]  # fmt: skip
    emit(how, title="Newest messages", rows=rows, columns=_MESSAGES)

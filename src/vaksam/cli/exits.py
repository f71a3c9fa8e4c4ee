"""Exit codes, and errors in words instead of tracebacks."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from itertools import pairwise
from typing import Any

import typer

from vaksam.core.errors import BadFile, NotFound, Refused, Unreachable, VaksamError

SHOWN_FAULTS = 200  # in the terminal; JSON has them all


class Exit(IntEnum):
    """Why a command ended."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    REFUSED = 3
    BAD_FILE = 4
    NOT_FOUND = 5
    UNHEALTHY = 6


MEANINGS = {
    Exit.OK: "done",
    Exit.UNEXPECTED: "something failed: the database, the network, or Vaksam itself",
    Exit.USAGE: "wrong usage, or a setting that cannot be",
    Exit.REFUSED: "refused; nothing was changed",
    Exit.BAD_FILE: "a file with faults, all of them listed; nothing was changed",
    Exit.NOT_FOUND: "what was named does not exist",
    Exit.UNHEALTHY: "a health check failed",
}
# A blank line between, or the help text would run them together.
EPILOG = "Exit codes\n\n" + "\n\n".join(f"{code}  {why}" for code, why in MEANINGS.items())


@contextmanager
def told(arguments: Sequence[str]) -> Iterator[None]:
    """Print an error that a user can mend, and end with its exit code.

    `arguments` are the command's: with `--format json` in them, faults of a file are JSON.
    """
    try:
        yield
    except VaksamError as error:
        _tell(error, as_json=_json_is_asked(arguments))
        raise typer.Exit(code_of(error)) from error
    except Exception as error:
        if not (words := _words_of(error)):
            raise
        typer.echo(words, err=True)
        raise typer.Exit(_code_of_failure(error)) from error


def code_of(error: VaksamError) -> Exit:
    if isinstance(error, BadFile):
        return Exit.BAD_FILE
    if isinstance(error, NotFound):
        return Exit.NOT_FOUND
    if isinstance(error, Unreachable):
        return Exit.UNEXPECTED
    return Exit.REFUSED if isinstance(error, Refused) else Exit.UNEXPECTED


def _tell(error: VaksamError, *, as_json: bool) -> None:
    """The message on stderr; for a bad file every fault, as JSON on stdout where that is asked."""
    if isinstance(error, BadFile):
        _tell_faults(error, as_json=as_json)
    else:
        typer.echo(str(error), err=True)


def _tell_faults(error: BadFile, *, as_json: bool) -> None:
    from vaksam.cli.output import plain

    if as_json:
        found = {"file": error.file_name, "faults": plain(error.faults)}
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    faults = len(error.faults)
    count = "1 fault" if faults == 1 else f"{faults} faults"
    typer.echo(f"{error.file_name} has {count}. Nothing was changed.", err=True)
    for fault in error.faults[:SHOWN_FAULTS]:
        typer.echo(f"  {fault}", err=True)
    if faults > SHOWN_FAULTS:
        typer.echo(f"  … and {faults - SHOWN_FAULTS} more; --format json lists all.", err=True)


def _json_is_asked(arguments: Sequence[str]) -> bool:
    return "--format=json" in arguments or any(
        pair == ("--format", "json") for pair in pairwise(arguments)
    )


def _words_of(error: Exception) -> str:
    """What to say of a failure that is not Vaksam's own fault; "" for a bug."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError, ProgrammingError

    from vaksam.base.postgres import PostgresError

    if isinstance(error, PostgresError | ImproperlyConfigured):
        return str(error)
    if isinstance(error, OperationalError):
        return f"The database does not answer: {_first_line(error)}"
    if isinstance(error, ProgrammingError) and _sqlstate(error) == "42P01":  # undefined_table
        return "The database is empty or of an older version. Run `vaksam prepare` first."
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return ""


def _code_of_failure(error: Exception) -> Exit:
    from django.core.exceptions import ImproperlyConfigured

    return Exit.USAGE if isinstance(error, ImproperlyConfigured) else Exit.UNEXPECTED


def _sqlstate(error: Exception) -> Any:
    return getattr(error.__cause__, "sqlstate", None)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]

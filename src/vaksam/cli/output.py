"""How figures are printed: a table for people, JSON and CSV for programs.

JSON is stable: dates as ISO 8601, weeks as "2021w15", shares between 0 and 1.
"""

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vaksam.core.weeks import Week

SWEDEN = ZoneInfo("Europe/Stockholm")


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    CSV = "csv"


FormatOption = Annotated[Format, typer.Option("--format", help="How to print it.")]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a printed table: the key of its values and its heading."""

    key: str
    heading: str


def plain(value: Any) -> Any:
    """The value in types that JSON has."""
    if isinstance(value, date | Week):  # a datetime is a date, too
        return value.isoformat() if isinstance(value, date) else str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


def print_json(value: Any) -> None:
    typer.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))


def print_csv(rows: Sequence[Row]) -> None:
    if not rows:
        return
    writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(plain(row) for row in rows)


def print_table(title: str, rows: Sequence[Row], columns: Sequence[Column]) -> None:
    """A table in the terminal; figures to the right."""
    table = Table(title=escape(title), title_justify="left")
    for column in columns:
        figures = rows and all(isinstance(row[column.key], int | float | None) for row in rows)
        table.add_column(column.heading, justify="right" if figures else "left")
    for row in rows:
        table.add_row(*(escape(words(row[column.key])) for column in columns))
    out().print(table)


def emit(
    how: Format, *, title: str, rows: Sequence[Row], columns: Sequence[Column], payload: Any = None
) -> None:
    """Print rows as asked. `payload` is what JSON gets where that is more than the rows."""
    if how is Format.JSON:
        print_json(rows if payload is None else payload)
    elif how is Format.CSV:
        print_csv(rows)
    else:
        print_table(title, rows, columns)


def words(value: Any) -> str:
    """A value as people read it. Floats are shares."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.1%}".replace("%", " %")
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, datetime):
        return f"{value.astimezone(SWEDEN):%Y-%m-%d %H:%M}"
    return str(value)


def out() -> Console:
    """The terminal; where it is none, lines as long as they need to be."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 200
    return console


def notes() -> Console:
    """For progress and remarks, which must not mix with what is printed."""
    return Console(stderr=True, highlight=False, soft_wrap=True)

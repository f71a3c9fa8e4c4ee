"""What both files share: a line that names the format, the columns' names, the rows."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

import polars as pl

from vaksam.core.errors import BadFile, Fault

VERSION = "1"


def write(head: Sequence[str], names: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue().encode()


def read(
    content: bytes, *, file_name: str, format: str, head: int, names: Sequence[str]
) -> tuple[list[str], pl.DataFrame]:
    """The cells of the first line after format and version, and the rows as text.

    `head` is how many such cells there are; the last one counts the rows.

    Raises BadFile with every fault: another format or version, other columns, lines with another
    number of cells, a file that was cut off.
    """
    try:
        text = content.decode("utf-8-sig")
        lines = list(csv.reader(StringIO(text, newline=""), delimiter=";", strict=True))
    except (UnicodeDecodeError, csv.Error):
        message = "This is no file in UTF-8 with semicolons. Ask for it once more."
        raise BadFile(file_name, [Fault("unreadable", message)]) from None
    first = lines[0] if lines else []
    if first[:2] != [format, VERSION] or len(first) != head + 2:
        message = "The first line must name the format: {format};{version}."
        values = {"format": format, "version": VERSION}
        raise BadFile(file_name, [Fault("format", message, row=1, values=values)])
    if len(lines) < 2 or lines[1] != list(names):
        message = "The second line must name the columns: {columns}."
        values = {"columns": ";".join(names)}
        raise BadFile(file_name, [Fault("columns", message, row=2, values=values)])
    if faults := _ragged(lines, len(names)):
        raise BadFile(file_name, faults)
    if first[-1] != str(len(lines) - 2):
        message = "The first line tells of {told} rows, and there are {rows}. Ask for it once more."
        values = {"told": first[-1][:20], "rows": str(len(lines) - 2)}
        raise BadFile(file_name, [Fault("cut-off", message, row=1, values=values)])
    schema = dict.fromkeys(names, pl.String)
    return first[2:], pl.DataFrame(lines[2:], schema=schema, orient="row")


def _ragged(lines: list[list[str]], width: int) -> list[Fault]:
    message = "The line has {cells} cells, and should have {width}."
    return [
        Fault("cells", message, row=number, values={"cells": len(line), "width": width})
        for number, line in enumerate(lines, 1)
        if number > 2 and len(line) != width
    ]

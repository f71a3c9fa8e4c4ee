"""Every value against its type and length, column by column, with all faults at once."""

from typing import Final

import polars as pl

from vaksam.core import identity
from vaksam.core.errors import Fault
from vaksam.core.exchange.nvr.columns import COLUMNS, Column, Kind

FIRST_ROW: Final = 3  # after the line that names the format, and the columns' names
_SAID: Final = {
    "missing": "This must be filled in.",
    "too-long": "At most {most} characters.",
    "characters": "Take away line breaks and other signs that cannot be seen.",
    "digits": "Write {most} digits.",
    "day": "Write the day as 2021-04-13.",
    "number": "Write a whole number from {least} to {most}.",
    "choice": "Write one of {choices}.",
    "bad-identity": "This is no number of that kind.",
    "twice": "An earlier row has this transaction id.",
    "county": "The municipality lies in another county.",
}


def check(rows: pl.DataFrame) -> list[Fault]:
    """What is wrong with rows, in their order; none: the register's types hold.

    Parameters
    ----------
    rows
        A String column for each of `COLUMNS`; "" where nothing is told.

    Examples
    --------
    >>> check(pl.DataFrame(schema=dict.fromkeys((c.name for c in COLUMNS), pl.String)))
    []
    """
    numbered = rows.with_row_index("row", offset=FIRST_ROW)
    faults = [fault for column in COLUMNS for fault in _column(numbered, column)]
    faults += _across(numbered)
    return sorted(faults, key=lambda fault: fault.row or 0)


def _column(rows: pl.DataFrame, column: Column) -> list[Fault]:
    value = pl.col(column.name)
    told = value != ""
    needed = pl.lit(column.least > 0)
    if not column.always:
        needed &= pl.col("kind") != Kind.DELETED
    wrong: dict[str, pl.Expr] = {"missing": needed & ~told}
    if column.of == "text":
        wrong["too-long"] = value.str.len_chars() > column.most
        wrong["characters"] = value.str.contains(r"[\x00-\x1f\x7f]")
    elif column.of == "digits":
        wrong["digits"] = told & ~value.str.contains(rf"^[0-9]{{{column.most}}}$")
    elif column.of == "day":
        day = value.str.to_date("%Y-%m-%d", strict=False)
        wrong["day"] = told & (~value.str.contains(r"^\d{4}-\d\d-\d\d$") | day.is_null())
    elif column.of == "number":
        number = value.str.to_integer(strict=False)
        inside = number.is_between(max(1, column.least), column.most).fill_null(False)
        wrong["number"] = told & ~(value.str.contains(r"^[1-9][0-9]*$") & inside)
    else:
        wrong["choice"] = told & ~value.is_in(column.choices)
    return [
        fault for code, rule in wrong.items() for fault in _faults(rows.filter(rule), column, code)
    ]


def _faults(rows: pl.DataFrame, column: Column, code: str) -> list[Fault]:
    values = {"least": max(1, column.least), "most": column.most,
              "choices": ", ".join(column.choices)}  # fmt: skip
    return [
        Fault(code, _SAID[code], row=row, column=column.name, values=values,
              value="" if column.secret else value[:80])
        for row, value in rows.select("row", column.name).iter_rows()
    ]  # fmt: skip


def _across(rows: pl.DataFrame) -> list[Fault]:
    """What no column tells by itself."""
    faults: list[Fault] = []
    kinds = {
        "personnummer": identity.Kind.PERSONAL_NUMBER,
        "samordningsnummer": identity.Kind.COORDINATION_NUMBER,
    }
    for name, kind in kinds.items():
        part = rows.filter(
            pl.col("person_id_kind") == name, pl.col("person_id").str.len_chars() == 12
        )
        unsound = identity.check_column(kind, part["person_id"])["fault"].is_not_null()
        faults += [_at(row, "bad-identity", "person_id") for row in part.filter(unsound)["row"]]
    again = rows.filter(~pl.col("transaction_id").is_first_distinct())
    faults += [_at(row, "twice", "transaction_id") for row in again["row"]]
    both = (pl.col("municipality") != "") & (
        pl.col("municipality").str.slice(0, 2) != pl.col("county")
    )
    return faults + [_at(row, "county", "municipality") for row in rows.filter(both)["row"]]


def _at(row: int, code: str, column: str) -> Fault:
    return Fault(code, _SAID[code], row=row, column=column)

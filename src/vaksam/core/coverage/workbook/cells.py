"""Checks and conversions of columns of cells, as expressions: many are done in one pass.

A frame here always has `row`, the row number as a spreadsheet shows it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from vaksam.core.errors import Fault

MOST = 2**31 - 1
"""No count of persons or doses comes near."""


@dataclass(frozen=True, slots=True)
class Check:
    """A fault at every row where `wrong` holds; `value` is the frame's column to show there."""

    code: str
    message: str
    wrong: pl.Expr
    heading: str
    value: str
    values: Mapping[str, object] = field(default_factory=dict)


class Findings:
    """Faults and warnings of one sheet, collected while it is read; at most one fault a cell."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        self._at_fault: set[tuple[int | None, str]] = set()

    def fault(
        self, code: str, message: str, row: int | None = None, heading: str = "",
        value: object = "", **values: object,
    ) -> None:  # fmt: skip
        if row is not None:
            if (row, heading) in self._at_fault:  # what follows from a fault is none itself
                return
            self._at_fault.add((row, heading))
        self.faults.append(Fault(code, message, self.sheet, row, heading, _shown(value), values))

    def warn(
        self, code: str, message: str, row: int | None = None, heading: str = "",
        value: object = "", **values: object,
    ) -> None:  # fmt: skip
        fault = Fault(code, message, self.sheet, row, heading, _shown(value), values)
        self.warnings.append(fault)

    def check(self, frame: pl.DataFrame, checks: Iterable[Check]) -> None:
        """Faults for all rows that fail, check by check."""
        for check, row, value in _failing(frame, list(checks)):
            self.fault(check.code, check.message, row, check.heading, value, **check.values)

    def notice(self, frame: pl.DataFrame, checks: Iterable[Check]) -> None:
        """As `check`, for what is odd but can be true."""
        for check, row, value in _failing(frame, list(checks)):
            self.warn(check.code, check.message, row, check.heading, value, **check.values)


def _failing(frame: pl.DataFrame, checks: list[Check]) -> Iterable[tuple[Check, int, object]]:
    fails = frame.select(c.wrong.any().alias(str(i)) for i, c in enumerate(checks))
    for check, any_fails in zip(checks, fails.row(0) if checks else (), strict=True):
        if any_fails:
            for row, value in frame.filter(check.wrong).select("row", check.value).iter_rows():
                yield check, row, value


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)


def numbers(frame: pl.DataFrame, role: str, heading: str, found: Findings) -> pl.DataFrame:
    """The frame with a column as Float64; text that is no number is a fault at its row.

    Where there is text among the numbers the reader gives all as text of nine digits; the column
    `exact_name(role)` then has the numbers as they are.
    """
    cells = frame[role]
    if cells.dtype == pl.Float64:
        return frame
    if cells.dtype.is_numeric() or cells.dtype == pl.Null:
        return frame.with_columns(cells.cast(pl.Float64))
    text = cells.cast(pl.String).str.strip_chars()
    exact = frame.get_column(exact_name(role), default=pl.Series([None], dtype=pl.Float64))
    value = pl.coalesce(
        exact, text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    )
    read = frame.select("row", text.alias("text"), value.alias("value")).with_columns(
        value=pl.when(pl.col("value").is_finite()).then("value")  # “NaN” and “inf” are read as such
    )
    said = "should be a number; correct the cell"
    wrong = pl.col("value").is_null() & pl.col("text").is_not_null()
    faults = len(found.faults)
    found.check(read, [Check("text-in-number", said, wrong, heading, "text")])
    if cells.dtype == pl.String and len(found.faults) == faults:
        found.warn("number-as-text", "numbers are stored as text; they were read", heading=heading)
    return frame.with_columns(read["value"].alias(role))


def exact_name(role: str) -> str:
    return f"{role} exact"


def empty(role: str, heading: str) -> Check:
    return Check("missing", "is empty; a value is needed", pl.col(role).is_null(), heading, role)


def whole(role: str, heading: str) -> tuple[pl.Expr, list[Check]]:
    """A Float64 column as Int64, null where it is no whole number from 0 to MOST."""
    value = pl.col(role)
    fits = value.is_between(0, MOST) & (value % 1 == 0)
    return pl.when(fits).then(value).cast(pl.Int64), [
        Check("negative", "is below 0", value < 0, heading, role),
        Check("not-whole", "should be a whole number", value % 1 != 0, heading, role),
        Check("too-large", "is more than can be", value > MOST, heading, role),
    ]


def share(role: str, heading: str) -> Check:
    """A Float64 column between 0 and 1."""
    outside = ~pl.col(role).is_between(0, 1)
    return Check("share-out-of-range", "a share lies between 0 and 1", outside, heading, role)


def texts(frame: pl.DataFrame, role: str) -> pl.Expr:
    """A column as stripped text; whole numbers without “.0”."""
    text = pl.col(role).cast(pl.String)
    if not frame[role].dtype.is_float():
        return text.str.strip_chars()
    is_whole = pl.col(role) % 1 == 0
    return (
        pl.when(is_whole)
        .then(pl.col(role).cast(pl.Int64, strict=False))
        .cast(pl.String)
        .fill_null(text)
    )


def look_up(
    role: str, known: Mapping[str, str], *, code: str, message: str, heading: str, of: pl.Expr
) -> tuple[pl.Expr, list[Check]]:
    """The text `of` a column looked up; what is empty or not known is a fault at its row."""
    found = of.replace_strict(known, default=None, return_dtype=pl.String)
    return found, [empty(role, heading), Check(code, message, found.is_null(), heading, role)]

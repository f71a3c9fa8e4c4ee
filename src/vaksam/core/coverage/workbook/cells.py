"""Columns of cells to columns of values, with every fault by row.

A frame here always has `row`, the row number as a spreadsheet shows it.
"""

from collections.abc import Mapping

import polars as pl

from vaksam.core.errors import Fault


class Findings:
    """Faults and warnings of one sheet, collected while it is read."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def fault(self, code: str, message: str, **place: object) -> None:
        self.faults.append(self._at(code, message, **place))

    def warn(self, code: str, message: str, **place: object) -> None:
        self.warnings.append(self._at(code, message, **place))

    def _at(
        self, code: str, message: str, row: int | None = None, column: str = "", value: object = ""
    ) -> Fault:
        return Fault(code, message, self.sheet, row, column, _shown(value))

    def rows(
        self, frame: pl.DataFrame, wrong: pl.Expr, code: str, message: str, column: str, value: str
    ) -> None:
        """One fault for each row of `frame` where `wrong` holds; `value` is the column to show."""
        for row, found in frame.filter(wrong).select("row", value).iter_rows():
            self.fault(code, message, row=row, column=column, value=found)

    def warn_rows(
        self, frame: pl.DataFrame, odd: pl.Expr, code: str, message: str, column: str, value: str
    ) -> None:
        """As `rows`, for what is odd but can be true."""
        for row, found in frame.filter(odd).select("row", value).iter_rows():
            self.warn(code, message, row=row, column=column, value=found)


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)


def numbers(frame: pl.DataFrame, column: str, found: Findings) -> pl.Series:
    """The column as Float64; text that is no number is a fault at its row."""
    cells = frame[column]
    if cells.dtype.is_numeric() or cells.dtype == pl.Null:
        return cells.cast(pl.Float64)
    text = cells.cast(pl.String).str.strip_chars()
    values = text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    wrong = values.is_null() & text.is_not_null() & (text != "")
    for row, value in frame.filter(wrong).select("row", column).iter_rows():
        found.fault(
            "text-in-number", "should be a number; correct the cell", row=row, column=column,
            value=value,
        )  # fmt: skip
    if cells.dtype == pl.String and not wrong.any():
        found.warn("number-as-text", "numbers are stored as text; they were read", column=column)
    return values


def whole(
    frame: pl.DataFrame, column: str, found: Findings, *, optional: bool = False
) -> pl.Series:
    """The column as Int64: whole numbers of at least 0. Empty cells are faults unless optional."""
    values = numbers(frame, column, found)
    checked = pl.DataFrame({"row": frame["row"], "value": values, "cell": frame[column]})
    if not optional:
        found.rows(
            checked,
            pl.col("cell").cast(pl.String).fill_null("").str.strip_chars() == "",
            "missing",
            "is empty; a number is needed",
            column,
            "cell",
        )
    found.rows(
        checked, pl.col("value") % 1 != 0, "not-whole", "should be a whole number", column, "value"
    )
    found.rows(checked, pl.col("value") < 0, "negative", "is below 0", column, "value")
    return values.cast(pl.Int64, strict=False)


def shares(frame: pl.DataFrame, column: str, found: Findings) -> pl.Series:
    """The column as Float64 between 0 and 1."""
    values = numbers(frame, column, found)
    checked = pl.DataFrame({"row": frame["row"], "value": values})
    found.rows(
        checked,
        (pl.col("value") > 1) | (pl.col("value") < 0) | pl.col("value").is_nan(),
        "share-out-of-range",
        "a share lies between 0 and 1",
        column,
        "value",
    )
    return values


def texts(frame: pl.DataFrame, column: str, *, width: int | None = None) -> pl.Series:
    """The column as stripped text; numbers without decimals lose “.0”; zero-filled to `width`."""
    cells = frame[column]
    if cells.dtype.is_numeric():
        cells = cells.cast(pl.Int64, strict=False)
    text = cells.cast(pl.String).str.strip_chars()
    return text.str.zfill(width) if width else text


def codes(
    frame: pl.DataFrame, text: pl.Series, known: Mapping[str, str], found: Findings,
    *, code: str, message: str, column: str,
) -> pl.Series:  # fmt: skip
    """`text` looked up in `known`; what is not there is a fault at its row."""
    looked_up = text.replace_strict(known, default=None, return_dtype=pl.String)
    checked = pl.DataFrame({"row": frame["row"], "text": text, "code": looked_up})
    found.rows(checked, pl.col("code").is_null(), code, message, column, "text")
    return looked_up

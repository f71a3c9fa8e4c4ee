"""Deliveries that came, as anyone's CSV tells of them, through a small column map."""

import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from vaksam.core.errors import BadFile, Fault

FIELDS: Final = ("product", "receiver", "day", "doses")
TABLES: Final = ("columns", "products", "receivers")
TEXTS: Final = ("separator", "day_format")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column is what, and which names mean which codes.

    A name of `products` mapped to "" is a product that is not followed. Where a table is empty
    names are taken as they stand.
    """

    columns: Mapping[str, str] = field(default_factory=lambda: {name: name for name in FIELDS})
    products: Mapping[str, str] = field(default_factory=dict)
    receivers: Mapping[str, str] = field(default_factory=dict)
    separator: str = ","
    day_format: str = "%Y-%m-%d"


def read_map(text: str, *, file_name: str) -> ColumnMap:
    """A column map from TOML. Raises BadFile with every fault.

    >>> read_map('separator = ";"', file_name="map.toml").separator
    ';'
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        fault = Fault("not-toml", "The file is not TOML: {why}.", values={"why": str(error)})
        raise BadFile(file_name, [fault]) from None
    faults = [
        Fault("unknown-key", "There is no such key in a column map.", column=str(key))
        for key in data
        if key not in (*TABLES, *TEXTS)
    ]
    faults += [fault for name in TABLES for fault in _table(data, name)]
    faults += [
        Fault("not-text", "Write this as text.", column=name, value=str(data[name]))
        for name in TEXTS
        if name in data and not isinstance(data[name], str)
    ]
    if not faults:
        faults += _meaning(data)
    columns = data.get("columns", {})
    if not faults:
        faults += [
            Fault("unknown-key", "There is no such column to map.", column=f"columns.{name}")
            for name in columns if name not in FIELDS
        ]  # fmt: skip
    if faults:
        raise BadFile(file_name, faults)
    return ColumnMap(
        columns={name: columns.get(name, name) for name in FIELDS},
        products=data.get("products", {}), receivers=data.get("receivers", {}),
        separator=data.get("separator", ","), day_format=data.get("day_format", "%Y-%m-%d"),
    )  # fmt: skip


def _meaning(data: Mapping[str, Any]) -> list[Fault]:
    faults = []
    separator = data.get("separator", ",")
    if len(separator) != 1 or not separator.isascii() or separator in '"\r\n':
        faults.append(Fault("bad-separator", "A separator is one character.", column="separator"))
    return faults + [
        Fault("missing", "This is missing.", column=f"receivers.{name}")
        for name, code in data.get("receivers", {}).items()
        if not code.strip()
    ]


def _table(data: Mapping[str, Any], name: str) -> list[Fault]:
    told = data.get(name, {})
    if not isinstance(told, Mapping):
        return [Fault("not-a-table", "Write this as a table, [{name}].", column=name,
                      values={"name": name})]  # fmt: skip
    return [
        Fault("not-text", "Write this as text.", column=f"{name}.{key}", value=str(value))
        for key, value in told.items()
        if not isinstance(value, str)
    ]


def read_deliveries(content: bytes, *, file_name: str, columns: ColumnMap) -> pl.DataFrame:
    """Rows of deliveries: `row` (as a spreadsheet counts), product, receiver, day, doses.

    Doses may be negative: a correction of earlier ones. Rows of products that are not followed
    are left out.

    Raises
    ------
    BadFile
        With every fault, each with its row and value.
    """
    raw = _raw(content, file_name, columns)
    missing = [name for name in columns.columns.values() if name not in raw.columns]
    if missing:
        raise BadFile(file_name, [
            Fault("missing-column", "There is no column “{column}”. Found: {found}.", column=name,
                  values={"column": name, "found": ", ".join(raw.columns)})
            for name in missing
        ])  # fmt: skip
    frame = raw.select(
        pl.int_range(2, pl.len() + 2).alias("row"),
        *(pl.col(columns.columns[name]).str.strip_chars().alias(name) for name in FIELDS),
    )
    blank = pl.all_horizontal(pl.col(*FIELDS) == "")
    read = _read(frame.filter(~blank), file_name, columns)
    faults = _faults(read, columns)
    if faults:
        raise BadFile(file_name, sorted(faults, key=lambda each: each.row or 0))
    return read.filter(pl.col("product_read") != "").select(
        pl.col("row").cast(pl.Int64), pl.col("product_read").alias("product"),
        pl.col("receiver_read").alias("receiver"), pl.col("day_read").alias("day"),
        pl.col("doses_read").alias("doses"),
    )  # fmt: skip


def _read(frame: pl.DataFrame, file_name: str, columns: ColumnMap) -> pl.DataFrame:
    try:
        return frame.with_columns(
            pl.col("day").str.to_date(columns.day_format, strict=False).alias("day_read"),
            pl.col("doses").str.replace_all(r"[\s\u00a0]", "").cast(pl.Int64, strict=False)
            .alias("doses_read"),
            _mapped("product", columns.products), _mapped("receiver", columns.receivers),
        )  # fmt: skip
    except pl.exceptions.PolarsError:
        fault = Fault("bad-format", "This is no form of a day, as %Y-%m-%d is.",
                      column="day_format", value=columns.day_format)  # fmt: skip
        raise BadFile(file_name, [fault]) from None


def _raw(content: bytes, file_name: str, columns: ColumnMap) -> pl.DataFrame:
    try:
        text = content.decode("utf-8-sig")
        return pl.read_csv(
            io.StringIO(text), separator=columns.separator, infer_schema=False,
            truncate_ragged_lines=False,
        ).with_columns(pl.all().fill_null(""))  # fmt: skip
    except UnicodeDecodeError:
        fault = Fault("not-utf8", "The file is not UTF-8. Save it as CSV UTF-8.")
    except pl.exceptions.NoDataError:
        fault = Fault("empty-file", "The file is empty.")
    except pl.exceptions.ComputeError as error:
        fault = Fault("not-csv", "The file is not a table of commas: {why}.",
                      values={"why": str(error).split("\n")[0]})  # fmt: skip
    raise BadFile(file_name, [fault])


def _mapped(name: str, names: Mapping[str, str]) -> pl.Expr:
    column = pl.col(name)
    if not names:
        return column.alias(f"{name}_read")
    return column.replace_strict(dict(names), default=None, return_dtype=pl.String).alias(
        f"{name}_read"
    )


def _faults(read: pl.DataFrame, columns: ColumnMap) -> list[Fault]:
    def bad(name: str) -> list[tuple[int, str]]:
        empty_is_bad = pl.col(name) == "" if name in ("product", "receiver") else pl.lit(False)
        found = read.filter(pl.col(f"{name}_read").is_null() | empty_is_bad)
        return found.select("row", name).rows()

    name = columns.columns
    return [
        *(
            Fault("not-a-day", "This is no day written as {format}.", row=row, column=name["day"],
                  value=value, values={"format": columns.day_format})
            for row, value in bad("day")
        ),
        *(
            Fault("not-a-number", "This is no whole number of doses.", row=row,
                  column=name["doses"], value=value)
            for row, value in bad("doses")
        ),
        *(
            Fault("unknown-product", "The column map does not say which product this is.",
                  row=row, column=name["product"], value=value)
            for row, value in bad("product")
        ),
        *(
            Fault("unknown-receiver", "The column map does not say who this is.", row=row,
                  column=name["receiver"], value=value)
            for row, value in bad("receiver")
        ),
    ]  # fmt: skip

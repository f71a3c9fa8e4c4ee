"""Bytes of a people file as text columns."""

from io import BytesIO

import polars as pl

from vaksam.core.errors import BadFile, Fault
from vaksam.core.people_file import fhir
from vaksam.core.people_file.columns import COLUMNS


def read(content: bytes, *, file_name: str) -> pl.DataFrame:
    """Every column as text, "" where nothing stands; one row a person, in the file's order.

    Raises
    ------
    BadFile
        It is neither CSV, Parquet nor FHIR, has columns that are not known, or no region or no row.
    """
    if content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{":
        return fhir.read(content, file_name=file_name)
    try:
        frame = _parquet(content) if content[:4] == b"PAR1" else _csv(content)
    except (pl.exceptions.PolarsError, UnicodeDecodeError, ValueError) as error:
        fault = Fault(
            "unreadable",
            "The file is neither CSV (UTF-8, commas, a header), Parquet nor FHIR. Export it again.",
        )
        raise BadFile(file_name, [fault]) from error
    if faults := _columns(frame):
        raise BadFile(file_name, faults)
    missing = [pl.lit("").alias(name) for name in COLUMNS if name not in frame.columns]
    return frame.with_columns(missing).select(
        pl.col(name).fill_null("").str.strip_chars() for name in COLUMNS
    )


def _csv(content: bytes) -> pl.DataFrame:
    return pl.read_csv(BytesIO(content.removeprefix(b"\xef\xbb\xbf")), infer_schema=False)


def _parquet(content: bytes) -> pl.DataFrame:
    frame = pl.read_parquet(BytesIO(content))
    yes_or_no = [
        pl.when(pl.col(name)).then(pl.lit("yes")).when(~pl.col(name)).then(pl.lit("no")).alias(name)
        for name, kind in frame.schema.items()
        if kind == pl.Boolean
    ]
    return frame.with_columns(yes_or_no).cast(pl.String)


def _columns(frame: pl.DataFrame) -> list[Fault]:
    faults = [
        Fault(
            "unknown-column",
            "This column is not known. Take it out, or give it one of the names: {names}.",
            row=1,
            column=name,
            values={"names": ", ".join(COLUMNS)},
        )
        for name in frame.columns
        if name not in COLUMNS
    ]
    if "region" not in frame.columns:
        faults.append(Fault("no-region", "There is no column “region” with the region's code."))
    if frame.is_empty():
        faults.append(Fault("no-rows", "The file has a header and no rows."))
    return faults

"""The file that the register answers with: each row taken or not, and why not."""

from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from vaksam.core.errors import BadFile, Fault
from vaksam.core.exchange.nvr import lines

FORMAT: Final = "vaksam-nvr-receipt"
NAMES: Final = ("transaction_id", "answer", "code", "text")
ACCEPTED, REJECTED = "accepted", "rejected"
_ID = r"^([0-9]{2})-([0-9]{1,18})-([0-9]{1,9})$"


@dataclass(frozen=True, slots=True)
class Receipt:
    """`rows`: transaction_id, answer (accepted, rejected), code, text, as String; entry and turn,
    which the transaction id tells, as Int64.
    """

    region: str
    file: str
    rows: pl.DataFrame


def write(region: str, file: str, rows: pl.DataFrame) -> bytes:
    """A receipt, as the register writes one; for tests and demos."""
    head = [FORMAT, lines.VERSION, region, file, str(rows.height)]
    return lines.write(head, NAMES, rows.select(NAMES).iter_rows())


def read_receipt(content: bytes, *, file_name: str) -> Receipt:
    """What a receipt says. Raises BadFile with every fault."""
    head, rows = lines.read(content, file_name=file_name, format=FORMAT, head=3, names=NAMES)
    parts = pl.col("transaction_id").str.extract_groups(_ID).struct
    rows = rows.with_columns(
        _region=parts.field("1"), entry=parts.field("2").cast(pl.Int64),
        turn=parts.field("3").cast(pl.Int64),
    )  # fmt: skip
    if faults := _faults(rows.with_row_index("row", offset=3), head[0]):
        raise BadFile(file_name, faults)
    return Receipt(head[0], head[1], rows.drop("_region"))


def _faults(rows: pl.DataFrame, region: str) -> list[Fault]:
    identity, answer = pl.col("transaction_id"), pl.col("answer")
    strange = pl.col("_region").is_null() | (pl.col("_region") != region)
    code, text = pl.col("code"), pl.col("text")
    rules = (
        ("transaction_id", strange,
         Fault("unknown", "No row of this region has this transaction id.")),
        ("transaction_id", ~identity.is_first_distinct(),
         Fault("twice", "An earlier row answers the same transaction.")),
        ("answer", ~answer.is_in([ACCEPTED, REJECTED]),
         Fault("choice", "Write accepted or rejected.")),
        ("code", code.str.len_chars() > 40, Fault("too-long", "At most 40 characters.")),
        ("text", text.str.contains("\x00", literal=True),
         Fault("characters", "Take away signs that cannot be seen.")),
        ("code", code.str.contains("\x00", literal=True),
         Fault("characters", "Take away signs that cannot be seen.")),
        ("text", text.str.len_chars() > 400, Fault("too-long", "At most 400 characters.")),
    )  # fmt: skip
    faults = [
        replace(fault, row=row, column=column, value=value[:80])
        for column, rule, fault in rules
        for row, value in rows.filter(rule).select("row", column).iter_rows()
    ]
    return sorted(faults, key=lambda fault: fault.row or 0)

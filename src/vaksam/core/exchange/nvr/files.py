"""The file that goes to the register."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from vaksam.core.errors import BadFile, Fault
from vaksam.core.exchange.nvr import lines
from vaksam.core.exchange.nvr.checking import check
from vaksam.core.exchange.nvr.columns import NAMES

FORMAT = "vaksam-nvr"


@dataclass(frozen=True, slots=True)
class Transfer:
    """What a region sends. `rows` has a String column for each of `COLUMNS`, "" for nothing."""

    region: str
    made_at: datetime
    rows: pl.DataFrame


def write(transfer: Transfer) -> bytes:
    """The file; the same bytes for the same transfer.

    Its rows are as `check` wants them: a fault is a broken invariant here.
    """
    rows = transfer.rows.select(NAMES)
    assert not check(rows), "rows are checked before they are written"
    head = [FORMAT, lines.VERSION, transfer.region, transfer.made_at.isoformat(), str(rows.height)]
    return lines.write(head, NAMES, rows.iter_rows())


def read(content: bytes, *, file_name: str = "") -> Transfer:
    """What a file says. Raises BadFile with every fault."""
    head, rows = lines.read(content, file_name=file_name, format=FORMAT, head=3, names=NAMES)
    faults = check(rows)
    try:
        made_at = datetime.fromisoformat(head[1])
    except ValueError:
        faults.insert(0, Fault("day", "Write the moment as 2021-04-13T07:00:00+02:00.", row=1))
    if faults:
        raise BadFile(file_name, faults)
    return Transfer(head[0], made_at, rows)

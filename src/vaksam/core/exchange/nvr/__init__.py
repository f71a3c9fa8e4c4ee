"""Files to the national vaccination register and its receipts: format "vaksam-nvr", version 1.

The variables, their types and lengths are those of the register's list of variables as FoHM
publishes it; the layout of the file is ours. docs/reference/register-file.md describes both files.
"""

from vaksam.core.exchange.nvr.checking import check
from vaksam.core.exchange.nvr.columns import COLUMNS, NAMES, Column, Kind, transaction_id
from vaksam.core.exchange.nvr.files import Transfer, read, write
from vaksam.core.exchange.nvr.receipts import ACCEPTED, REJECTED, Receipt, read_receipt
from vaksam.core.exchange.nvr.receipts import write as write_receipt
from vaksam.core.exchange.nvr.scope import LAWS, Law

__all__ = [
    "ACCEPTED", "COLUMNS", "LAWS", "NAMES", "REJECTED", "Column", "Kind", "Law", "Receipt",
    "Transfer", "check", "read", "read_receipt", "transaction_id", "write", "write_receipt",
]  # fmt: skip

"""Writes with consequences: an edition comes in, whole or not at all."""

from vaksam.coverage.actions.editions import (
    AlreadyImported,
    import_example,
    import_workbook,
    sha256_of,
)
from vaksam.coverage.actions.fetch import fetch_latest
from vaksam.coverage.actions.runs import MAX_BYTES, carry_out, start_import, too_large

__all__ = [
    "MAX_BYTES",
    "AlreadyImported",
    "carry_out",
    "fetch_latest",
    "import_example",
    "import_workbook",
    "sha256_of",
    "start_import",
    "too_large",
]

"""Writes with consequences: an edition comes in, whole or not at all."""

from vaksam.coverage.actions.editions import (
    AlreadyImported,
    import_example,
    import_workbook,
    sha256_of,
)
from vaksam.coverage.actions.fetch import fetch_latest
from vaksam.coverage.actions.runs import carry_out, start_import

__all__ = [
    "AlreadyImported",
    "carry_out",
    "fetch_latest",
    "import_example",
    "import_workbook",
    "sha256_of",
    "start_import",
]

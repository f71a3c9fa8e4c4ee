"""A round as an Excel sheet for places without coverage, and what comes back in it.

The sheet is Swedish, as the work is. Its first column, hidden, has the ids of the rows; a sheet
that is hidden, too, says which round it is.
"""

from vaksam.core.rounds.sheet.judging import Dose, Known, Verdict, verdict
from vaksam.core.rounds.sheet.layout import OUTCOMES, SITES, Book, Given, Line, checksum
from vaksam.core.rounds.sheet.reading import read
from vaksam.core.rounds.sheet.writing import write

__all__ = [
    "OUTCOMES",
    "SITES",
    "Book",
    "Dose",
    "Given",
    "Known",
    "Line",
    "Verdict",
    "checksum",
    "read",
    "verdict",
    "write",
]

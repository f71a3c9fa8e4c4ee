"""The columns of the file, in order, with type and length as the register's variables have them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a row asks of the register."""

    NEW = "new"
    CORRECTED = "corrected"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `of` is text, digits, day, number or choice.

    `least` and `most` are characters of a text or of digits, or limits of a number; `least` 0: it
    may be empty. `always`: also in rows that delete. `secret`: no fault shows the value.
    """

    name: str
    of: str
    least: int
    most: int
    variable: str = ""
    choices: tuple[str, ...] = ()
    always: bool = False
    secret: bool = False


COLUMNS: Final = (
    Column("transaction_id", "text", 1, 40, always=True),
    Column("kind", "choice", 1, 9, choices=tuple(Kind), always=True),
    Column("dose_id", "number", 1, 2**63 - 1, always=True),
    Column("version", "number", 1, 32767, always=True),
    Column("person_id", "digits", 12, 12, "Person-id", always=True, secret=True),
    Column("person_id_kind", "choice", 1, 20, "Person-id",
           ("personnummer", "samordningsnummer"), always=True),
    Column("given_on", "day", 1, 10, "Vaccinationsdatum"),
    Column("vaccine_name", "text", 1, 80, "Vaccinnamn"),
    Column("npl_id", "text", 1, 80, "NPL-id"),
    Column("batch", "text", 0, 80, "Vaccinets satsnummer"),
    Column("dose_number", "number", 0, 99, "Dosnummer (endast covid-19)"),
    Column("disease", "text", 1, 255, "Vaccintyp/sjukdom"),
    Column("atc", "text", 0, 7),
    Column("county", "digits", 0, 2, "Folkbokföringsort vid vaccinationstillfället (Län)"),
    Column("municipality", "digits", 0, 4,
           "Folkbokföringsort vid vaccinationstillfället (Kommun)"),
    Column("provider", "text", 1, 255, "Responsible healthcare provider (Name)"),
    Column("retroactive", "choice", 1, 3, choices=("yes", "no")),
)  # fmt: skip
NAMES: Final = tuple(column.name for column in COLUMNS)


def transaction_id(region: str, entry: int, turn: int) -> str:
    """One row's own name: the same however often the row is written.

    >>> transaction_id("24", 1207, 1)
    '24-1207-1'
    """
    return f"{region}-{entry}-{turn}"

"""What stands where in the sheet, and its words."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import sha256
from typing import Final
from uuid import UUID

SHEET: Final = "Runda"
ABOUT: Final = "vaksam"  # hidden: round, checksum
LISTS: Final = "listor"  # hidden: what may be chosen
HEADING_ROW: Final = 4  # as a spreadsheet counts
EXTRA_ROWS: Final = 20  # empty ones for people who were not on the list

ID, STOP, PLACE, ADDRESS, ARRIVES, NAME, BORN, DOSE = (
    "Rad-id", "Stopp", "Plats", "Adress", "Ankomst", "Namn", "Född", "Dos nr",
)  # fmt: skip
OUTCOME, DAY, TIME, LOT, SITE, VACCINATOR, NOTE, NUMBER = (
    "Utfall", "Datum", "Klockslag", "Batchnummer", "Injektionsställe", "Vaccinatör", "Anteckning",
    "Personnummer (bara ny rad)",
)  # fmt: skip
HEADINGS: Final = (
    ID, STOP, PLACE, ADDRESS, ARRIVES, NAME, BORN, DOSE, OUTCOME, DAY, TIME, LOT, SITE, VACCINATOR,
    NOTE, NUMBER,
)  # fmt: skip
TO_FILL: Final = (OUTCOME, DAY, TIME, LOT, SITE, VACCINATOR, NOTE)
WIDTHS: Final = {STOP: 7, PLACE: 24, ADDRESS: 28, ARRIVES: 9, NAME: 24, BORN: 12, DOSE: 7,
                 OUTCOME: 16, DAY: 12, TIME: 10, LOT: 14, SITE: 18, VACCINATOR: 22, NOTE: 30,
                 NUMBER: 24}  # fmt: skip

#: What a human chooses, and what it is in the code.
OUTCOMES: Final = {"Given": "given", "Avböjt": "declined", "Sjuk": "ill",
                   "Inte på plats": "away", "Inte given, annan orsak": "other"}  # fmt: skip
SITES: Final = {"Vänster överarm": "left_arm", "Höger överarm": "right_arm",
                "Vänster lår": "left_thigh", "Höger lår": "right_thigh",
                "Annat ställe": "other"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the sheet as it goes out. `address` is empty for protected identities."""

    id: UUID
    stop: int
    place: str = field(repr=False)
    address: str = field(repr=False)
    arrives: str
    name: str = field(repr=False)
    born: str = field(repr=False)
    dose: int | None


@dataclass(frozen=True, slots=True)
class Book:
    """A round to be written. `title` and `note` stand above the rows."""

    round: int
    title: str
    note: str
    day: date
    lines: tuple[Line, ...]
    lots: tuple[str, ...]
    vaccinators: tuple[str, ...]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """A row as it came back. `id` None: somebody wrote it in by hand. `number` as Excel counts."""

    number: int
    id: UUID | None
    name: str = field(repr=False, default="")
    born: str = field(repr=False, default="")
    outcome: str = ""
    on: date | None = None
    at: time | None = None
    lot: str = ""
    site: str = ""
    vaccinator: str = field(repr=False, default="")
    note: str = field(repr=False, default="")
    personal_number: str = field(repr=False, default="")


def checksum(round_id: int, ids: list[UUID]) -> str:
    """Of what the hidden sheet says, so that ids of two rounds are not mixed."""
    text = "\n".join([str(round_id), *sorted(map(str, ids))])
    return sha256(text.encode()).hexdigest()

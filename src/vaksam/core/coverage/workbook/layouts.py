"""The kinds of sheet in Folkhälsomyndigheten's workbook, recognised by their columns.

Sheet names change between editions and sheets come and go; the columns say what a sheet is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a sheet counts."""

    DOSES_WEEKLY = "doses-weekly"
    WEEKLY = "weekly"
    AGE = "age"
    SEX = "sex"
    MUNICIPALITY = "municipality"
    MUNICIPALITY_AGE = "municipality-age"


@dataclass(frozen=True, slots=True)
class Values:
    """The headings of one pair of value columns."""

    count: str
    share: str | None


@dataclass(frozen=True, slots=True)
class Layout:
    """A recognised sheet: its kind, and which of its headings hold what."""

    kind: Kind
    columns: dict[str, str]
    values: tuple[Values, ...]
    unread: tuple[str, ...]

    @property
    def wide(self) -> bool:
        """The doses stand beside one another, each in a pair of columns of its own."""
        return self.kind in _WIDE

    def may_be_empty(self, role: str) -> bool:
        """In the sheet by municipality and age, a dose that is not offered to an age."""
        return self.kind == Kind.MUNICIPALITY_AGE and role.split()[0] in ("count", "share")

    def roles(self) -> Iterator[tuple[str, str]]:
        """Each role with its heading; the value columns are “count 0”, “share 0”, “count 1” …"""
        yield from self.columns.items()
        for i, pair in enumerate(self.values):
            yield f"count {i}", pair.count
            if pair.share is not None:
                yield f"share {i}", pair.share

    @property
    def numbers(self) -> list[str]:
        """Roles that hold numbers."""
        return [role for role, _ in self.roles() if role.split()[0] in _NUMBERS]


class MissingColumns(Exception):
    """The sheet looks like `kind` but lacks columns of it."""

    def __init__(self, kind: Kind, missing: Sequence[str]) -> None:
        super().__init__(kind, missing)
        self.kind = kind
        self.missing = tuple(missing)


_STATUS = {"status": "vaccinationsstatus", "count": "antal vaccinerade"}
_SHARE = {"share": "andel vaccinerade"}
_REQUIRED: dict[Kind, dict[str, str]] = {
    Kind.DOSES_WEEKLY: {
        "week": "vecka",
        "year": "år",
        "region": "region",
        "count": "antal vaccinationer",
    },
    Kind.WEEKLY: {"week": "vecka", "year": "år", "region": "region"} | _STATUS | _SHARE,
    Kind.AGE: {"region": "region", "age": "åldersgrupp"} | _STATUS | _SHARE,
    Kind.SEX: {"sex": "kön"} | _STATUS | _SHARE,
    Kind.MUNICIPALITY_AGE: {
        "municipality": "kommun",
        "name": "kommun namn",
        "age": "ålder",
        "population": "befolkning",
    },
    Kind.MUNICIPALITY: {"municipality": "knkod", "name": "knnamn"},
}
# Columns that add nothing to the ones above.
_KNOWN = {"län", "län namn"}
_NUMBERS = {"week", "year", "population", "count", "share"}
_WIDE = {Kind.MUNICIPALITY, Kind.MUNICIPALITY_AGE}
_DOSE_COLUMN = re.compile(r"^(antal|andel) ((?:minst )?\d+ dos(?:er)?|dos ?\d+)$")


def fold(heading: object) -> str:
    """A heading without its case, underscores and repeated spaces."""
    return " ".join(str(heading or "").replace("_", " ").casefold().split())


def recognise(headings: Sequence[str]) -> Layout | None:
    """The layout of a sheet with these headings, None when it is none of ours.

    Raises
    ------
    MissingColumns
        At least half of a kind's columns are there, the rest are not: the sheet is damaged.
    """
    by_fold: dict[str, str] = {}
    for heading in headings:
        by_fold.setdefault(fold(heading), heading)  # of two alike the second is not read
    pairs = _dose_pairs(by_fold)
    best: tuple[float, Kind, list[str]] | None = None
    for kind, required in _REQUIRED.items():
        missing = [name for name in required.values() if name not in by_fold]
        if kind in _WIDE and not pairs:
            missing.append("antal … dos")
        if not missing:
            return _layout(kind, headings, by_fold, pairs)
        found = 1 - len(missing) / (len(required) + (kind in _WIDE))
        if best is None or found > best[0]:
            best = (found, kind, missing)
    assert best is not None
    if best[0] >= 0.5:
        raise MissingColumns(best[1], best[2])
    return None


def _dose_pairs(by_fold: dict[str, str]) -> list[Values]:
    """Columns such as “Antal minst 1 dos” with their “Andel minst 1 dos”."""
    pairs = []
    for folded, heading in by_fold.items():
        match = _DOSE_COLUMN.match(folded)
        if match and match[1] == "antal":
            pairs.append(Values(heading, by_fold.get(f"andel {match[2]}")))
    return pairs


def _layout(
    kind: Kind, headings: Sequence[str], by_fold: dict[str, str], pairs: list[Values]
) -> Layout:
    columns = {role: by_fold[name] for role, name in _REQUIRED[kind].items()}
    values = tuple(pairs)
    if kind not in _WIDE:
        values = (Values(columns.pop("count"), columns.pop("share", None)),)
    read = {*columns.values(), *(v.count for v in values), *(v.share for v in values)}
    unread = tuple(h for h in headings if h not in read and fold(h) not in _KNOWN)
    return Layout(kind, columns, values, unread)

"""What the fast reader does not tell of a workbook: where a sheet begins, and odd cells.

fastexcel counts rows from the first that holds anything, gives error cells as empty ones and
truth values as numbers. A fault must name the row that a spreadsheet shows, and an error cell is
no empty one, so the parts of the package (ECMA-376, Office Open XML) are looked at themselves.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from posixpath import join, normpath
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

MAX_UNPACKED = 200_000_000
"""Bytes of all parts; the official workbook has 8 million. More is a bomb, not a workbook."""

MAX_CELLS = 10_000_000
"""Cells that a sheet spans, empty ones too, since the reader makes room for each; the official
sheets span up to 83,000. Two cells in opposite corners would otherwise end the process."""

_DAMAGE = (
    BadZipFile, ElementTree.ParseError, EOFError, LookupError, NotImplementedError, OSError,
    RuntimeError, ValueError, zlib.error,
)  # fmt: skip
"""All that zipfile and ElementTree are known to raise on what is not whole."""

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(
    rb"<(?:\w+:)?c\b(?P<attributes>[^>]*)(?<!/)>\s*"
    rb"(?P<formula><(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>))?\s*"
    rb"(?:<(?:\w+:)?(?P<content>v|is)\b[^>]*(?<!/)>(?P<value>[^<]*))?"
)
_PLACE = re.compile(rb"\br=[\"']([A-Z]+)(\d+)[\"']")
# Of cells and rows, in every spelling that the reader takes.
_REACH = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]*)(\d+)")
_TYPE = re.compile(rb"\bt=[\"'](\w+)[\"']")
# The fast way: a sheet written as usual and without any of these has no odd cells.
_USUAL = b'<c r="'
_TRACES = (b't="e"', b't="b"', b"<f")


class Damaged(Exception):
    """The file is not a whole workbook."""


@dataclass(frozen=True, slots=True)
class OddCell:
    """A cell that holds no value to read; `row` and `column` count from 1."""

    code: str
    message: str
    row: int
    column: int
    value: str


@dataclass(frozen=True, slots=True)
class Part:
    """One sheet as stored."""

    content: bytes

    @property
    def first_row(self) -> int:
        """The first row with anything in it, 1-based."""
        return next((row for row, _, _ in self._filled()), 1)

    def first_column(self, from_row: int) -> int:
        """The first column with anything in it from a row on, 1-based."""
        return min((column for row, column, _ in self._filled() if row >= from_row), default=1)

    def span(self) -> int:
        """Cells from the first to the last row and column, empty ones too."""
        places = _REACH.findall(self.content)
        columns = {column.upper() for column, _ in places}
        rows = {row for _, row in places}
        return max(map(int, rows), default=0) * max(map(_number, columns), default=0)

    def odd_cells(self) -> list[OddCell]:
        """Error cells, truth values, and formulas that were never worked out."""
        usual = _USUAL in self.content
        if usual and not any(trace in self.content for trace in _TRACES):
            return []
        return [
            OddCell(code, message, row, column, value)
            for row, column, cell in _cells(self.content)
            for code, message, value in _odd(cell)
        ]

    def _filled(self) -> Iterator[tuple[int, int, "re.Match[bytes]"]]:
        return (found for found in _cells(self.content) if found[2]["content"])


def sheets(content: bytes) -> dict[str, Part]:
    """Every sheet's part by its title. Comes before the fast reader, which has no limits.

    Raises
    ------
    Damaged
        The package is not whole, unpacks to more than MAX_UNPACKED bytes, or has a sheet that
        spans more than MAX_CELLS.
    """
    try:
        return _sheets(content)
    except _DAMAGE as error:
        raise Damaged(str(error)) from error


def _sheets(content: bytes) -> dict[str, Part]:
    with ZipFile(BytesIO(content)) as package:
        _demand_whole(package)
        targets = {
            one.attrib["Id"]: normpath(join("/xl", one.attrib["Target"])).lstrip("/")
            for one in _xml(package, "xl/_rels/workbook.xml.rels")
        }
        parts = {
            sheet.attrib["name"]: Part(package.read(targets[sheet.attrib[_RELATION]]))
            for sheet in _xml(package, "xl/workbook.xml").iterfind(".//{*}sheets/{*}sheet")
        }
    if any(part.span() > MAX_CELLS for part in parts.values()):
        raise ValueError("a sheet reaches further than any workbook's")
    return parts


def _demand_whole(package: ZipFile) -> None:
    """Every part as long as it says, and all of them together no longer than a workbook."""
    if sum(part.file_size for part in package.infolist()) > MAX_UNPACKED:
        raise ValueError("the file unpacks to more than any workbook")
    if changed := package.testzip():  # unpacks no more than is said; the sum then does not agree
        raise ValueError(f"{changed} is damaged")


def _xml(package: ZipFile, name: str) -> ElementTree.Element:
    # No entities are resolved from outside, and expat itself stops those that grow without end.
    return ElementTree.fromstring(package.read(name))  # noqa: S314


def _cells(content: bytes) -> Iterator[tuple[int, int, "re.Match[bytes]"]]:
    for cell in _CELL.finditer(content):
        if place := _PLACE.search(cell["attributes"]):
            yield int(place[2]), _number(place[1]), cell


def _odd(cell: "re.Match[bytes]") -> Iterator[tuple[str, str, str]]:
    kind = _TYPE.search(cell["attributes"])
    value = (cell["value"] or b"").decode(errors="replace")
    if kind and kind[1] == b"e":
        message = "holds an error instead of a value; correct the cell"
        yield "error-cell", message, value
    elif kind and kind[1] == b"b":
        message = "holds true or false instead of a value; correct the cell"
        yield "truth-value", message, value
    elif cell["formula"] and not value:
        message = "holds a formula without a result; open and save in a spreadsheet"
        yield "no-result", message, ""


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number

"""What the templates in `templates/components/` are given. Texts come ready for reading.

    {% include "components/table.html" with table=table only %}

The shapes hold no rules: a page's presenter formats numbers and fills them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils.functional import Promise

Text = str | Promise
Tone = Literal["info", "success", "warning", "danger"]


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go. `note` is read after the label: a file's format, a count."""

    label: Text
    url: str
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Column:
    label: Text
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is more than a text."""

    text: Text
    url: str = ""
    tone: Tone | Literal[""] = ""  # shown as a tag

    def __str__(self) -> str:
        return str(self.text)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, as many as there are columns; the first of each row is its heading.

    `key` is unique on the page. `totals` is a last row that sums the others up.
    """

    key: str
    caption: Text
    columns: Sequence[Column]
    rows: Sequence[Sequence[Text | Cell]]
    totals: Sequence[Text | Cell] = ()
    note: Text = ""

    def __post_init__(self) -> None:
        assert all(len(row) == len(self.columns) for row in self.rows), "a row per column"

    def cells(self) -> list[list[tuple[Column, Text | Cell, bool]]]:
        """Each cell with its column, and whether it is more than a text."""
        return [self._row(row) for row in self.rows]

    def total_cells(self) -> list[tuple[Column, Text | Cell, bool]]:
        return self._row(self.totals) if self.totals else []

    def _row(self, row: Sequence[Text | Cell]) -> list[tuple[Column, Text | Cell, bool]]:
        return [
            (column, cell, isinstance(cell, Cell))
            for column, cell in zip(self.columns, row, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture, the table it was drawn from, and the downloads of both.

    `image_url` serves the SVG that needs no JavaScript, `narrow_url` the same for a telephone;
    `spec_url` a Vega-Lite specification that the browser makes interactive ("": stays a picture).
    `alt` says in words what the picture shows; `caution` what may mislead, if anything.
    """

    key: str
    title: Text
    image_url: str
    alt: Text
    table: Table
    spec_url: str = ""
    narrow_url: str = ""
    note: Text = ""
    caution: Text = ""
    downloads: Sequence[Link] = ()


@dataclass(frozen=True, slots=True)
class Stat:
    """One figure in large type, with what it is of and how it has moved."""

    label: Text
    value: Text
    of: Text = ""
    change: Text = ""
    tone: Tone | Literal[""] = ""  # colours `change`, whose words must say it too
    url: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """A job under way. `url` serves this part anew until `done`; `page_url` is its whole page."""

    key: str
    label: Text
    text: Text
    url: str
    page_url: str
    value: int = 0
    maximum: int = 0  # 0: not known yet
    done: bool = False


@dataclass(frozen=True, slots=True)
class Empty:
    """Nothing to show, why, and what to do about it."""

    title: Text
    text: Text
    actions: Sequence[Link] = field(default=())

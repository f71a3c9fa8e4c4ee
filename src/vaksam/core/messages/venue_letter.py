"""A letter to a venue about a change of many times: figures by day and product, and no persons."""

import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

import typst

from vaksam.core.letters import known


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueLetter:
    """All in words of `language`: `head` are the table's headings, each row has as many cells.

    `sender` is who writes, the first line bold; `ask`: whom to ask.
    """

    language: str
    title: str
    date: str
    sender: tuple[str, ...]
    to: tuple[str, ...]
    paragraphs: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]
    ask: str


def as_pdf(values: VenueLetter, *, fonts: str = "") -> bytes:
    """The letter as PDF/UA. `fonts`: a folder of more fonts."""
    there, families = known(fonts)
    data = json.dumps(asdict(values), ensure_ascii=False)
    inputs = {"data": data, "fonts": json.dumps(families)}
    try:
        return typst.compile(_template(), sys_inputs=inputs, font_paths=there,
                             pdf_standards="ua-1")  # fmt: skip
    except typst.TypstError:  # a sign that no font has: a box stands for it
        return typst.compile(_template(), sys_inputs=inputs, font_paths=there)


@cache
def _template() -> bytes:
    return files("vaksam.core.messages").joinpath("venue_letter.typ").read_bytes()

"""Letters as PDF: one, or many in one file that is ready to print."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final

import typst

# Latin and Arabic. The last ones are inside the typst wheel, so every letter can be read; those
# before them look better and are used where the machine, or the folder of fonts, has them.
FONTS: Final = ("Noto Sans", "Noto Sans Arabic", "DejaVu Sans", "Libertinus Serif",
                "DejaVu Sans Mono")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A paragraph with or without a heading."""

    heading: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter. `to` are the lines in the window, `sender` those beside it, the first bold;
    `date` is written as it is to be read; `direction` is ltr or rtl.
    """

    language: str
    direction: str
    title: str
    date: str
    sender: tuple[str, ...]
    to: tuple[str, ...] = field(repr=False)
    paragraphs: tuple[Part, ...] = field(repr=False)


def letter(values: Letter, *, fonts: str = "") -> bytes:
    """One letter as PDF/UA with its title and language. `fonts`: a folder of more fonts."""
    return _compile([values], values.title, fonts)


def letters(values: Sequence[Letter], *, title: str, fonts: str = "") -> bytes:
    """Many letters in one PDF/UA, in order, each on a new sheet.

    One compilation, some four times as fast as one by one; it keeps about 0.3 MB a letter in
    memory. A sheet is two pages, so the other side of a letter of one page is blank.
    """
    assert values, "somebody to write to"
    return _compile(values, title, fonts)


def _compile(values: Sequence[Letter], title: str, fonts: str) -> bytes:
    data = {
        "title": title,
        "author": values[0].sender[0] if values[0].sender else "Vaksam",
        "letters": [asdict(each) | {"sender": each.sender or ("",)} for each in values],
    }
    there, families = known(fonts)
    inputs = {"data": json.dumps(data, ensure_ascii=False), "fonts": json.dumps(families)}
    page = _template()
    try:
        return typst.compile(page, sys_inputs=inputs, font_paths=there, pdf_standards="ua-1")
    except typst.TypstError:
        # A name in a script that no font has: the letter goes, tagged, with a box for the sign.
        return typst.compile(page, sys_inputs=inputs, font_paths=there)


@cache
def known(fonts: str) -> tuple[typst.Fonts, tuple[str, ...]]:
    """The fonts, looked for once, and those of `FONTS` among them, in order."""
    there = typst.Fonts(font_paths=[fonts] if fonts else [])
    families = set(there.families())
    return there, tuple(name for name in FONTS if name in families)


@cache
def _template() -> bytes:
    return files("vaksam.core.letters").joinpath("letter.typ").read_bytes()

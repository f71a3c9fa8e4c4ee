"""A round on paper: where to go in which order, whom to see, and room to write."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files

import typst

from vaksam.core.letters import known


@dataclass(frozen=True, slots=True)
class Person:
    """Texts as they are to be read; `dose` says which."""

    name: str = field(repr=False)
    born: str = field(repr=False)
    dose: str


@dataclass(frozen=True, slots=True)
class Halt:
    """A stop. `vial` says what is opened and how long it lasts."""

    time: str
    name: str = field(repr=False)
    address: str = field(repr=False)
    vial: str
    persons: tuple[Person, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """`facts` are label and text; `columns` the five headings: time and place, person, born, dose,
    what was done.
    """

    language: str
    title: str
    facts: Sequence[tuple[str, str]]
    columns: tuple[str, str, str, str]
    halts: Sequence[Halt] = field(repr=False)
    foot: str


def paper(values: Paper, *, fonts: str = "") -> bytes:
    """PDF/UA in A4. `fonts`: a folder of more fonts, as `vaksam.core.letters.letter`."""
    there, families = known(fonts)
    inputs = {"data": json.dumps(asdict(values), ensure_ascii=False),
              "fonts": json.dumps(families)}  # fmt: skip
    try:
        return typst.compile(_template(), sys_inputs=inputs, font_paths=there,
                             pdf_standards="ua-1")  # fmt: skip
    except typst.TypstError:
        # A name in a script that no font has: the list goes, tagged, with a box for the sign.
        return typst.compile(_template(), sys_inputs=inputs, font_paths=there)


@cache
def _template() -> bytes:
    return files("vaksam.core.rounds").joinpath("round.typ").read_bytes()

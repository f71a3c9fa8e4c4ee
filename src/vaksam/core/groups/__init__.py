"""Groups that directives name, and the evidence by which somebody belongs to one.

Both are data (`groups.toml`). A group's place there is its bit in columns of facts.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import resources

from vaksam.core.errors import Refused


@dataclass(frozen=True, slots=True)
class Group:
    """Persons whom a directive may name together.

    `kind` is support, staff, diagnosis, social or precaution. A `sensitive` group tells of health
    or hardship. `basis` is the usual legal basis for knowing of it.
    """

    code: str
    bit: int
    name_sv: str
    name_en: str
    kind: str
    sensitive: bool
    basis: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """How one knows that somebody belongs to a group."""

    code: str
    name_sv: str
    name_en: str


def _load() -> tuple[dict[str, Group], dict[str, Evidence]]:
    text = resources.files("vaksam.core.groups").joinpath("groups.toml").read_text("utf-8")
    data = tomllib.loads(text)
    groups = [
        Group(
            code=row["code"],
            bit=bit,
            name_sv=row["name"]["sv"],
            name_en=row["name"]["en"],
            kind=row["kind"],
            sensitive=row["sensitive"],
            basis=row["basis"],
        )
        for bit, row in enumerate(data["group"])
    ]
    sources = [
        Evidence(row["code"], row["name"]["sv"], row["name"]["en"]) for row in data["source"]
    ]
    assert len(groups) <= 62, "bits of a signed 64-bit number"
    return {group.code: group for group in groups}, {each.code: each for each in sources}


CATALOGUE: Mapping[str, Group]
SOURCES: Mapping[str, Evidence]
CATALOGUE, SOURCES = _load()


def group(code: str) -> Group:
    """The group of a code.

    Raises
    ------
    Refused
        There is none; the nearest codes are named.
    """
    if code not in CATALOGUE:
        raise Refused(
            "unknown-group",
            "There is no group “{code}”. Nearest: {nearest}.",
            code=code,
            nearest=", ".join(get_close_matches(code, CATALOGUE, 3, 0.3) or sorted(CATALOGUE)),
        )
    return CATALOGUE[code]


def source(code: str) -> Evidence:
    """The kind of evidence of a code. Raises Refused, naming those there are."""
    if code not in SOURCES:
        raise Refused(
            "unknown-source",
            "There is no source “{code}”. There are: {known}.",
            code=code,
            known=", ".join(SOURCES),
        )
    return SOURCES[code]


def mask(codes: Iterable[str]) -> int:
    """Groups as bits of one number. Raises Refused for one that is not known.

    >>> mask(["care_home", "home_care"])
    3
    """
    bits = 0
    for code in codes:
        bits |= 1 << group(code).bit
    return bits


def codes(mask: int) -> tuple[str, ...]:
    """The groups of a mask, in the catalogue's order.

    >>> codes(3)
    ('care_home', 'home_care')
    """
    return tuple(each.code for each in CATALOGUE.values() if mask >> each.bit & 1)


def names(language: str) -> dict[str, str]:
    """The name of every group in a language (sv, else English), by code."""
    return {
        each.code: each.name_sv if language == "sv" else each.name_en for each in CATALOGUE.values()
    }


def source_names(language: str) -> dict[str, str]:
    """The name of every kind of evidence in a language (sv, else English), by code."""
    return {
        each.code: each.name_sv if language == "sv" else each.name_en for each in SOURCES.values()
    }

"""The texts: one file a language, all with the same keys and places, checked when read."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any, Final

from vaksam.core.errors import BadFile, Fault
from vaksam.core.messages.kinds import BLOCKS, BLOCKS_OF_MORE, MORE, NEWS, REASONS, SMS_KINDS, Kind

LANGUAGES: Final = ("sv", "en", "ar", "so", "fi")
_LONG_CODES: Final = {"swe": "sv", "eng": "en", "ara": "ar", "som": "so", "fin": "fi"}
WORDS: Final = ("draft", "either", "hidden_place", "visit", "off_too")
#: What a text may name.
PLACES: Final = frozenset(
    {"when", "place", "where", "travel", "link", "telephone", "contact", "code", "minutes",
     "until", "until_day", "keep_by", "reason", "product", "places", "count"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Texts:
    """A language's texts.

    `reviewed_by` is who speaks the language and has reviewed the translation: "" for a draft,
    "original" where it was written in this language. `when`, `clock`, `day` and `short` are
    patterns of Unicode TR 35; `short` is for several times in one text message.
    """

    language: str
    direction: str
    reviewed_by: str
    when: str
    clock: str
    day: str
    short: str
    words: Mapping[str, str]
    sms: Mapping[str, str]
    long: Mapping[str, Mapping[str, str]]
    blocks: Mapping[str, Mapping[str, str]]
    reasons: Mapping[str, Mapping[str, str]]
    news: Mapping[str, str]

    @property
    def draft(self) -> bool:
        return not self.reviewed_by


def language_of(code: str) -> str:
    """The language of the texts for a person's: Swedish where there are none.

    >>> language_of("so"), language_of("ara"), language_of("de"), language_of("")
    ('so', 'ar', 'sv', 'sv')
    """
    found = _LONG_CODES.get(code, code)
    return found if found in LANGUAGES else "sv"


@cache
def load(language: str) -> Texts:
    """A language's texts. Raises BadFile with every fault."""
    name = f"{language}.toml"
    content = files("vaksam.core.messages").joinpath("texts", name).read_text("utf-8")
    return read(content, name)


def read(content: str, file_name: str) -> Texts:
    """Texts from a file's content. Raises BadFile with every fault."""
    table = tomllib.loads(content)
    if faults := list(_faults(table)):
        raise BadFile(file_name, faults)
    return Texts(**table)


def places_of(text: str) -> frozenset[str]:
    """The places that a text names.

    >>> sorted(places_of("Din tid: {when}, {place}."))
    ['place', 'when']
    """
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def _faults(table: Mapping[str, Any]) -> Iterator[Fault]:
    found = dict(flat(table))
    for key in sorted(wanted() - found.keys()):
        yield Fault("missing-text", "This text is missing.", column=key)
    for key in sorted(found.keys() - wanted()):
        yield Fault("unknown-text", "There is no message with this text.", column=key)
    for key, text in found.items():
        for place in sorted(places_of(text) - PLACES):
            yield Fault("unknown-place", "The text names what there is not.", column=key,
                        value=place)  # fmt: skip


def wanted() -> frozenset[str]:
    """The keys of every file, as "sms.code"."""
    every = (*BLOCKS.values(), *BLOCKS_OF_MORE.values())
    blocks = {name for names in every for name in names} - {MORE}
    return frozenset(
        {"language", "direction", "reviewed_by", "when", "clock", "day", "short"}
        | {f"words.{name}" for name in WORDS}
        | {f"sms.{kind}" for kind in SMS_KINDS}
        | {f"long.{kind}.{part}" for kind in Kind for part in ("title", "lead")}
        | {f"blocks.{name}.{part}" for name in blocks for part in ("heading", "text")}
        | {f"reasons.{code}.{part}" for code in REASONS for part in ("short", "long")}
        | {f"news.{name}" for name in NEWS}
    )


def flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Each text with its key."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", str(value)

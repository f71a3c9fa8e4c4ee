"""The words of the public pages, from a data file for each language.

A file whose `reviewed_by` is empty is a draft, and every page in it says so.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime, format_time

from vaksam.base import clock
from vaksam.core.errors import Refused
from vaksam.core.messages import LANGUAGES

FIRST = "sv"


@dataclass(frozen=True, slots=True)
class Texts:
    """One language's words; `texts["start.title"]`, places filled by `fill`."""

    language: str
    name: str
    direction: str
    reviewed_by: str
    words: Mapping[str, str] = field(repr=False)

    @property
    def draft(self) -> bool:
        return not self.reviewed_by

    def __getitem__(self, key: str) -> str:
        return self.words[key]

    def fill(self, key: str, **values: object) -> str:
        """A text with its places filled; days and moments as the language writes them."""
        return self.words[key].format(**{name: self._plain(each) for name, each in values.items()})

    def refused(self, error: Refused) -> str:
        """Why something was refused, in plain words."""
        key = f"refused.{error.code}"
        return self.fill(key if key in self.words else "refused.other", **error.values)

    def day(self, value: date) -> str:
        """tisdag 20 april."""
        return str(format_date(value, "EEEE d MMMM", locale=self.language))

    def moment(self, value: datetime) -> str:
        """tisdag 20 april, 09:10."""
        local = value.astimezone(clock.SWEDEN)
        return f"{self.day(local.date())}, {self.clock_time(local)}"

    def clock_time(self, value: datetime) -> str:
        local = value.astimezone(clock.SWEDEN)
        return str(format_time(local.time(), "HH:mm", locale=self.language))

    def stamp(self, value: datetime) -> str:
        """For a short list: 20 apr. 09:10."""
        local = value.astimezone(clock.SWEDEN).replace(tzinfo=None)
        return str(format_datetime(local, "d MMM HH:mm", locale=self.language))

    def _plain(self, value: object) -> object:
        if isinstance(value, datetime):
            return self.moment(value)
        return self.day(value) if isinstance(value, date) else value


@cache
def texts(language: str) -> Texts:
    """The words of a language; of the first where it is none of ours."""
    code = language if language in LANGUAGES else FIRST
    data = tomllib.loads(files(__package__).joinpath(f"texts/{code}.toml").read_text("utf-8"))
    about = {name: data.pop(name) for name in ("language", "name", "direction", "reviewed_by")}
    words = {f"{table}.{key}": text for table, rows in data.items() for key, text in rows.items()}
    return Texts(**about, words=words)


def languages() -> list[Texts]:
    return [texts(code) for code in LANGUAGES]


def spoken(codes: list[str] | tuple[str, ...], language: str) -> str:
    """Names of languages in a language; a code that has no name there stands as it is."""
    names: Mapping[str, Any] = Locale.parse(language).languages
    return ", ".join(str(names.get(code, code)) for code in codes)

"""Reasons, checks and differences in plain words, Swedish or English: `words.toml`."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from vaksam.core.clinic.checks import Check
from vaksam.core.clinic.closing import Difference
from vaksam.core.clinic.triage import Reason
from vaksam.core.rules.explain import day

SWEDEN: Final = ZoneInfo("Europe/Stockholm")
_NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})
_PRODUCTS: Final = frozenset({"product", "products", "wanted"})


def words(
    said: Reason | Check | Difference, language: str, names: Mapping[str, str] = _NO_NAMES
) -> str:
    """One sentence in a language (sv, else English).

    `names` are the products' by code; without, the code stands.
    """
    texts, own = catalogue(), "sv" if language == "sv" else "en"
    values = {name: _shown(name, value, own, names) for name, value in said.values}
    text = str(texts[key(said)][own]).format_map(values)
    if isinstance(said, Reason):
        for mark in ("unsure", "cleared"):
            if dict(said.values).get(mark) or (mark == "cleared" and said.cleared):
                text = str(texts[mark][own]).format(text=text)
    return text


def key(said: Reason | Check | Difference) -> str:
    """The key of its words.

    >>> key(Reason("answer.ill"))
    'reason.answer.ill'
    """
    if isinstance(said, Reason):
        return f"reason.{said.code}"
    if isinstance(said, Difference):
        return f"difference.{said.code}"
    return ".".join(part for part in ("check", said.code, said.level.value, said.why) if part)


def outcome(code: str, language: str) -> str:
    """An outcome in words."""
    return str(catalogue()[f"outcome.{code}"]["sv" if language == "sv" else "en"])


@cache
def catalogue() -> Mapping[str, Any]:
    """The words file: for each key its text by language."""
    found = files("vaksam.core.clinic").joinpath("words.toml").read_text("utf-8")
    return tomllib.loads(found)


def _shown(name: str, value: object, language: str, names: Mapping[str, str]) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(SWEDEN):%H:%M}"
    if isinstance(value, date):
        return day(value, language)
    if name in _PRODUCTS:
        many = isinstance(value, tuple)
        codes = value if isinstance(value, tuple) else (value,)
        none = str(catalogue()["no_product" if many else "unknown_product"][language])
        return ", ".join(names.get(str(code), str(code)) for code in codes if code) or none
    return str(value)

"""The worked examples: read from examples.toml, decided from the shipped files, no database."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import vaksam.programmes
from vaksam.core.products import Product
from vaksam.core.products import files as product_files
from vaksam.core.rules import Decision, Dose, Facts, decide, files
from vaksam.core.rules.definition import Directive, Rule
from vaksam.core.rules.in_force import RuleSet, rule_set

DATA = Path(vaksam.programmes.__file__).parent / "data"
EXAMPLES = Path(__file__).parent / "examples.toml"
SWEDEN = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True)
class Example:
    """A person, a day, what was known, and the answer there must be.

    `answer` holds fields of `Decision` by name; `products` are the codes that may be given.
    `rules` are those whose sources the example shows, one directive each at least.
    """

    topic: str
    title: str
    programme: str
    on: date
    known_at: datetime
    facts: Facts
    rules: tuple[str, ...]
    answer: dict[str, Any] = field(hash=False)

    def decide(self) -> Decision:
        return decide(self.facts, known_rules(self.programme, self.known_at), on=self.on)


@cache
def topics() -> tuple[tuple[str, str], ...]:
    """Title and introduction of each topic."""
    return tuple((row["title"], row.get("text", "")) for row in _read()["topic"])


@cache
def examples() -> tuple[Example, ...]:
    """Every example, in the order of the file."""
    return tuple(
        _example(topic, row) for topic in _read()["topic"] for row in topic["example"]
    )  # fmt: skip


@cache
def directives() -> tuple[Directive, ...]:
    """Every shipped directive."""
    found = sorted((DATA / "directives").glob("*.toml"))
    return tuple(files.read(each.read_text("utf-8"), file_name=each.name) for each in found)


@cache
def products() -> tuple[Product, ...]:
    """Every shipped product."""
    text = (DATA / "products.toml").read_text("utf-8")
    return product_files.read_products(text, file_name="products.toml")


@cache
def programmes() -> dict[str, str]:
    """The disease of each shipped programme."""
    text = (DATA / "programmes.toml").read_text("utf-8")
    found = product_files.read_programmes(text, file_name="programmes.toml")
    return {each.code: each.disease for each in found}


def shipped_rules() -> dict[str, Rule]:
    """Every shipped rule by its code, with the days its own directive gave it."""
    return {rule.code: rule for each in directives() for rule in each.rules}


@cache
def known_rules(programme: str, known_at: datetime) -> RuleSet:
    """The shipped rules of a programme as known at a moment."""
    return rule_set(
        directives(),
        programme=programme,
        disease=programmes()[programme],
        products=products(),
        known_at=known_at,
    )


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(EXAMPLES.read_text("utf-8"))


_ANSWER = ("status", "why", "phase", "next_dose", "valid_doses", "earliest_on", "recommended_on",
           "latest_on", "products", "place", "judgements")  # fmt: skip


def _example(topic: dict[str, Any], row: dict[str, Any]) -> Example:
    """A row, with the topic's values where it has none of its own. Known at noon, if not told."""
    given = {name: value for name, value in topic.items() if name not in ("title", "example")}
    told = given | row
    on = told["on"]
    return Example(
        topic=topic["title"],
        title=told["title"],
        programme=told["programme"],
        on=on,
        known_at=told.get("known_at") or datetime.combine(on, time(12), SWEDEN),
        facts=_facts(told),
        rules=tuple(_list(told["rule"])),
        answer={name: told[name] for name in _ANSWER if name in told},
    )


def _facts(told: dict[str, Any]) -> Facts:
    born = told["born"]
    return Facts(
        born_on=date(born, 1, 1) if isinstance(born, int) else born,
        year_only=isinstance(born, int),
        region=told["region"],
        groups=frozenset(told.get("groups", ())),
        doses=tuple(_doses(told.get("doses", ()))),
        household=tuple(_facts(each | {"region": told["region"]}) for each in told.get("with", ())),
    )


def _doses(rows: list[dict[str, Any]]) -> Iterator[Dose]:
    for row in rows:
        yield Dose(row["on"], row.get("product", ""), row.get("abroad", False))


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value

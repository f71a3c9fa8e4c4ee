"""What an answer of the health declaration leads to: reviewed data, `effects.toml`."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

from vaksam.core.errors import BadFile, Fault


class Outcome(StrEnum):
    """What comes of the visit."""

    GIVE = "give"
    GIVE_LONGER = "give_longer"  # and observe 30 minutes
    ASK_PHYSICIAN = "ask_physician"
    HOSPITAL = "hospital"
    NOT_NOW = "not_now"
    NOT_THIS_PRODUCT = "not_this_product"

    @property
    def gravity(self) -> int:
        """0 for the mildest."""
        return _GRAVITY[self]

    @property
    def may_give(self) -> bool:
        return self in (Outcome.GIVE, Outcome.GIVE_LONGER)


_GRAVITY: Final = {
    outcome: place
    for place, outcome in enumerate(
        (Outcome.GIVE, Outcome.GIVE_LONGER, Outcome.NOT_THIS_PRODUCT, Outcome.NOT_NOW,
         Outcome.ASK_PHYSICIAN, Outcome.HOSPITAL)
    )
}  # fmt: skip
SHORT: Final = 15  # minutes of observation
LONG: Final = 30


@dataclass(frozen=True, slots=True)
class Effect:
    """What “yes” to a question leads to, and “unsure” (None: nothing).

    `products`: only for these; empty for all. `wait_days`: not sooner than so many days from now.
    `minutes` of observation, once the dose may be given.
    """

    question: str
    yes: Outcome
    unsure: Outcome | None = None
    minutes: int = SHORT
    products: frozenset[str] = frozenset()
    wait_days: int | None = None

    def of(self, answer: str, product: str) -> Outcome | None:
        """The outcome for a product; None where the answer changes nothing."""
        if self.products and product not in self.products:
            return None
        return {"yes": self.yes, "unsure": self.unsure}.get(answer)


@dataclass(frozen=True, slots=True)
class Effects:
    """The file: who wrote and checked it, and the effects in its order."""

    author: str
    checker: str
    valid_from: date
    review_on: date
    source: str
    each: tuple[Effect, ...]


@cache
def effects() -> Effects:
    """Those in force. Raises BadFile with every fault."""
    content = files("vaksam.core.clinic").joinpath("effects.toml").read_text("utf-8")
    return read(content, file_name="effects.toml")


def read(content: str, *, file_name: str) -> Effects:
    """Effects from a file's content. Raises BadFile with every fault."""
    try:
        table = tomllib.loads(content)
        found = tuple(_effect(row) for row in table.pop("effect"))
        made = Effects(**table, each=found)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        fault = Fault("cannot-be", "The file cannot be read: {why}", values={"why": repr(error)})
        raise BadFile(file_name, [fault]) from error
    if faults := list(_faults(found)):
        raise BadFile(file_name, faults)
    return made


def _effect(row: Mapping[str, Any]) -> Effect:
    return Effect(
        question=row["question"],
        yes=Outcome(row["yes"]),
        unsure=Outcome(row["unsure"]) if "unsure" in row else None,
        minutes=row.get("minutes", SHORT),
        products=frozenset(row.get("products", ())),
        wait_days=row.get("wait_days"),
    )


def _faults(found: tuple[Effect, ...]) -> Iterator[Fault]:
    codes = [each.question for each in found]
    for each in found:
        if codes.count(each.question) > 1:
            yield Fault("twice", "This stands twice.", column="question", value=each.question)
        if each.unsure and each.unsure.gravity > each.yes.gravity:
            yield Fault("unsure-graver", "“Unsure” must not be graver than “yes”.",
                        column="unsure", value=each.question)  # fmt: skip
        if each.minutes not in (SHORT, LONG):
            yield Fault("minutes", "Observation is 15 or 30 minutes.", column="minutes",
                        value=each.question)  # fmt: skip

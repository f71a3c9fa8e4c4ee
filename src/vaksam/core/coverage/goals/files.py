"""Goals as data: read from TOML with every fault at once."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from vaksam.core.coverage.goals.goal import Goal
from vaksam.core.errors import BadFile, Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalFile:
    """Goals with their names by language (sv and en), and who stands behind them."""

    goals: tuple[Goal, ...]
    names_sv: tuple[str, ...]
    author: str
    checker: str
    review_on: date


_NEEDED: dict[str, Callable[[object], bool]] = {
    "code": lambda value: isinstance(value, str) and bool(value),
    "name": lambda value: isinstance(value, dict) and {"sv", "en"} <= value.keys(),
    "age_from": lambda value: type(value) is int and value >= 0,
    "doses": lambda value: type(value) is int and value >= 1,
    "share": lambda value: type(value) in (int, float) and 0 < float(str(value)) <= 1,
    "by_on": lambda value: type(value) is date,
    "source": lambda value: isinstance(value, str) and bool(value),
}
_OPTIONAL = {"age_to": lambda value: type(value) is int and value >= 0}
_SHAPES = {
    "code": "a text without spaces",
    "name": "name.sv and name.en",
    "age_from": "a whole number of years",
    "age_to": "a whole number of years, not below age_from",
    "doses": "a whole number from 1",
    "share": "a number over 0 and at most 1",
    "by_on": "a date such as 2021-08-15, without quotes",
    "source": "where the goal was decided",
}


def read(text: str, *, file_name: str) -> GoalFile:
    """Read a goal file.

    Raises
    ------
    BadFile
        With every fault at once; `row` is the goal's number in the file.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadFile(file_name, [Fault("not-toml", f"is not TOML: {error}")]) from error
    faults = _head_faults(data)
    entries = data.get("goal") or []
    for number, entry in enumerate(entries, start=1):
        faults += _faults(entry, number)
    codes = [entry.get("code") for entry in entries]
    faults += [
        Fault("duplicate", "two goals have this code", row=n + 1, column="code", value=str(code))
        for n, code in enumerate(codes)
        if code in codes[:n]
    ]
    if faults:
        raise BadFile(file_name, faults)
    return GoalFile(
        goals=tuple(_goal(entry) for entry in entries),
        names_sv=tuple(entry["name"]["sv"] for entry in entries),
        author=data["author"],
        checker=data["checker"],
        review_on=data["review_on"],
    )


def _head_faults(data: dict[str, Any]) -> list[Fault]:
    faults = [
        Fault("missing", "say who stands behind the goals", column=field)
        for field in ("author", "checker")
        if not isinstance(data.get(field), str)
    ]
    if type(data.get("review_on")) is not date:
        faults.append(Fault("missing", "give the next review as a date", column="review_on"))
    if not data.get("goal"):
        faults.append(Fault("missing", "the file has no [[goal]]"))
    return faults


def _faults(entry: dict[str, Any], number: int) -> list[Fault]:
    checks = _NEEDED | {key: check for key, check in _OPTIONAL.items() if key in entry}
    faults = [
        Fault("bad-value", f"needs {_SHAPES[field]}", row=number, column=field,
              value=str(entry.get(field, "")))
        for field, fits in checks.items()
        if not fits(entry.get(field))
    ]  # fmt: skip
    faults += [
        Fault("unknown-field", "is not a field of a goal", row=number, column=field)
        for field in sorted(entry.keys() - _NEEDED.keys() - _OPTIONAL.keys())
    ]
    ages = (entry.get("age_from"), entry.get("age_to"))
    if not faults and ages[1] is not None and ages[1] < ages[0]:
        faults.append(Fault("bad-value", f"needs {_SHAPES['age_to']}", row=number, column="age_to"))
    return faults


def _goal(entry: dict[str, Any]) -> Goal:
    return Goal(
        code=entry["code"],
        name=entry["name"]["en"],
        age_from=entry["age_from"],
        age_to=entry.get("age_to"),
        doses=entry["doses"],
        share=float(entry["share"]),
        by_on=entry["by_on"],
        source=entry["source"],
    )

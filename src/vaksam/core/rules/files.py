"""Directives as files: TOML that the published schema describes, read with every fault at once."""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any

import jsonschema
import tomli_w

from vaksam.core.errors import BadFile, Fault
from vaksam.core.rules.definition import (
    Authority,
    CoVaccination,
    Directive,
    Ending,
    Interval,
    Offer,
    Opening,
    Pause,
    Phase,
    Place,
    Precaution,
    Rule,
    Season,
    Source,
    Strength,
    Use,
    Who,
)

KINDS: dict[str, type[Rule]] = {
    "phase": Phase,
    "opening": Opening,
    "offer": Offer,
    "use": Use,
    "pause": Pause,
    "interval": Interval,
    "co_vaccination": CoVaccination,
    "precaution": Precaution,
}
_SEXES = {"M": 1, "F": 2}
_COMMON = {"code", "title_sv", "title_en", "directive", "source", "effective_from", "effective_to",
           "region"}  # fmt: skip
_MADE: dict[str, Callable[[Any], Any]] = {
    "who": lambda rows: tuple(_who(row) for row in rows),
    "season": lambda row: Season(starts_on=_day(row["starts_on"]), ends_on=_day(row["ends_on"])),
    "strength": Strength,
    "place": Place,
    "after": frozenset,
    "then": frozenset,
    "diseases": frozenset,
}

Body = dict[str, Any]


@cache
def schema() -> dict[str, Any]:
    """The published JSON schema of directive files (draft 2020-12)."""
    text = resources.files("vaksam.core.rules").joinpath("schema.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def read(text: str, *, file_name: str) -> Directive:
    """The directive of a TOML file.

    Raises
    ------
    BadFile
        It is no TOML, or not as the schema says; every fault with its line.
    """
    return from_body(body_of(text, file_name=file_name), file_name=file_name, text=text)


def body_of(text: str, *, file_name: str) -> Body:
    """The file as plain data: days and moments as text (ISO 8601). Raises BadFile."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        fault = Fault("not-toml", "The file is no TOML: {why}", values={"why": str(error)})
        raise BadFile(file_name, [fault]) from error
    plain: Body = _plain(data)
    return plain


def from_body(body: Mapping[str, Any], *, file_name: str = "", text: str = "") -> Directive:
    """The directive of plain data, as `to_body` gives it. Raises BadFile with every fault."""
    if faults := _faults(body, _lines(text)):
        raise BadFile(file_name or _code(body), faults)
    about = body["directive"]
    source = _source(about["source"])
    return Directive(
        code=about["code"],
        programme=about["programme"],
        authority=Authority(about["authority"]),
        region=about.get("region", ""),
        title_sv=about["title"]["sv"],
        title_en=about["title"]["en"],
        announced_at=datetime.fromisoformat(about["announced_at"]),
        effective_from=_day(about["effective_from"]),
        effective_to=_day(about["effective_to"]) if "effective_to" in about else None,
        author=about["author"],
        checker=about["checker"],
        review_on=_day(about["review_on"]),
        source=source,
        rules=tuple(_rule(row, about, source) for row in body.get("rule", [])),
        ends=tuple(Ending(row["rule"], _day(row["last_on"])) for row in body.get("ends", [])),
    )


def to_toml(body: Mapping[str, Any]) -> str:
    """The file of plain data, in the order people write it; reading gives the same data again."""
    return tomli_w.dumps(_written(body))


_ORDER = (
    "directive", "ends", "rule", "kind", "code", "programme", "authority", "region", "title",
    "announced_at", "effective_from", "effective_to", "author", "checker", "review_on", "source",
    "document", "passage", "link", "quoted", "starts_on", "ends_on", "number", "phase",
)  # fmt: skip


def _written(value: Any, name: str = "") -> Any:
    """With keys in order, and days and moments as TOML's own."""
    if isinstance(value, Mapping):
        place = {key: n for n, key in enumerate(_ORDER)}
        keys = sorted(value, key=lambda key: (place.get(key, len(_ORDER)), key))
        return {key: _written(value[key], key) for key in keys}
    if isinstance(value, list):
        return [_written(each) for each in value]
    try:
        if name == "announced_at":
            return datetime.fromisoformat(value)
        if name.endswith("_on") or name in ("effective_from", "effective_to"):
            return date.fromisoformat(value)
    except ValueError:  # a draft that somebody is to correct
        pass
    return value


def _faults(body: Mapping[str, Any], lines: Callable[[Iterable[Any]], int | None]) -> list[Fault]:
    validator = jsonschema.Draft202012Validator(
        schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    found = sorted(validator.iter_errors(body), key=lambda error: [str(p) for p in error.path])
    faults = [
        Fault(
            "not-as-the-schema",
            _MESSAGES.get(str(error.validator), _MESSAGES[""]),
            row=lines(error.absolute_path),
            column=".".join(map(str, error.absolute_path)),
            value=_shown(error.instance),
            values={"why": error.message, "wanted": _shown(error.validator_value)},
        )
        for error in found
    ]
    return faults or _dates(body, lines)


_MESSAGES = {
    "": "This is not as the schema says: {why}",
    "required": "Something is missing: {why}.",
    "unevaluatedProperties": "There is something this kind of rule does not have: {why}.",
    "additionalProperties": "There is something that has no place here: {why}.",
    "enum": "This must be one of: {wanted}.",
    "pattern": "Write it with small letters, digits and hyphens (a region with two digits).",
    "format": "Write a day as 2021-04-13 and a moment as 2021-04-13T08:00:00+02:00.",
    "type": "This is of the wrong type; {wanted} is wanted.",
}


def _dates(body: Mapping[str, Any], lines: Callable[[Iterable[Any]], int | None]) -> list[Fault]:
    """What the schema cannot say: a moment has an offset; a region belongs to a region."""
    about, faults = body["directive"], []
    try:
        moment = datetime.fromisoformat(about["announced_at"])
    except ValueError:
        moment = datetime.min  # noqa: DTZ901 - told as one without offset
    if moment.tzinfo is None:
        faults.append(
            Fault(
                "no-offset",
                "Write the moment with its offset from UTC: 2021-04-13T08:00:00+02:00.",
                row=lines(["directive", "announced_at"]),
                column="directive.announced_at",
                value=about["announced_at"],
            )
        )
    if (about["authority"] == "region") != bool(about.get("region")):
        faults.append(
            Fault(
                "region-and-authority",
                "A region's directive names its region, and no other does.",
                row=lines(["directive"]),
                column="directive.region",
                value=about.get("region", ""),
            )
        )
    return faults


def _code(body: Mapping[str, Any]) -> str:
    about = body.get("directive")
    return str(about.get("code", "")) if isinstance(about, Mapping) else ""


def _rule(row: Mapping[str, Any], about: Mapping[str, Any], source: Source) -> Rule:
    kind = KINDS[row["kind"]]
    own = {field.name for field in fields(kind)} - _COMMON
    values = {name: _MADE.get(name, _same)(row[name]) for name in own if name in row}
    if kind is Offer:
        values.setdefault("who", ())
    until = row.get("effective_to", about.get("effective_to"))
    return kind(
        code=row["code"],
        title_sv=row["title"]["sv"],
        title_en=row["title"]["en"],
        directive=about["code"],
        source=_source(row["source"]) if "source" in row else source,
        effective_from=_day(row.get("effective_from", about["effective_from"])),
        effective_to=_day(until) if until else None,
        region=about.get("region", ""),
        **values,
    )


def _who(row: Mapping[str, Any]) -> Who:
    return Who(
        age_from=row.get("age_from"),
        age_to=row.get("age_to"),
        born_from=row.get("born_from"),
        born_to=row.get("born_to"),
        groups=frozenset(row.get("groups", ())),
        without=frozenset(row.get("without", ())),
        sex=_SEXES[row["sex"]] if "sex" in row else None,
        cohabitants_from=row.get("cohabitants_from"),
    )


def _source(row: Mapping[str, Any]) -> Source:
    return Source(
        row["document"], row.get("passage", ""), row.get("link", ""), row.get("quoted", True)
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _same(value: Any) -> Any:
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _shown(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)[:80]
    return "" if isinstance(value, dict | list) else str(value)[:80]


def _lines(text: str) -> Callable[[Iterable[Any]], int | None]:
    """Finds the line of a path: that of its [[rule]] or [table], and of the key in it."""
    rows = text.splitlines()

    def find(path: Iterable[Any]) -> int | None:
        parts = list(path)
        if not rows or not parts:
            return None
        nth = parts[1] if len(parts) > 1 and isinstance(parts[1], int) else 0
        heads = [n for n, row in enumerate(rows, 1) if re.match(rf"\[+{parts[0]}\]+", row)]
        if nth >= len(heads):
            return None
        keys = [part for part in parts[1:] if isinstance(part, str)]
        return _key_line(rows, heads[nth], keys[0]) if keys else heads[nth]

    return find


def _key_line(rows: list[str], head: int, key: str) -> int:
    for number in range(head, len(rows)):
        if re.match(r"\[\[", rows[number]):
            break
        if re.match(rf"\[?(\w+\.)?{re.escape(key)}\b", rows[number]):
            return number + 1
    return head

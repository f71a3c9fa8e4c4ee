"""Scenarios: what if deliveries were halved, a product paused, interest waning …"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from vaksam.core.errors import BadFile, Fault
from vaksam.core.supply.forecast.situation import Coming, Line, Situation

#: Kinds of change with the keys each needs and may have.
KINDS: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "deliveries": (frozenset({"factor"}), frozenset({"product", "from", "to"})),
    "pause": (frozenset({"product", "from"}), frozenset({"to"})),
    "new_product": (
        frozenset({"product", "from", "doses"}), frozenset({"waiting", "replaces"}),
    ),
    "interval": (frozenset({"weeks"}), frozenset({"product"})),
    "open": (frozenset({"cohort", "from"}), frozenset()),
    "interest": (frozenset({"factor"}), frozenset({"from"})),
}  # fmt: skip
_NUMBERS: Final = {"factor": (0.0, 10.0), "waiting": (0.0, 1.0)}
_WHOLE: Final = {"from": (0, 104), "to": (0, 104), "weeks": (1, 52), "doses": (0, 10**8)}


@dataclass(frozen=True, slots=True)
class Change:
    kind: str
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    changes: tuple[Change, ...] = ()


def read_scenario(text: str, *, file_name: str = "scenario") -> Scenario:
    """A scenario from TOML: `name`, and a `[[change]]` for each thing that goes otherwise.

    Weeks are counted from this one, which is 0.

    Raises
    ------
    BadFile
        With every fault, each with the number of its change.

    Examples
    --------
    >>> read_scenario('''
    ... name = "Half of what was said"
    ... [[change]]
    ... kind = "deliveries"
    ... factor = 0.5
    ... ''').changes[0].told["factor"]
    0.5
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        fault = Fault("not-toml", "The file is not TOML: {why}.", values={"why": str(error)})
        raise BadFile(file_name, [fault]) from None
    faults = []
    if not isinstance(data.get("name"), str) or not data["name"].strip():
        faults.append(Fault("missing", "This is missing.", column="name"))
    faults += [
        Fault("unknown-key", "There is no such key.", column=str(key))
        for key in data
        if key not in ("name", "change")
    ]
    changes = data.get("change", [])
    if not isinstance(changes, list):
        faults.append(Fault("not-a-table", "Write each change as [[change]].", column="change"))
        changes = []
    for n, told in enumerate(changes, 1):
        faults += _faults(n, told)
    if faults:
        raise BadFile(file_name, faults)
    return Scenario(
        data["name"].strip()[:120],
        tuple(Change(told["kind"], {k: v for k, v in told.items() if k != "kind"})
              for told in changes),
    )  # fmt: skip


def _faults(n: int, told: Any) -> list[Fault]:
    if not isinstance(told, Mapping):
        return [Fault("not-a-table", "Write each change as [[change]].", row=n)]
    kind = told.get("kind")
    if kind not in KINDS:
        return [
            Fault("unknown-kind", "A kind of change is one of {kinds}.", row=n, column="kind",
                  value=str(kind), values={"kinds": ", ".join(KINDS)})
        ]  # fmt: skip
    needed, possible = KINDS[kind]
    faults = [
        Fault("missing", "This is missing.", row=n, column=key)
        for key in sorted(needed - set(told))
    ]
    faults += [
        Fault("unknown-key", "There is no such key.", row=n, column=str(key))
        for key in told
        if key not in needed | possible | {"kind"}
    ]
    return faults + [
        fault for key, value in told.items() if (fault := _value(n, str(key), value)) is not None
    ]


def _value(n: int, key: str, value: Any) -> Fault | None:
    if key in ("product", "replaces", "cohort") and not isinstance(value, str):
        return Fault("not-text", "Write this as text.", row=n, column=key, value=str(value))
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if key in _NUMBERS:
        low, high = _NUMBERS[key]
        if not number or not low <= value <= high:
            return Fault("bad-number", "Give a number from {low} to {high}.", row=n, column=key,
                         value=str(value), values={"low": low, "high": high})  # fmt: skip
    if key in _WHOLE:
        first, last = _WHOLE[key]
        if not isinstance(value, int) or isinstance(value, bool) or not first <= value <= last:
            return Fault("bad-number", "Give a whole number from {low} to {high}.", row=n,
                         column=key, value=str(value),
                         values={"low": first, "high": last})  # fmt: skip
    return None


def apply(scenario: Scenario, situation: Situation) -> Situation:
    """The situation as it would be. A product or cohort that is not there changes nothing."""
    for change in scenario.changes:
        situation = _APPLY[change.kind](situation, change.told)
    return situation


def _weeks(told: Mapping[str, Any]) -> range:
    return range(told.get("from", 0), told.get("to", 104) + 1)


def _deliveries(s: Situation, told: Mapping[str, Any]) -> Situation:
    def changed(each: Coming) -> Coming:
        if told.get("product", each.product) != each.product or each.week not in _weeks(told):
            return each
        return replace(each, doses=round(each.doses * told["factor"]))

    return replace(s, coming=tuple(map(changed, s.coming)))


def _pause(s: Situation, told: Mapping[str, Any]) -> Situation:
    paused = tuple(_weeks(told))
    return replace(s, lines=tuple(
        replace(line, paused=line.paused + paused) if line.product == told["product"] else line
        for line in s.lines
    ))  # fmt: skip


def _new_product(s: Situation, told: Mapping[str, Any]) -> Situation:
    """`doses` a week come from a week on; `waiting` is the share who hold out for it."""
    code, since = told["product"], told["from"]
    like = next((e for e in s.lines if e.product == told.get("replaces")), s.lines[0])
    lines = s.lines
    if code not in {each.product for each in lines}:
        lines = (*lines, Line(code, like.interval, like.doses, like.given, like.spread))
    cohorts = tuple(
        replace(each, products=each.products | {code})
        if not told.get("replaces") or told["replaces"] in each.products else each
        for each in s.cohorts
    )  # fmt: skip
    coming = tuple(
        each for each in s.coming if each.product != told.get("replaces") or each.week < since
    )
    coming += tuple(Coming(code, week, told["doses"], 0.9) for week in range(since, s.weeks))
    waits = (*s.waits, (code, since, float(told.get("waiting", 0.0))))
    return replace(s, lines=lines, cohorts=cohorts, coming=coming, waits=waits)


def _interval(s: Situation, told: Mapping[str, Any]) -> Situation:
    """Second doses already due within the horizon move by the difference too."""
    moved: dict[tuple[str, int], float] = {}
    shifts = {
        each.product: told["weeks"] - each.interval
        if told.get("product", each.product) == each.product else 0
        for each in s.lines
    }  # fmt: skip
    for (product, week), doses in s.second.items():
        at = (product, max(week + shifts.get(product, 0), 0))
        moved[at] = moved.get(at, 0.0) + doses
    lines = tuple(replace(e, interval=max(e.interval + shifts[e.product], 1)) for e in s.lines)
    return replace(s, lines=lines, second=moved)


def _open(s: Situation, told: Mapping[str, Any]) -> Situation:
    return replace(s, cohorts=tuple(
        replace(each, opens=min(each.opens, told["from"])) if each.code == told["cohort"] else each
        for each in s.cohorts
    ))  # fmt: skip


def _interest(s: Situation, told: Mapping[str, Any]) -> Situation:
    return replace(s, interest=(*s.interest, (told.get("from", 0), float(told["factor"]))))


_APPLY: Final = {
    "deliveries": _deliveries, "pause": _pause, "new_product": _new_product,
    "interval": _interval, "open": _open, "interest": _interest,
}  # fmt: skip

"""One thing that is wrong, or odd."""

from dataclasses import dataclass

from vaksam.core.errors import Fault


@dataclass(frozen=True, slots=True)
class Finding:
    """`wrong` ones keep a directive from taking effect; others are told and let pass.

    `against` is the other directive, where two contradict one another.
    """

    directive: str
    fault: Fault
    wrong: bool = True
    against: str = ""


def wrong(
    directive: str, code: str, message: str, rule: str = "", against: str = "", **values: object
) -> Finding:
    return Finding(directive, _fault(directive, code, message, rule, values), against=against)


def odd(directive: str, code: str, message: str, rule: str = "", **values: object) -> Finding:
    return Finding(directive, _fault(directive, code, message, rule, values), wrong=False)


def _fault(directive: str, code: str, message: str, rule: str, values: dict[str, object]) -> Fault:
    value = str(values.pop("value", ""))
    return Fault(code, message, sheet=directive, column=rule, value=value, values=values)

"""Somebody described in words, and a decision as plain data: for commands and other systems."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, Final

from vaksam.core import groups as catalogue
from vaksam.core.errors import Refused
from vaksam.core.products import Product
from vaksam.core.rules.decision import Decision, Dose, Facts
from vaksam.core.rules.explain import words
from vaksam.core.rules.in_force import RuleSet

OTHER: Final = "other"
"""Stands for a product that is none we know."""
SEXES: Final = {"": 0, "M": 1, "F": 2}
_BIRTH = re.compile(r"(\d{4})-(\d\d)-(\d\d)|(\d{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A person as told on the telephone. Births are days or years: 1949-03-02, 1949.

    `doses` are written 2021-02-10:comirnaty; `cohabitant_born` is the oldest one lives with.
    """

    born: str
    groups: Sequence[str] = ()
    doses: Sequence[str] = ()
    cohabitant_born: str = ""
    cohabitant_groups: Sequence[str] = ()
    sex: str = ""
    region: str = ""


def facts(told: Described, *, on: date, products: Iterable[Product]) -> Facts:
    """The facts of somebody described.

    Raises
    ------
    Refused
        A birth, group, dose or sex cannot be; names the nearest that can.
    """
    born_on, year_only = _birth(told.born)
    if born_on > on:
        raise Refused("born-after", "Born after the day that is asked about.")
    if told.sex not in SEXES:
        raise Refused("bad-sex", "Sex is F or M, not “{sex}”.", sex=told.sex[:20])
    known = [product.code for product in products]
    doses = sorted((_dose(text, known) for text in told.doses), key=lambda dose: dose.on)
    return Facts(
        born_on=born_on,
        year_only=year_only,
        sex=SEXES[told.sex],
        region=told.region,
        groups=_groups(told.groups),
        doses=tuple(doses),
        household=_household(told, on=on),
    )


def told(decision: Decision, rules: RuleSet, *, language: str) -> dict[str, Any]:
    """A decision as JSON has it: codes stay codes, days are ISO 8601, reasons are sentences."""
    return {
        "status": decision.status.value,
        "why": decision.why.value,
        "on": decision.on.isoformat(),
        "programme": rules.programme,
        "phase": decision.phase,
        "next_dose": decision.next_dose,
        "valid_doses": decision.valid_doses,
        "earliest_on": _day(decision.earliest_on),
        "recommended_on": _day(decision.recommended_on),
        "latest_on": _day(decision.latest_on),
        "products": [
            {
                "product": choice.product,
                "earliest_on": _day(choice.earliest_on),
                "recommended_on": _day(choice.recommended_on),
                "latest_on": _day(choice.latest_on),
            }
            for choice in decision.choices
        ],
        "place": decision.place.value,
        "judgements": [each.value for each in decision.judgements],
        "reasons": [
            {
                "text": each.text,
                "rule": each.rule,
                "directive": each.directive,
                "source": each.source.document if each.source else "",
                "passage": each.source.passage if each.source else "",
            }
            for each in words(decision, rules, language=language)
        ],
    }


def _birth(text: str) -> tuple[date, bool]:
    match = _BIRTH.fullmatch(text.strip())
    try:
        if match and match[4]:
            return date(int(match[4]), 1, 1), True
        if match:
            return date(int(match[1]), int(match[2]), int(match[3])), False
    except ValueError:
        pass
    raise Refused(
        "bad-birth",
        "“{text}” is not a day of birth. Write 1949-03-02, or only the year: 1949.",
        text=text[:20],
    )


def _dose(text: str, known: Sequence[str]) -> Dose:
    day, _, product = text.partition(":")
    try:
        on = date.fromisoformat(day.strip())
    except ValueError:
        raise Refused(
            "bad-dose", "“{text}” is not a dose. Write 2021-02-10:comirnaty.", text=text[:40]
        ) from None
    code = product.strip()
    if code == OTHER:
        return Dose(on, "", abroad=True)
    if code not in known:
        raise Refused(
            "unknown-product",
            "There is no product “{code}”. Nearest: {nearest}; or {other}.",
            code=code[:40],
            nearest=", ".join(get_close_matches(code, known, 3, 0.3) or known),
            other=OTHER,
        )
    return Dose(on, code)


def _groups(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(catalogue.group(code).code for code in codes)


def _household(told: Described, *, on: date) -> tuple[Facts, ...]:
    if not told.cohabitant_born and not told.cohabitant_groups:
        return ()
    # Somebody of unknown age is of none that any rule names.
    born_on, year_only = _birth(told.cohabitant_born) if told.cohabitant_born else (on, False)
    groups = _groups(told.cohabitant_groups)
    return (Facts(born_on=born_on, year_only=year_only, region=told.region, groups=groups),)


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None

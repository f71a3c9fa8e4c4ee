"""Reserve numbers, as each issuer forms them: definitions in `reserve.toml`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from typing import Any, Final

from stdnum import luhn


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How an issuer forms reserve numbers; the file says what each field means."""

    issuer: str
    name: str
    pattern: str
    oid: str = ""
    luhn: int | None = None
    letters: Mapping[str, int] = field(default_factory=dict)
    male: str = ""
    female: str = ""
    unknown_sex: str = ""
    checked: bool = True
    broad: bool = False

    def fault(self, value: str) -> str | None:
        """The code of the first fault of a compact value; None for a sound one."""
        if not (match := re.fullmatch(self.pattern, value)):
            return "reserve_shape"
        if "day" in match.groupdict() and _born_on(match) is None:
            return "reserve_day"
        return None if self._check_digit_agrees(value) else "check_digit"

    def born_on(self, value: str) -> date | None:
        """The day of birth in a sound value; None where it says none."""
        match = re.fullmatch(self.pattern, value)
        return _born_on(match) if match and "day" in match.groupdict() else None

    def sex(self, value: str) -> int:
        """ISO 5218; 0 where a sound value does not say."""
        match = re.fullmatch(self.pattern, value)
        sign = match.groupdict().get("sex") if match else None
        if not sign or (self.unknown_sex and re.match(self.unknown_sex, value)):
            return 0
        return 1 if sign in self.male else 2 if sign in self.female else 0

    def _check_digit_agrees(self, value: str) -> bool:
        if self.luhn is None:
            return True
        digits = "".join(str(self.letters.get(sign, sign)) for sign in value[self.luhn :])
        return bool(luhn.is_valid(digits))


def fault(issuer: str, value: str) -> str | None:
    """The code of the first fault of a compact value; None where one of the formats fits.

    >>> fault("14", "19810829M071"), fault("14", "19810829M072"), fault("99", "19810829M071")
    (None, 'check_digit', 'region')
    """
    faults = [each.fault(value) for each in of(issuer)]
    if not faults:
        return "region"
    # A number in the shape of one format is faulted for its date or check digit, not for the
    # shape of the issuer's other formats.
    return None if None in faults else min(faults, key=lambda code: code == "reserve_shape")


def of(issuer: str) -> tuple[Format, ...]:
    """The formats of an issuer; none where it is not known."""
    return tuple(each for each in FORMATS if each.issuer == issuer)


def likely_issuers(value: str) -> list[str]:
    """Who may have issued a compact value; only those whose check digit agrees, where any does.

    >>> likely_issuers("19810829M071"), likely_issuers("19810829R123")
    (['14'], ['20', '24'])
    """
    fitting = [each for each in FORMATS if not each.broad and each.fault(value) is None]
    surest = [each for each in fitting if each.checked] or fitting
    return sorted({each.issuer for each in surest})


def the_one(issuer: str, value: str) -> Format | None:
    """The issuer's format that a compact value fits."""
    return next((each for each in of(issuer) if each.fault(value) is None), None)


def _born_on(match: re.Match[str]) -> date | None:
    century = ""
    if series := match.groupdict().get("series"):
        century = str(19 + (int(series) - 19) % 3)  # 3, 6, 9 … is added to the century
    try:
        return date(int(century + match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _formats(data: Mapping[str, Any]) -> tuple[Format, ...]:
    others = (
        Format(issuer=issuer, name="", pattern=data["others"]["pattern"], checked=False, broad=True)
        for issuer in data["others"]["issuers"]
    )
    return (*(Format(**each) for each in data["format"]), *others)


FORMATS: Final = _formats(
    tomllib.loads(
        resources.files("vaksam.core.identity").joinpath("reserve.toml").read_text("utf-8")
    )
)

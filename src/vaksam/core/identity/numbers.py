"""Personal and coordination numbers: twelve digits, yyyymmddnnnc.

nnn is the birth number, odd for men; c is the check digit (Luhn) over yymmddnnn. A coordination
number adds 60 to the day. Its month may be 00 and its day 60 where they are not known, and some
have days that no month has (31 April): those tell only the year.

Source: Skatteverket, SKV 704 (personnummer) and SKV 707 (samordningsnummer), and its published
test numbers. Faults are looked for in one order here and in `vaksam.core.identity.columns`.
"""

import re
from datetime import date
from typing import Final

from stdnum import luhn

from vaksam.core.identity.kinds import Kind

SEPARATORS: Final = r"[ \t\r\n\u00a0\u2007\u2009\u202f\u2010-\u2015\u2212+-]"
INTERIM: Final = r"^[0-9]{6}(?:[0-9]{2})?[TRSUWXJKLMN][0-9]{3}$"
FIRST_YEAR: Final = 1800
LAST_YEAR: Final = 2099
ADDED: Final = 60  # to the day of a coordination number


def compact(text: str) -> str:
    """Without spaces, hyphens and plus signs, in capitals.

    >>> compact("490302–123x ")
    '490302123X'
    """
    return re.sub(SEPARATORS, "", text).upper()


def fault(kind: Kind, digits: str) -> str | None:
    """The code of the first fault of a compact number; None for a sound one.

    >>> fault(Kind.PERSONAL_NUMBER, "189001019803")
    'check_digit'
    """
    if not re.fullmatch(r"[0-9]{12}", digits):
        return _form_fault(digits)
    if not FIRST_YEAR <= int(digits[:4]) <= LAST_YEAR:
        return "year"
    if code := _date_fault(kind, digits):
        return code
    if digits[8:11] == "000":
        return "birth_number"
    return None if luhn.is_valid(digits[2:]) else "check_digit"


def born_on(kind: Kind, digits: str) -> date | None:
    """The day in a sound number; None where a coordination number tells only the year."""
    day = int(digits[6:8]) - (ADDED if kind is Kind.COORDINATION_NUMBER else 0)
    return _date(int(digits[:4]), int(digits[4:6]), day)


def sex(digits: str) -> int:
    """The sex a sound number tells, ISO 5218: 1 male, 2 female."""
    return 1 if int(digits[10]) % 2 else 2


def with_century(digits: str, *, plus: bool, on: date) -> str | None:
    """Ten digits as twelve: the latest day of birth not after `on`; None where none is found.

    With a plus sign, the latest year in which the person turns 100 by the end of the year of `on`
    (folkbokföringslagen 1991:481, section 18).

    >>> with_century("4903020000", plus=False, on=date(2021, 4, 13))
    '194903020000'
    """
    month, day = int(digits[2:4]), int(digits[4:6])
    born = (month, day - ADDED if day >= ADDED else day)
    for year in range(on.year - (100 if plus else 0), FIRST_YEAR - 1, -1):
        if year % 100 == int(digits[:2]) and (year, *born) <= (on.year, on.month, on.day):
            return f"{year}{digits[2:]}"
    return None


def _form_fault(digits: str) -> str:
    if re.fullmatch(INTERIM, digits):
        return "interim"
    if not re.fullmatch(r"[0-9]*", digits):
        return "characters"
    return "century" if len(digits) == 10 else "length"


def _date_fault(kind: Kind, digits: str) -> str | None:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    added = ADDED <= day <= ADDED + 31
    if month > 12 or (month == 0 and not added):
        return "month"
    if kind is Kind.COORDINATION_NUMBER:
        return None if added else "is_personal" if 1 <= day <= 31 else "day"
    if added:
        return "is_coordination"
    return None if _date(year, month, day) else "day"


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

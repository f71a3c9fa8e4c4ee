"""Country codes, ISO 3166: which there are, and three letters for two. From CLDR."""

from functools import cache
from typing import Final

from babel import Locale
from babel.core import get_global

_FORMER: Final = frozenset({"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"})
_NONE: Final = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})  # unions, made up, unknown


def is_country(code: str) -> bool:
    """Whether this is a country's two-letter code.

    >>> is_country("FI"), is_country("EU"), is_country("Finland")
    (True, False, False)
    """
    return code in _three_letters()


def three_letters(two_letters: str) -> str:
    """A country's three-letter code. Raises KeyError where there is no such country.

    >>> three_letters("DE")
    'DEU'
    """
    return _three_letters()[two_letters]


def two_letters(three_letters: str) -> str:
    """A country's two-letter code; '' where there is no such country.

    >>> two_letters("SYR"), two_letters("XYZ")
    ('SY', '')
    """
    return next((two for two, three in _three_letters().items() if three == three_letters), "")


@cache
def _three_letters() -> dict[str, str]:
    territories = Locale("en").territories
    return {
        known_as[0]: alias
        for alias, known_as in get_global("territory_aliases").items()
        if len(alias) == 3
        and alias.isalpha()
        and alias not in _FORMER
        and len(known_as) == 1
        and len(known_as[0]) == 2
        and known_as[0] in territories.keys() - _NONE
    }

"""Country codes, ISO 3166: which there are, and three letters as two."""

from functools import cache
from typing import Final

from babel import Locale

_NO_COUNTRY: Final = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


def is_country(code: str) -> bool:
    """Whether this is a country's two-letter code.

    >>> is_country("FI"), is_country("EU"), is_country("Finland")
    (True, False, False)
    """
    return code in _countries()


def two_letters(three_letters: str) -> str:
    """A country's two-letter code from its three-letter one; '' where there is none.

    >>> two_letters("SYR"), two_letters("XYZ")
    ('SY', '')
    """
    return _by_three_letters().get(three_letters, "")


def three_letters(two_letters: str) -> str:
    """A country's three-letter code from its two-letter one; '' where there is none.

    >>> three_letters("DE")
    'DEU'
    """
    return {two: three for three, two in _by_three_letters().items()}.get(two_letters, "")


@cache
def _countries() -> frozenset[str]:
    codes = {code for code in Locale("en").territories if len(code) == 2 and code.isalpha()}
    return frozenset(codes - _NO_COUNTRY)

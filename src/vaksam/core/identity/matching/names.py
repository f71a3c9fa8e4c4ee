"""How alike two names are, and how a family name sounds."""

import re
import unicodedata
from typing import Final

from rapidfuzz.distance import JaroWinkler

EXACT: Final = "exact"
PART: Final = "part"  # one of two names: Anna-Karin and Anna, Goode Johansson and Goode
CLOSE: Final = "close"  # spelt a little differently
DIFFERENT: Final = "different"
CLOSE_FROM: Final = 0.90  # Jaro–Winkler similarity

_LETTERS: Final = str.maketrans({"ø": "o", "æ": "a", "œ": "o", "ł": "l", "đ": "d", "ß": "ss"})
# Spellings that sound alike in Swedish names, longer ones first.
_SOUNDS: Final = (
    (r"ph", "f"), (r"ch|ck|q|c", "k"), (r"th|dt", "t"), (r"w|hv", "v"), (r"x", "ks"), (r"z", "s"),
    (r"hj|lj|gj|dj|y", "j"),
)  # fmt: skip


def folded(name: str) -> str:
    """Small letters a–z with single spaces: no accents, hyphens or other signs.

    >>> folded(" Åsa-Lena  Ólafsdóttir ")
    'asa lena olafsdottir'
    """
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w]|_", " ", bare.replace("'", "").replace("’", "")).split())


def agreement(one: str, other: str) -> str:
    """How alike two names are; both filled.

    >>> agreement("Karlsson", "Carlsson"), agreement("Anna-Karin", "Anna"), agreement("Bo", "Li")
    ('close', 'part', 'different')
    """
    a, b = folded(one), folded(other)
    if a.replace(" ", "") == b.replace(" ", ""):
        return EXACT
    if set(a.split()) & set(b.split()):
        return PART
    return (
        CLOSE if JaroWinkler.similarity(a, b) >= CLOSE_FROM or sound(a) == sound(b) else DIFFERENT
    )


def sound(name: str) -> str:
    """A key that names which sound alike share: consonants, doubled ones once; the first letter.

    >>> sound("Eriksson") == sound("Ericson"), sound("Wikström") == sound("Vikstrøm")
    (True, True)
    """
    heard = folded(name).replace(" ", "")
    for spelt, as_heard in _SOUNDS:
        heard = re.sub(spelt, as_heard, heard)
    heard = heard[:1] + re.sub(r"[aeiouj]", "", heard[1:])
    return re.sub(r"(.)\1+", r"\1", heard)

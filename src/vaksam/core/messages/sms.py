"""How many parts a text message takes: 3GPP TS 23.038 (alphabet) and TS 23.040 (joined parts)."""

from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("^{}\\[~]|€\f")  # two septets each


def parts(text: str) -> int:
    """Parts of a message: of 160 (or 153 joined) septets, or 70 (67) UTF-16 units where a
    character is outside the GSM alphabet.

    >>> parts("Din tid: tisdag 20 april kl. 09.10"), parts("a" * 161), parts("موعدك" * 20)
    (1, 2, 2)
    """
    if set(text) <= _BASIC | _EXTENDED:
        units, alone, joined = len(text) + sum(each in _EXTENDED for each in text), 160, 153
    else:
        units, alone, joined = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if units <= alone else -(-units // joined)

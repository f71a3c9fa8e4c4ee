"""Mobile numbers as providers want them."""

import re


def international(mobile: str, *, country: str = "46") -> str:
    """A number in E.164; "" where it cannot be one.

    >>> international("070-174 06 35"), international("+46 (0)70 1740635"), international("12")
    ('+46701740635', '+46701740635', '')
    """
    digits = re.sub(r"[^\d+]", "", mobile.replace("(0)", ""))
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("0"):
        digits = f"+{country}{digits[1:]}"
    return digits if re.fullmatch(r"\+[1-9]\d{7,14}", digits) else ""

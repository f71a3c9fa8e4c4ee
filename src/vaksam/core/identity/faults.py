"""What can be wrong with an identity, in words for whoever typed it.

No text repeats the number: it would end in logs.
"""

from typing import Final, NoReturn

from vaksam.core.errors import Fault, Refused

FAULTS: Final = {
    fault.code: fault
    for fault in (
        Fault("empty", "Write a number."),
        Fault(
            "characters",
            "A personal or coordination number has digits only. Remove letters and other signs.",
        ),
        Fault(
            "interim",
            "This is an interim number, with a letter in place of a digit. It is not accepted: "
            "ask for the personal or coordination number, or give a reserve number.",
        ),
        Fault("century", "Write the year of birth with four digits, such as 1949."),
        Fault(
            "length",
            "The number has too few or too many digits. Write the date of birth (year, month, "
            "day) and the four last digits: twelve in all.",
        ),
        Fault("year", "The year of birth must be 1800 to 2099. Check the first four digits."),
        Fault("month", "There is no such month. Check the fifth and sixth digits."),
        Fault("day", "There is no such day. Check the seventh and eighth digits, and the month."),
        Fault(
            "future", "The number says a day of birth that has not come. Check the year and date."
        ),
        Fault(
            "is_coordination",
            "This is a coordination number: 60 is added to the day. Give it as one.",
        ),
        Fault(
            "is_personal", "This is a personal number, not a coordination number. Give it as one."
        ),
        Fault(
            "birth_number",
            "The three digits after the date are 000, which nobody has. Check the digits.",
        ),
        Fault(
            "check_digit",
            "The last digit does not agree with the others. Check for a mistyped digit.",
        ),
        Fault(
            "reserve_day",
            "The reserve number begins with a day that does not exist. Check its date.",
        ),
        Fault("no_issuer", "This kind of number has no issuer. Leave the issuer empty."),
        Fault(
            "region",
            "Say which region issued the reserve number: its two-digit code, CLNK or NRID.",
        ),
        Fault(
            "reserve_shape",
            "This does not look like a reserve number of that issuer. Check each character, and "
            "that the issuer is right.",
        ),
        Fault(
            "which_region",
            "This may be a reserve number of several regions. Say which region issued it.",
        ),
        Fault("country", "Say which country issued the passport: two letters, such as FI."),
        Fault("passport", "A passport number has 5 to 20 letters and digits. Check it."),
        Fault("source", "Say which system the local number is from, in at most 40 characters."),
        Fault("local", "A local number has at most 60 characters, without line breaks."),
        Fault(
            "unreadable",
            "This is no number we know. Write a personal, coordination or reserve number; for a "
            "passport, choose passport and its country.",
        ),
    )
}
"""Every fault of an identity, by code."""


def refuse(code: str) -> NoReturn:
    """Raise Refused with the words for this code."""
    raise Refused(code, FAULTS[code].message)

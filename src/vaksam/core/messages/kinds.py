"""What messages are about and how they travel, and which blocks make up each long one."""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    CONFIRMATION = "confirmation"
    MOVED = "moved"
    CANCELLED = "cancelled"  # the person gave the time up
    CALLED_OFF = "called_off"  # the venue did
    REMINDER = "reminder"
    CODE = "code"
    OFFER = "offer"
    LETTER = "letter"  # a time that was given by letter


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"


#: They are asked for, or their time runs out: no quiet hours, and before all others.
URGENT: Final = frozenset({Kind.CODE, Kind.OFFER})
#: Of a place that must still be held when they go.
OF_HELD: Final = frozenset({Kind.CONFIRMATION, Kind.MOVED, Kind.REMINDER, Kind.LETTER})

SMS_KINDS: Final = tuple(kind for kind in Kind if kind is not Kind.LETTER)
_VISIT = ("when", "where", "travel", "bring")
#: Blocks of an e-mail or a letter in order; one that names an unknown value is left out.
BLOCKS: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.CONFIRMATION: (*_VISIT, "change"),
    Kind.MOVED: (*_VISIT, "change"),
    Kind.CANCELLED: ("when", "again"),
    Kind.CALLED_OFF: ("when", "again"),
    Kind.REMINDER: (*_VISIT, "unable"),
    Kind.CODE: ("code", "valid"),
    Kind.OFFER: ("where", "come_by", "answer"),
    Kind.LETTER: (*_VISIT, "keep", "code", "unable"),
}
#: What a letter is too slow for.
NEVER_BY_LETTER: Final = frozenset({Kind.REMINDER, Kind.OFFER})
#: Codes go by SMS or letter, whichever was asked for.
BY_EMAIL: Final = frozenset(Kind) - {Kind.CODE, Kind.LETTER}

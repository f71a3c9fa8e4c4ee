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
    # of a change of many times
    CHANGED = "changed"  # another time
    CALLED_OFF_BY_CHANGE = "called_off_by_change"  # no time; the place in line is kept
    ASKED = "asked"  # a time is held while they are asked
    BACK = "back"  # the change was taken back: the time before it holds again


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"


#: They are asked for, or their time runs out: no quiet hours, and before all others.
URGENT: Final = frozenset({Kind.CODE, Kind.OFFER})
#: Of a place that must still be held when they go.
OF_HELD: Final = frozenset({
    Kind.CONFIRMATION, Kind.MOVED, Kind.REMINDER, Kind.LETTER, Kind.CHANGED, Kind.ASKED, Kind.BACK,
})  # fmt: skip
#: Of a change of many times: what one person is told of it is one message.
OF_CHANGE: Final = frozenset({Kind.CHANGED, Kind.CALLED_OFF_BY_CHANGE, Kind.ASKED, Kind.BACK})

#: They ask somebody to come; whoever has declined the vaccine gets none.
INVITING: Final = frozenset({Kind.REMINDER, Kind.OFFER, Kind.LETTER})

SMS_KINDS: Final = tuple(kind for kind in Kind if kind is not Kind.LETTER)
MORE: Final = "more"  # where the further times of one person stand
_VISIT = ("when", "where", "travel", "bring")
#: Blocks of an e-mail or a letter in order; one that names an unknown value is left out.
BLOCKS: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.CONFIRMATION: (*_VISIT, "change"),
    Kind.MOVED: (*_VISIT, "change"),
    Kind.CANCELLED: ("when", "again"),
    Kind.CALLED_OFF: ("when", "again"),
    Kind.REMINDER: (*_VISIT, "health", "unable"),
    Kind.CODE: ("code", "valid"),
    Kind.OFFER: ("where", "come_by", "answer"),
    Kind.LETTER: (*_VISIT, "keep", "code", "unable"),
    Kind.CHANGED: ("reason", "when", "where", "product", MORE, "travel", "bring", "keep",
                   "choose"),
    Kind.CALLED_OFF_BY_CHANGE: ("reason", "off", MORE, "line", "new_times"),
    Kind.ASKED: ("reason", "when", "where", "product", MORE, "travel", "bring", "take", "held"),
    Kind.BACK: ("when", "where", "product", MORE, "travel", "bring", "keep", "change"),
}  # fmt: skip
#: What is said of each further time: of one that is held, and of one that is called off.
BLOCKS_OF_MORE: Final = {True: ("when", "where", "product"), False: ("off",)}
#: Why a time was changed, as `vaksam.core.replanning.judging.Wrong` and the parts of a change
#: have it. Each language has a sentence for a text message, and one for where there is room.
REASONS: Final = (
    "paused", "product", "too_early", "too_late", "not_due", "no_doses", "closed", "staff",
    "recalled", "household", "other_dose", "assess", "hospital", "other",
)  # fmt: skip
#: What a change does, as the public page tells it.
NEWS: Final = (
    "directive", "venue_closed", "staff", "recall", "delivery", "extra_session", "other", "many",
    "told",
)  # fmt: skip
#: What a letter is too slow for.
NEVER_BY_LETTER: Final = frozenset({Kind.REMINDER, Kind.OFFER})
#: Codes go by SMS or letter, whichever was asked for.
BY_EMAIL: Final = frozenset(Kind) - {Kind.CODE, Kind.LETTER}

"""By which way a message reaches a person, and what stops it at the last moment."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from vaksam.core.messages.kinds import (
    BY_EMAIL,
    INVITING,
    NEVER_BY_LETTER,
    OF_CHANGE,
    OF_HELD,
    URGENT,
    Channel,
    Kind,
)

POST_TAKES = timedelta(days=4)


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person can be reached. `chosen`: sms, letter, phone, email, none; "": never asked.

    `posted`: there is an address to write to; protected persons have none.
    """

    chosen: str = ""
    mobile: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    posted: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """A channel, or why there is none."""

    channel: Channel | None = None
    why: str = ""


def way(kind: Kind, contact: Contact, *, asked: str = "", leads: timedelta | None = None) -> Way:
    """How a message goes.

    Parameters
    ----------
    asked
        The channel a code was asked by; codes go no other way, also to those who want no contact.
    leads
        How long it is until the visit: letters take four days.

    Returns
    -------
    Way
        Without a channel, `why` is `refused`, `by-phone` (somebody has to call), `no-contact`,
        `not-by-letter` or `post-too-slow`.
    """
    if kind is Kind.CODE:
        return _asked(contact, asked)
    if contact.chosen == "none":
        return Way(why="refused")
    if contact.chosen == "phone" and not (kind is Kind.OFFER and contact.mobile):
        return Way(why="by-phone")
    if contact.chosen == "letter" and kind not in URGENT:
        return _by_letter(kind, contact, leads)
    for channel in _order(contact):
        if channel is Channel.SMS and contact.mobile:
            return Way(Channel.SMS)
        if channel is Channel.EMAIL and contact.email and kind in BY_EMAIL:
            return Way(Channel.EMAIL)
    # A time they had is no longer theirs: a letter to whom nothing else reaches.
    return _by_letter(kind, contact, leads) if kind in OF_CHANGE else Way(why="no-contact")


def why_not(
    kind: Kind, now: datetime, *, gone: bool, held: bool = False,
    starts_at: datetime | None = None, until: datetime | None = None, answered: bool = False,
    declined: bool = False,
) -> str:  # fmt: skip
    """What stops a message when it is about to go; "" where nothing does.

    `gone`: died, moved away or merged; `held`: the place is; `until`: a code's or an offer's end;
    `answered`: a code is used, an offer answered; `declined`: they do not want the vaccine, so
    that nobody invites or reminds them.
    """
    if gone:
        return "gone"
    if declined and kind in INVITING:
        return "declined"
    if kind in URGENT:
        return "over" if answered or until is None or until <= now else ""
    if kind in OF_HELD and not held:
        return "not-held"
    if kind not in OF_HELD and held:
        return "held-again"
    return "too-late" if starts_at is None or starts_at <= now else ""


def _asked(contact: Contact, asked: str) -> Way:
    if asked == "letter":
        return Way(Channel.LETTER) if contact.posted else Way(why="no-contact")
    return Way(Channel.SMS) if contact.mobile else Way(why="no-contact")


def _by_letter(kind: Kind, contact: Contact, leads: timedelta | None) -> Way:
    if kind in NEVER_BY_LETTER:
        return Way(why="not-by-letter")
    if not contact.posted:
        return Way(why="no-contact")
    late = leads is not None and leads < POST_TAKES
    return Way(why="post-too-slow") if late else Way(Channel.LETTER)


def _order(contact: Contact) -> tuple[Channel, Channel]:
    if contact.chosen == "email":
        return Channel.EMAIL, Channel.SMS
    return Channel.SMS, Channel.EMAIL

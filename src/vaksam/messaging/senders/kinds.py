"""What a sender is, and how it says that it could not send."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from vaksam.core.messages import Text


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    type: str
    content: bytes = field(repr=False)


class Retry(Exception):
    """It may work later. Its text is a code such as `http-503`, never what was sent."""


class Rejected(Exception):
    """It will never work: the number or address is not taken. Its text is a code."""


class Sender(Protocol):
    def send(self, to: str, text: Text, attachments: Sequence[Attachment], *, token: str) -> str:
        """Send, and return the provider's id ("" where it gives none).

        `token` is the same each time one message is tried, for systems that drop repetitions.

        Raises Retry, Rejected.
        """
        ...

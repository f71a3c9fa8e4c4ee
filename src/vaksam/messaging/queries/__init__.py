"""What others ask of messaging. Plain values come back, never models."""

from vaksam.messaging.queries.calendars import calendar_of
from vaksam.messaging.queries.letters import (
    LetterFileRef,
    LetterRunRef,
    addresses,
    letter_pdf,
    letter_runs,
)
from vaksam.messaging.queries.sent import (
    Count,
    Unreached,
    files_only,
    latest_texts,
    sent,
    unreachable,
)

__all__ = [
    "Count", "LetterFileRef", "LetterRunRef", "Unreached", "addresses", "calendar_of", "files_only",
    "latest_texts", "letter_pdf", "letter_runs", "sent", "unreachable",
]  # fmt: skip

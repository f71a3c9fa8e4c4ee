"""What others ask of messaging. Plain values come back, never models."""

from vaksam.messaging.queries.calendars import calendar_of
from vaksam.messaging.queries.calling import ToCall, to_call
from vaksam.messaging.queries.letters import (
    LetterFileRef,
    LetterRunRef,
    addresses,
    letter_pdf,
    letter_runs,
)
from vaksam.messaging.queries.news import public_notices, public_text, venue_letter
from vaksam.messaging.queries.outcome import SHORTEST_NOTICE, Outcome, outcome
from vaksam.messaging.queries.sent import (
    Count,
    Unreached,
    files_only,
    latest_texts,
    sent,
    unreachable,
)

__all__ = [
    "SHORTEST_NOTICE", "Count", "LetterFileRef", "LetterRunRef", "Outcome", "ToCall", "Unreached",
    "addresses", "calendar_of", "files_only", "latest_texts", "letter_pdf", "letter_runs",
    "outcome", "public_notices", "public_text", "sent", "to_call", "unreachable", "venue_letter",
]  # fmt: skip

"""What residents are told, in their language: texts as data, when they may go, how they travel."""

from vaksam.core.messages.calendar import Visit, calendar
from vaksam.core.messages.hours import due, quiet, reminder_at
from vaksam.core.messages.kinds import Channel, Kind
from vaksam.core.messages.numbers import international
from vaksam.core.messages.render import Paragraph, Text, Values, render
from vaksam.core.messages.routing import Contact, Way, way, why_not
from vaksam.core.messages.sms import parts
from vaksam.core.messages.texts import LANGUAGES, Texts, language_of, load
from vaksam.core.messages.waves import next_due, wave

__all__ = [
    "LANGUAGES", "Channel", "Contact", "Kind", "Paragraph", "Text", "Texts", "Values", "Visit",
    "Way", "calendar", "due", "international", "language_of", "load", "next_due", "parts",
    "quiet", "reminder_at", "render", "wave", "way", "why_not",
]  # fmt: skip

"""Venues as a file tells of them, and when they are open."""

from vaksam.core.venues.checks import are_languages, faults_in
from vaksam.core.venues.facts import HIDDEN, KINDS, PROVIDERS, VenueFacts
from vaksam.core.venues.hours import Hours, Span, clash, hours_on
from vaksam.core.venues.reading import read_venues

__all__ = [
    "HIDDEN", "KINDS", "PROVIDERS", "Hours", "Span", "VenueFacts", "are_languages", "clash",
    "faults_in", "hours_on", "read_venues",
]  # fmt: skip

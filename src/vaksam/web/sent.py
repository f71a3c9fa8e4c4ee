"""What a request carries: numbers of things, and the token of its form."""

from uuid import UUID

from django.http import HttpRequest

from vaksam.core.errors import Refused

_DIGITS = 18  # what the database can number


def number(text: str) -> int | None:
    """A whole number that the database can hold; None where there is none."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS else None


def token_in(request: HttpRequest) -> UUID | None:
    """What makes a form that is sent twice one; None where there is none."""
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError:
        return None


def token_of(request: HttpRequest) -> UUID:
    """As `token_in`. Raises Refused where there is none."""
    if (found := token_in(request)) is None:
        raise Refused("no-token", "The form is not whole. Load the page again.")
    return found

"""Turns the errors that a user can cause into pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from vaksam.core.errors import VaksamError
from vaksam.web import errors

GetResponse = Callable[[HttpRequest], HttpResponse]


class FriendlyErrors:
    """A VaksamError raised by a view becomes the page that says what to do about it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return errors.refused(request, error) if isinstance(error, VaksamError) else None

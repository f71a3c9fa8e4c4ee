"""Around every request: errors that a user can cause become pages, areas are looked up once."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from vaksam.areas.queries import areas_as_they_are
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


def areas_once(get_response: GetResponse) -> GetResponse:
    """Whether areas have changed is asked once a request, since no request changes them."""

    def respond(request: HttpRequest) -> HttpResponse:
        with areas_as_they_are():
            return get_response(request)

    return respond

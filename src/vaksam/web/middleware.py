"""Around every request: what is too large is not taken in, errors that a user can cause become
pages, areas are looked up once, and what a signed-in person sees is kept nowhere."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

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


def bodies_bounded(get_response: GetResponse) -> GetResponse:
    """Refuse what is longer than any form before it is read: nobody is signed in yet then.

    Django itself puts no limit to files. A body that does not say its length is taken as empty.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.VAKSAM_MAX_BODY_BYTES:
            return errors.too_large(request)
        return get_response(request)

    return respond


def private_when_signed_in(get_response: GetResponse) -> GetResponse:
    """No copy of a signed-in person's page is kept, by a proxy or by the browser of a shared
    computer; the public figures' files say otherwise themselves."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "Cache-Control" not in response:
            patch_cache_control(response, private=True, no_store=True)
        return response

    return respond


def areas_once(get_response: GetResponse) -> GetResponse:
    """Whether areas have changed is asked once a request, since no request changes them."""

    def respond(request: HttpRequest) -> HttpResponse:
        with areas_as_they_are():
            return get_response(request)

    return respond

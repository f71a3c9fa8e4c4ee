"""Answers of one edition, which never changes: sent once, then 304."""

from hashlib import blake2s

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag

from vaksam.coverage.queries import EditionRef


def _etag(request: HttpRequest, source: EditionRef) -> str:
    """An edition never changes, so its hash and the address together name the answer."""
    address = blake2s(request.get_full_path().encode(), digest_size=8).hexdigest()
    return quote_etag(f"{source.sha256[:16]}-{source.id}-{address}")


def unchanged(request: HttpRequest, source: EditionRef) -> HttpResponse | None:
    """304 before any work is done, where the caller already has this answer."""
    response = get_conditional_response(request, etag=_etag(request, source))
    return response if isinstance(response, HttpResponse) else None


def tag(request: HttpRequest, response: HttpResponse, source: EditionRef) -> None:
    response["ETag"] = _etag(request, source)
    patch_cache_control(response, public=True, no_cache=True)

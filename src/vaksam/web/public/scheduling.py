"""Free times as files: SMART Scheduling Links, and one summary. Open to everybody."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from vaksam.booking.actions import publish
from vaksam.booking.queries import published

_NAMES = re.compile(
    r"\$bulk-publish|availability\.json|(locations|schedules|slots-[0-9W-]+)\.ndjson"
)
KEPT_FOR = 60  # seconds


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponse:
    """A file as it was written last, within the last minute. No query."""
    if not _NAMES.fullmatch(name):
        raise Http404
    path = published(name)
    if path is None:
        publish()
        path = published(name)
    if path is None:
        raise Http404
    about = path.stat()
    etag = quote_etag(f"{about.st_mtime_ns:x}-{about.st_size:x}")
    unchanged = get_conditional_response(request, etag=etag, last_modified=int(about.st_mtime))
    if unchanged is not None:
        return unchanged
    kind = "application/fhir+ndjson" if name.endswith(".ndjson") else "application/json"
    response = HttpResponse(path.read_bytes(), content_type=kind)
    response["ETag"], response["Last-Modified"] = etag, http_date(about.st_mtime)
    response["Access-Control-Allow-Origin"] = "*"
    patch_cache_control(response, public=True, max_age=KEPT_FOR)
    return response

"""A time as a calendar file."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vaksam.messaging import queries as messaging
from vaksam.web.public.common import Visitor, page, signed_in
from vaksam.web.public.mine import own


@require_safe
@page
@signed_in
def calendar(request: HttpRequest, visitor: Visitor, appointment: int) -> HttpResponse:
    """One appointment of one's own; nothing in it says what it is for."""
    found = own(visitor, appointment)
    content = messaging.calendar_of(found.id, summary=visitor.texts["shell.title"])
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="tid.ics"'
    return response

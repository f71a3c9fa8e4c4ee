"""The HTTP API: one NinjaAPI, a router an area, errors as problem details (RFC 9457)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from vaksam import __version__
from vaksam.api.booking import router as booking
from vaksam.api.coverage import router as coverage
from vaksam.api.people import router as people
from vaksam.api.rules import router as rules
from vaksam.core.errors import BadFile, NotAllowed, NotFound, Refused, VaksamError

api = NinjaAPI(
    title="Vaksam",
    version=__version__,
    description=(
        "Official and own figures on vaccination, directives and what they mean for a person, free "
        "times and booking, and persons as FHIR. Shares are between 0 and 1."
    ),
    urls_namespace="api",
)
api.add_router("/coverage", coverage, tags=["coverage"])
api.add_router("/rules", rules, tags=["rules"])
api.add_router("/booking", booking, tags=["booking"])
api.add_router("/people", people, tags=["people"])


def _status(error: VaksamError) -> int:
    if isinstance(error, NotFound):
        return 404
    return 403 if isinstance(error, NotAllowed) else 422


@api.exception_handler(VaksamError)
def problem(request: HttpRequest, error: VaksamError) -> HttpResponse:
    """A user's error as problem details; a bad file lists its faults."""
    body: dict[str, object] = {"title": str(error), "status": _status(error)}
    if isinstance(error, Refused):
        body["code"] = error.code
    if isinstance(error, BadFile):
        body["faults"] = [str(fault) for fault in error.faults]
    return _problem(request, body)


@api.exception_handler(HttpError)
def failed(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Who is not signed in, and a body that is no JSON."""
    return _problem(request, {"title": str(error), "status": error.status_code})


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Parameters that cannot be, each with its place."""
    body = {"title": "Parameters that cannot be", "status": 422, "errors": error.errors}
    return _problem(request, body)


def _problem(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    response = api.create_response(request, body, status=body["status"])
    response["Content-Type"] = "application/problem+json"
    return response

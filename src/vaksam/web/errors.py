"""The pages for what went wrong. Each says what happened and what to do next."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

from vaksam.core.errors import BadFile, NotAllowed, NotFound, Refused, VaksamError

FAULTS_SHOWN = 200  # a workbook saved wrongly can hold a fault in every cell


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the request's context, since the database may be what failed."""
    return HttpResponseServerError(render_to_string("500.html"))


def too_large(request: HttpRequest) -> HttpResponse:
    """For a body refused before it was read."""
    megabytes = settings.VAKSAM_MAX_BODY_BYTES // 1_000_000
    reason = Refused(
        "too-large", "The file is larger than {megabytes} MB. Choose another.", megabytes=megabytes
    )
    return render(request, "422.html", {"code": 413, "reason": reason}, status=413)


def refused(request: HttpRequest, error: VaksamError) -> HttpResponse:
    """The page for an error of Vaksam's own tree: 404, 403 or 422."""
    if isinstance(error, NotFound):
        return render(request, "404.html", {"reason": error}, status=404)
    if isinstance(error, NotAllowed):
        return render(request, "403.html", {"reason": error}, status=403)
    if isinstance(error, BadFile):
        return render(request, "422.html", faults_of(error), status=422)
    return render(request, "422.html", {"reason": error}, status=422)


def faults_of(error: BadFile) -> dict[str, object]:
    """What shell/faults.html is given."""
    return {
        "file_name": error.file_name,
        "faults": error.faults[:FAULTS_SHOWN],
        "fault_count": len(error.faults),
        "faults_hidden": max(0, len(error.faults) - FAULTS_SHOWN),
    }

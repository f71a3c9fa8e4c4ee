"""The API; what is not in it is answered in its own form, not by a page."""

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path, reverse

from vaksam.api.app import api, problem
from vaksam.core.errors import NotFound


def nothing(request: HttpRequest) -> HttpResponse:
    where = reverse("api:openapi-view")
    message = "There is nothing here; {where} says what there is."
    return problem(request, NotFound("no-such-address", message, where=where))


# The first goes before the API's own root, which exists for other addresses to be told from.
urlpatterns = [path("", nothing), path("", api.urls), re_path("", nothing)]

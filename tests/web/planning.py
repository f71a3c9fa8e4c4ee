"""What the tests of the planning pages share."""

import html
import re

from django.http import HttpResponse


def words(response: HttpResponse) -> str:
    """The page as a reader sees it, in one line."""
    body = response.content.decode().split("<main", 1)[-1]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def errors(response: HttpResponse) -> str:
    assert response.status_code == 422, response.status_code
    return words(response)

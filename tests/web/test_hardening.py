"""What pages withstand, and what they leave behind."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from vaksam.base.roles import Role
from vaksam.coverage.actions import MAX_BYTES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/sign-in/", "/coverage/imports/", "/en/no-such-page/"])
def test_what_is_longer_than_any_form_is_refused_unread(client: Client, path: str) -> None:
    class Unread:
        def read(self, *_: Any) -> bytes:
            raise AssertionError("read")

        readline = read

    answer = client.post(
        path,
        b"",
        "multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": str(settings.VAKSAM_MAX_BODY_BYTES + 1), "wsgi.input": Unread()},
    )
    assert answer.status_code == 413
    assert "21 MB" in answer.content.decode()


def test_the_largest_workbook_still_fits() -> None:
    assert MAX_BYTES + 10_000 < settings.VAKSAM_MAX_BODY_BYTES


@pytest.mark.parametrize("path", ["/today/", "/coverage/", "/no-such-page/"])
def test_what_a_signed_in_person_sees_is_kept_nowhere(
    client: Client, example: Any, user_with: Any, path: str
) -> None:
    assert "Cache-Control" not in client.get("/coverage/")
    client.force_login(user_with(Role.REGION_COORDINATOR, "24"))
    assert client.get(path)["Cache-Control"] == "private, no-store"


def test_public_figures_are_cached_for_the_signed_in_too(
    client: Client, example: Any, user_with: Any
) -> None:
    client.force_login(user_with(Role.REGION_COORDINATOR, "24"))
    assert "public" in client.get("/coverage/picture/map.csv")["Cache-Control"]


def test_what_was_sent_when_signed_out_is_not_gone_back_to(client: Client) -> None:
    answer = client.post("/coverage/imports/")
    assert (answer.status_code, answer.url) == (302, "/sign-in/?next=")
    assert client.get("/today/").url == "/sign-in/?next=/today/"

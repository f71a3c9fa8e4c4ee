"""Planning pages that need a database of their own: an empty one, or one with a planted person."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.support import region
from tests.web.planning import words
from vaksam.base.roles import Role

pytestmark = pytest.mark.django_db


def test_empty_pages_say_what_to_do(as_role: Callable[..., Client], db: None) -> None:
    from vaksam.areas import actions as areas

    areas.seed()
    coordinator = as_role(Role.REGION_COORDINATOR)
    for address in ("/turn/", "/due/", "/directives/"):
        assert "vaksam import directives" in words(coordinator.get(address)), address
    assert "Ladda upp en kommuns lista" in words(coordinator.get("/lists/"))
    assert coordinator.get("/today/").status_code == 200


def test_nobody_is_named_in_a_log_or_an_address(
    user_with: Callable[..., Any], planted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    region.stand(monkeypatch)
    made = region.fill(user_with, planted)
    client = Client()
    client.force_login(user_with(Role.REGION_COORDINATOR, username="en samordnare"))
    assert client.post("/people/", {"text": planted.personal_number}).status_code == 302
    client.post(f"/people/{made.protected}/", {"reason": "Ringer om sin tid"})
    client.post(f"/people/{made.due}/contact/", {"channel": "sms", "mobile": planted.phone})
    client.post("/people/", {"text": f"{planted.family_name} 1890"})
    for page in ("/due/?by=municipality", "/lists/", "/today/"):
        assert planted.family_name not in client.get(page).content.decode()

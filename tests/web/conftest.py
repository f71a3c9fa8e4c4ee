"""Figures for pages to show. Imports wait until Django is set up."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from tests.support import region


@pytest.fixture(scope="module")
def _example(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """Areas, goals and the invented edition, once a module, in a transaction rolled back."""
    from django.db import transaction

    from vaksam.areas import actions as areas
    from vaksam.coverage import actions as coverage
    from vaksam.programmes import actions as programmes

    with django_db_blocker.unblock(), transaction.atomic():
        areas.seed()
        programmes.seed_goals()
        yield coverage.import_example(by=None)
        transaction.set_rollback(True)


@pytest.fixture
def example(_example: Any, db: None) -> Any:
    """The invented edition, with areas and goals."""
    return _example


@pytest.fixture(scope="module")
def _april(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The people of `tests.support.region`, once a module, in a transaction that is rolled back."""
    from django.db import transaction

    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        region.stand(patch)
        yield region.fill(region.account)
        transaction.set_rollback(True)


@pytest.fixture
def made(_april: Any, db: None, monkeypatch: pytest.MonkeyPatch) -> region.Made:
    """Somebody due, somebody soon, a list and directives, on the morning of 13 April 2021."""
    region.stand(monkeypatch)
    return _april


@pytest.fixture
def as_role(user_with: Callable[..., Any]) -> Callable[..., Client]:
    """Somebody signed in: `as_role(Role.PHONE_AGENT)`, in Västerbotten unless told."""

    def sign_in(role: Any, code: str = "24") -> Client:
        client = Client()
        client.force_login(user_with(role, code))
        return client

    return sign_in

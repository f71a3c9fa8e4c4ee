"""The shipped programmes and products, two coordinators, and a directive to write."""

from collections.abc import Callable, Iterator
from copy import deepcopy

import pytest

from vaksam.base.roles import Role
from vaksam.core.rules.files import Body

PROGRAMME = "covid-19-2021"
REGION_BODY: Body = {
    "directive": {
        "code": "region-24-week-18", "programme": PROGRAMME, "authority": "region",
        "region": "24", "title": {"sv": "Vecka 18", "en": "Week 18"},
        "announced_at": "2021-04-27T09:00:00+02:00", "effective_from": "2021-05-03",
        "author": "", "checker": "", "review_on": "2021-12-31",
        "source": {"document": "Veckobrev"},
    },
    "rule": [
        {
            "kind": "opening", "code": "region-24-week-18-1957", "phase": 3,
            "title": {"sv": "Födda 1957", "en": "Born 1957"},
            "who": [{"born_from": 1957, "born_to": 1957}],
        }
    ],
}  # fmt: skip


def body(**about: object) -> Body:
    """A directive of region 24 that is sound among the shipped ones."""
    made = deepcopy(REGION_BODY)
    made["directive"] |= about
    return made


def national(**about: object) -> Body:
    """The same, of the national authority."""
    made = body(authority="fohm", **about)
    del made["directive"]["region"]
    return made


@pytest.fixture(scope="module")
def shipped(django_db_setup, django_db_blocker) -> Iterator[None]:
    """One transaction for a whole module, with what is shipped."""
    from django.db import transaction

    from vaksam.programmes import actions

    with django_db_blocker.unblock(), transaction.atomic():
        actions.seed_programmes()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def author(user_with: Callable):
    return user_with(Role.REGION_COORDINATOR, username="astrid")


@pytest.fixture
def checker(user_with: Callable):
    return user_with(Role.REGION_COORDINATOR, username="birger")

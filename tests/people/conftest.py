"""The areas of Sweden once a module, and makers of persons and of numbers that are nobody's."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from stdnum import luhn

from vaksam.base.roles import Role
from vaksam.core.identity import Identity, Kind


def personal_number(born: str, serial: int = 980) -> Identity:
    """A number of the series 980–999, which nobody is given. `born` is YYYYMMDD."""
    assert 980 <= serial <= 999
    digits = f"{born[2:]}{serial}"
    return Identity(Kind.PERSONAL_NUMBER, f"{born}{serial}{luhn.calc_check_digit(digits)}")


def coordination_number(born: str, serial: int = 980) -> Identity:
    digits = f"{born[2:6]}{int(born[6:]) + 60}{serial}"
    value = f"{born[:2]}{digits}{luhn.calc_check_digit(digits)}"
    return Identity(Kind.COORDINATION_NUMBER, value)


@pytest.fixture(scope="module")
def sweden(django_db_setup, django_db_blocker) -> Iterator[None]:
    """One transaction for a whole module, with the areas of Sweden."""
    from django.db import transaction

    from vaksam.areas import actions as areas

    with django_db_blocker.unblock(), transaction.atomic():
        areas.seed()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def coordinator(user_with: Callable):
    return user_with(Role.REGION_COORDINATOR)


@pytest.fixture
def scope(coordinator):
    from vaksam.base.scope import scope_of

    return scope_of(coordinator)


@pytest.fixture
def scope_as(user_with: Callable) -> Callable:
    from vaksam.base.scope import scope_of

    return lambda role, region="24": scope_of(user_with(role, region))


@pytest.fixture
def someone(db) -> Callable[..., int]:
    """Register a person in Umeå and return the id."""
    from vaksam.people import actions

    def make(*identities: Identity, region_code: str = "24", **fields) -> int:
        known = {
            "given_name": "Karin", "family_name": "Berg", "born_on": date(1949, 3, 2), "sex": 2
        } | fields  # fmt: skip
        registered = actions.register_person(
            region_code=region_code, identities=identities, by=None, **known
        )
        return registered.person

    return make


HOME = {"municipality_code": "2480", "street": "Gömda stigen 7", "postcode": "90325"}

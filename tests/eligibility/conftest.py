"""A crowd of generated people in Västerbotten on 13 April 2021, with groups, doses, households."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.support.region import stand

PROGRAMME = "covid-19-2021"
TODAY = date(2021, 4, 13)
PLACES = ("2480", "2482", "2403", "")
_GROUPS = ("home_care", "care_home", "lss", "health_staff", "risk_group", "anaphylaxis")
_PRODUCTS = ("comirnaty", "spikevax", "vaxzevria", "")


@pytest.fixture(autouse=True)
def morning(monkeypatch) -> None:
    stand(monkeypatch)


@pytest.fixture(scope="module")
def crowd(django_db_setup, django_db_blocker) -> Iterator[list[int]]:
    """Ids of 300 persons of a crowd, worked out; one transaction for a whole module."""
    from django.db import transaction

    from vaksam.eligibility import actions

    with (
        django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic()
    ):  # fmt: skip
        stand(patch)
        found = gather(300)
        actions.refresh_region(programme=PROGRAMME, region_code="24")
        yield found
        transaction.set_rollback(True)


def gather(count: int, seed: int = 1) -> list[int]:
    """Make them by the product's actions where they matter and in bulk where they do not."""
    from vaksam.areas import actions as areas
    from vaksam.people.models import GroupClaim, Household, Person
    from vaksam.programmes import actions as programmes
    from vaksam.records.models import Vaccination

    areas.seed()
    programmes.seed_programmes()
    draw = random.Random(seed)  # noqa: S311 - a crowd, not a secret
    homes = [Household.objects.create(region_code="24").pk for _ in range(count // 3)]
    persons = Person.objects.bulk_create(
        _person(Person, draw, draw.choice(homes) if draw.random() < 0.75 else None)
        for _ in range(count)
    )
    claims = [
        GroupClaim(person=each, group=group, source="own_declaration",
                   given_on=TODAY - timedelta(days=draw.randint(-1, 60)),
                   valid_until=_until(draw),
                   recorded_at="2021-04-01T00:00Z")
        for each in persons for group in _GROUPS if draw.random() < 0.12
    ]  # fmt: skip
    for claim in claims:
        if claim.valid_until and claim.valid_until < claim.given_on:
            claim.valid_until = claim.given_on
    GroupClaim.objects.bulk_create(claims)
    Vaccination.objects.bulk_create(_doses(Vaccination, draw, persons), ignore_conflicts=True)
    return [each.pk for each in persons]


def _until(draw: random.Random) -> date | None:
    return draw.choice([None, None, TODAY + timedelta(days=draw.randint(-2, 30))])


def _person(model, draw: random.Random, home: int | None):
    born = date(draw.randint(1925, 2015), draw.randint(1, 12), draw.randint(1, 28))
    known = draw.random()
    return model(
        region_code="24", municipality_code=draw.choice(PLACES), household_id=home,
        born_on=born if known < 0.85 else None, born_year=born.year if known < 0.95 else None,
        sex=draw.randint(0, 2),
        died_on=TODAY + timedelta(days=draw.randint(-9, 9)) if draw.random() < 0.05 else None,
    )  # fmt: skip


def _doses(model, draw: random.Random, persons) -> Iterator:
    for each in persons:
        day = TODAY - timedelta(days=draw.randint(10, 100))
        for _ in range(draw.choice([0, 0, 1, 2])):
            code = draw.choice(_PRODUCTS)
            yield model(
                person=each, given_on=day, product_id=code or None,
                product_name="" if code else "CoronaVac", country=draw.choice(["SE", "SE", "DE"]),
                source="register", registered_at="2021-04-01T00:00Z",
                withdrawn_at=draw.choice([None] * 9 + ["2021-04-02T00:00Z"]),
            )  # fmt: skip
            day += timedelta(days=draw.randint(10, 60))

"""Doses: registered once, taken back, brought in by the file; what that means follows."""

from collections.abc import Callable, Iterator
from datetime import date

import polars as pl
import pytest

from tests.people.conftest import personal_number
from tests.support.region import stand
from vaksam.base import outbox
from vaksam.base.models import AuditEntry, OutboxEvent
from vaksam.base.roles import Role
from vaksam.core.errors import NotAllowed, NotFound, Refused
from vaksam.core.identity import Identity, Kind
from vaksam.eligibility.models import Status
from vaksam.people import actions as people
from vaksam.records import actions, queries
from vaksam.records.models import Vaccination

pytestmark = pytest.mark.usefixtures("campaign", "db")
PROGRAMME = "covid-19-2021"


@pytest.fixture(scope="module")
def campaign(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The areas and the shipped programmes, once for the module."""
    from django.db import transaction

    from vaksam.areas import actions as areas
    from vaksam.programmes import actions as programmes

    with django_db_blocker.unblock(), transaction.atomic():
        areas.seed()
        programmes.seed_programmes()
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def morning(monkeypatch) -> None:
    stand(monkeypatch)  # 13 April 2021


@pytest.fixture
def karin(db) -> int:
    """Born 1949, whose turn it is."""
    made = people.register_person(
        region_code="24", identities=[personal_number("19490302")], given_name="Karin",
        family_name="Berg", born_on=date(1949, 3, 2), sex=2, by=None,
    )  # fmt: skip
    return made.person


def give(person: int, **about) -> int:
    told = {"product": "comirnaty", "given_on": date(2021, 4, 12), "source": "venue", "by": None}
    return actions.register(person=person, **(told | about))


def refused(call: Callable[[], object]) -> str:
    before = Vaccination.objects.count(), OutboxEvent.objects.count()
    with pytest.raises(Refused) as error:
        call()
    assert (Vaccination.objects.count(), OutboxEvent.objects.count()) == before
    return error.value.code


def test_a_dose_is_kept_as_told_and_others_hear_of_it(karin, user_with):
    by = user_with(Role.VENUE_STAFF)
    dose = give(karin, lot=" EX1234 ", country="se", by=by)
    (seen,) = queries.doses(karin)
    assert (seen.id, seen.product, seen.given_on, seen.country, seen.lot, seen.withdrawn) == (
        dose, "comirnaty", date(2021, 4, 12), "SE", "EX1234", False
    )  # fmt: skip
    assert Vaccination.objects.get().registered_by == by
    event = OutboxEvent.objects.latest("pk")
    assert (event.name, event.payload) == ("records.changed", {"persons": [karin]})
    assert AuditEntry.objects.latest("pk").details == {"dose": dose}


def test_a_product_of_no_ours_is_named(karin):
    give(karin, product="", product_name=" Sputnik V ", country="rs", source="abroad")
    (seen,) = queries.doses(karin)
    assert (seen.product, seen.name, seen.country) == ("", "Sputnik V", "RS")


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"given_on": date(2021, 4, 14)}, "future"),
        ({"given_on": date(1949, 3, 1)}, "before-birth"),
        ({"product": ""}, "needs-product"),
        ({"product": "", "product_name": "  "}, "needs-product"),
        ({"product": "plasma"}, "unknown-product"),
        ({"source": "hearsay"}, "bad-source"),
    ],
)
def test_what_cannot_have_been_given(karin, about, code):
    assert refused(lambda: give(karin, **about)) == code


def test_before_the_year_of_birth_where_no_more_is_known(karin):
    people.change_person(person=karin, born_year=1949, born_on=None, by=None)
    assert refused(lambda: give(karin, given_on=date(1948, 12, 31))) == "before-birth"
    give(karin, given_on=date(1949, 1, 1))


def test_the_same_dose_twice_is_refused_until_the_first_is_taken_back(karin):
    first = give(karin)
    assert refused(lambda: give(karin)) == "dose-known"
    give(karin, product="spikevax")  # another one on the same day
    actions.withdraw(vaccination=first, by=None)
    again = give(karin)
    assert {(each.id, each.withdrawn) for each in queries.doses(karin)} >= {
        (first, True), (again, False)
    }  # fmt: skip


def test_taking_back_keeps_the_dose_and_who_did_it(karin, user_with):
    dose, by = give(karin), user_with(Role.REGION_COORDINATOR)
    actions.withdraw(vaccination=dose, by=by)
    row = Vaccination.objects.get(pk=dose)
    assert (row.withdrawn_by, bool(row.withdrawn_at)) == (by, True)
    other = user_with(Role.VENUE_STAFF)
    actions.withdraw(vaccination=dose, by=other)
    row.refresh_from_db()
    assert row.withdrawn_by == by, "taken back once"
    with pytest.raises(NotFound):
        actions.withdraw(vaccination=dose + 1, by=by)


@pytest.mark.parametrize(
    ("role", "region", "error"),
    [
        (Role.REGION_COORDINATOR, "24", None),
        (Role.VENUE_STAFF, "24", None),
        (Role.PHONE_AGENT, "24", None),
        (Role.VENUE_STAFF, "23", NotFound),
        (Role.REGION_ANALYST, "24", NotFound),
        (Role.NATIONAL_VIEWER, None, NotFound),
        (None, "24", NotFound),
    ],
)
def test_who_may(karin, user_with, role, region, error):
    by, dose = user_with(role, region), give(karin)
    for call in (
        lambda: give(karin, given_on=date(2021, 4, 1), by=by),
        lambda: actions.withdraw(vaccination=dose, by=by),
    ):
        if error is None:
            call()
            continue
        with pytest.raises(error):
            call()
        assert Vaccination.objects.get().withdrawn_at is None


def test_of_the_protected_only_those_who_may_open_them(karin, user_with):
    people.protect(person=karin, protection="confidentiality_marking", by=None)
    with pytest.raises(NotAllowed):
        give(karin, by=user_with(Role.PHONE_AGENT))
    give(karin, by=user_with(Role.VENUE_STAFF))


def frame(*rows: tuple) -> pl.DataFrame:
    schema = {"local_id": pl.String, "product": pl.String, "given_on": pl.Date}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


@pytest.fixture
def by_the_file(karin) -> list[int]:
    """Karin (7) and Nils (8) as one system knows them, and another one's 7."""
    known = [karin]
    for system, name, value in (("A", "Nils", "8"), ("B", "Eva", "7")):
        local = Identity(Kind.LOCAL, value, system)
        known.append(
            people.register_person(
                region_code="24", identities=[local], given_name=name, born_year=1950, by=None
            ).person
        )
    people.add_identity(person=karin, identity=Identity(Kind.LOCAL, "7", "A"), by=None)
    return known


def test_doses_by_the_file(by_the_file):
    karin, nils, _eva = by_the_file
    day = date(2021, 4, 12)
    rows = frame(("7", "comirnaty", day), ("8", "spikevax", day), ("9", "comirnaty", day))
    done = actions.import_doses(doses=rows, issuer="A", source="register", by=None)
    assert (done.rows, done.registered) == (3, 2)
    assert set(Vaccination.objects.values_list("person_id", "product_id", "given_on")) == {
        (karin, "comirnaty", day), (nils, "spikevax", day)
    }  # fmt: skip
    assert OutboxEvent.objects.latest("pk").payload == {"region": "24"}
    again = actions.import_doses(doses=rows, issuer="A", source="register", by=None)
    assert (again.registered, Vaccination.objects.count()) == (0, 2)


def test_doses_of_a_merged_record_are_those_of_the_one_kept(by_the_file):
    karin, nils, _eva = by_the_file
    people.merge(kept=karin, merged=nils, why="the same", by=None)
    rows = frame(("8", "comirnaty", date(2021, 4, 12)))
    actions.import_doses(doses=rows, issuer="A", source="register", by=None)
    assert Vaccination.objects.get().person_id == karin


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("7", "plasma", date(2021, 4, 12)), "unknown-product"),
        (("7", "comirnaty", date(2021, 4, 14)), "future"),
    ],
)
def test_a_file_of_doses_is_taken_whole_or_not_at_all(by_the_file, row, code):
    rows = frame(("8", "comirnaty", date(2021, 4, 12)), row)
    wrong = lambda: actions.import_doses(doses=rows, issuer="A", source="register", by=None)  # noqa: E731
    assert refused(wrong) == code


def test_an_empty_file_of_doses(karin):
    assert actions.import_doses(doses=frame(), issuer="A", source="register", by=None).rows == 0


def test_the_status_follows_a_dose_and_its_being_taken_back(karin):
    def status() -> tuple:
        outbox.deliver_due()
        row = Status.objects.get(person_id=karin, programme_id=PROGRAMME)
        return row.status, row.next_dose, row.valid_doses

    assert status() == ("due", 1, 0)
    dose = give(karin)
    assert status() == ("not_yet", 2, 1)
    actions.withdraw(vaccination=dose, by=None)
    assert status() == ("due", 1, 0)

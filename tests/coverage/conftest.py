"""Imported editions, shared by the tests of a module; official ones where they are."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from tests.reference import workbooks as reference
from tests.support import workbooks
from tests.support.workbooks import COUNT, NOTES, SHARE, TOWN_AGES, WEEKLY


@pytest.fixture(scope="module")
def held(django_db_setup, django_db_blocker) -> Iterator[None]:
    """One transaction for a whole module, with the areas of Sweden.

    What is stored in it must come from fixtures of module scope: those are made before `db`,
    which undoes what follows.
    """
    from django.db import transaction

    from vaksam.areas import actions as areas

    with django_db_blocker.unblock(), transaction.atomic():
        areas.seed()
        yield
        transaction.set_rollback(True)


def imported(content: bytes, name: str = "test.xlsx", **options: object):
    from django.db import connection

    from vaksam.coverage import actions

    edition = actions.import_workbook(content=content, file_name=name, by=None, **options)
    connection.check_constraints()  # once, rather than after every test
    return edition


@pytest.fixture(scope="module")
def official(held) -> SimpleNamespace:
    """Both official editions: as stored, and as the slow reference reads them."""
    found = SimpleNamespace()
    for name, on in (("old", "2022-10-27"), ("new", "2022-11-10")):
        path = reference.OFFICIAL / f"FHM_Covid19_Vaccine_{on}.xlsx"
        if not path.exists():
            pytest.skip("the official workbooks are not at ../shared/data/fhm")
        content = path.read_bytes()
        setattr(found, name, imported(content, path.name))
        setattr(found, f"published_{name}", reference.read(content))
    return found


@pytest.fixture(scope="session")
def pair_of_files() -> tuple[bytes, bytes]:
    """Two editions of full size: the later with two weeks more and some figures changed."""
    new = workbooks.full(weeks=97)
    old = workbooks.full(weeks=95)
    old.rename(NOTES, "FOHM 20 OKT 2022")  # other days than the official ones
    new.rename(NOTES, "FOHM 3 NOV 2022")
    for row in range(4000, 4101):
        persons = old.get(WEEKLY, row, COUNT)
        old.set(WEEKLY, row, COUNT, persons + 1)
        old.set(WEEKLY, row, SHARE, (persons + 1) / (persons / old.get(WEEKLY, row, SHARE)))
    old.set(WEEKLY, 3000, SHARE, 0.999 * old.get(WEEKLY, 3000, SHARE))  # the share only
    for row in old.sheets[TOWN_AGES][1:11]:
        row[6], row[10] = row[6] - 1, (row[6] - 1) / row[5]
    return old.write(), new.write()


@pytest.fixture(scope="module")
def pair(held, pair_of_files) -> SimpleNamespace:
    """Both invented editions of full size, stored, and their files."""
    old, new = pair_of_files
    return SimpleNamespace(
        old=imported(old), new=imported(new),
        published_old=reference.read(old), published_new=reference.read(new),
    )  # fmt: skip

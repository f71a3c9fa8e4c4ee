"""The areas and programmes of Sweden once a module; makers of persons, doses and receipts."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from tests.people.conftest import personal_number
from tests.support.region import MORNING, stand
from vaksam.core.exchange import nvr

DECEMBER = datetime(2020, 12, 28, 8, tzinfo=UTC)
HOME = {"municipality_code": "2480", "street": "Skogsvägen 1", "postcode": "90325"}


def seed() -> None:
    from vaksam.areas import actions as areas
    from vaksam.programmes import actions as programmes

    areas.seed()
    programmes.seed_programmes()


@pytest.fixture(scope="module")
def campaign(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        seed()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def out(settings: Any, tmp_path: Any) -> Any:
    """The folder that files to the register are put into."""
    settings.VAKSAM_REGISTER_FOLDER = str(tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Hold the clock at a moment."""
    return lambda moment: stand(monkeypatch, moment)


@pytest.fixture(autouse=True)
def morning(at: Callable[[datetime], None]) -> None:
    at(MORNING)  # 13 April 2021


def someone(born: str = "19490302", *identities: Any, numbered: bool = True, **fields: Any) -> int:
    from vaksam.people import actions as people

    known = identities or ((personal_number(born),) if numbered else ())
    told = {"given_name": "Karin", "family_name": "Berg"} | HOME | fields
    day = date(int(born[:4]), int(born[4:6]), int(born[6:]))
    return people.register_person(
        region_code="24", identities=known, born_on=day, by=None, **told
    ).person  # fmt: skip


def give(person: int, **about: Any) -> int:
    from vaksam.records import actions as records

    told = {"product": "comirnaty", "given_on": date(2021, 4, 12), "source": "venue", "by": None,
            "lot": "EX1234", "dose_number": 1}  # fmt: skip
    return records.register(person=person, **(told | about))


def entries() -> list[tuple[str, str, str]]:
    """Number, state and kind of every row of the queue."""
    from vaksam.exchange.models import Entry

    return list(Entry.objects.order_by("pk").values_list("number", "state", "kind"))


def sent(out: Any) -> pl.DataFrame:
    """Every row of every file in the folder."""
    files = sorted(out.glob("*.csv"))
    rows = [nvr.read(path.read_bytes(), file_name=path.name).rows for path in files]
    return pl.concat(rows) if rows else pl.DataFrame(schema=dict.fromkeys(nvr.NAMES, pl.String))


def receipt(rows: pl.DataFrame, answer: str = "accepted", code: str = "", text: str = "") -> bytes:
    """The register's answer to rows, the same for all."""
    answers = rows.select(
        "transaction_id", answer=pl.lit(answer), code=pl.lit(code), text=pl.lit(text)
    )
    return nvr.write_receipt("24", "file.csv", answers)


def answered(rows: pl.DataFrame, answer: str = "accepted", **about: str) -> Any:
    from vaksam.exchange import actions

    content = receipt(rows, answer, **about)
    return actions.receive(content=content, file_name="r.csv", by=None)

"""Whatever happens to doses and persons, the register ends with what the records say."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from tests.exchange.conftest import give, sent, someone
from tests.people.conftest import coordination_number, personal_number
from vaksam.base import outbox
from vaksam.core.errors import Refused
from vaksam.core.exchange import nvr
from vaksam.exchange import actions
from vaksam.people import actions as people
from vaksam.people.models import Identity
from vaksam.records import actions as records
from vaksam.records.models import Vaccination

pytestmark = pytest.mark.usefixtures("campaign", "db", "out")
BORN = [f"1950010{n}" for n in range(1, 6)]


class Register:
    """The national register as simple as can be: a dose under a number, and what it is."""

    def __init__(self, dice: random.Random, rejecting: float) -> None:
        self.dice, self.rejecting = dice, rejecting
        self.held: dict[tuple[str, str], tuple[str, ...]] = {}
        self.seen: set[str] = set()

    def answer(self, rows: pl.DataFrame) -> bytes | None:
        """What it says of the rows that it has not seen."""
        lines = []
        for row in rows.iter_rows(named=True):
            if row["transaction_id"] in self.seen:
                continue
            self.seen.add(row["transaction_id"])
            rejected = self.dice.random() < self.rejecting
            if not rejected:
                self._take(row)
            lines.append((row["transaction_id"], "rejected" if rejected else "accepted", "", ""))
        if not lines:
            return None
        columns = ["transaction_id", "answer", "code", "text"]
        return nvr.write_receipt("24", "f.csv", pl.DataFrame(lines, schema=columns, orient="row"))

    def _take(self, row: dict[str, Any]) -> None:
        key = row["dose_id"], row["person_id"]
        assert (key in self.held) == (row["kind"] != "new"), (row["kind"], key)
        if row["kind"] == "deleted":
            del self.held[key]
        else:
            self.held[key] = row["given_on"], row["batch"], row["dose_number"]


def truth() -> dict[tuple[str, str], tuple[str, ...]]:
    """What the register should hold, one dose at a time."""
    found = {}
    for dose in Vaccination.objects.filter(withdrawn_at=None, source="venue"):
        numbers = dict(
            Identity.objects.filter(person=dose.person_id, valid_to=None)
            .order_by("pk").values_list("kind", "value")
        )  # fmt: skip
        number = numbers.get("personal_number") or numbers.get("coordination_number")
        if number:
            told = f"{dose.given_on}", dose.lot, str(dose.dose_number or "")
            found[str(dose.first_id or dose.pk), number] = told
    return found


def steps(dice: random.Random, persons: list[int]) -> Iterator[None]:
    """Something that may happen, again and again; what cannot be is refused."""
    while True:
        standing = list(Vaccination.objects.filter(withdrawn_at=None).values_list("pk", flat=True))
        person, dose = dice.choice(persons), dice.choice(standing or [0])
        day, lot = date(2021, 1, 1) + timedelta(days=dice.randrange(90)), f"L{dice.randrange(5)}"
        try:
            match dice.randrange(7 if standing else 1):
                case 0 | 1:
                    give(person, given_on=day, lot=lot)
                case 2:
                    records.correct(vaccination=dose, why="x", lot=lot, by=None)
                case 3:
                    records.correct(vaccination=dose, why="x", person=person, by=None)
                case 4:
                    records.withdraw(vaccination=dose, by=None)
                case 5:
                    place = persons.index(person)
                    make = dice.choice([personal_number, coordination_number])
                    people.add_identity(person=person, identity=make(BORN[place]), by=None)
                case 6:
                    kind = dice.choice(["venue", "told"])
                    records.correct(vaccination=dose, why="x", source=kind, by=None)
        except Refused:
            pass
        yield


@pytest.mark.parametrize("seed", range(4))
def test_after_a_walk_the_register_holds_what_the_records_say(out, seed):
    dice = random.Random(seed)  # noqa: S311 - the same walk each time
    register = Register(dice, rejecting=0.2)
    walk = steps(dice, [someone(born, numbered=False) for born in BORN])
    for _ in range(40):
        next(walk)
        if dice.random() < 0.4:
            outbox.deliver_due()
            actions.send(region="24", by=None)
        if dice.random() < 0.3:
            _answer(register, out)
    register.rejecting = 0
    outbox.deliver_due()
    assert actions.collect() == 0, "event by event is as everything at once"
    for _ in range(6):
        _retry()
        actions.send(region="24", by=None)
        _answer(register, out)
    assert register.held == truth()
    assert actions.send(region="24", by=None).rows == 0


def _answer(register: Register, out: Any) -> None:
    content = register.answer(sent(out))
    if content is not None:
        actions.receive(content=content, file_name="r.csv", by=None)


def _retry() -> None:
    from vaksam.exchange.models import Entry

    for entry in Entry.objects.filter(state="rejected").values_list("pk", flat=True):
        actions.retry(entry=entry, by=None)

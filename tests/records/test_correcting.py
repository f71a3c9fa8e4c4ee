"""Doses put right: a new version stands, the old ones are kept, and the ledger follows."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.supply.conftest import fill
from tests.support import region
from vaksam.base import clock
from vaksam.base.models import AuditEntry, OutboxEvent
from vaksam.base.roles import Role
from vaksam.core.errors import NotAllowed, NotFound, Refused
from vaksam.core.identity import Identity, Kind
from vaksam.core.supply.ledger import State
from vaksam.people import actions as people
from vaksam.records import actions, queries
from vaksam.records.models import Vaccination
from vaksam.supply import actions as supply
from vaksam.supply.models import Leg

DAY = date(2021, 4, 13)
WHY = "Fel flaska i listan"


@dataclass(frozen=True)
class Ward:
    """Ersboda with an open vial of two lots of Comirnaty and one of Spikevax; two people."""

    venue: int
    a: int  # vials
    b: int
    other: int
    karin: int
    sven: int


def ward() -> Ward:
    here = fill()
    lots = {"EP2163": here.lot, "ER1742": here.later}
    lots["M3001"] = supply.known_lot(
        product="spikevax", number="M3001", expires_on=date(2021, 8, 1)
    ).pk
    for lot in lots.values():
        supply.receive(venue=here.ersboda, lot=lot, vials=5, by=None)
    vials = [supply.open_vial(venue=here.ersboda, lot=lot, by=None) for lot in lots.values()]
    made = [
        people.register_person(
            region_code="24", given_name=name, family_name="Berg", born_on=born, by=None,
            identities=[Identity(Kind.PERSONAL_NUMBER, region.number(f"{born:%Y%m%d}"))],
        ).person
        for name, born in (("Karin", date(1949, 3, 2)), ("Sven", date(1953, 5, 6)))
    ]  # fmt: skip
    return Ward(here.ersboda, *vials, *made)


@pytest.fixture(scope="module")
def _ward(django_db_setup: None, django_db_blocker: Any) -> Iterator[Ward]:
    """One transaction for the module, rolled back."""
    with (
        django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic()
    ):  # fmt: skip
        region.stand(patch)
        yield ward()
        transaction.set_rollback(True)


@pytest.fixture
def here(_ward: Ward, db: None, monkeypatch: pytest.MonkeyPatch) -> Ward:
    region.stand(monkeypatch)
    return _ward


def inject(here: Ward, person: int, vial: int | None = None) -> int:
    """A dose out of a vial (the first, unless told), registered."""
    document = supply.inject(vial=vial or here.a, by=None)
    return actions.register(
        person=person, product="comirnaty", lot="EP2163", given_on=DAY, given_at=clock.now(),
        source="venue", venue=here.venue, document=document, by=None,
    )  # fmt: skip


def standing(person: int) -> list[queries.DoseView]:
    return [each for each in queries.doses(person) if not each.withdrawn]


def held(vial: int) -> tuple[int, int]:
    """Doses in an open vial, and given out of it."""
    counts = Counter[str]()
    for state, doses in Leg.objects.filter(vial=vial).values_list("state", "doses"):
        counts[state] += doses
    return counts[State.OPENED], counts[State.GIVEN]


def code_of(call: Callable[[], object]) -> str:
    before = Vaccination.objects.count(), Leg.objects.count(), OutboxEvent.objects.count()
    with pytest.raises(Refused) as error, transaction.atomic():
        call()
    after = Vaccination.objects.count(), Leg.objects.count(), OutboxEvent.objects.count()
    assert before == after
    return error.value.code


def test_a_wrong_lot_is_back_in_its_vial_and_out_of_the_right_one(here, user_with):
    by = user_with(Role.VENUE_STAFF)
    dose = inject(here, here.karin)
    assert (held(here.a), held(here.b)) == ((5, 1), (6, 0))
    new = actions.correct(vaccination=dose, lot="er1742 ", vial=here.b, why=WHY, by=by)
    assert (held(here.a), held(here.b)) == ((6, 0), (5, 1))
    old, now = sorted(queries.doses(here.karin), key=lambda each: each.version)
    assert (old.withdrawn, old.lot, old.withdrawn_why) == (True, "EP2163", WHY)
    assert (now.id, now.lot, now.version, now.first, now.why) == (new, "ER1742", 2, dose, WHY)
    assert now.in_stock and now.registered_by == by.username
    event, entry = OutboxEvent.objects.latest("pk"), AuditEntry.objects.latest("pk")
    assert event.payload == {"persons": [here.karin]}
    assert entry.details == {"dose": new, "instead_of": dose}


def test_where_the_vial_is_not_known_it_comes_out_of_the_lot(here):
    dose = inject(here, here.karin)
    actions.correct(vaccination=dose, lot="ER1742", why=WHY, by=None)
    assert (held(here.a), held(here.b)) == ((6, 0), (6, 0))
    given = Leg.objects.filter(state=State.GIVEN, lot__number="ER1742")
    assert [(leg.doses, leg.vial) for leg in given] == [(1, None)]


def test_a_wrong_product(here):
    dose = inject(here, here.karin)
    actions.correct(
        vaccination=dose, product="spikevax", lot="M3001", vial=here.other, why=WHY, by=None
    )
    (now,) = standing(here.karin)
    assert (now.product, now.lot) == ("spikevax", "M3001")
    assert (held(here.a)[1], held(here.other)[1]) == (0, 1)
    assert code_of(lambda: actions.correct(
        vaccination=now.id, product="comirnaty", why=WHY, by=None
    )) == "unknown-lot"  # fmt: skip


def test_a_wrong_person(here):
    dose = inject(here, here.karin)
    new = actions.correct(vaccination=dose, person=here.sven, why="Bytta i kön", by=None)
    assert standing(here.karin) == [] and queries.doses(here.karin)[0].withdrawn
    (now,) = standing(here.sven)
    assert (now.id, now.in_stock, held(here.a)) == (new, True, (5, 1))
    event = OutboxEvent.objects.latest("pk")
    assert event.payload == {"persons": sorted((here.karin, here.sven))}


def test_a_wrong_day_leaves_the_ledger_and_forgets_the_hour(here):
    dose = inject(here, here.karin)
    actions.correct(vaccination=dose, given_on=DAY - timedelta(1), why="Dagen innan", by=None)
    (now,) = standing(here.karin)
    assert (now.given_on, now.given_at) == (DAY - timedelta(1), None)
    assert held(here.a) == (5, 1)


def test_a_dose_taken_back_is_in_its_vial_again_once(here):
    dose = inject(here, here.karin)
    actions.withdraw(vaccination=dose, why="Gavs aldrig", by=None)
    actions.withdraw(vaccination=dose, why="En gång till", by=None)
    (seen,) = queries.doses(here.karin)
    assert (seen.withdrawn, seen.withdrawn_why) == (True, "Gavs aldrig")
    assert held(here.a) == (6, 0)


def test_back_in_a_vial_that_was_thrown_away_it_is_left_over(here):
    dose = inject(here, here.karin)
    supply.waste_vial(vial=here.a, reason="dropped", by=None)
    actions.withdraw(vaccination=dose, why="Gavs aldrig", by=None)
    assert held(here.a) == (0, 0)
    rest = Leg.objects.filter(vial=here.a, state=State.RESIDUE).values_list("doses", flat=True)
    assert list(rest) == [1]


def test_what_is_refused(here):
    dose = inject(here, here.karin)

    def correct(**about: Any) -> str:
        told = {"vaccination": dose, "why": WHY, "by": None}
        return code_of(lambda: actions.correct(**told | about))

    assert correct() == "no-change"
    assert correct(lot="ER1742", why="  ") == "needs-reason"
    assert correct(lot="NOWHERE") == "unknown-lot"
    assert correct(lot="ER1742", vial=here.a) == "other-lot"
    assert correct(given_on=DAY + timedelta(1)) == "future"
    assert correct(dose_number=100) == "bad-dose"
    assert correct(site="nose") == "bad-site"
    inject(here, here.sven)
    assert correct(person=here.sven) == "dose-known"
    actions.correct(vaccination=dose, lot="ER1742", why=WHY, by=None)
    assert correct(lot="ER1742") == "corrected-meanwhile"
    assert code_of(lambda: actions.withdraw(
        vaccination=dose, why=WHY, by=None
    )) == "corrected-meanwhile"  # fmt: skip


def test_who_may_not(here, user_with):
    dose = inject(here, here.karin)
    stranger, analyst = user_with(Role.VENUE_STAFF, "01"), user_with(Role.REGION_ANALYST)
    for by in (stranger, analyst):
        with pytest.raises((NotFound, NotAllowed)):
            actions.correct(vaccination=dose, lot="ER1742", why=WHY, by=by)
        with pytest.raises((NotFound, NotAllowed)):
            actions.withdraw(vaccination=dose, why=WHY, by=by)
    with pytest.raises(NotFound):
        actions.correct(vaccination=10**9, lot="ER1742", why=WHY, by=None)
    assert [each.id for each in standing(here.karin)] == [dose]


STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),  # which dose
        st.one_of(
            st.sampled_from([
                {"lot": "EP2163", "product": "comirnaty"}, {"lot": "ER1742"},
                {"product": "spikevax", "lot": "M3001"}, {"person": 0}, {"person": 1},
                {"given_on": DAY - timedelta(1)}, {"given_on": DAY}, {"site": "left_arm"},
                {"lot": "ER1742", "vial": 1}, {"lot": "EP2163", "vial": 0}, {"lot": "NOWHERE"},
            ]),
            st.none(),  # taken back
        ),
    ),
    max_size=8,
)  # fmt: skip


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_whatever_is_corrected_one_version_stands_and_the_ledger_agrees(here, steps):
    people_of, vials = (here.karin, here.sven), (here.a, here.b)
    with transaction.atomic():
        first = [
            inject(here, here.karin), inject(here, here.sven),
            actions.register(person=here.sven, product="spikevax", given_on=DAY - timedelta(30),
                             source="paper", by=None),
        ]  # fmt: skip
        newest = list(first)
        for which, change in steps:
            try:
                with transaction.atomic():
                    if change is None:
                        actions.withdraw(vaccination=newest[which], by=None, why=WHY)
                        continue
                    change = dict(change)
                    if "person" in change:
                        change["person"] = people_of[change["person"]]
                    if "vial" in change:
                        change["vial"] = vials[change["vial"]]
                    newest[which] = actions.correct(
                        vaccination=newest[which], why=WHY, by=None, **change
                    )
            except Refused:
                pass
        demand_whole(first, newest)
        transaction.set_rollback(True)


def demand_whole(first: list[int], newest: list[int]) -> None:
    """At most the newest version of each dose stands, and the ledger gave just what stands."""
    for start, last in zip(first, newest, strict=True):
        rows = Vaccination.objects.filter(pk=start) | Vaccination.objects.filter(first=start)
        versions = list(rows.order_by("version"))
        assert [row.version for row in versions] == list(range(1, len(versions) + 1))
        assert versions[-1].pk == last
        assert all(row.withdrawn_at for row in versions[:-1])
    stands = Counter(
        (row.product_id, row.lot)
        for row in Vaccination.objects.filter(withdrawn_at=None, document__isnull=False)
    )
    given, sums = Counter[tuple[str, str]](), Counter[int]()
    for leg in Leg.objects.select_related("lot"):
        sums[leg.document_id] += leg.doses
        if leg.state == State.GIVEN:
            given[leg.lot.product_id, leg.lot.number] += leg.doses
        assert leg.state != State.DRAWN or leg.document.kind != "given" or leg.doses == -1
    assert {key: n for key, n in given.items() if n} == dict(stands)
    assert not any(sums.values())
    drawn = sum(Leg.objects.filter(state=State.DRAWN).values_list("doses", flat=True))
    assert drawn == 0

"""The demo's region, made at a tiny scale by the commands' own functions under a moved clock."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from vaksam.base import clock
from vaksam.cli import demo_people, prepare
from vaksam.cli.demo_people import MOMENTS, REGION, Scenario
from vaksam.core import synthetic
from vaksam.coverage import actions as coverage
from vaksam.coverage import queries as figures
from vaksam.coverage.models import Edition
from vaksam.eligibility import queries
from vaksam.eligibility.models import Status, StatusChange
from vaksam.eligibility.queries import Dimension
from vaksam.people.models import GroupClaim, Identity, Person
from vaksam.records.models import Vaccination

SCALE = 0.01
COVID = "covid-19-2021"


@pytest.fixture(scope="module", autouse=True)
def seeded(django_db_setup, django_db_blocker) -> Iterator[None]:
    """What every start fills in, once for the module."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        prepare.database()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def start(db, monkeypatch):
    """Provide a scenario; its morning is the clock's until the test is over."""

    def provide(scenario: Scenario, *, calibrate: bool = False, scale: float = SCALE) -> list[str]:
        said: list[str] = []
        # From now on the clock is read anew, and forgotten with the test.
        monkeypatch.setattr(clock, "_known", clock._never)
        demo_people.provide(scenario, scale=scale, calibrate=calibrate, say=said.append)
        return said

    return provide


def statuses(programme: str = COVID, **narrow) -> dict[str, int]:
    rows = Status.objects.filter(programme_id=programme, **narrow)
    return Counter(rows.values_list("status", flat=True))


def test_april_13_of_2021_is_as_the_letter_says(start):
    """Source 004: those born 1947 to 1951 are open, those born 1952 to 1956 the week after."""
    said = start(Scenario.APRIL_2021)
    assert clock.today() == date(2021, 4, 13)
    assert any("2,7" in line for line in said)  # 1 % of 273,000
    people = Person.objects.filter(region_code=REGION)
    assert people.count() == pytest.approx(2730, rel=0.02)

    opened = statuses(born_year__range=(1947, 1951), groups=0, valid_doses=0)
    assert opened.get("due", 0) > 20
    assert set(opened) == {"due"}
    later = Status.objects.filter(
        programme_id=COVID, born_year__range=(1952, 1956), groups=0, valid_doses=0
    )
    waiting = later.filter(status="not_yet")
    assert waiting.count() > 20
    assert set(waiting.values_list("earliest_on", flat=True)) == {date(2021, 4, 19)}
    for row in later.exclude(status="not_yet").select_related("person"):
        others = Status.objects.filter(person__household=row.person.household_id)
        older = others.filter(born_year__range=(1900, 1951)) | others.exclude(groups=0)
        assert row.status == "due" and older.exists(), "only as one who lives with another"
    young = Status.objects.filter(programme_id=COVID, born_year__range=(1957, 2003), groups=0)
    waiting = young.filter(valid_doses=0, status="not_yet").count()
    assert waiting > 0.9 * young.filter(valid_doses=0).count()


def test_april_has_what_a_planner_looks_at(start):
    start(Scenario.APRIL_2021)
    assert GroupClaim.objects.filter(group="home_care", list__isnull=False).exists()
    assert Vaccination.objects.filter(given_on__lt=date(2021, 4, 13)).exists()
    assert not Vaccination.objects.filter(given_on__gte=date(2021, 4, 13)).exists()
    days = set(StatusChange.objects.values_list("changed_on", flat=True))
    assert days == {date(2021, 3, 16), date(2021, 4, 6), date(2021, 4, 13)}
    numbers = Identity.objects.filter(kind="personal_number").values_list("value", flat=True)
    assert {value[8:11] for value in numbers} <= {*map(str, range(980, 1000)), "238", "239"}
    ahead = queries.weeks_ahead(COVID, regions=[REGION], on=clock.today())
    assert ahead[0][1] > 0 and ahead[1][1] > 0
    assert len(queries.count(COVID, regions=[REGION], by=Dimension.MUNICIPALITY,
                             on=clock.today()).levels()) >= 15  # fmt: skip


@pytest.mark.parametrize(
    ("scenario", "programme", "doses"),
    [
        (Scenario.JANUARY_2021, COVID, 1),
        (Scenario.SEPTEMBER_2021, COVID, 2),
        (Scenario.AUTUMN_2023, "covid-19-autumn-2023", 3),
    ],
)
def test_the_other_moments(start, scenario, programme, doses):
    start(scenario)
    today = MOMENTS[scenario].morning.date()
    assert clock.today() == today
    assert programme in set(Status.objects.values_list("programme_id", flat=True))
    assert len(statuses(programme)) >= 2
    per_person = Counter(Vaccination.objects.values_list("person_id", flat=True))
    most = max(per_person.values())
    assert most >= doses


def test_without_official_figures_there_is_nothing_to_match(start):
    coverage.import_example(by=None)
    assert demo_people._targets([]) is None, "invented figures are none"
    spec = demo_people._spec(date(2021, 9, 20), SCALE, calibrate=True)
    assert spec.targets is None


def test_calibrated_the_region_has_the_shares_of_the_official_figures(start):
    coverage.import_example(by=None)
    Edition.objects.update(example=False)  # let them pass for official ones
    spec = demo_people._spec(date(2021, 9, 20), 0.05, calibrate=True)
    assert spec.targets
    assert {place for place, _, _ in spec.targets} == {each.code for each in spec.municipalities}
    (edition,) = figures.editions()
    (age,) = [a for a in figures.bands(edition.id, "municipality") if a.startswith("70")]
    cut = figures.cut(edition.id, "municipality", figures.Choice(doses=1, age=age))
    shares = {cell.area: cell.share for cell in cut.cells}
    umea = {key: share for key, share in spec.targets.items() if key[0] == "2480" and key[1] == 70}
    assert list(umea.values()) == [min(shares["2480"], 0.995)]

    made = synthetic.build(spec)
    who = made.people.select("municipality").hstack(made.hidden)
    (key,) = umea
    mine = who.filter((pl.col("municipality") == "2480") & pl.col("age").is_between(*key[1:]))
    assert mine["propensity"].mean() == pytest.approx(umea[key], abs=1e-3)


def test_no_list_names_somebody_not_yet_born(db, monkeypatch):
    spec = demo_people._spec(date(2021, 4, 13), SCALE, calibrate=False)
    made = synthetic.build(spec)
    monkeypatch.setattr(clock, "today", lambda: date(2021, 3, 16))
    unborn = made.people.filter(pl.col("born_on") > "2021-03-16")
    claims = unborn.select("local_id", "municipality").with_columns(
        group=pl.lit("transplant"), source=pl.lit("health_record"), sender=pl.lit("Region")
    )
    assert claims.height
    whole = pl.concat([made.claims, claims.select(made.claims.columns)])
    named = pl.concat([each.rows for each in demo_people._lists(replace(made, claims=whole))])
    assert named.height
    assert named.filter(pl.col("born_on") > "2021-03-16").is_empty()

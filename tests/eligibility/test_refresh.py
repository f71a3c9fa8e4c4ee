"""Stored statuses are what a fresh evaluation says; only what changed is written; counts agree."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.eligibility.conftest import PROGRAMME, TODAY
from tests.support.region import MORNING, stand
from vaksam.base import outbox
from vaksam.eligibility import actions, queries
from vaksam.eligibility.models import Refresh, Status, StatusChange
from vaksam.eligibility.queries import Dimension
from vaksam.people import actions as people
from vaksam.people.models import Person
from vaksam.records import actions as records

pytestmark = pytest.mark.usefixtures("crowd", "db")


def refresh() -> actions.Refreshed:
    return actions.refresh_region(programme=PROGRAMME, region_code="24")


def versions() -> dict[int, str]:
    """Which version of each row PostgreSQL holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id, ctid::text FROM eligibility_status ORDER BY 1")
        return dict(cursor.fetchall())


def demand_as_worked_out_anew(persons: list[int]) -> None:
    """Each one by the path of one person, which shares neither reading in bulk nor storing."""
    stored = {row.person_id: row for row in Status.objects.all()}
    nameless = {pk for pk, row in stored.items() if row.born_year is None}
    for person in nameless:  # the rules ask a person for that first
        assert stored.pop(person).reason == "birth_date_not_known"
    for person in set(persons) - nameless:
        found, row = queries.answer(PROGRAMME, person), stored.pop(person, None)
        if found is None:
            assert row is None, "the dead and those who have moved have no status"
            continue
        says = found.decision
        codes = {each.code: each.number for each in found.rules.products}
        products = sum(1 << codes[choice.product] for choice in says.choices)
        assert (
            row.status, row.reason, row.phase, row.next_dose, row.valid_doses, row.earliest_on,
            row.recommended_on, row.latest_on, row.place, row.products,
        ) == (
            says.status, says.why, says.phase, says.next_dose, says.valid_doses, says.earliest_on,
            says.recommended_on, says.latest_on, says.place, products,
        )  # fmt: skip
    assert not stored, "nobody else has one"


def test_a_crowd_is_stored_as_each_is_worked_out_anew(crowd):
    demand_as_worked_out_anew(crowd)
    assert len(set(Status.objects.values_list("status", flat=True))) >= 4, "the crowd is varied"


def events(crowd: list[int]) -> list:
    """One of everything that may change who is due."""
    alive = list(
        Person.objects.filter(died_on=None, born_on__year__range=(1930, 1990)).order_by("pk")
    )
    one = iter(person.pk for person in alive if person.household_id)
    lone = [person.pk for person in alive if not person.household_id]
    claim = {"group": "home_care", "source": "own_declaration", "legal_basis": "PDL", "by": None}
    dose = {"product": "comirnaty", "source": "venue", "by": None}
    return [
        lambda: people.claim_group(person=lone[0], **claim | {"group": "dialysis"}),
        lambda: people.set_household(person=lone[0], lives_with=lone[1], by=None),
        lambda: people.record_death(person=next(one), died_on=TODAY, by=None),
        lambda: people.record_move_out(person=next(one), moved_out_on=TODAY, by=None),
        lambda: people.change_person(person=next(one), born_on=date(1948, 1, 1), by=None),
        lambda: people.change_person(person=next(one), municipality_code="2404", by=None),
        lambda: people.leave_household(person=next(one), by=None),
        lambda: records.register(person=next(one), given_on=TODAY, **dose),
        lambda: records.register(person=lone[2], given_on=TODAY - timedelta(1), **dose),
        lambda: people.protect(person=next(one), protection="confidentiality_marking", by=None),
        lambda: people.merge(kept=lone[3], merged=lone[4], why="the same", by=None),
    ]


def test_after_events_what_is_stored_is_still_what_holds(crowd):
    for number, event in enumerate(events(crowd)):
        event()
        before = versions()
        assert outbox.deliver_due(), number
        written = {pk for pk, at in versions().items() if before.get(pk) != at}
        assert len(written) < 15, "only those it concerns"
    demand_as_worked_out_anew(crowd)
    assert refresh().changed == 0, "nothing was left for the bulk"


def test_a_merge_undone_gives_both_their_status_again(crowd):
    kept, merged = Person.objects.filter(died_on=None, household=None).order_by("pk")[:2]
    merge = people.merge(kept=kept.pk, merged=merged.pk, why="the same", by=None)
    outbox.deliver_due()
    assert not Status.objects.filter(person=merged).exists()
    people.undo_merge(merge=merge, by=None)
    outbox.deliver_due()
    demand_as_worked_out_anew(crowd)


def test_twice_writes_nothing(crowd):
    before, told = versions(), StatusChange.objects.count()
    done = refresh()
    assert (done.persons, done.changed, done.removed) == (len(before), 0, 0)
    assert (versions(), StatusChange.objects.count()) == (before, told)
    assert actions.refresh_persons(programme=PROGRAMME, persons=crowd[:50]) == 0
    assert versions() == before


def test_only_rows_that_changed_are_written_and_what_is_told_is_kept(crowd):
    person = Status.objects.filter(status="due", municipality_code="2480").first().person_id
    Person.objects.filter(pk=person).update(municipality_code="2482")
    before, told = versions(), StatusChange.objects.count()
    assert refresh().changed == 1
    assert {pk for pk, at in versions().items() if before[pk] != at} == {person}
    assert StatusChange.objects.count() == told, "a move within the region is no change of status"
    Person.objects.filter(pk=person).update(died_on=TODAY)
    assert (refresh().removed, refresh().removed) == (1, 0)
    assert not Status.objects.filter(person=person).exists()


def test_the_next_week_opens_for_those_it_is_meant_for(crowd, monkeypatch):
    stand(monkeypatch, MORNING + timedelta(days=6))
    changed = refresh().changed
    assert changed > 0
    demand_as_worked_out_anew(crowd)
    days = set(Status.objects.exclude(changed_on=TODAY).values_list("changed_on", flat=True))
    assert days == {TODAY + timedelta(days=6)}
    last = Refresh.objects.latest("pk")
    assert (last.on, last.changed) == (TODAY + timedelta(days=6), changed)
    (shown,) = queries.refreshed(PROGRAMME, regions=["24"])
    assert shown == last


def slow_count(by: Dimension, municipality: str = "") -> Counter:
    """What counting means, person by person from the register itself."""
    found: Counter = Counter()
    for row in Status.objects.select_related("person"):
        person = row.person
        if municipality and person.municipality_code != municipality:
            continue
        match by:
            case Dimension.PHASE:
                levels = ["" if row.phase is None else str(row.phase)]
            case Dimension.MUNICIPALITY:
                levels = [person.municipality_code]
            case Dimension.REGION:
                levels = ["24"]
            case Dimension.AGE:
                levels = [age_group(person.born_year)]
            case Dimension.GROUP:
                levels = list(groups_of(person))
        found.update((level, row.status) for level in levels)
    return found


def age_group(born_year: int | None) -> str:
    if born_year is None:
        return ""
    age = TODAY.year - born_year
    first, last = next((a, b) for a, b in queries.counts.AGES if age >= a)
    return f"{first}-{last if last is not None else ''}"


def groups_of(person: Person) -> set[str]:
    return {
        claim.group for claim in person.claims.filter(withdrawn_at=None, given_on__lte=TODAY)
        if claim.valid_until is None or claim.valid_until >= TODAY
    }  # fmt: skip


@pytest.mark.parametrize("municipality", ["", "2480"])
@pytest.mark.parametrize("by", list(Dimension))
def test_counts_are_those_of_a_slow_obvious_count(crowd, by, municipality):
    counts = queries.count(PROGRAMME, regions=["24"], by=by, on=TODAY, municipality=municipality)
    found = {(cell.level, cell.status): cell.persons for cell in counts.cells}
    assert found == slow_count(by, municipality)
    assert len(found) > 3
    assert not queries.count(PROGRAMME, regions=["23"], by=by, on=TODAY).cells
    level, status = next(iter(found))
    assert counts.persons(level, status) == found[level, status]


def test_weeks_ahead_are_those_of_a_slow_obvious_count(crowd):
    monday, expected = date(2021, 4, 12), Counter()
    for row in Status.objects.filter(status__in=["due", "not_yet"]).exclude(earliest_on=None):
        day = max(row.earliest_on, TODAY)
        expected[day - timedelta(days=day.weekday())] += 1
    found = queries.weeks_ahead(PROGRAMME, regions=["24"], on=TODAY)
    assert found == [
        (monday + timedelta(weeks=n), expected[monday + timedelta(weeks=n)]) for n in range(8)
    ]
    assert found[0][1] > 0 and found[1][1] > 0


@pytest.mark.parametrize("by", list(Dimension))
def test_small_numbers_are_shown_to_those_alone_who_may_see_them(crowd, by, settings):
    from vaksam.areas import queries as areas
    from vaksam.programmes import queries as programmes
    from vaksam.web.planning.due import figures
    from vaksam.web.planning.due.choice import DueChoice

    settings.VAKSAM_DISCLOSURE_THRESHOLD, settings.VAKSAM_DISCLOSURE_ROUNDING = 5, 1
    truth = slow_count(by)
    small = {key for key, n in truth.items() if 0 < n < 5}
    assert small or by is Dimension.REGION
    ref = programmes.programme(PROGRAMME)
    choice = DueChoice(ref, [ref], areas.regions()[-1], None, by, TODAY, ["24"], True)
    exact = figures.grid(choice)
    assert {key: exact.at(*key) for key in truth} == truth
    safe = figures.grid(DueChoice(ref, [ref], choice.area, None, by, TODAY, ["24"], False))
    assert all(safe.at(*key) is None for key in small)
    assert all(safe.at(*key) in (None, n) for key, n in truth.items())
    for level in {level for level, _ in small}:  # and not by taking away from the total
        hidden = [s for lv, s in truth if lv == level and safe.at(lv, s) is None]
        assert len(hidden) > 1 or safe.at(level) is None


def queries_of(call) -> int:
    with CaptureQueriesContext(connection) as seen:
        call()
    return len(seen)


def test_queries_do_not_grow_with_persons(crowd):
    refresh()
    # Savepoints are two; rules, programme, lock, four COPYs, and the note that it was done.
    assert queries_of(refresh) == 10
    few = queries_of(lambda: actions.refresh_persons(programme=PROGRAMME, persons=crowd[:1]))
    many = queries_of(lambda: actions.refresh_persons(programme=PROGRAMME, persons=crowd))
    assert few == many == 10
    for by in Dimension:
        count = lambda: queries.count(PROGRAMME, regions=["24"], by=by, on=TODAY)  # noqa: B023, E731
        assert queries_of(count) == 1


def test_history_is_the_newest_first(crowd, monkeypatch):
    person = Status.objects.filter(status="due", next_dose=1).first().person_id
    records.register(person=person, given_on=TODAY, product="comirnaty", source="venue", by=None)
    outbox.deliver_due()
    newest, *older = queries.history(person)
    assert (newest.status, newest.next_dose, newest.changed_on) == ("not_yet", 2, TODAY)
    assert older[0].status == "due"

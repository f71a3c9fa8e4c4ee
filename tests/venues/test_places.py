"""What a venue is like and when it is open."""

from dataclasses import asdict
from datetime import date, time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaksam.base.models import AuditEntry
from vaksam.base.roles import Role
from vaksam.core.errors import BadFile, NotAllowed, Refused
from vaksam.core.synthetic.venues import Place, venues
from vaksam.core.venues import KINDS, PROVIDERS, Hours, VenueFacts, clash, faults_in, hours_on
from vaksam.venues import actions, queries
from vaksam.venues.models import Kind, Provider, Venue

pytestmark = pytest.mark.django_db

DAYS = st.dates(date(2021, 1, 1), date(2021, 12, 31))
TIMES = st.integers(0, 23).map(time)


@st.composite
def rules(draw: st.DrawFn) -> Hours:
    opens, closes = sorted(draw(st.lists(TIMES, min_size=2, max_size=2, unique=True)))
    first, last = sorted(draw(st.lists(DAYS, min_size=2, max_size=2)))
    dates = draw(st.sampled_from([(None, None), (first, last), (first, None), (None, last)]))
    return Hours(draw(st.integers(0, 6)), opens, closes, *dates)


@given(st.lists(rules(), max_size=6), DAYS)
def test_hours_of_a_day_never_overlap_unless_the_rules_clash(known: list[Hours], day: date) -> None:
    spans = hours_on(known, day)
    if clash(known) is None:
        assert all(one[1] <= other[0] for one, other in pairwise(spans))


def test_core_and_database_know_the_same_kinds() -> None:
    assert set(KINDS) == set(Kind.values)
    assert set(PROVIDERS) == set(Provider.values)
    fields = {field.name for field in Venue._meta.fields} - {"id", "closed_on"}
    assert fields == set(VenueFacts.__dataclass_fields__)


def test_invented_venues_are_possible_and_differ() -> None:
    places = [
        Place("2480", "Umeå", 130_200, 63.8, 20.3), Place("2421", "Storuman", 5_800, 65.1, 17.1),
        Place("0180", "Stockholm", 900, 59.3, 18.1),
    ]  # fmt: skip
    found = venues("24", places)
    assert all(not faults_in(_told(each)) for each in found)
    assert [each.kind for each in found if not each.public] == ["store"]
    by_code = {each.code: each for each in found}
    assert "sma" in by_code["24-2421-health-centre"].languages
    assert by_code["24-2480-mass-venue"].stations > by_code["24-2421-mass-venue"].stations


def _told(each: VenueFacts) -> dict[str, object]:
    return {name: value for name, value in asdict(each).items() if name != "region_code"}


def test_a_file_tells_everything(here) -> None:
    text = """
[[venue]]
code = "bussen"
name = "Vaccinbussen"
kind = "bus"
municipality_code = "2480"
street = "Storgatan 1"
postcode = "903 26"
languages = ["sv", "smj"]
lift = true
room = 4
minutes_per_person = 6
[[venue]]
code = "grubbe"
name = "Grubbegården"
kind = "care_home"
municipality_code = "2480"
provider = "municipality"
"""
    assert actions.import_venues(text=text, file_name="v.toml", by=None) == 2
    found = {each.code: each for each in queries.venues()}
    bus, home = found["bussen"], found["grubbe"]
    assert (bus.languages, bus.room, bus.lift, bus.public) == (("sv", "smj"), 4, True, True)
    assert (home.public, home.step_free, home.interval_minutes) == (False, True, 10)


def test_every_fault_of_a_file_is_told(here) -> None:
    text = """
[[venue]]
code = "a"
name = "A"
kind = "castle"
municipality_code = "9999"
languages = ["svenska"]
web = "ersboda"
postcode = "9032"
stations = true
room = 0
minutes_per_person = nan
public_transport = 5
[[venue]]
code = "a"
name = "B"
kind = "store"
municipality_code = "2480"
public = true
wheels = 4
[[venue]]
name = "C"
"""
    with pytest.raises(BadFile) as caught:
        actions.import_venues(text=text, file_name="v.toml", by=None)
    wrong = {(fault.row, fault.column) for fault in caught.value.faults}
    assert wrong == {
        (1, "kind"), (1, "municipality_code"), (1, "languages"), (1, "web"), (1, "postcode"),
        (1, "stations"), (1, "room"), (1, "minutes_per_person"), (1, "public_transport"),
        (2, "code"), (2, "public"), (2, "wheels"),
        (3, "code"), (3, "kind"), (3, "municipality_code"),
    }  # fmt: skip
    assert all(fault.text for fault in caught.value.faults)
    assert len(queries.venues()) == 3


@pytest.mark.parametrize("text", ["venue = 3", "", "[[venue]]\n[venue.x]", "venue = [1]"])
def test_a_file_of_nonsense_is_refused(here, text: str) -> None:
    with pytest.raises(BadFile):
        actions.import_venues(text=text, file_name="v.toml", by=None)


def test_a_venue_is_changed(here, coordinator) -> None:
    actions.change_venue(
        venue=here.ersboda, by=coordinator, lift=True, languages=["sv", "so"], room=None
    )
    found = queries.venue(here.ersboda)
    assert (found.lift, found.languages, found.doses_per_week) == (True, ("sv", "so"), 600)
    entry = AuditEntry.objects.get(action="venues.change_venue")
    assert entry.details == {"fields": ["languages", "lift", "room"]}


@pytest.mark.parametrize(
    "changes",
    [
        {"stations": 0}, {"kind": "castle"}, {"languages": ["sv", "sv"]}, {"web": "x"},
        {"code": "other"}, {"region_code": "01"}, {"name": " "}, {"wheels": 4},
        {"kind": "store", "public": True},
    ],
)  # fmt: skip
def test_what_a_venue_cannot_be(here, coordinator, changes) -> None:
    before = queries.venue(here.ersboda)
    with pytest.raises(Refused):
        actions.change_venue(venue=here.ersboda, by=coordinator, **changes)
    assert queries.venue(here.ersboda) == before


def test_hours_are_set_and_a_season_comes_first(here, coordinator) -> None:
    usual = [Hours(day, time(8), time(12)) for day in range(5)]
    lunch = Hours(0, time(13), time(16))
    july = Hours(2, time(10), time(12), date(2021, 7, 1), date(2021, 7, 31))
    actions.set_hours(venue=here.ersboda, hours=[*usual, lunch, july], by=coordinator)
    assert len(queries.hours(here.ersboda)) == 7
    on = lambda day: queries.open_on([here.ersboda, here.dorotea], day)  # noqa: E731
    assert on(date(2021, 4, 12)) == {here.ersboda: ((time(8), time(12)), (time(13), time(16)))}
    assert on(date(2021, 4, 11)) == {here.ersboda: ()}
    assert on(date(2021, 7, 5)) == {here.ersboda: ()}
    assert on(date(2021, 7, 7)) == {here.ersboda: ((time(10), time(12)),)}
    actions.set_hours(venue=here.ersboda, hours=[], by=coordinator)
    assert queries.hours(here.ersboda) == []


@pytest.mark.parametrize(
    "hours",
    [
        [Hours(7, time(8), time(12))],
        [Hours(0, time(12), time(12))],
        [Hours(0, time(8), time(12), date(2021, 7, 2), date(2021, 7, 1))],
        [Hours(0, time(8), time(12)), Hours(0, time(11), time(13))],
    ],
)
def test_hours_that_cannot_be(here, coordinator, hours) -> None:
    with pytest.raises(Refused):
        actions.set_hours(venue=here.ersboda, hours=hours, by=coordinator)


@pytest.mark.parametrize(
    ("role", "region"),
    [(Role.VENUE_STAFF, "24"), (Role.REGION_ANALYST, "24"), (Role.REGION_COORDINATOR, "01")],
)
def test_only_the_regions_coordinator_changes_venues(here, user_with, role, region) -> None:
    by = user_with(role, region)
    with pytest.raises(NotAllowed):
        actions.change_venue(venue=here.ersboda, by=by, lift=True)
    with pytest.raises(NotAllowed):
        actions.set_hours(venue=here.ersboda, hours=[], by=by)

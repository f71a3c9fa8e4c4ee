"""The demo's people: a region that does not exist, brought in by the product's own actions under
a clock that is moved from day to day.
"""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from importlib import resources
from io import BytesIO

import polars as pl
import shapely

from vaksam.areas import queries as areas
from vaksam.base import actions as base
from vaksam.base import clock
from vaksam.core import groups, synthetic
from vaksam.core.synthetic import Municipality, Region, Spec
from vaksam.core.weeks import Week
from vaksam.coverage import queries as coverage
from vaksam.eligibility import actions as eligibility
from vaksam.people import actions as people
from vaksam.programmes import queries as programmes
from vaksam.records import actions as records

REGION = "24"  # Västerbotten
ISSUER = "folkbokföring (demo)"
Say = Callable[[str], None]


class Scenario(StrEnum):
    """A moment in the official sources."""

    FRIDAY_2021 = "friday-2021"  # told that Monday's deliveries are halved
    JANUARY_2021 = "january-2021"
    PAUSE_2021 = "pause-2021"  # a product is paused
    APRIL_2021 = "april-2021"
    SEPTEMBER_2021 = "september-2021"
    STOP_2021 = "stop-2021"  # a product is stopped for the young
    AUTUMN_2023 = "autumn-2023"


@dataclass(frozen=True, slots=True)
class Moment:
    """The demo's morning, and the last week of the invented official figures."""

    morning: datetime
    until: Week


def _at(year: int, month: int, day: int) -> Moment:
    morning = datetime(year, month, day, 7, 30, tzinfo=clock.SWEDEN)
    return Moment(morning, Week.of(morning.date() - timedelta(days=12)))


MOMENTS = {
    Scenario.FRIDAY_2021: _at(2021, 1, 15),
    Scenario.JANUARY_2021: _at(2021, 1, 25),
    Scenario.PAUSE_2021: _at(2021, 3, 16),
    Scenario.APRIL_2021: _at(2021, 4, 13),
    Scenario.SEPTEMBER_2021: _at(2021, 9, 20),
    Scenario.STOP_2021: _at(2021, 10, 6),
    Scenario.AUTUMN_2023: _at(2023, 10, 2),
}
# Doses come in and everyone is worked out on these days before the morning, so that there is a
# history to look at.
_DAYS_BEFORE = (28, 7, 0)
_TAKEN_FROM_LIST = 6  # rows that come without a number, to be looked at by a person


def provide(scenario: Scenario, *, scale: float, calibrate: bool, say: Say) -> None:
    """Make the region and bring it in: people, lists, doses, statuses. Some seconds."""
    moment = MOMENTS[scenario]
    say("Making a region that does not exist …")
    region = synthetic.build(_spec(moment.morning.date(), scale, calibrate=calibrate))
    _go(moment.morning - timedelta(days=_DAYS_BEFORE[0], hours=1))
    say(f"Importing {region.people.height:,} people …")
    _import(region)
    say("Bringing in the lists …")
    for listed in _lists(region):
        _upload(listed)
    for days in _DAYS_BEFORE:
        _go(moment.morning - timedelta(days=days))
        say(f"Doses and statuses of {clock.today():%d %B %Y} …")
        if not days:
            _import(region)  # those born since
        _live(region)


def _import(region: Region) -> None:
    """The population register's file of the day."""
    born = region.people.filter(pl.col("born_on") <= clock.today().isoformat())
    name = f"folkbokforing-{clock.today()}.csv"
    people.import_people(content=born.write_csv().encode(), file_name=name, issuer=ISSUER, by=None)


def _spec(on: date, scale: float, *, calibrate: bool) -> Spec:
    text = resources.files("vaksam.core.synthetic").joinpath("vasterbotten.toml").read_text("utf-8")
    polygons = {
        each["properties"]["code"]: shapely.geometry.shape(each["geometry"])
        for each in areas.geometry("municipality")["features"]
    }
    places = [
        Municipality(code, row["residents"], polygons[code], row["tilt"], row["town"])
        for code, row in tomllib.loads(text)["municipality"].items()
    ]
    return Spec(REGION, on, places, scale=scale, targets=_targets(places) if calibrate else None)


def _targets(places: list[Municipality]) -> dict[tuple[str, int, int], float] | None:
    """Official shares with at least 1 dose, by municipality and age; None without such figures."""
    edition = coverage.newest()
    if edition is None or edition.example:
        return None
    codes, found = {place.code for place in places}, dict[tuple[str, int, int], float]()
    for age in coverage.bands(edition.id, "municipality"):
        first, _, last = age.rstrip("+").partition("-")
        if not first.isdigit():
            continue
        cut = coverage.cut(edition.id, "municipality", coverage.Choice(doses=1, age=age))
        for cell in cut.cells if cut else ():
            if cell.area in codes and cell.share is not None:
                found[cell.area, int(first), int(last or 120)] = min(cell.share, 0.995)
    return found or None


@dataclass(frozen=True, slots=True)
class Listed:
    group: str
    source: str
    municipality: str
    sender: str
    rows: pl.DataFrame


def _lists(region: Region) -> Iterator[Listed]:
    """One list a municipality and group, in a fixed order; nobody who is not yet born."""
    columns = ("local_id", "personal_number", "given_name", "family_name", "born_on")
    born = pl.col("born_on") <= clock.today().isoformat()
    open_ones = region.people.filter(born, pl.col("protected") == "").select(columns)
    named = region.claims.join(open_ones, on="local_id")
    names = {each.code: each.name for each in areas.municipalities(REGION)}
    keys = ("municipality", "group", "source", "sender")
    for key, rows in named.sort(*keys, "local_id").group_by(keys, maintain_order=True):
        place, group, source, sender = map(str, key)
        told = sender.format(place=f"{names[place]}s kommun").replace(
            "Region", "Region Västerbotten"
        )
        yield Listed(group, source, place, told, rows)


def _upload(listed: Listed) -> None:
    rows = listed.rows.select("personal_number", "given_name", "family_name", "born_on")
    if listed.group == "home_care" and listed.municipality == "2482":
        few = pl.int_range(pl.len()) < _TAKEN_FROM_LIST
        rows = rows.with_columns(
            personal_number=pl.when(few).then(pl.lit("")).otherwise("personal_number")
        )
    rows = rows.unique(subset=["personal_number", "given_name", "family_name", "born_on"],
                       maintain_order=True)  # fmt: skip
    buffer = BytesIO()
    rows.write_csv(buffer)
    today = clock.today()
    people.upload_list(
        content=buffer.getvalue(),
        file_name=f"{listed.group}-{listed.municipality}.csv",
        group=listed.group,
        source=listed.source,
        municipality_code=listed.municipality,
        sender=listed.sender,
        legal_basis=groups.CATALOGUE[listed.group].basis,
        purpose="Erbjuda vaccination mot covid-19",
        given_on=today - timedelta(days=3),
        last_day=today + timedelta(days=120),
        by=None,
    )


def _live(region: Region) -> None:
    """Doses given so far are registered, and everyone is worked out."""
    today = clock.today()
    given = region.doses.filter(pl.col("given_on") < today)
    if not given.is_empty():
        records.import_doses(doses=given, issuer=ISSUER, source="register", by=None)
    for programme in programmes.running(on=today):
        eligibility.refresh_region(programme=programme, region_code=REGION)


def _go(moment: datetime) -> None:
    base.move_clock(to=moment, by=None)
    clock.forget()

"""What a change meets: everybody's times to come, places, doses expected, and the rules then."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

import polars as pl
from django.db import connection

from vaksam.base import clock
from vaksam.base.frames import copied
from vaksam.core.capacity import Coming, doses_by_day
from vaksam.core.replanning import parts as made_of
from vaksam.core.replanning.parts import Closed, Delivery, Extra, Lost, NewRules, Recalled
from vaksam.core.rules.in_force import RuleSet
from vaksam.eligibility import queries as eligibility
from vaksam.programmes import queries as programmes
from vaksam.replanning.models import Change
from vaksam.supply import queries as supply
from vaksam.supply.queries import Expected
from vaksam.venues import queries as venues
from vaksam.venues.queries import VenueRef

AHEAD = timedelta(days=90)
NOTICE = timedelta(hours=3)  # nobody is moved to a time that is sooner
LEARN = 0.9  # how sure doses are to be, where sessions say nothing

_APPOINTMENTS = """COPY (
    SELECT a.id, a.person_id, a.request_id, a.slot_id, s.session_id, s.venue_id, s.product_id,
        product.number, a.dose, s.dose, a.units, s.starts_at AT TIME ZONE 'Europe/Stockholm',
        a.state, (v.kind = 'hospital'), p.household_id, p.latitude, p.longitude, p.born_on,
        p.born_year, (p.protection <> ''), p.municipality_code, p.small_area_id, p.region_code,
        a.prebooking_id, (a.block_id IS NOT NULL), p.language
    FROM booking_appointment a
    JOIN booking_slot s ON s.id = a.slot_id
    JOIN venues_venue v ON v.id = s.venue_id
    JOIN programmes_product product ON product.code = s.product_id
    JOIN people_person p ON p.id = a.person_id
    WHERE a.state IN ('reserved', 'booked') AND a.programme_id = %(programme)s
        AND v.region_code = %(region)s AND s.starts_at > %(now)s
    ORDER BY a.id
    ) TO STDOUT (FORMAT csv)"""
_APPOINTMENT: dict[str, pl.DataType] = {
    "appointment": pl.Int64(), "person": pl.Int64(), "request": pl.Int64(), "slot": pl.Int64(),
    "session": pl.Int64(), "venue": pl.Int64(), "product": pl.String(), "number": pl.UInt8(),
    "dose": pl.UInt8(), "slot_dose": pl.UInt8(), "units": pl.Int64(),
    "starts_at": pl.Datetime("us"), "state": pl.String(), "hospital": pl.String(),
    "household": pl.Int64(), "lat": pl.Float64(), "lon": pl.Float64(), "born_on": pl.Date(),
    "born_year": pl.Int32(), "protected": pl.String(), "municipality": pl.String(),
    "small_area": pl.Int64(), "region": pl.String(), "prebooking": pl.Int64(),
    "block": pl.String(), "language": pl.String(),
}  # fmt: skip
_SLOTS = """COPY (
    SELECT s.id, s.session_id, s.venue_id, s.product_id, product.number, s.dose,
        s.starts_at AT TIME ZONE 'Europe/Stockholm', s.planned, s.places, s.taken,
        (v.kind = 'hospital'), n.vaccinators, n.stations, n.certainty
    FROM booking_slot s JOIN booking_session n ON n.id = s.session_id AND n.closed_at IS NULL
    JOIN venues_venue v ON v.id = s.venue_id
    JOIN programmes_product product ON product.code = s.product_id
    WHERE s.programme_id = %(programme)s AND v.region_code = %(region)s
        AND s.starts_at > %(since)s AND s.starts_at < %(until)s
    ORDER BY s.id
    ) TO STDOUT (FORMAT csv)"""
_SLOT: dict[str, pl.DataType] = {
    "slot": pl.Int64(), "session": pl.Int64(), "venue": pl.Int64(), "product": pl.String(),
    "number": pl.UInt8(), "dose": pl.UInt8(), "starts_at": pl.Datetime("us"),
    "planned": pl.Int64(), "places": pl.Int64(), "taken": pl.Int64(), "hospital": pl.String(),
    "vaccinators": pl.Int64(), "stations": pl.Int64(), "certainty": pl.Float64(),
}  # fmt: skip
_FLAGS = ("hospital", "protected", "block")
_SEEN = """SELECT count(*), coalesce(max(a.id), 0), coalesce(sum(a.id %% 1000003), 0)
    FROM booking_appointment a JOIN booking_slot s ON s.id = a.slot_id
    JOIN venues_venue v ON v.id = s.venue_id
    WHERE a.state IN ('reserved', 'booked') AND a.programme_id = %s AND v.region_code = %s
    AND s.starts_at > %s"""


@dataclass(frozen=True, slots=True)
class World:
    """A region's bookings in a programme, and what a change would make of the rest.

    Frames: `appointments` as `_APPOINTMENT` with `on` and `age`; `slots` as `_SLOT` with `room`,
    the places there would be; `facts` of those who hold times and whom they live with.
    `ceilings`, `ceilings_then`: doses up to each day, by venue and product.
    """

    programme: str
    region: str
    today: date
    now: datetime
    parts: tuple[made_of.Part, ...]
    appointments: pl.DataFrame
    slots: pl.DataFrame
    facts: pl.DataFrame
    everybody: pl.DataFrame | None
    rules: RuleSet
    rules_then: RuleSet
    ceilings: dict[tuple[int, str], dict[date, int]]
    ceilings_then: dict[tuple[int, str], dict[date, int]]
    places: dict[int, VenueRef] = field(default_factory=dict)

    @property
    def new_rules(self) -> bool:
        return self.rules is not self.rules_then

    @property
    def until(self) -> date:
        return self.today + AHEAD


def world(change: Change) -> World:
    """Read everything once; some twenty queries, of which six grow with the region.

    Raises
    ------
    NotFound, Refused
        A part names what is not there (any more).
    """
    now, today = clock.now(), clock.today()
    said = made_of.read(change.parts)
    values = {"programme": change.programme_id, "region": change.region_code, "now": now,
              "since": now, "until": now + AHEAD}  # fmt: skip
    appointments = _appointments(values, today)
    places = {each.id: each for each in venues.venues(regions=[change.region_code])}
    slots = _slots(values, said)
    extra = [part for part in said if isinstance(part, Extra)]
    slots = pl.concat([slots, extra_slots(extra, slots, places)]) if extra else slots
    rules, rules_then = _rules(change.programme_id, said)
    facts, everybody = _facts(change, appointments, today, whole=rules is not rules_then)
    known = supply.expected(list(places))
    return World(
        programme=change.programme_id, region=change.region_code, today=today, now=now,
        parts=said, appointments=appointments, slots=slots, facts=facts, everybody=everybody,
        rules=rules, rules_then=rules_then, ceilings=_ceilings(known, slots, today),
        ceilings_then=_ceilings(_changed(known, said), slots, today), places=places,
    )  # fmt: skip


def seen(change: Change) -> str:
    """A mark of the bookings that a preview was made of: another one, and it is an old one."""
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [change.programme_id, change.region_code, clock.now()])
        row = cursor.fetchone()
    stamp = programmes.changed_at(change.programme_id)
    terms = [change.parts, change.weights, change.rules, change.alternative]
    told = json.dumps([row, stamp, terms], default=str, sort_keys=True)
    return sha256(told.encode()).hexdigest()


def extra_slots(
    extra: Sequence[Extra], slots: pl.DataFrame, places: Mapping[int, VenueRef]
) -> pl.DataFrame:
    """Slots of sessions that could be opened, with numbers below 0, as `World.slots`."""
    rows: list[dict[str, object]] = []
    numbers = {each.code: each.number for each in programmes.products()}
    for each in extra:
        place = places.get(each.venue)
        if place is None:
            continue
        step = timedelta(minutes=place.interval_minutes)
        side = min(each.vaccinators, max(place.stations, 1))
        room = int(side * place.interval_minutes // max(place.minutes_per_person, 1))
        at, end = datetime.combine(each.day, each.opens), datetime.combine(each.day, each.closes)
        while at < end:
            rows.append({
                "slot": -len(rows) - 1, "session": 0, "venue": each.venue,
                "product": each.product, "number": numbers.get(each.product, 0), "dose": None,
                "starts_at": at, "planned": room, "places": room, "taken": 0,
                "hospital": place.kind == "hospital", "vaccinators": each.vaccinators,
                "stations": side, "certainty": LEARN, "on": each.day, "room": room,
                "closed": False, "lost": False,
            })  # fmt: skip
            at += step
    return pl.DataFrame(rows, schema=slots.schema)


def _appointments(values: dict[str, object], today: date) -> pl.DataFrame:
    found = _flagged(copied(_APPOINTMENTS, values, _APPOINTMENT))
    born = pl.coalesce("born_on", pl.date(pl.col("born_year"), 1, 1))
    age = completed_years(born, today)
    return found.with_columns(on=pl.col("starts_at").dt.date(), age=age)


def completed_years(born: pl.Expr, on: date) -> pl.Expr:
    """Age in completed years on a day; 0 where the birth is not known."""
    before = (born.dt.month() > on.month) | (
        (born.dt.month() == on.month) & (born.dt.day() > on.day)
    )
    return (pl.lit(on.year) - born.dt.year() - before.cast(pl.Int32)).fill_null(0)


def _slots(values: dict[str, object], said: Sequence[made_of.Part]) -> pl.DataFrame:
    """With `room`: places planned, none where the venue is closed, fewer where staff is lost."""
    found = _flagged(copied(_SLOTS, values, _SLOT)).with_columns(
        on=pl.col("starts_at").dt.date(), room=pl.col("planned"), closed=pl.lit(value=False),
        lost=pl.lit(value=False),
    )  # fmt: skip
    for part in said:
        if isinstance(part, Closed | Lost):
            here = (pl.col("venue") == part.venue) & pl.col("on").is_between(
                part.from_on, part.to_on
            )
            if isinstance(part, Closed):
                found = found.with_columns(
                    room=pl.when(here).then(0).otherwise("room"), closed=pl.col("closed") | here
                )
            else:
                working = pl.min_horizontal(pl.col("vaccinators").fill_null(pl.col("stations")),
                                            "stations")  # fmt: skip
                fewer = (pl.col("planned") * part.vaccinators).floordiv(
                    pl.max_horizontal(working, pl.lit(1))
                )
                found = found.with_columns(
                    room=pl.when(here).then(pl.min_horizontal("room", fewer)).otherwise("room"),
                    lost=pl.col("lost") | here,
                )
    return found


def _flagged(found: pl.DataFrame) -> pl.DataFrame:
    """Truth values come as “t” and “f”."""
    return found.with_columns(pl.col(name) == "t" for name in _FLAGS if name in found.columns)


def _rules(programme: str, said: Sequence[made_of.Part]) -> tuple[RuleSet, RuleSet]:
    now = programmes.rules(programme)
    drafts = [part.version for part in said if isinstance(part, NewRules)]
    return now, programmes.rules_with(programme, drafts) if drafts else now


def _facts(
    change: Change, appointments: pl.DataFrame, today: date, *, whole: bool
) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Of those who hold times; of the whole region as well, where the rules change."""
    holders = appointments["person"].unique()
    if not whole:
        found = eligibility.facts_in_bulk(change.programme_id, on=today, persons=holders.to_list())
        return found, None
    everybody = eligibility.facts_in_bulk(
        change.programme_id, on=today, region_code=change.region_code
    )
    outside = appointments.filter(pl.col("region") != change.region_code)["person"].unique()
    if outside.is_empty():
        return everybody, everybody
    more = eligibility.facts_in_bulk(change.programme_id, on=today, persons=outside.to_list())
    new = more.filter(~pl.col("person").is_in(everybody["person"].implode()))
    return pl.concat([everybody, new], how="diagonal"), everybody


def _changed(
    known: dict[tuple[int, str], Expected], said: Sequence[made_of.Part]
) -> dict[tuple[int, str], Expected]:
    """What is expected after cut deliveries and recalls."""
    cuts = [part for part in said if isinstance(part, Delivery)]
    recalls = [part.lot for part in said if isinstance(part, Recalled)]
    if not cuts and not recalls:
        return known
    lots = supply.doses_of_lots(recalls) if recalls else {}
    return {
        key: Expected(
            held=max(there.held - lots.get(key, 0), 0),
            coming=[_cut(each, key[1], cuts) for each in there.coming],
        )
        for key, there in known.items()
    }


def _cut(coming: Coming, product: str, cuts: Sequence[Delivery]) -> Coming:
    for cut in cuts:
        if cut.product == product and cut.from_on <= coming.on <= (cut.to_on or date.max):
            coming = replace(coming, doses=int(coming.doses * cut.share))
    return coming


def _ceilings(
    known: dict[tuple[int, str], Expected], slots: pl.DataFrame, today: date
) -> dict[tuple[int, str], dict[date, int]]:
    """Doses that can be counted on up to each day with slots, with the sessions' certainty."""
    found = {}
    for (venue, product), rows in slots.partition_by("venue", "product", as_dict=True).items():
        days = rows["on"].unique().sort().to_list()
        there = known.get((int(venue), str(product)), Expected())
        certainty = float(rows["certainty"].max() or LEARN)  # type: ignore[arg-type]
        doses = doses_by_day(there.held, there.coming, days, certainty=certainty)
        found[int(venue), str(product)] = dict(zip(days, doses, strict=True))
    return found

"""What a change would do, worked out on the live data without touching it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db import connection

from vaksam.areas import queries as areas
from vaksam.booking.models import Leftover, Offer
from vaksam.core import groups
from vaksam.core.errors import NotFound
from vaksam.core.rules import evaluate
from vaksam.core.rules.decision import Status
from vaksam.core.weeks import Week
from vaksam.people.models import Person
from vaksam.programmes import queries as programmes
from vaksam.replanning.facts import World, completed_years

Json = dict[str, Any]
_OPEN = [tuple(Status).index(each) for each in (Status.DUE, Status.AVAILABLE)]
_AGES = (0, 12, 16, 18, 30, 40, 50, 60, 65, 70, 80, 90)
OLD = 80
FOREIGN_BORN = "foreign_born"  # a characteristic of areas, where it has been imported
RURAL = 15_000  # residents of a municipality, fewer than
# Persons and those with a first dose, by small area: who is furthest behind.
_BEHIND = """SELECT p.small_area_id, count(*), count(*) FILTER (WHERE s.valid_doses > 0)
    FROM eligibility_status s JOIN people_person p ON p.id = s.person_id
    WHERE s.programme_id = %s AND s.region_code = %s AND s.born_year <= %s
    AND p.small_area_id IS NOT NULL GROUP BY 1 HAVING count(*) >= 50"""
_HAVE = """SELECT count(*), count(*) FILTER (WHERE valid_doses >= %s)
    FROM eligibility_status WHERE programme_id = %s AND region_code = %s
    AND born_year <= %s AND (%s::int IS NULL OR born_year >= %s)"""


def preview(world: World, wrong: pl.DataFrame) -> Json:
    """Everything the page shows, as plain values."""
    booked = world.appointments
    hit = booked.join(wrong, on="appointment")
    return {
        "booked": booked.height,
        "wrong": hit.height,
        "already": int(hit["before"].is_not_null().sum()),
        "reasons": _counted(hit, "wrong"),
        "places": _places(world, hit),
        "days": _by_day(hit),
        "turn": _turn(world),
        "doses": _doses(world, hit),
        "reserve": _reserve(world, hit),
        "letters": _letters(hit),
        "goals": _goals(world, hit),
        "behind": _behind(world, hit),
        "equality": _equality(world, hit),
    }


def _counted(rows: pl.DataFrame, *by: str) -> list[list[Any]]:
    return [list(row) for row in rows.group_by(*by).len().sort("len", descending=True).iter_rows()]


def _places(world: World, hit: pl.DataFrame) -> list[Json]:
    """By venue and week and reason, most first."""
    rows = hit.with_columns(week=pl.col("on").dt.truncate("1w")).group_by(
        "venue", "week", "wrong"
    ).len().sort("week", "len", descending=[False, True])  # fmt: skip
    return [
        {"venue": venue, "name": world.places[venue].name if venue in world.places else "",
         "week": week.isoformat(), "wrong": wrong, "times": number}
        for venue, week, wrong, number in rows.iter_rows()
    ]  # fmt: skip


def _by_day(hit: pl.DataFrame) -> list[list[Any]]:
    rows = hit.group_by("on").len().sort("on")
    return [[on.isoformat(), number] for on, number in rows.iter_rows()]


def _turn(world: World) -> Json:
    """Who gains and who loses: persons whose turn it is on the change's first day, or then not."""
    if world.everybody is None:
        return {}
    on = _first_day(world)
    now = evaluate(world.everybody, world.rules, on=on)
    then = evaluate(world.everybody, world.rules_then, on=on)
    told = world.everybody.select("person", "municipality", "groups", "born_on").with_columns(
        was=now["status"].is_in(_OPEN), will=then["status"].is_in(_OPEN),
        phase=pl.coalesce(then["phase"], now["phase"]).fill_null(0),
        age=_band(on),
    )  # fmt: skip
    gains = pl.col("will") & ~pl.col("was")
    loses = pl.col("was") & ~pl.col("will")
    sums = [gains.sum().alias("gains"), loses.sum().alias("loses")]
    some = (pl.col("gains") > 0) | (pl.col("loses") > 0)

    def by(name: str) -> list[list[Any]]:
        rows = told.group_by(name).agg(sums).filter(some).sort(name)
        return [list(row) for row in rows.iter_rows()]

    groups_of = []
    for group in groups.CATALOGUE.values():
        member = (pl.col("groups").cast(pl.Int64) & pl.lit(1 << group.bit)) != 0
        row = told.filter(member).select(sums).row(0)
        if any(row):
            groups_of.append([group.code, *row])
    total = told.select(sums).row(0)
    return {
        "on": on.isoformat(), "gains": int(total[0]), "loses": int(total[1]),
        "phases": by("phase"), "ages": by("age"), "municipalities": by("municipality"),
        "groups": groups_of,
    }  # fmt: skip


def _first_day(world: World) -> date:
    """The first day on which the rules are others, from today on."""
    before = {(rule.code, rule.effective_from, rule.effective_to) for rule in world.rules.rules}
    new = [rule for rule in world.rules_then.rules
           if (rule.code, rule.effective_from, rule.effective_to) not in before]  # fmt: skip
    return max(min((rule.effective_from for rule in new), default=world.today), world.today)


def _band(on: date) -> pl.Expr:
    age = completed_years(pl.col("born_on"), on)
    band = pl.sum_horizontal(age >= limit for limit in _AGES[1:])
    labels = {n: _label(n) for n in range(len(_AGES))}
    return band.replace_strict(labels, return_dtype=pl.String)


def _label(n: int) -> str:
    """Two digits each, so that they sort as they should."""
    if n + 1 == len(_AGES):
        return f"{_AGES[n]:02}–"
    return f"{_AGES[n]:02}–{_AGES[n + 1] - 1:02}"


def _doses(world: World, hit: pl.DataFrame) -> list[Json]:
    """By product and week: doses booked, freed, and there to be counted on, now and then."""
    booked, freed = _weekly(world.appointments), _weekly(hit)
    now, then = _expected(world.ceilings), _expected(world.ceilings_then)
    keys = sorted(booked.keys() | freed.keys())
    return [
        {"product": product, "week": week.isoformat(), "booked": booked.get((product, week), 0),
         "freed": freed.get((product, week), 0), "expected": now.get((product, week), 0),
         "then": then.get((product, week), 0)}
        for product, week in keys
    ]  # fmt: skip


def _weekly(rows: pl.DataFrame) -> dict[tuple[str, date], int]:
    found = rows.group_by("product", pl.col("on").dt.truncate("1w").alias("week")).len()
    return {(product, week): number for product, week, number in found.iter_rows()}


def _expected(
    ceilings: Mapping[tuple[int, str], Mapping[date, int]],
) -> dict[tuple[str, date], int]:
    """Doses up to the end of each week, all venues together."""
    found: dict[tuple[str, date], int] = {}
    weeks = sorted({Week.of(day).monday for days in ceilings.values() for day in days})
    for (_, product), days in ceilings.items():
        upto = 0
        for week in weeks:
            last = week + timedelta(days=6)
            upto = max([upto, *(doses for day, doses in days.items() if day <= last)])
            found[product, week] = found.get((product, week), 0) + upto
    return found


def _reserve(world: World, hit: pl.DataFrame) -> Json:
    """Offers of doses left over that wait for an answer, at venues and of products touched."""
    rows = Offer.objects.filter(
        state=Offer.State.ASKED, leftover__programme=world.programme,
        leftover__venue__region_code=world.region,
    )  # fmt: skip
    touched = set(hit.select("venue", "product").unique().iter_rows())
    places = rows.values_list("leftover__venue", "leftover__product")
    open_ = Leftover.objects.filter(
        programme=world.programme, venue__region_code=world.region, ended_at=None
    )
    return {"offers": sum(place in touched for place in places), "open": open_.count()}


def _letters(hit: pl.DataFrame) -> int:
    """Times given by letter that have not been kept yet."""
    return hit.filter(pl.col("state") == "reserved").height


def _goals(world: World, hit: pl.DataFrame) -> list[Json]:
    """Each goal ahead: what is reached with what is booked by its day, and without these times."""
    found = []
    for goal in programmes.goals(language="sv"):
        if goal.by_on < world.today:
            continue
        born_to, born_from = world.today.year - goal.age_from, None
        if goal.age_to is not None:
            born_from = world.today.year - goal.age_to
        with connection.cursor() as cursor:
            cursor.execute(_HAVE, [goal.doses, world.programme, world.region, born_to, born_from,
                                   born_from])  # fmt: skip
            persons, have = cursor.fetchone()
        if not persons:
            continue
        ages = pl.col("age") >= goal.age_from
        if goal.age_to is not None:
            ages &= pl.col("age") <= goal.age_to
        counts = (pl.col("dose") == goal.doses) & (pl.col("on") <= goal.by_on) & ages
        booked, lost = world.appointments.filter(counts).height, hit.filter(counts).height
        found.append({
            "code": goal.code, "by_on": goal.by_on.isoformat(), "share": goal.share,
            "now": have / persons, "booked": (have + booked) / persons,
            "then": (have + booked - lost) / persons,
        })  # fmt: skip
    return found


def _behind(world: World, hit: pl.DataFrame) -> Json:
    """The tenth of the small areas with the lowest share of first doses, and who lives there."""
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, [world.programme, world.region, world.today.year - 18])
        rows = sorted(cursor.fetchall(), key=lambda row: (row[2] / row[1], row[0]))
    lowest = [row[0] for row in rows[: max(len(rows) // 10, 1)]] if rows else []
    there = pl.col("small_area").is_in(lowest)
    return {
        "areas": len(lowest), "of": len(rows),
        "share": sum(row[2] for row in rows[: len(lowest)])
        / max(sum(row[1] for row in rows[: len(lowest)]), 1),
        "hit": hit.filter(there).height, "booked": world.appointments.filter(there).height,
    }  # fmt: skip


def _equality(world: World, hit: pl.DataFrame) -> list[Json]:
    """Of those hit and of all booked: how many are old, rural, or live where many are born abroad.

    `ratio` above 1: they are hit more often than others.
    """
    marks: list[tuple[str, pl.Expr]] = [
        ("old", pl.col("age") >= OLD),
        ("second", pl.col("dose") > 1),
        ("rural", pl.col("municipality").is_in(_rural(world))),
        ("protected", pl.col("protected")),
        ("other_language", ~pl.col("language").is_in(["", "sv"])),
    ]
    foreign = _foreign_born(world)
    if foreign:
        marks.append(("foreign_born", pl.col("small_area").is_in(foreign)))
    found = []
    for name, mark in marks:
        of_hit = _share(hit, mark)
        of_all = _share(world.appointments, mark)
        found.append({
            "group": name, "hit": of_hit, "booked": of_all,
            "ratio": of_hit / of_all if of_all else None,
            "times": hit.filter(mark).height,
        })  # fmt: skip
    return found


def _share(rows: pl.DataFrame, mark: pl.Expr) -> float:
    return rows.filter(mark).height / rows.height if rows.height else 0.0


def _rural(world: World) -> list[str]:
    codes = [each.code for each in areas.municipalities(world.region)]
    counts = areas.population(codes)
    return [code for code, each in counts.items() if each.count < RURAL]


def _foreign_born(world: World) -> list[int]:
    """Small areas (ids) in the quarter with the most born abroad, where that is known."""
    known = Person.objects.filter(region_code=world.region, small_area__isnull=False)
    edition = known.values_list("small_area__edition", flat=True).first()
    if edition is None:
        return []
    try:
        values = areas.characteristic_values(
            FOREIGN_BORN, edition=edition, region_code=world.region
        )
    except NotFound:
        return []
    told = sorted((value, code) for code, value in values.items() if value is not None)
    codes = [code for _, code in told[-max(len(told) // 4, 1) :]]
    ids = known.filter(small_area__code__in=codes, small_area__edition=edition)
    return list(ids.values_list("small_area", flat=True).distinct())

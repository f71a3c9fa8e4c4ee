"""Small evenings, by hand and at random, and the slow way to the best plan."""

from datetime import date, datetime, time, timedelta
from itertools import product as every
from typing import Any

import numpy as np
import polars as pl
from scipy.optimize import linear_sum_assignment

from vaksam.core.distance import kilometres
from vaksam.core.replanning import DOSES, Limits, Other, Weights
from vaksam.core.replanning.problem import BAND, LAST_BAND, SCALE

DAY = date(2021, 4, 12)
AFFECTED = {
    "party": pl.Int64, "persons": pl.UInt16, "appointment": pl.List(pl.Int64),
    "from_slot": pl.Int64, "starts_at": pl.Datetime("us"), "venue": pl.Int64, "product": pl.String,
    "dose": pl.UInt8, "reason": pl.String, "hospital": pl.Boolean, "needs_language": pl.String,
    "age": pl.Int64, "lat": pl.Float64, "lon": pl.Float64, "second": pl.Boolean,
    "pinned": pl.Boolean,
}  # fmt: skip
SLOTS = {
    "slot": pl.Int64, "venue": pl.Int64, "product": pl.String, "dose": pl.UInt8,
    "starts_at": pl.Datetime("us"), "free": pl.UInt32, "hospital": pl.Boolean,
    "languages": pl.List(pl.String),
}  # fmt: skip
MAY = {"party": pl.Int64, "product": pl.String, "earliest_on": pl.Date, "latest_on": pl.Date}
VENUES = pl.DataFrame({"venue": [1, 2, 3], "lat": [63.8, 63.9, 64.75], "lon": [20.3, 20.2, 20.9]})


def moment(day: int, hour: int = 9) -> datetime:
    return datetime.combine(DAY + timedelta(days=day), time(hour))


def party(number: int, **given: Any) -> dict[str, Any]:
    """Somebody of 50 with a first dose of A at venue 1 on day 0 in a slot that is not there."""
    return {
        "party": number, "persons": 1, "appointment": [number], "from_slot": 1000 + number,
        "starts_at": moment(0), "venue": 1, "product": "A", "dose": 1, "reason": "paused",
        "hospital": False, "needs_language": None, "age": 50, "lat": None, "lon": None,
        "second": False, "pinned": False,
    } | given  # fmt: skip


def slot(number: int, **given: Any) -> dict[str, Any]:
    """One place with B at venue 1 on day 0 at nine."""
    return {
        "slot": number, "venue": 1, "product": "B", "dose": None, "starts_at": moment(0),
        "free": 1, "hospital": False, "languages": [],
    } | given  # fmt: skip


def window(number: int, product: str = "B", first: int = 0, last: int | None = None) -> (
    dict[str, Any]
):  # fmt: skip
    until = None if last is None else DAY + timedelta(days=last)
    return {"party": number, "product": product, "earliest_on": DAY + timedelta(days=first),
            "latest_on": until}  # fmt: skip


def frames(
    parties: list[dict[str, Any]], windows: list[dict[str, Any]], slots: list[dict[str, Any]],
    doses: list[dict[str, Any]] | None = None,
) -> tuple[pl.DataFrame, ...]:  # fmt: skip
    return (
        pl.DataFrame(parties, schema=AFFECTED), pl.DataFrame(windows, schema=MAY),
        pl.DataFrame(slots, schema=SLOTS), VENUES, pl.DataFrame(doses or [], schema=DOSES),
    )  # fmt: skip


def part(weight: float, amount: float) -> int:
    return int(np.rint(weight * amount * SCALE))


def weight(one: dict[str, Any], weights: Weights) -> float:
    band = min(one["age"] // BAND, LAST_BAND)
    found = 1 + weights.oldest_first * band / LAST_BAND
    return found * (weights.second_first if one["second"] else 1.0)


def cost(
    one: dict[str, Any], at: dict[str, Any], windows: list[dict[str, Any]], weights: Weights,
    limits: Limits,
) -> int | None:  # fmt: skip
    """Hundredths of a point a person, worked out one by one; None: it may not be."""
    mine = [w for w in windows if w["party"] == one["party"] and w["product"] == at["product"]]
    other = one["product"] != at["product"]
    if not mine or at["dose"] not in (None, one["dose"]):
        return None
    if one["hospital"] and not at["hospital"]:
        return None
    if one["needs_language"] and one["needs_language"] not in at["languages"]:
        return None
    if other and limits.other_product is Other.NEVER:
        return None
    if limits.own_venue and one["venue"] != at["venue"]:
        return None
    on, was = at["starts_at"].date(), one["starts_at"].date()
    until = mine[0]["latest_on"] or date.max
    late = (on - until).days
    if on < mine[0]["earliest_on"] or (late > 0 and weights.later_than_latest is None):
        return None
    by = weight(one, weights)
    km, far = _journey(one, at, limits)
    start = mine[0]["earliest_on"]
    right = min(max(was, start), max(mine[0]["latest_on"] or date.max, start))
    ask = far or abs((on - right).days) > limits.max_days
    ask = ask or (other and limits.other_product is Other.ASK)
    return (
        part(by, abs((on - was).days) * weights.days) + part(by, km * weights.km)
        + part(by, (one["venue"] != at["venue"]) * weights.other_venue)
        + part(by, other * weights.other_product) + (part(by, weights.ask) if ask else 0)
        + part(by, max(late, 0) * (weights.later_than_latest or 0.0))
    )  # fmt: skip


def _journey(one: dict[str, Any], at: dict[str, Any], limits: Limits) -> tuple[float, bool]:
    where = {venue: (lat, lon) for venue, lat, lon in VENUES.iter_rows()}
    home = where[one["venue"]] if one["lat"] is None else (one["lat"], one["lon"])
    now, then = kilometres(home, where[one["venue"]]), kilometres(home, where[at["venue"]])
    return max(then - now, 0.0), one["venue"] != at["venue"] and then > max(now, limits.max_km)


def least_by_assignment(
    parties: list[dict[str, Any]], windows: list[dict[str, Any]], slots: list[dict[str, Any]],
    weights: Weights, limits: Limits,
) -> int:  # fmt: skip
    """The best for single persons without ceilings: the Hungarian method over single places."""
    places = [each for each in slots for _ in range(each["free"])]
    table = np.zeros((len(parties), len(places) + len(parties)), dtype=np.int64)
    for n, one in enumerate(parties):
        cancel = part(weight(one, weights), weights.cancel)
        table[n] = cancel
        for m, at in enumerate(places):
            found = cost(one, at, windows, weights, limits)
            table[n, m] = cancel if found is None else min(found, cancel)
    rows, columns = linear_sum_assignment(table)
    return int(table[rows, columns].sum())


def least_by_trying(
    parties: list[dict[str, Any]], windows: list[dict[str, Any]], slots: list[dict[str, Any]],
    doses: list[dict[str, Any]], weights: Weights, limits: Limits,
) -> int:  # fmt: skip
    """The best of every way there is, households and ceilings included."""
    best = None
    options: list[list[tuple[int | None, int]]] = []
    for one in parties:
        mine: list[tuple[int | None, int]] = [
            (None, part(weight(one, weights), weights.cancel) * one["persons"])
        ]
        for n, at in enumerate(slots):
            found = cost(one, at, windows, weights, limits)
            if found is not None:
                mine.append((n, found * one["persons"]))
        options.append(mine)
    for way in every(*options):
        if holds(parties, slots, doses, [choice[0] for choice in way]):
            total = sum(choice[1] for choice in way)
            best = total if best is None else min(best, total)
    assert best is not None
    return best


def holds(
    parties: list[dict[str, Any]], slots: list[dict[str, Any]], doses: list[dict[str, Any]],
    chosen: list[int | None],
) -> bool:  # fmt: skip
    """Whether nothing is sold twice and no ceiling is broken."""
    taken = [0] * len(slots)
    for one, at in zip(parties, chosen, strict=True):
        if at is not None:
            taken[at] += one["persons"]
    if any(n > each["free"] for n, each in zip(taken, slots, strict=True)):
        return False
    return all(
        sum(n for n, each in zip(taken, slots, strict=True)
            if (each["venue"], each["product"]) == (limit["venue"], limit["product"])
            and each["starts_at"].date() <= limit["on"]) <= limit["doses"]
        for limit in doses
    )  # fmt: skip

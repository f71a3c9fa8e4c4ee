"""Residents: ages, households, birth regions, languages, names, addresses, needs."""

import tomllib
from collections.abc import Sequence
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from vaksam.core.synthetic.numbers import personal_numbers
from vaksam.core.synthetic.spec import Municipality, SmallArea, Spec

# Residents by five-year age group from 0, per cent (Sweden 2020, SCB, rounded).
_AGES = (5.8, 6.1, 6.0, 5.6, 5.8, 7.1, 6.9, 6.3, 6.1, 6.4, 6.5, 6.2, 5.6, 5.3, 5.4, 4.2, 2.7, 1.6,
         0.8, 0.22, 0.02)  # fmt: skip
# Share in care homes by age, and of women living to it.
_CARE_HOME = ((65, 0.006), (70, 0.010), (75, 0.025), (80, 0.06), (85, 0.15), (90, 0.33))
_LANGUAGES = (("ar", 0.3), ("so", 0.18), ("fa", 0.1), ("ti", 0.1), ("en", 0.12), ("sv", 0.2))
_EUROPEAN = (("fi", 0.45), ("en", 0.15), ("uk", 0.05), ("pl", 0.1), ("sv", 0.25))
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def names() -> dict[str, Any]:
    text = resources.files("vaksam.core.synthetic").joinpath("names.toml").read_text("utf-8")
    return tomllib.loads(text)


def residents(spec: Spec, areas: Sequence[SmallArea], rng: np.random.Generator) -> pl.DataFrame:
    """Everyone with age, sex, municipality, area, household and home; one row a person."""
    parts = [
        _municipality(each, spec, [a for a in areas if a.municipality == each.code], rng)
        for each in spec.municipalities
    ]
    frame = pl.concat(parts)
    # Households are numbered within each municipality so far.
    number = (
        pl.when(pl.col("household") >= 0)
        .then(pl.concat_str(pl.lit("H"), "municipality", pl.lit("-"), "household"))
        .otherwise(pl.lit(""))
    )
    return frame.with_columns(household=number).with_row_index("n")


def _municipality(
    place: Municipality, spec: Spec, areas: Sequence[SmallArea], rng: np.random.Generator
) -> pl.DataFrame:
    count = max(round(place.residents * spec.scale), 1)
    age = _draw_ages(count, place.tilt, rng)
    woman = rng.random(count) < np.where(age < 70, 0.493, 0.55)
    chance = np.select([age >= first for first, _ in _CARE_HOME[::-1]],
                       [share for _, share in _CARE_HOME[::-1]], 0.0)  # fmt: skip
    care_home = rng.random(count) < chance
    household = _households(age, care_home, rng)
    weights = np.array([area.residents for area in areas], dtype=float)
    homes = rng.choice(len(areas), size=household.max(initial=0) + 1, p=weights / weights.sum())
    lone = rng.choice(len(areas), size=count, p=weights / weights.sum())
    area = np.where(household >= 0, homes[household], lone)
    born_on = _birthdays(age, spec, rng)
    return pl.DataFrame(
        {
            "municipality": pl.Series([place.code]).new_from_index(0, count),
            "area": pl.Series([each.code for each in areas]).gather(pl.Series(area)),
            "age": age,
            "woman": woman,
            "care_home": care_home,
            "household": household,
            "born_on": born_on,
        }
    )


def _draw_ages(count: int, tilt: float, rng: np.random.Generator) -> Ints:
    groups = np.array(_AGES)
    middle = np.arange(len(groups)) * 5 + 2.5
    # Older municipalities have fewer of 20–40 and more of 60 and older.
    weights = groups * np.exp(tilt * (middle - 42) / 60)
    group = rng.choice(len(groups), size=count, p=weights / weights.sum())
    return np.asarray(group * 5 + rng.integers(0, 5, count))


def _birthdays(age: Ints, spec: Spec, rng: np.random.Generator) -> pl.Series:
    """A day on which somebody becomes `age` within the year before the day."""
    days = np.datetime64(spec.on, "D") - rng.integers(1, 365, len(age)).astype("timedelta64[D]")
    years = days.astype("datetime64[Y]").astype(int) + 1970 - age
    month = days.astype("datetime64[M]").astype(int) % 12 + 1
    day = (days - days.astype("datetime64[M]")).astype(int) + 1
    frame = pl.DataFrame({"y": years, "m": month, "d": np.minimum(day, 28)})
    return frame.select(pl.date("y", "m", "d")).to_series()


def _households(age: Ints, care_home: npt.NDArray[np.bool_], rng: np.random.Generator) -> Ints:
    """Couples of about the same age, children with adults 20–42 years older, singles.

    -1: in a care home, which is no household. Singles have one each.
    """
    household = np.full(len(age), -1)
    adults = np.flatnonzero((age >= 20) & ~care_home)
    order = adults[np.argsort(age[adults] + rng.normal(0, 2.5, len(adults)), kind="stable")]
    together = rng.random(len(order) // 2) < np.interp(
        age[order[0 : len(order) // 2 * 2 : 2]],
        [20, 30, 45, 70, 80, 90],
        [0.2, 0.7, 0.72, 0.7, 0.5, 0.3],
    )
    starts = np.ones(len(order), dtype=bool)
    starts[1 : len(together) * 2 : 2] = ~together
    household[order] = np.cumsum(starts) - 1
    children = np.flatnonzero(age < 20)
    if len(order) and len(children):
        wanted = age[children] + np.clip(rng.normal(31, 5, len(children)), 19, 45)
        at = np.searchsorted(age[order], wanted) + rng.integers(-20, 20, len(children))
        household[children] = household[order[np.clip(at, 0, len(order) - 1)]]
    return household


def described(frame: pl.DataFrame, spec: Spec, areas: pl.DataFrame, polygons: dict[str, Any],
              rng: np.random.Generator) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """The people file, and what stays hidden (birth region), in the order of `frame`."""
    count, known = frame.height, names()
    age, woman = frame["age"].to_numpy(), frame["woman"].to_numpy()
    by_area = frame.join(areas, left_on="area", right_on="code", how="left", maintain_order="left")
    region = _birth_regions(by_area, rng)
    language = _languages(region, rng)
    number = personal_numbers(frame["born_on"], woman)
    unknown = rng.random(count) < np.where(region == 2, 0.06, 0.002)
    number = pl.DataFrame({"n": number, "u": unknown}).select(
        pl.when("u").then(pl.lit("")).otherwise("n")
    ).to_series()  # fmt: skip
    usual = np.interp(age, [0, 13, 18, 60, 75, 85, 95], [0, 0.3, 0.97, 0.93, 0.75, 0.45, 0.15])
    digital = rng.random(count) < usual - 0.15 * (region == 2)
    protected = (rng.random(count) < 0.002) & ~frame["care_home"].to_numpy()
    mobile = rng.random(count) < np.interp(age, [0, 9, 15, 80, 95], [0, 0.2, 0.97, 0.85, 0.4])
    family, given = _names(frame, region, known, rng)
    points = _points(frame["area"].to_list(), polygons, rng)
    people = pl.DataFrame(
        {
            "local_id": pl.Series(range(1, count + 1)).cast(pl.String).str.zfill(7),
            "personal_number": number,
            "given_name": given,
            "family_name": family,
            "born_on": frame["born_on"].cast(pl.String),
            "sex": pl.Series(np.where(woman, "F", "M")),
            "region": pl.Series([spec.region]).new_from_index(0, count),
            "municipality": frame["municipality"],
            "latitude": points[1], "longitude": points[0],
            "street": _streets(frame, known, rng),
            "postcode": frame["municipality"].str.replace("24", "9").str.zfill(3) + "20",
            "residence": pl.Series(
                np.where(frame["care_home"].to_numpy(), "care_home", "own_home")
            ),
            "household": frame["household"],
            "language": language,
            "interpreter": _yes(
                (region > 0) & (rng.random(count) < 0.25) & (language.to_numpy() != "sv")
            ),
            "digital_identity": _yes(digital),
            "extra_time": _yes(rng.random(count) < np.interp(age, [0, 70, 90], [0.01, 0.04, 0.2])),
            "travel_help": _yes(
                rng.random(count) < np.interp(age, [0, 70, 90], [0.005, 0.03, 0.25])
            ),
            "home_visit": _yes(rng.random(count) < np.interp(age, [0, 75, 95], [0.001, 0.02, 0.2])),
            "mobile": pl.Series(
                np.where(mobile, [f"07017406{n:02}" for n in rng.integers(5, 100, count)], "")
            ),
            "contact": pl.Series(np.where(mobile & digital, "sms", "letter")),
            "protected": pl.Series(np.where(protected, "confidentiality_marking", "")),
        }
    )  # fmt: skip
    hidden = pl.DataFrame(
        {
            "local_id": people["local_id"],
            "birth_region": pl.Series(["sweden", "europe", "outside"]).gather(pl.Series(region)),
            "area": frame["area"],
            "age": age,
        }
    )
    return people, hidden


def _birth_regions(frame: pl.DataFrame, rng: np.random.Generator) -> Ints:
    draw = rng.random(frame.height)
    outside = frame["born_outside"].to_numpy() * np.where(frame["age"].to_numpy() > 70, 0.25, 1.15)
    europe = frame["born_europe"].to_numpy()
    return np.where(draw < outside, 2, np.where(draw < outside + europe, 1, 0))


def _languages(region: Ints, rng: np.random.Generator) -> pl.Series:
    outside = rng.choice([n for n, _ in _LANGUAGES], len(region), p=[p for _, p in _LANGUAGES])
    europe = rng.choice([n for n, _ in _EUROPEAN], len(region), p=[p for _, p in _EUROPEAN])
    return pl.Series(np.where(region == 2, outside, np.where(region == 1, europe, "sv")))


def _names(
    frame: pl.DataFrame, region: Ints, known: dict[str, Any], rng: np.random.Generator
) -> tuple[pl.Series, pl.Series]:
    count, born = frame.height, frame["born_on"].dt.year().to_numpy()
    woman = frame["woman"].to_numpy()
    decade = np.select(
        [born >= y for y in (1990, 1970, 1950, 1930)], [2000, 1980, 1960, 1940], 1920
    )
    given = np.empty(count, dtype=object)
    for sex, mine in (("female", woman), ("male", ~woman)):
        for year, offered in known[sex].items():
            rows = np.flatnonzero(mine & (decade == int(year)))
            given[rows] = rng.choice(offered, len(rows))
        rows = np.flatnonzero(mine & (region == 2))
        given[rows] = rng.choice(known[f"{sex}_elsewhere"], len(rows))
    own = rng.choice(known["family"], count)
    # Households mostly share a name.
    key = frame["household"].to_list()
    first: dict[str, str] = {}
    family = [first.setdefault(k, str(name)) if k else str(name)
              for k, name in zip(key, own, strict=True)]  # fmt: skip
    elsewhere = rng.choice(known["family_elsewhere"], count)
    return pl.Series(np.where(region == 2, elsewhere, family)), pl.Series(given.astype(str))


def _streets(frame: pl.DataFrame, known: dict[str, Any], rng: np.random.Generator) -> pl.Series:
    street = rng.choice(known["streets"], frame.height)
    number = rng.integers(1, 90, frame.height).astype(str)
    own = [f"{a} {b}" for a, b in zip(street, number, strict=True)]
    first: dict[str, str] = {}
    homes = zip(frame["household"].to_list(), own, strict=True)
    return pl.Series([first.setdefault(key, address) if key else address for key, address in homes])


def _points(
    areas: list[str], polygons: dict[str, Any], rng: np.random.Generator
) -> tuple[pl.Series, pl.Series]:
    """Somewhere near the middle of the small area, to four decimals (about ten metres)."""
    middles = {code: polygon.representative_point() for code, polygon in polygons.items()}
    x = np.array([middles[code].x for code in areas]) + rng.normal(0, 0.002, len(areas))
    y = np.array([middles[code].y for code in areas]) + rng.normal(0, 0.001, len(areas))
    return pl.Series(x.round(4).astype(str)), pl.Series(y.round(4).astype(str))


def _yes(where: npt.NDArray[np.bool_]) -> pl.Series:
    return pl.Series(np.where(where, "yes", "no"))

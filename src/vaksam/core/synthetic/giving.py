"""Doses given up to a day: who came first, with what, and when.

The order is that of the phases. In April 2021 the numbers are those of Region Västerbotten's
letter of 13 April: 49 % of those born 1956 or earlier and 20 % of those of 18 and older had at
least one dose on 12 April. Later, everyone whose turn has come has taken it with the hidden
propensity.
"""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

_START = date(2020, 12, 27)
_LETTER = date(2021, 5, 1)  # until then the letter's shares set how many
_OLD, _ADULTS = 0.49, 0.20
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
_COLUMNS = {
    "local_id": pl.String(),
    "product": pl.String(),
    "given_on": pl.Date(),
    "dose": pl.UInt8(),
}


def doses(
    frame: pl.DataFrame, people: pl.DataFrame, claims: pl.DataFrame, propensity: Floats, *,
    on: date, rng: np.random.Generator,
) -> pl.DataFrame:  # fmt: skip
    """Every dose given before the day."""
    if on <= _START:
        return pl.DataFrame(schema=_COLUMNS)
    turn, staff = _turns(frame, people, claims, rng)
    first = turn + rng.gamma(2.0, 7.0, len(turn))
    takes = rng.random(len(turn)) < propensity
    today = float((on - _START).days)
    if on < _LETTER:
        first, takes = _as_in_the_letter(frame, first, takes, today)
    given = takes & (first < today) & np.isfinite(first)
    product = _products(frame, staff, first, rng)
    gap = np.where(product == "vaxzevria", 63 + rng.integers(0, 15, len(turn)),
                   np.where(product == "spikevax", 28, 21)
                   + rng.integers(0, 15, len(turn)))  # fmt: skip
    second = first + gap
    mrna = np.where((product == "vaxzevria") & (frame["age"].to_numpy() < 65), "comirnaty", product)
    again = given & (second < today) & (rng.random(len(turn)) < 0.97)
    parts = [_part(people, given, product, first, 1), _part(people, again, mrna, second, 2)]
    parts += _boosters(frame, people, again, second, today, rng)
    return pl.concat(parts)


def _turns(
    frame: pl.DataFrame, people: pl.DataFrame, claims: pl.DataFrame, rng: np.random.Generator
) -> tuple[Floats, Bools]:
    """The day of each person's turn, counted from the start; and who is staff."""
    born = frame["born_on"].dt.year().to_numpy()
    day = np.select(
        [born <= year for year in (1941, 1946, 1951, 1956, 1961, 1966, 1976, 1986, 2003, 2005,
                                   2009)],
        [_at(2021, 3, 1), _at(2021, 3, 29), _at(2021, 4, 12), _at(2021, 4, 19), _at(2021, 5, 3),
         _at(2021, 5, 17), _at(2021, 5, 31), _at(2021, 6, 14), _at(2021, 6, 28), _at(2021, 8, 2),
         _at(2021, 10, 4)],
        np.inf,
    )  # fmt: skip
    groups = {group: set(rows["local_id"].to_list()) for (group,), rows in claims.group_by("group")}
    ids = people["local_id"]

    def member(*codes: str) -> Bools:
        wanted: set[str] = set().union(*(groups.get(code, set()) for code in codes))
        return ids.is_in(list(wanted)).to_numpy()

    day = np.where(member("risk_group", "transplant", "dialysis") & (born <= 2003),
                   np.minimum(day, _at(2021, 5, 3)), day)  # fmt: skip
    day = np.where(member("lss", "personal_assistance"), np.minimum(day, _at(2021, 4, 19)), day)
    staff = member("health_staff", "care_staff")
    day = np.where(member("health_staff"), np.minimum(day, _at(2021, 1, 25)), day)
    day = np.where(member("care_staff"), np.minimum(day, _at(2021, 1, 4)), day)
    day = np.where(member("home_care", "home_nursing"), np.minimum(day, _at(2021, 1, 18)), day)
    day = np.where(member("care_home"), np.minimum(day, _at(2020, 12, 28)), day)
    return day.astype(float), staff


def _as_in_the_letter(
    frame: pl.DataFrame, first: Floats, takes: Bools, today: float
) -> tuple[Floats, Bools]:
    """The first in line have come, as many as the letter says had; in January, as many as could.

    Vaccine set the pace: the shares grow evenly from the start to the day of the letter.
    """
    pace = min(today / _at(2021, 4, 13), 1.0) ** 1.7
    born, age = frame["born_on"].dt.year().to_numpy(), frame["age"].to_numpy()
    old, young = born <= 1956, (born > 1956) & (age >= 18)
    wanted_old = _OLD * pace * old.sum()
    wanted_young = max(_ADULTS * pace * (age >= 18).sum() - wanted_old, 0)
    came = np.zeros(len(age), dtype=bool)
    for mine, wanted in ((old, wanted_old), (young, wanted_young)):
        line = np.flatnonzero(mine & takes)
        line = line[np.argsort(first[line], kind="stable")][: round(wanted)]
        came[line] = True
    order = np.argsort(np.argsort(np.where(came, first, np.inf), kind="stable"), kind="stable")
    spread = today * ((order + 1) / max(came.sum(), 1)) ** (1 / 1.7)
    return np.where(came, np.clip(np.minimum(first, spread), 0, today - 1), np.inf), came


def _products(
    frame: pl.DataFrame, staff: Bools, first: Floats, rng: np.random.Generator
) -> npt.NDArray[np.str_]:
    draw, age = rng.random(len(first)), frame["age"].to_numpy()
    product = np.where(draw < 0.82, "comirnaty", "spikevax")
    before = staff & (age < 65) & (first >= _at(2021, 2, 9)) & (first < _at(2021, 3, 16))
    product = np.where(before & (draw < 0.6), "vaxzevria", product)
    after = (age >= 65) & (first >= _at(2021, 3, 25)) & (first < _at(2021, 6, 1))
    product = np.where(after & (draw < 0.35), "vaxzevria", product)
    young = (frame["age"].to_numpy() < 18) | (first < _at(2021, 1, 6))
    return np.where(young, "comirnaty", product)


def _boosters(
    frame: pl.DataFrame, people: pl.DataFrame, had: Bools, second: Floats, today: float,
    rng: np.random.Generator,
) -> list[pl.DataFrame]:  # fmt: skip
    """Doses 3 to 6: fewer each time, and mostly the old."""
    age, parts = frame["age"].to_numpy(), []
    rounds = ((3, _at(2021, 11, 22), 18, 0.72), (4, _at(2022, 4, 4), 65, 0.8),
              (5, _at(2022, 9, 19), 50, 0.6), (6, _at(2023, 3, 6), 80, 0.6))  # fmt: skip
    comirnaty = np.full(len(age), "comirnaty")
    for number, start, first_age, share in rounds:
        day = np.maximum(start, second + 150) + rng.gamma(2.0, 12.0, len(age))
        had = had & (age >= first_age) & (rng.random(len(age)) < share)
        parts.append(_part(people, had & (day < today), comirnaty, day, number))
    return parts


def _part(
    people: pl.DataFrame, given: Bools, product: npt.NDArray[np.str_], day: Floats, dose: int
) -> pl.DataFrame:
    days = np.where(np.isfinite(day), day, 0).astype(np.int64)
    return pl.DataFrame(
        {
            "local_id": people["local_id"],
            "product": product,
            "given_on": pl.Series(np.datetime64(_START, "D") + days.astype("timedelta64[D]")).cast(
                pl.Date
            ),
            "dose": np.full(len(day), dose, dtype=np.uint8),
        }
    ).filter(pl.Series(given))


def _at(year: int, month: int, day: int) -> float:
    return float((date(year, month, day) - _START) / timedelta(days=1))

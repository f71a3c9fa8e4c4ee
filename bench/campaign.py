"""The campaign of 2021 for benchmarks: its rules, and a country of facts about nobody.

The rules follow the order of priority and one region's openings week by week, as the shipped
directives do, from December 2020 to October 2021.
"""

from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from vaksam.core import groups
from vaksam.core.products import Approval, Product, Storage
from vaksam.core.rules.definition import (
    Interval,
    Offer,
    Opening,
    Pause,
    Phase,
    Place,
    Precaution,
    Rule,
    Source,
    Strength,
    Use,
    Who,
)
from vaksam.core.rules.in_force import RuleSet

START = date(2020, 12, 27)
SEED = 20210413
_FIRST = frozenset({"care_home", "home_care", "home_nursing", "care_staff"})
_SECOND = frozenset({"health_staff", "lss", "personal_assistance", "dialysis", "transplant"})
_THIRD = frozenset({"risk_group", "dementia", "cognitive_or_psychiatric", "socially_exposed"})
_WEEKS = (  # Västerbotten: first day, born from and to
    (date(2021, 2, 22), 1900, 1941), (date(2021, 3, 22), 1942, 1946),
    (date(2021, 4, 12), 1947, 1951), (date(2021, 4, 19), 1952, 1956),
    (date(2021, 5, 3), 1957, 1961), (date(2021, 5, 24), 1962, 1966),
    (date(2021, 6, 7), 1967, 1976), (date(2021, 6, 21), 1977, 1986),
    (date(2021, 7, 5), 1987, 2003), (date(2021, 8, 9), 2004, 2005),
)  # fmt: skip
# Share of persons who belong to each group; not of any real population.
_SHARES = {
    "care_home": 0.009, "home_care": 0.017, "home_nursing": 0.012, "lss": 0.007,
    "personal_assistance": 0.001, "care_staff": 0.02, "health_staff": 0.03, "risk_group": 0.15,
    "transplant": 0.001, "dialysis": 0.0005, "dementia": 0.01, "socially_exposed": 0.01,
    "anaphylaxis": 0.001,
}  # fmt: skip


def rules() -> RuleSet:
    found = [*_order(), *_openings(), *_uses(), *_intervals()]
    return RuleSet("covid-19-2021", "covid-19", _products(), tuple(found))


def _rule(kind: type[Rule], code: str, first: date = START, **more: Any) -> Rule:
    return kind(
        code=code, title_sv=code, title_en=code, directive="bench", source=Source("bench"),
        effective_from=first, **more,
    )  # fmt: skip


def _order() -> list[Rule]:
    adults = (Who(age_from=18),)
    first = (Who(groups=_FIRST), Who(groups=frozenset({"home_care"}), cohabitants_from=18))
    second = (Who(groups=_SECOND), Who(groups=frozenset({"transplant"}), cohabitants_from=18))
    return [
        _rule(Phase, "phase-1", number=1, who=first),
        _rule(Phase, "phase-2-70", number=2, who=(Who(age_from=70), *second),
              effective_to=date(2021, 2, 17)),
        _rule(Phase, "phase-2", date(2021, 2, 18), number=2, who=(Who(age_from=65), *second)),
        _rule(Phase, "phase-3", number=3, who=(Who(age_from=60),
              Who(age_from=18, groups=_THIRD))),
        _rule(Phase, "phase-4", number=4, who=adults),
        _rule(Offer, "adults", strength=Strength.RECOMMENDED, doses=2, who=adults,
              effective_to=date(2021, 6, 21)),
        _rule(Offer, "from-16", date(2021, 6, 22), strength=Strength.RECOMMENDED, doses=2,
              who=(Who(age_from=16),)),
        _rule(Precaution, "anaphylaxis", date(2021, 3, 5), region="24", assess=True,
              who=(Who(groups=frozenset({"anaphylaxis"})),), place=Place.HOSPITAL),
    ]  # fmt: skip


def _openings() -> list[Rule]:
    national = ((date(2021, 3, 1), 65), (date(2021, 5, 10), 60), (date(2021, 6, 1), 50),
                (date(2021, 6, 28), 30), (date(2021, 7, 12), 16))  # fmt: skip
    weeks = [
        _rule(Opening, f"born-{born_from}", day, region="24",
              who=(Who(born_from=born_from, born_to=born_to,
                       cohabitants_from=18 if day < date(2021, 4, 19) else None),))
        for day, born_from, born_to in _WEEKS
    ]  # fmt: skip
    by_groups = ((START, _FIRST, "1"), (date(2021, 4, 19), _SECOND, "2"),
                 (date(2021, 5, 3), _THIRD, "3"))  # fmt: skip
    return [
        *weeks,
        *(_rule(Opening, f"from-{age}", day, who=(Who(age_from=age),)) for day, age in national),
        *(_rule(Opening, f"groups-{phase}-{region}", day, region=region,
                who=(Who(groups=some, cohabitants_from=18 if phase == "1" else None),))
          for (day, some, phase), region in product(by_groups, ("", "24"))),
    ]  # fmt: skip


def _uses() -> list[Rule]:
    young = date(2021, 10, 6)
    return [
        _rule(Use, "comirnaty", product="comirnaty", allowed=True),
        _rule(Use, "spikevax", date(2021, 1, 6), product="spikevax", allowed=True),
        _rule(Use, "not-young", young, product="spikevax", allowed=False,
              who=(Who(born_from=1991),)),
        _rule(Use, "under-65", date(2021, 1, 29), product="vaxzevria", allowed=True,
              who=(Who(age_to=64),), effective_to=date(2021, 3, 4)),
        _rule(Use, "from-65", date(2021, 3, 25), product="vaxzevria", allowed=True,
              who=(Who(age_from=65),)),
        _rule(Pause, "pause", date(2021, 3, 16), product="vaxzevria",
              effective_to=date(2021, 3, 24)),
    ]  # fmt: skip


def _intervals() -> list[Rule]:
    pairs = (("comirnaty", "comirnaty", 19, 28), ("spikevax", "spikevax", 25, 28),
             ("vaxzevria", "vaxzevria", 28, 77), ("vaxzevria", "comirnaty", 28, 77),
             ("comirnaty", "spikevax", 28, 42), ("spikevax", "comirnaty", 28, 42))  # fmt: skip
    return [
        _rule(Interval, f"{after}-{then}", after=frozenset({after}), then=frozenset({then}),
              min_days=least, recommended_days=advised)
        for after, then, least, advised in pairs
    ]  # fmt: skip


def _products() -> tuple[Product, ...]:
    approvals = {
        "comirnaty": (Approval(date(2020, 12, 21), 16), Approval(date(2021, 5, 28), 12)),
        "spikevax": (Approval(date(2021, 1, 6), 18), Approval(date(2021, 7, 23), 12)),
        "vaxzevria": (Approval(date(2021, 1, 29), 18),),
    }
    return tuple(
        Product(
            code=code, number=number, name=code, manufacturer="", atc="J07BN01",
            disease="covid-19", storage=Storage.COLD, approvals=of, vials=(),
        )
        for number, (code, of) in enumerate(approvals.items(), start=1)
    )  # fmt: skip


def write_facts(target: Path, persons: int, *, on: date, dosed: float) -> None:
    """A facts file: ages 0–105, two or three to a home, `dosed` of them with one or two doses."""
    rng = np.random.default_rng(SEED)
    today = np.int32((on - date(1970, 1, 1)).days)
    born = today - (rng.triangular(0, 35, 105, persons) * 365.25).astype(np.int32)
    since = int(today) - (START - date(1970, 1, 1)).days
    first = today - rng.integers(0, since, persons).astype(np.int32)
    second = first + rng.integers(21, 90, persons).astype(np.int32)
    vaccine = rng.choice(np.array([1, 1, 1, 2, 3], np.uint8), persons)
    regions = np.array([1, *range(3, 11), 12, 13, 14, *range(17, 26)], np.uint8)
    has_first = rng.random(persons) < dosed
    home = np.sort(rng.integers(1, int(persons / 2.2) + 2, persons))
    frame = pl.DataFrame(
        {
            "person": np.arange(persons), "born_on": born, "year_only": rng.random(persons) < 0.001,
            "sex": rng.integers(1, 3, persons, np.uint8),
            "region": regions[rng.integers(0, len(regions), persons)],
            "groups": _groups(rng, persons), "household": home,
            "dose_1_on": first, "dose_1_product": vaccine, "dose_2_on": second,
            "dose_2_product": vaccine, "has_first": has_first,
        }
    )  # fmt: skip
    has_second = pl.col("has_first") & (pl.col("dose_2_on") <= int(today))
    frame.with_columns(
        pl.col("born_on").cast(pl.Date),
        pl.when(pl.col("household") % 20 > 0).then("household"),
        *_slot(1, pl.col("has_first")), *_slot(2, has_second),
    ).drop("has_first").write_parquet(target)  # fmt: skip


def _slot(slot: int, given: pl.Expr) -> list[pl.Expr]:
    return [
        pl.when(given).then(f"dose_{slot}_on").cast(pl.Date),
        pl.when(given).then(f"dose_{slot}_product"),
        pl.when(given).then(pl.lit(value=False)).alias(f"dose_{slot}_abroad"),
    ]


def _groups(rng: np.random.Generator, persons: int) -> np.ndarray:
    found = np.zeros(persons, np.uint64)
    for code, share in _SHARES.items():
        member = rng.random(persons, np.float32) < share
        found |= member.astype(np.uint64) * np.uint64(groups.mask([code]))
    return found

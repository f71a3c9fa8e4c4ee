"""Who belongs to which group, and who would tell."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
# Group, source, sender ({place} is the municipality), and the probability by age of those who
# live at home.
_SHARES: tuple[tuple[str, str, str, Callable[[Floats], Floats]], ...] = (
    ("home_care", "municipality_list", "{place}",
     lambda a: np.interp(a, [64, 65, 75, 80, 85, 95], [0.002, 0.02, 0.06, 0.14, 0.28, 0.4])),
    ("home_nursing", "municipality_list", "{place}",
     lambda a: np.interp(a, [64, 65, 80, 95], [0.002, 0.02, 0.08, 0.2])),
    ("lss", "municipality_list", "{place}",
     lambda a: np.where((a >= 12) & (a < 75), 0.0075, 0.002)),
    ("personal_assistance", "municipality_list", "{place}", lambda a: np.full_like(a, 0.0014)),
    ("care_staff", "employers_certificate", "{place}",
     lambda a: np.where((a >= 19) & (a < 66), 0.03, 0.0)),
    ("health_staff", "employers_certificate", "Region",
     lambda a: np.where((a >= 20) & (a < 67), 0.055, 0.0)),
    ("risk_group", "health_record", "Region",
     lambda a: np.interp(a, [12, 30, 50, 65, 80], [0.03, 0.05, 0.14, 0.3, 0.45])),
    ("transplant", "health_record", "Region", lambda a: np.full_like(a, 0.0006)),
    ("dialysis", "health_record", "Region", lambda a: np.interp(a, [20, 70], [0.0001, 0.0015])),
    ("dementia", "health_record", "Region",
     lambda a: np.interp(a, [60, 65, 80, 90], [0, 0.01, 0.08, 0.2])),
    ("socially_exposed", "municipality_list", "{place}",
     lambda a: np.where((a >= 18) & (a < 66), 0.004, 0.0)),
    ("anaphylaxis", "health_record", "Region", lambda a: np.full_like(a, 0.0008)),
)  # fmt: skip


def claims(frame: pl.DataFrame, people: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """local_id, group, source, sender, municipality of everyone who belongs to a group."""
    age = frame["age"].to_numpy().astype(float)
    home = frame["care_home"].to_numpy()
    about = people.select("local_id", municipality=frame["municipality"])
    parts = [_part(about, home, "care_home", "municipality_list", "{place}")]
    for group, source, sender, share in _SHARES:
        mine = (rng.random(len(age)) < share(age)) & (~home | (source == "health_record"))
        parts.append(_part(about, mine, group, source, sender))
    return pl.concat(parts)


def _part(
    about: pl.DataFrame, mine: npt.NDArray[np.bool_], group: str, source: str, sender: str
) -> pl.DataFrame:
    return about.filter(pl.Series(mine)).select(
        "local_id", "municipality", group=pl.lit(group), source=pl.lit(source),
        sender=pl.lit(sender),
    )  # fmt: skip

"""A believable region that does not exist: people, households, groups, doses, and a hidden will.

The same spec makes the same region on any machine: one generator, drawn from in one order, and
nothing that depends on the order of threads or hashes.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from vaksam.core.synthetic import belonging, giving, persons, propensity
from vaksam.core.synthetic.division import divide
from vaksam.core.synthetic.spec import Municipality, Region, SmallArea, Spec

__all__ = ["Municipality", "Region", "SmallArea", "Spec", "build", "divide"]


def build(spec: Spec) -> Region:
    """Make the region of a spec.

    Municipalities without small areas are divided. With `targets`, the mean propensity of each
    (municipality, age from, age to) is its target share.
    """
    rng = np.random.Generator(np.random.PCG64(spec.seed))
    areas = [
        area
        for place in spec.municipalities
        for area in (
            [each for each in spec.small_areas if each.municipality == place.code]
            or divide(place, rng)
        )
    ]
    table = _table(areas)
    frame = persons.residents(spec, areas, rng)
    people, hidden = persons.described(
        frame, spec, table, {area.code: area.polygon for area in areas}, rng
    )
    claims = belonging.claims(frame, people, rng)
    mean = frame.join(table, left_on="area", right_on="code", how="left", maintain_order="left")
    will = propensity.of_persons(
        mean["propensity"].to_numpy(), frame["age"].to_numpy().astype(float), rng
    )
    if spec.targets:
        will = _towards(frame, will, spec.targets)
    given = giving.doses(frame, people, claims, will, on=spec.on, rng=rng)
    return Region(people, hidden.with_columns(propensity=pl.Series(will)), claims, given, table)


def _table(areas: list[SmallArea]) -> pl.DataFrame:
    names = ("code", "municipality", "residents", "kind", "turnout", "born_europe",
             "born_outside", "single_parents", "index", "sick_days")  # fmt: skip
    table = pl.DataFrame({name: [getattr(area, name) for area in areas] for name in names})
    return table.with_columns(propensity=propensity.of_areas(table))


def _towards(
    frame: pl.DataFrame, will: propensity.Floats, targets: Mapping[tuple[str, int, int], float]
) -> propensity.Floats:
    place, age = frame["municipality"].to_numpy(), frame["age"].to_numpy()
    group = np.full(frame.height, -1)
    for number, (code, first, last) in enumerate(targets):
        group[(place == code) & (age >= first) & (age <= last)] = number
    return propensity.calibrated(will, group, np.array(list(targets.values()), dtype=float))

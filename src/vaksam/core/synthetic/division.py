"""Small areas where no DeSO is imported: a Voronoi division inside each municipality."""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from vaksam.core.synthetic.spec import Municipality, SmallArea

RESIDENTS = 1600
"""Of an area, about; SCB's have 700 to 2,700."""


def divide(municipality: Municipality, rng: np.random.Generator) -> list[SmallArea]:
    """Areas of about equally many residents, most of them near the main town.

    Codes are made like DeSO's: municipality, kind (A countryside, B town, C centre), number.
    """
    count = max(round(municipality.residents / RESIDENTS), 1)
    cells = _cells(municipality.polygon, count, rng)
    order = np.argsort([cell.area for cell in cells])  # the smallest cells are the town's
    kinds = _kinds(count, municipality.town)
    areas = []
    for place, (cell, kind) in enumerate(zip((cells[n] for n in order), kinds, strict=True)):
        areas.append(_area(municipality, cell, kind, place + 1, count, rng))
    return areas


def _cells(polygon: BaseGeometry, count: int, rng: np.random.Generator) -> Sequence[BaseGeometry]:
    points = _points(polygon, count, rng)
    if len(points) < 2:
        return [polygon]
    found = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=polygon)
    cells = [cell.intersection(polygon) for cell in found.geoms]
    return [cell for cell in cells if not cell.is_empty]


def _points(polygon: BaseGeometry, count: int, rng: np.random.Generator) -> list[shapely.Point]:
    """Most near the middle, the rest anywhere; all inside."""
    middle = polygon.representative_point()
    west, south, east, north = polygon.bounds
    points: list[shapely.Point] = []
    while len(points) < count:
        near = rng.random() < 0.75
        x = rng.normal(middle.x, (east - west) / 25) if near else rng.uniform(west, east)
        y = rng.normal(middle.y, (north - south) / 25) if near else rng.uniform(south, north)
        point = shapely.Point(x, y)
        if polygon.contains(point):
            points.append(point)
    return points


def _kinds(count: int, town: str) -> list[str]:
    main = round(count * (0.7 if town == "C" else 0.5))
    if town == "A":
        return ["A"] * count
    return [town] * main + ["B"] * round(count * 0.1) + ["A"] * (count - main - round(count * 0.1))


def _area(
    municipality: Municipality, cell: BaseGeometry, kind: str, number: int, count: int,
    rng: np.random.Generator,
) -> SmallArea:  # fmt: skip
    """Characteristics hang together: where more are worse off, fewer vote."""
    hardship = rng.normal()
    outside = float(np.clip(rng.lognormal(-2.9 if kind == "A" else -2.4, 0.7), 0, 0.55))
    return SmallArea(
        code=f"{municipality.code}{kind}{number * 10:04}",
        municipality=municipality.code,
        residents=round(municipality.residents / count),
        polygon=cell,
        kind=kind,
        turnout=float(
            np.clip(0.86 - 0.035 * hardship - 0.15 * outside + rng.normal(0, 0.02), 0.5, 0.96)
        ),
        born_europe=float(np.clip(rng.normal(0.05, 0.02), 0.005, 0.2)),
        born_outside=outside,
        single_parents=float(np.clip(0.06 + 0.012 * hardship + rng.normal(0, 0.01), 0.01, 0.2)),
        index=float(np.clip(14 + 6 * hardship + 25 * outside + rng.normal(0, 2), 0, 80)),
        sick_days=float(np.clip(24 + 4 * hardship + rng.normal(0, 3), 8, 60)),
    )  # fmt: skip

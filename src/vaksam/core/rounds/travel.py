"""How far it is between all places of a plan."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vaksam.core.distance import DETOUR, EARTH_KM, KM_PER_HOUR

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Travel:
    """By road between places (0: the fridge; then the stops in order).

    `minutes` are whole, rounded up: what is lost in rounding is the way from the car to the door.
    """

    km: NDArray[np.float64]
    minutes: NDArray[np.int64]


def travel(places: Sequence[Place]) -> Travel:
    """As `vaksam.core.distance` has it for two places, for all pairs at once.

    The great circle times 1.3 for the roads, at 55 km an hour. No map of roads is asked, so water
    and mountains are not seen.
    """
    at = np.radians(np.asarray(places, dtype=np.float64).reshape(-1, 2))
    half = np.sin((at[:, None, 0] - at[None, :, 0]) / 2) ** 2
    across = np.sin((at[:, None, 1] - at[None, :, 1]) / 2) ** 2
    cosines = np.cos(at[:, None, 0]) * np.cos(at[None, :, 0])
    straight = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half + cosines * across, 0, 1)))
    np.fill_diagonal(straight, 0.0)
    km = straight * DETOUR
    minutes = np.ceil(np.round(km / KM_PER_HOUR * 60, 6)).astype(np.int64)
    return Travel(km, minutes)

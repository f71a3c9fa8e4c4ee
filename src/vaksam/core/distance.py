"""How far it is."""

from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0
KM_PER_HOUR = 55.0  # by car or bus on Swedish roads, door to door
DETOUR = 1.3  # roads against the great circle


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Along the great circle between two (latitude, longitude) in degrees.

    The haversine formula, d = 2R·asin √(sin²(Δφ/2) + cos φ₁·cos φ₂·sin²(Δλ/2)), stable for small
    distances (R. W. Sinnott, Sky and Telescope 68, 1984).

    >>> round(kilometres((63.825, 20.263), (64.750, 20.953)))  # Umeå to Skellefteå
    108
    """
    a, b = radians(one[0]), radians(other[0])
    across = radians(other[1] - one[1])
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(across / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def minutes(km: float) -> float:
    """A journey by road of so many kilometres as the crow flies."""
    return km * DETOUR / KM_PER_HOUR * 60

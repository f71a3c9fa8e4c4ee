"""What others may ask about areas. Plain values come back, never models."""

from vaksam.areas.queries.figures import (
    CharacteristicInfo,
    PopulationCount,
    characteristic_values,
    characteristics,
    population,
)
from vaksam.areas.queries.maps import geometry, geometry_json
from vaksam.areas.queries.places import (
    AreaRef,
    by_code,
    country,
    find,
    municipalities,
    regions,
    small_areas,
)

__all__ = [
    "AreaRef",
    "CharacteristicInfo",
    "PopulationCount",
    "by_code",
    "characteristic_values",
    "characteristics",
    "country",
    "find",
    "geometry",
    "geometry_json",
    "municipalities",
    "population",
    "regions",
    "small_areas",
]

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
from vaksam.areas.queries.remembered import areas_as_they_are

__all__ = [
    "AreaRef",
    "CharacteristicInfo",
    "PopulationCount",
    "areas_as_they_are",
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

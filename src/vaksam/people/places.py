"""Where a point lies."""

import shapely

from vaksam.areas.models import Shape
from vaksam.core.areas.codes import Kind


def small_area_at(latitude: float, longitude: float, *, region_code: str) -> int | None:
    """Id of the DeSO area around a point (WGS 84, degrees), of the newest edition imported.

    None where the point lies outside the region, or no DeSO is imported for it.
    """
    point = shapely.Point(longitude, latitude)
    shapes = (
        Shape.objects.filter(area__kind=Kind.DESO, area__region_code=region_code)
        .order_by("-area__edition", "area__code")
        .values_list("area_id", "wkb")
    )
    found = (pk for pk, wkb in shapes if shapely.from_wkb(bytes(wkb)).covers(point))
    return next(found, None)

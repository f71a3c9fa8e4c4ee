"""Polygons for maps on the screen."""

import json
from collections import defaultdict
from typing import Any

import numpy as np
import shapely

from vaksam.areas.models import Area, Shape
from vaksam.areas.queries.remembered import remember
from vaksam.core.areas.codes import Kind
from vaksam.core.areas.maps import Shapes, dissolve, feature_collection

# Degrees and decimals by kind, for a map of the whole country and for one of a region. A degree
# of latitude is 111 km: on a screen 1,000 pixels high the country has 1.6 km to a pixel, a region
# some 300 m. RegSO and DeSO are finer, as one zooms in on towns.
DETAIL = {
    (Kind.COUNTRY, True): (0.01, 3),
    (Kind.REGION, True): (0.01, 3),
    (Kind.MUNICIPALITY, True): (0.01, 3),
    (Kind.REGSO, True): (0.005, 4),
    (Kind.DESO, True): (0.005, 4),
    (Kind.REGION, False): (0.001, 4),
    (Kind.MUNICIPALITY, False): (0.001, 4),
    (Kind.REGSO, False): (0.001, 5),
    (Kind.DESO, False): (0.0005, 5),
}


def geometry(kind: Kind | str, region_code: str | None = None, edition: str = "") -> dict[str, Any]:
    """The areas as a GeoJSON FeatureCollection; see `geometry_json`."""
    collection: dict[str, Any] = json.loads(geometry_json(kind, region_code, edition))
    return collection


def geometry_json(kind: Kind | str, region_code: str | None = None, edition: str = "") -> bytes:
    """The areas of a kind as GeoJSON text, simplified for the screen, in code order.

    Coordinates are WGS 84; exterior rings run clockwise, as d3-geo and Vega want them. Borders
    are simplified once for both sides, so neighbours show no gap. Properties: code, name (the
    short one). Areas without a polygon are left out; a RegSO without its own is put together
    from its DeSO. Remembered until areas change.

    Parameters
    ----------
    kind : country, region, municipality, regso or deso
    region_code : only the areas of this region; None for the whole country
    edition : of RegSO and DeSO
    """
    kind = Kind(kind)
    key = ("geometry", kind, region_code, edition)
    return remember(key, lambda: _draw(kind, region_code, edition))


def _draw(kind: Kind, region_code: str | None, edition: str) -> bytes:
    areas = Area.objects.filter(kind=kind, edition=edition)
    if region_code is not None:
        areas = areas.filter(region_code=region_code)
    named = areas.order_by("code").values_list("id", "code", "short_name")
    shapes = _shapes(kind, region_code, edition)
    drawn = [(shapes[pk], {"code": code, "name": name}) for pk, code, name in named if pk in shapes]
    tolerance, decimals = DETAIL[kind, region_code is None or kind is Kind.COUNTRY]
    return feature_collection(
        [about for _, about in drawn],
        _array([shape for shape, _ in drawn]),
        tolerance=tolerance,
        decimals=decimals,
    )


def _shapes(kind: Kind, region_code: str | None, edition: str) -> dict[int, shapely.Geometry]:
    """Polygons by area id."""
    shapes = Shape.objects.filter(area__edition=edition)
    if region_code is not None:
        shapes = shapes.filter(area__region_code=region_code)
    own = _decode(shapes.filter(area__kind=kind).values_list("area", "wkb"))
    if kind is not Kind.REGSO:
        return own
    parts: dict[int | None, list[shapely.Geometry]] = defaultdict(list)
    deso = shapes.filter(area__kind=Kind.DESO).exclude(area__parent__in=list(own))
    for parent, wkb in deso.values_list("area__parent", "wkb"):
        parts[parent].append(shapely.from_wkb(bytes(wkb)))
    whole = {pk: dissolve(_array(members)) for pk, members in parts.items() if pk is not None}
    return whole | own


def _decode(rows: Any) -> dict[int, shapely.Geometry]:
    return {pk: shapely.from_wkb(bytes(wkb)) for pk, wkb in rows}


def _array(shapes: list[shapely.Geometry]) -> Shapes:
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array

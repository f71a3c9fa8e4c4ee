"""Polygons: reading them from files, and drawing them small without gaps between neighbours."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from vaksam.core.areas.tables import ROW
from vaksam.core.errors import BadFile, Fault

if TYPE_CHECKING:
    import geopandas as gpd

Shapes = NDArray[np.object_]

WGS84: Final = 4326
SWEDEN: Final = shapely.box(10.0, 54.9, 24.9, 69.5)
STORED_DECIMALS: Final = 7  # of a degree, about 1 cm: SCB's own


def read_map(path: Path) -> tuple[pl.DataFrame, list[Fault]]:
    """Read a GeoJSON or GeoPackage file with one layer of polygons.

    Returns the attributes as text under lower-case names, `row` (the first feature is row 2, as
    in an attribute table with its header), `wkb` (the polygon in WGS 84), and the faults of the
    polygons.

    Raises
    ------
    BadFile
        The file cannot be read, has several layers or no coordinate system.
    """
    frame = _open(path)
    attributes = frame.drop(columns=frame.geometry.name)
    table = pl.DataFrame(
        {str(name).lower(): [_text(v) for v in attributes[name]] for name in attributes.columns},
        schema_overrides={str(name).lower(): pl.String for name in attributes.columns},
    ).with_columns(pl.Series(ROW, range(2, len(frame) + 2), dtype=pl.Int64))
    shapes = np.asarray(frame.geometry.to_crs(WGS84).array, dtype=object)
    faults = _faults([_polygon_fault(shape) for shape in shapes])
    if not faults:
        shapes = tidy(shapes, STORED_DECIMALS)
        covered = "the polygon lies wholly under others of the file; remove one of them"
        faults = _faults([covered if shape.is_empty else "" for shape in shapes])
    wkb = pl.Series("wkb", [None if s is None else shapely.to_wkb(s) for s in shapes], pl.Binary)
    return table.with_columns(wkb), faults


def _faults(messages: Sequence[str]) -> list[Fault]:
    return [Fault("polygon", text, row=i) for i, text in enumerate(messages, start=2) if text]


def _open(path: Path) -> "gpd.GeoDataFrame":
    # Here, since they take a second to load and every command and server process would wait.
    import geopandas as gpd
    import pyogrio

    try:
        layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        if len(layers) != 1:
            message = f"the file has {len(layers)} layers ({', '.join(layers)}); "
            raise BadFile(path.name, [Fault("layers", message + "save the one you mean alone")])
        frame = gpd.read_file(path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        message = f"the file cannot be read as a map ({error}); fetch or export it again"
        raise BadFile(path.name, [Fault("unreadable", message)]) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        message = "the file has no polygons; give a map, or save the table as CSV"
        raise BadFile(path.name, [Fault("polygon", message)])
    if frame.crs is None:
        message = "the file names no coordinate system; export it with one, such as EPSG:3006"
        raise BadFile(path.name, [Fault("coordinate-system", message)])
    return frame


def _text(value: object) -> str | None:
    """An attribute as text; missing and empty as None, whole floats without decimals."""
    if value is None or value != value:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() or None


def _polygon_fault(shape: shapely.Geometry | None) -> str:
    if shape is None or shape.is_empty:
        return "the area has no polygon; add it or remove the area"
    if shape.geom_type not in {"Polygon", "MultiPolygon"}:
        return f"the area is a {shape.geom_type}; it must be a polygon"
    if not SWEDEN.contains(shape):
        return "the polygon is outside Sweden; the file's coordinate system is wrong"
    return ""


def tidy(shapes: Shapes, decimals: int, *, gap_width: float = 0.0) -> Shapes:
    """Round neighbouring polygons to `decimals` of a degree, still without gaps and overlaps.

    Corners are rounded one by one, so that neighbours keep theirs alike; what crosses itself or
    a neighbour after that (or did before) is then put right, and gaps narrower than `gap_width`
    degrees are given to a neighbour. A polygon may come out empty: it was
    smaller than the rounding, or lay wholly under others.
    """
    rounded = shapely.set_precision(shapes, 10.0**-decimals, mode="pointwise")
    return np.asarray(shapely.coverage_clean(rounded, gap_width=gap_width), dtype=object)


def dissolve(shapes: Shapes) -> shapely.Geometry:
    """The union of neighbouring polygons."""
    union = shapely.coverage_union_all(shapes)
    return union if union.is_valid else shapely.union_all(shapes)


def feature_collection(
    properties: Sequence[dict[str, str]], shapes: Shapes, *, tolerance: float, decimals: int
) -> bytes:
    """GeoJSON for the screen, in WGS 84.

    All polygons are simplified together: a border that two areas share is simplified once, so
    no gap or overlap appears (Visvalingam and Whyatt's method, by the area of the triangle that a
    corner makes with its neighbours). That area shrinks evenly with latitude, so degrees serve.

    Parameters
    ----------
    properties : of each polygon, in order
    shapes : polygons that meet without overlap
    tolerance : degrees; a corner goes if its triangle is smaller than this squared
    decimals : of the coordinates; 3 is about 100 m, 4 about 10 m

    Returns
    -------
    UTF-8 JSON. Exterior rings run clockwise, as d3-geo and Vega want them: on their sphere a
    counter-clockwise ring (RFC 7946) would mean everything but the area.
    """
    simple = shapely.coverage_simplify(tidy(shapes, decimals), tolerance)
    clockwise = shapely.orient_polygons(simple, exterior_cw=True)
    features = [
        {"type": "Feature", "properties": about, "geometry": _geometry(shape, decimals)}
        for about, shape in zip(properties, clockwise, strict=True)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()


def _geometry(shape: shapely.Geometry, decimals: int) -> dict[str, Any] | None:
    if shape.is_empty:  # smaller than the rounding: nothing to see
        return None
    mapping = shapely.geometry.mapping(shape)
    return {"type": mapping["type"], "coordinates": _rounded(mapping["coordinates"], decimals)}


def _rounded(value: Any, decimals: int) -> Any:
    if isinstance(value, float):
        return round(value, decimals)
    return [_rounded(part, decimals) for part in value]

"""Maps for the screen: without gaps, wound for d3, small."""

import gzip
import json

import numpy as np
import pytest
import shapely

from vaksam.areas import actions, queries
from vaksam.core.areas.maps import feature_collection


def polygons(collection: dict) -> np.ndarray:
    return np.array([shapely.geometry.shape(f["geometry"]) for f in collection["features"]])


def rings_of(geometry: dict):
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for exterior, *holes in parts:
        yield shapely.LinearRing(exterior), [shapely.LinearRing(hole) for hole in holes]


def assert_no_gaps(drawn: np.ndarray, holes: int = 0) -> None:
    union = shapely.union_all(drawn)
    assert shapely.coverage_is_valid(drawn)
    assert shapely.area(drawn).sum() == pytest.approx(union.area, rel=1e-9)  # no overlap
    assert sum(len(part.interiors) for part in shapely.get_parts(union)) == holes


@pytest.mark.parametrize("tolerance", [0.0, 0.003, 0.02])
def test_neighbours_show_no_gaps(cells, tolerance):
    shapes = shapely.transform(np.array(cells), lambda xy: xy / (55_000, 111_000))
    about = [{"code": str(number)} for number in range(len(shapes))]
    drawn = json.loads(feature_collection(about, shapes, tolerance=tolerance, decimals=4))
    assert_no_gaps(polygons(drawn))
    if tolerance:
        before, after = (shapely.get_num_coordinates(s).sum() for s in (shapes, polygons(drawn)))
        assert after < before / 2


@pytest.mark.parametrize(
    ("kind", "region", "lakes"),
    # The drawing leaves out Vänern, Vättern, Mälaren, Hjälmaren, Siljan, Storsjön and Hornavan.
    [("region", None, 7), ("municipality", None, 7), ("municipality", "20", 1)],
)
def test_seeded_maps_have_no_gaps_and_d3s_winding(seeded, kind, region, lakes):
    collection = queries.geometry(kind, region)
    assert_no_gaps(polygons(collection), holes=lakes)
    for feature in collection["features"]:
        for exterior, holes in rings_of(feature["geometry"]):
            assert not exterior.is_ccw
            assert all(hole.is_ccw for hole in holes)


def test_properties_and_size(seeded):
    country = queries.geometry_json("region")
    features = json.loads(country)["features"]
    assert [f["properties"] for f in features][-2] == {"code": "24", "name": "Västerbotten"}
    assert len(country) < 60_000
    assert len(gzip.compress(country)) < 20_000
    for region in queries.regions():
        assert len(queries.geometry_json("municipality", region.code)) < 80_000
    assert len(queries.geometry("municipality", "24")["features"]) == 15
    assert len(queries.geometry("country")["features"]) == 1


def test_a_map_is_drawn_once_until_areas_change(
    seeded, deso_map, tmp_path, django_assert_num_queries
):
    assert queries.geometry("deso", "20", "2025")["features"] == []
    with django_assert_num_queries(1):
        queries.geometry_json("deso", "20", "2025")
    deso_map.to_file(tmp_path / "deso.gpkg")
    actions.import_areas(path=tmp_path / "deso.gpkg", by=None)
    assert len(queries.geometry("deso", "20", "2025")["features"]) == 20
    assert queries.geometry("deso", "20", "2018")["features"] == []


def test_a_regso_without_polygon_is_put_together_from_its_deso(seeded, deso_map, tmp_path):
    deso_map.to_file(tmp_path / "deso.gpkg")
    actions.import_areas(path=tmp_path / "deso.gpkg", by=None)
    regso = {
        f["properties"]["code"]: shapely.geometry.shape(f["geometry"])
        for f in queries.geometry("regso", "20", "2025")["features"]
    }
    parts = deso_map[deso_map.regsokod == "2080R003"].geometry.to_crs(4326).union_all()
    assert len(regso) == 5
    assert regso["2080R003"].symmetric_difference(parts).area < 0.03 * parts.area


def test_dalarnas_deso_have_no_gaps(seeded, official):
    actions.import_areas(path=official("geo/deso_2025_dalarna.geojson"), by=None)
    drawn = polygons(queries.geometry("deso", "20", "2025"))
    assert len(drawn) == 175
    assert_no_gaps(drawn)
    assert len(gzip.compress(queries.geometry_json("deso", "20", "2025"))) < 150_000

"""RegSO and DeSO from maps and link tables."""

import geopandas as gpd
import pytest
import shapely

from vaksam.areas import actions, queries
from vaksam.areas.models import Area, Shape, Version
from vaksam.base.models import AuditEntry
from vaksam.core.errors import BadFile

FALUN_RING = [(535_000, 6_720_000), (536_000, 6_720_000), (536_000, 6_721_000)]


def imported(path, edition=""):
    return actions.import_areas(path=path, edition=edition, by=None)


def faults_of(path, edition=""):
    """The faults of a file that must change nothing."""
    before = Area.objects.count(), Shape.objects.count(), AuditEntry.objects.count()
    with pytest.raises(BadFile) as caught:
        imported(path, edition)
    after = Area.objects.count(), Shape.objects.count(), AuditEntry.objects.count()
    assert after == before
    return [(fault.code, fault.row, fault.column) for fault in caught.value.faults]


@pytest.mark.parametrize("name", ["deso.gpkg", "deso.geojson"])
def test_a_map_comes_back_as_it_was_written(seeded, deso_map, tmp_path, name):
    deso_map.to_file(tmp_path / name)
    result = imported(tmp_path / name)
    assert (result.kind, result.edition, result.areas) == ("deso", "2025", 20)
    assert (result.added, result.polygons) == (25, 20)  # with the five RegSO it mentions
    stored = Area.objects.get(kind="deso", edition="2025", code="2080A0070")
    assert stored.parent.code == "2080R002"
    assert (stored.region_code, stored.municipality_code) == ("20", "2080")
    polygon = shapely.from_wkb(bytes(stored.shape.wkb))
    written = deso_map.geometry.to_crs(4326)[7]
    assert polygon.symmetric_difference(written).area < 1e-4 * written.area


def test_upper_case_and_2018_names_are_known(seeded, deso_map, tmp_path):
    old = deso_map.drop(columns=["regsokod", "version", "referensdatum"])
    old["kommunnamn"] = "Falun"
    old = old.rename(columns={"desokod": "Deso", "kommunkod": "Kommun", "lanskod": "Lan"})
    old.to_file(tmp_path / "old.gpkg")
    assert imported(tmp_path / "old.gpkg", "2018").added == 20
    assert queries.find("2080A0000", edition="2018").municipality_code == "2080"


def test_an_identical_file_changes_nothing(seeded, deso_map, tmp_path):
    path = tmp_path / "deso.gpkg"
    deso_map.to_file(path)
    assert imported(path).changed
    before = Version.objects.get().token, AuditEntry.objects.count()
    assert not imported(path).changed
    assert (Version.objects.get().token, AuditEntry.objects.count()) == before


def test_editions_stand_side_by_side(seeded, deso_map, tmp_path):
    deso_map.to_file(tmp_path / "new.gpkg")
    old = deso_map.assign(version="2018_v2", referensdatum="20180101").iloc[:3]
    old.to_file(tmp_path / "old.gpkg")
    imported(tmp_path / "new.gpkg")
    imported(tmp_path / "old.gpkg")
    assert len(queries.small_areas("deso", "2025", region_code="20")) == 20
    assert len(queries.small_areas("deso", "2018", municipality_code="2080")) == 3
    one, other = (queries.find("2080A0010", edition=edition) for edition in ("2018", "2025"))
    assert one.id != other.id
    assert Area.objects.get(pk=one.id).parent.edition == "2018"


def test_a_link_table_names_areas_and_waits_for_the_codes(seeded, write, tmp_path):
    table = write(
        "link.csv", "\ufeffbro;Kommunnamn;DeSO;RegSO;;", "2080;Falun;2080A0010;Aspeboda;;", ";;;;;"
    )
    assert imported(table, "2018").added == 1
    area = Area.objects.get(code="2080A0010", edition="2018")
    assert (area.name, area.parent.code) == ("Aspeboda", "2080")
    regso = gpd.GeoDataFrame(
        {"regsokod": ["2080R001"], "regso": ["Aspeboda"], "kommun": ["2080"], "version": ["2018"]},
        geometry=[shapely.Polygon(FALUN_RING)],
        crs=3006,
    )
    regso.to_file(tmp_path / "regso.gpkg")
    result = imported(tmp_path / "regso.gpkg")
    assert (result.kind, result.added, result.updated) == ("regso", 1, 1)
    area.refresh_from_db()
    assert area.parent.code == "2080R001"
    assert not imported(table, "2018").changed


def test_a_table_keeps_the_polygons_of_a_map(seeded, deso_map, write, tmp_path):
    deso_map.to_file(tmp_path / "deso.gpkg")
    imported(tmp_path / "deso.gpkg")
    table = write("link.csv", "desokod,regsokod,regsonamn", "2080A0010,2080R001,Aspeboda")
    assert imported(table, "2025").polygons == 0
    assert Shape.objects.filter(area__kind="deso").count() == 20
    assert queries.find("2080R001", edition="2025").name == "Aspeboda"
    assert queries.find("2080A0060", edition="2025").name == "Aspeboda"  # in the same RegSO


def test_every_fault_of_a_table_is_listed_and_nothing_changed(seeded, write):
    path = write(
        "bad.csv",
        "desokod,regsokod,kommunkod,version",
        "2080A0010,2080R001,2080,2025_v2",
        "2080X0020,2080R001,2080,2025_v2",
        "9999A0010,9999R001,9999,2025_v2",
        "2080A0010,2080R001,2080,2025_v2",
        "2080A0030,2081R001,2081,2025_v2",
        "2080A0040,R001,2080,2018_v2",
    )
    assert faults_of(path) == [
        ("code-form", 3, "deso"),
        ("unknown-municipality", 4, "deso"),
        ("duplicate", 5, "deso"),
        ("disagrees", 6, "municipality"),
        ("disagrees", 6, "regso"),
        ("edition-disagrees", 7, "edition"),
        ("disagrees", 7, "regso"),
        ("code-form", 7, "regso"),
    ]


def test_every_fault_of_a_map_is_listed(seeded, deso_map, tmp_path):
    bad = deso_map.copy()
    bad.loc[1, "desokod"] = "nonsense"
    bad.loc[2, "geometry"] = None
    bad.loc[3, "geometry"] = shapely.Point(535_000, 6_720_000)
    bad.loc[4, "geometry"] = shapely.box(0, 0, 1, 1)
    bad.to_file(tmp_path / "bad.gpkg")
    found = faults_of(tmp_path / "bad.gpkg")
    assert [row for code, row, _ in found if code == "polygon"] == [4, 5, 6]
    assert ("code-form", 3, "deso") in found


def test_the_option_must_agree_with_the_file(seeded, deso_map, tmp_path, write):
    deso_map.to_file(tmp_path / "deso.gpkg")
    found = faults_of(tmp_path / "deso.gpkg", "2018")
    assert {code for code, *_ in found} == {"edition-disagrees"}
    silent = write("silent.csv", "DeSO", "2080A0010")
    assert faults_of(silent) == [("edition-missing", None, "")]


def test_other_files_are_refused_in_words(seeded, write, tmp_path, deso_map):
    cases = {
        "areas.xlsx": ("PK",),
        "areas.gpkg": ("this is not a GeoPackage",),
        "areas.geojson": ('{"type": "FeatureCollection", "features": [{"type"',),
        "people.csv": ("name,age", "x,1"),
        "empty.csv": ("",),
        "header.csv": ("desokod",),
    }
    codes = [faults_of(write(name, *lines), "2025")[0][0] for name, lines in cases.items()]
    assert codes == ["file-kind", "unreadable", "unreadable", "columns", "empty", "empty"]
    for layer in ("one", "two"):
        deso_map.to_file(tmp_path / "two.gpkg", layer=layer)
    assert faults_of(tmp_path / "two.gpkg") == [("layers", None, "")]


def test_dalarna_2025_and_the_whole_of_2018(seeded, official):
    result = imported(official("geo/deso_2025_dalarna.geojson"))
    assert (result.areas, result.polygons) == (175, 175)
    assert not imported(official("geo/deso_2025_dalarna.geojson")).changed
    dalarna = queries.small_areas("deso", "2025", region_code="20")
    assert len(dalarna) == 175
    assert {area.municipality_code for area in dalarna} == {
        area.code for area in queries.municipalities("20")
    }
    deso = Area.objects.get(kind="deso", edition="2025", code="2080C1190")
    assert (deso.parent.code, deso.parent.parent.code) == ("2080R015", "2080")
    assert imported(official("scb/kopplingstabell-deso-regso-20210702.csv"), "2018").areas == 5984
    assert len(queries.small_areas("deso", "2018")) == 5984
    assert len(queries.small_areas("deso", "2025")) == 175

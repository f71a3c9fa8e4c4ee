"""Seeded areas, invented small ones around Falun, and the official files where they are."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from vaksam.areas import actions

OFFICIAL = Path(__file__).resolve().parents[3] / "shared" / "data"
SWEREF99_TM = 3006
FALUN = (535_000, 6_720_000)


@pytest.fixture
def seeded(db: None) -> None:
    actions.seed()


@pytest.fixture
def official() -> Callable[[str], Path]:
    def find(name: str) -> Path:
        path = OFFICIAL / name
        if not path.exists():
            pytest.skip(f"the official file {name} is not at ../shared/data")
        return path

    return find


@pytest.fixture(scope="session")
def cells() -> list[shapely.Geometry]:
    """Polygons with winding borders that meet exactly, in SWEREF 99 TM near Falun."""
    rng = np.random.default_rng(7)
    points = shapely.multipoints(rng.uniform(0, 20_000, (20, 2)))
    box = shapely.box(0, 0, 20_000, 20_000)
    voronoi = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=box))
    straight = shapely.set_precision(shapely.coverage_simplify(voronoi, 0), 1.0, mode="pointwise")
    inside = shapely.coverage_clean([shapely.intersection(cell, box) for cell in straight])
    dense = shapely.set_precision(shapely.segmentize(inside, 40), 1.0, mode="pointwise")

    def wind(xy: np.ndarray) -> np.ndarray:
        return xy + 150 * np.sin(xy[:, ::-1] / 300) + np.array(FALUN)

    return list(shapely.transform(shapely.coverage_clean(dense), wind))


@pytest.fixture
def deso_map(cells: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    """Twenty DeSO of edition 2025 in five RegSO, with SCB's attribute names."""
    numbers = range(len(cells))
    return gpd.GeoDataFrame(
        {
            "desokod": [f"2080A{number:03d}0" for number in numbers],
            "regsokod": [f"2080R{number % 5:03d}" for number in numbers],
            "kommunkod": "2080",
            "lanskod": "20",
            "version": "2025_v2",
            "referensdatum": "20250101",
            "befolkning_2024": 1500,
        },
        geometry=cells,
        crs=SWEREF99_TM,
    )


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write_lines(name: str, *lines: str) -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write_lines

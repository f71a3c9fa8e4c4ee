"""RegSO and DeSO areas from SCB's files."""

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import transaction

from vaksam.areas.actions.writing import areas_changed, fingerprint, lock, store_shapes
from vaksam.areas.models import Area
from vaksam.base import audit
from vaksam.base.models import User
from vaksam.core.areas.boundaries import AreaFile, read_areas
from vaksam.core.areas.codes import Kind

Areas = dict[str, Area]


@dataclass(frozen=True, slots=True)
class AreasImported:
    """What an import of areas did.

    `areas` are those in the file. `added` and `updated` (named, or put in another RegSO) can
    also count areas it only mentions; `polygons` were new or different.
    """

    kind: Kind
    edition: str
    areas: int
    added: int
    updated: int
    polygons: int

    @property
    def changed(self) -> bool:
        return bool(self.added or self.updated or self.polygons)


def import_areas(*, path: Path, edition: str = "", by: User | None) -> AreasImported:
    """Add or update the RegSO or DeSO areas of a file; other areas stay as they are.

    What the file does not state (polygons in a link table, names in a map of DeSO) stays too. A
    DeSO's parent is its RegSO. Where a file names a RegSO code that is not there, the RegSO is
    created, to get its name and polygon from its own file. Where it gives only the RegSO's name,
    the link is made as soon as a RegSO of that name is in.

    Parameters
    ----------
    path : GeoJSON, GeoPackage or CSV, shapes in docs/reference/area-files.md
    edition : "2018" or "2025"; "" when the file states it

    Raises
    ------
    BadFile
        With every fault; nothing was changed.
    """
    known = Area.objects.filter(kind=Kind.MUNICIPALITY).values_list("code", "id")
    municipalities = dict(known)
    file = read_areas(path, edition=edition, municipalities=municipalities)
    with transaction.atomic():
        lock()
        result = _store(file, municipalities)
        if result.changed:
            areas_changed()
            details = fingerprint(path) | asdict(result)
            target = f"{result.kind} {result.edition}"
            audit.record(by=by, action="areas.import", target=target, details=details)
    return result


def _store(file: AreaFile, municipalities: dict[str, int]) -> AreasImported:
    known = list(Area.objects.filter(edition=file.edition))
    before = {_key(area): (area.name, area.parent_id) for area in known}
    regso = {area.code: area for area in known if area.kind == Kind.REGSO}
    _name_regso(file, regso, municipalities)
    changes = _save(regso, before)
    deso = {area.code: area for area in known if area.kind == Kind.DESO}
    if file.kind is Kind.DESO:
        _place_deso(file, deso, regso, municipalities)
    _follow_regso(deso, regso)
    changes += _save(deso, before)
    saved = deso if file.kind is Kind.DESO else regso
    polygons = store_shapes({saved[area.code].pk: area.wkb for area in file.areas if area.wkb})
    return AreasImported(
        file.kind, file.edition, len(file.areas), changes["added"], changes["updated"], polygons
    )


def _key(area: Area) -> tuple[str, str]:
    return area.kind, area.code


def _new(kind: Kind, edition: str, code: str, municipalities: dict[str, int]) -> Area:
    """An area under its municipality, called by its code until a name is known."""
    return Area(
        kind=kind,
        edition=edition,
        code=code,
        name=code,
        region_code=code[:2],
        municipality_code=code[:4],
        parent_id=municipalities[code[:4]],
    )


def _name_regso(file: AreaFile, regso: Areas, municipalities: dict[str, int]) -> None:
    """Add the RegSO areas that the file mentions, with the names it gives them."""
    for stated in file.areas:
        code = stated.code if file.kind is Kind.REGSO else stated.regso_code
        if code is None:
            continue
        if code not in regso:
            regso[code] = _new(Kind.REGSO, file.edition, code, municipalities)
        regso[code].name = stated.regso_name or regso[code].name


def _place_deso(file: AreaFile, deso: Areas, regso: Areas, municipalities: dict[str, int]) -> None:
    """Add the DeSO areas of the file, and put each in its RegSO or keep that one's name."""
    for stated in file.areas:
        if stated.code not in deso:
            deso[stated.code] = _new(Kind.DESO, file.edition, stated.code, municipalities)
        area = deso[stated.code]
        if stated.regso_code:
            area.parent_id = regso[stated.regso_code].pk
        elif stated.regso_name and area.parent_id == municipalities[area.municipality_code]:
            area.name = stated.regso_name


def _follow_regso(deso: Areas, regso: Areas) -> None:
    """Link each DeSO that knows only its RegSO's name, and call all DeSO as their RegSO.

    A RegSO's name is unique in its municipality and edition.
    """
    by_name = {(area.municipality_code, area.name): area for area in regso.values()}
    by_id: dict[int | None, Area] = {area.pk: area for area in regso.values()}
    for area in deso.values():
        found = by_id.get(area.parent_id) or by_name.get((area.municipality_code, area.name))
        if found is not None:
            area.parent_id = found.pk
            area.name = found.name if found.name != found.code else area.name


def _save(areas: Areas, before: dict[tuple[str, str], tuple[str, int | None]]) -> Counter[str]:
    """Write the areas that are new or differ from `before`; how many were added and updated."""
    changed = [a for a in areas.values() if before.get(_key(a)) != (a.name, a.parent_id)]
    for area in changed:
        area.short_name = area.name
    Area.objects.bulk_create(
        changed,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["kind", "edition", "code"],
        update_fields=["name", "short_name", "parent"],
    )
    return Counter("updated" if _key(area) in before else "added" for area in changed)

"""Population and characteristics of areas."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import QuerySet

from vaksam.areas.actions.writing import copy, fingerprint, lock
from vaksam.areas.models import Area, Characteristic, CharacteristicValue, Population
from vaksam.base import audit
from vaksam.base.models import User
from vaksam.core.areas import figures
from vaksam.core.areas.codebook import lengthen
from vaksam.core.areas.tables import read_table
from vaksam.core.errors import BadFile, Fault

Row = tuple[Any, ...]

POPULATION = ("area_id", "year", "age_from", "age_to", "sex", "count")
VALUES = ("characteristic_id", "area_id", "value")
ABOUT = ("name", "unit", "publisher", "description")


@dataclass(frozen=True, slots=True)
class FiguresImported:
    """What an import of figures did. Of `figures` in the file, `kept` were there already."""

    years: tuple[int, ...]
    areas: int
    figures: int
    added: int
    removed: int
    kept: int
    redescribed: int = 0

    @property
    def changed(self) -> bool:
        return bool(self.added or self.removed or self.redescribed)


@dataclass(frozen=True, slots=True)
class Swap:
    """Stored rows that made room for others; `removed` are the rows themselves."""

    added: int = 0
    kept: int = 0
    removed: list[Row] = field(default_factory=list)

    def __add__(self, other: "Swap") -> "Swap":
        return Swap(self.added + other.added, self.kept + other.kept, self.removed + other.removed)


def import_population(*, path: Path, edition: str = "", by: User | None) -> FiguresImported:
    """Replace the population of the file's areas in each of its years.

    Parameters
    ----------
    path : CSV as in docs/reference/area-files.md
    edition : of RegSO and DeSO codes where the file has no edition column

    Raises
    ------
    BadFile
        With every fault; nothing was changed.
    """
    areas = _area_ids()
    frame, faults = figures.population(read_table(path), areas=areas, edition=edition)
    _stop_at(path, frame, faults)
    with transaction.atomic():
        lock()
        swap = Swap()
        for (year,), part in frame.group_by("year", maintain_order=True):
            there = Population.objects.filter(year=year, area__in=part["area_id"].unique())
            swap += _replace(there, POPULATION, part.select(POPULATION).iter_rows())
        result = _result(frame, swap)
        _record(result, swap, path, by, "areas.import_population")
    return result


def import_characteristics(
    *,
    path: Path,
    edition: str = "",
    codebook: Path | None = None,
    year: int | None = None,
    publisher: str = "",
    by: User | None,
) -> FiguresImported:
    """Replace the file's characteristics, each in its year, for the file's areas.

    Parameters
    ----------
    path : CSV as in docs/reference/area-files.md
    edition : of RegSO and DeSO codes where the file has no edition column
    codebook : says that the file has a column per characteristic, and names them
    year, publisher : where the codebook does not say

    Raises
    ------
    BadFile
        With every fault; nothing was changed.
    """
    table = read_table(path)
    if codebook is not None:
        table, faults = lengthen(table, read_table(codebook), year=year, publisher=publisher)
        if faults:
            raise BadFile(codebook.name, faults)
    frame, faults = figures.characteristics(table, areas=_area_ids(), edition=edition)
    _stop_at(path, frame, faults)
    with transaction.atomic():
        lock()
        swap, redescribed = _store_characteristics(frame)
        result = _result(frame, swap, redescribed)
        _record(result, swap, path, by, "areas.import_characteristics")
    return result


def _area_ids() -> dict[tuple[str, str], int]:
    areas = Area.objects.values_list("edition", "code", "id")
    return {(edition, code): pk for edition, code, pk in areas}


def _stop_at(path: Path, frame: pl.DataFrame, faults: list[Fault]) -> None:
    if not faults and frame.is_empty():
        faults = [Fault("empty", "the file has no figures below its header")]
    if faults:
        raise BadFile(path.name, faults)


def _store_characteristics(frame: pl.DataFrame) -> tuple[Swap, int]:
    """Store every characteristic; also how many got another name, unit or the like."""
    swap, redescribed = Swap(), 0
    for (code, year), part in frame.group_by("code", "year", maintain_order=True):
        about = dict(zip(ABOUT, part.select(ABOUT).row(0), strict=True))
        characteristic, new = Characteristic.objects.get_or_create(
            code=code, year=year, defaults=about
        )
        if not new and about != {name: getattr(characteristic, name) for name in ABOUT}:
            Characteristic.objects.filter(pk=characteristic.pk).update(**about)
            redescribed += 1
        there = CharacteristicValue.objects.filter(
            characteristic=characteristic, area__in=part["area_id"]
        )
        rows = ((characteristic.pk, *row) for row in part.select("area_id", "value").iter_rows())
        swap += _replace(there, VALUES, rows)
    return swap, redescribed


def _replace(there: QuerySet[Any], columns: tuple[str, ...], rows: Iterable[Row]) -> Swap:
    """Put `rows` in the place of the stored ones."""
    before, after = set(there.values_list(*columns)), set(rows)
    if before != after:
        there.delete()
        copy(there.model, columns, after)
    return Swap(len(after - before), len(before & after), list(before - after))


def _result(frame: pl.DataFrame, swap: Swap, redescribed: int = 0) -> FiguresImported:
    return FiguresImported(
        years=tuple(sorted(set(frame["year"].to_list()))),
        areas=frame["area_id"].n_unique(),
        figures=frame.height,
        added=swap.added,
        removed=len(swap.removed),
        kept=swap.kept,
        redescribed=redescribed,
    )


def _record(result: FiguresImported, swap: Swap, path: Path, by: User | None, action: str) -> None:
    """One audit entry: the file, and the figures that its own took the place of (1,000 at most)."""
    if result.changed:
        details = fingerprint(path) | asdict(result) | {"replaced": swap.removed[:1000]}
        years = f"years {result.years[0]}–{result.years[-1]}"
        audit.record(by=by, action=action, target=years, details=details)

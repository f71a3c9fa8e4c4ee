"""Files of RegSO and DeSO areas: SCB's maps (GeoJSON, GeoPackage) and link tables (CSV)."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from vaksam.core.areas.codes import EDITIONS, PATTERNS, Kind
from vaksam.core.areas.maps import read_map
from vaksam.core.areas.tables import Checks, read_table
from vaksam.core.errors import BadFile, Fault

# SCB's attribute names over the years, lower case. Where one name has meant both a code and a
# name ("regso", "kommun", "lan"), the values decide.
NAMES: Final = {
    "deso": ("desokod", "deso_kod", "deso", "deso_2018", "deso_2025"),
    "regso": ("regsokod", "regso_kod", "regso", "regso_2018", "regso_2025"),
    "regso_name": ("regsonamn", "regso_namn", "regso"),
    "municipality": ("kommunkod", "kommun_kod", "kommun"),
    "region": ("lanskod", "lan_kod", "lankod", "lan"),
    "version": ("version",),
    "date": ("referensdatum",),
}
FORMS: Final = {
    "deso": PATTERNS[Kind.DESO],
    "regso": PATTERNS[Kind.REGSO],
    "municipality": PATTERNS[Kind.MUNICIPALITY],
    "region": PATTERNS[Kind.REGION],
}
MAPS: Final = (".geojson", ".json", ".gpkg")
TABLES: Final = (".csv", ".txt")


@dataclass(frozen=True, slots=True)
class SmallArea:
    """One RegSO or DeSO as a file states it; None where the file says nothing."""

    code: str
    regso_code: str | None
    regso_name: str | None
    wkb: bytes | None


@dataclass(frozen=True, slots=True)
class AreaFile:
    """The areas of one file, all of one kind and edition."""

    kind: Kind
    edition: str
    areas: tuple[SmallArea, ...]


def read_areas(path: Path, *, edition: str, municipalities: Collection[str]) -> AreaFile:
    """Read and check a file of RegSO or DeSO areas.

    Parameters
    ----------
    path : GeoJSON or GeoPackage in any coordinate system, or CSV without polygons
    edition : "2018" or "2025"; "" when the file states it (`version` or `referensdatum`)
    municipalities : the codes that exist

    Raises
    ------
    BadFile
        With every fault found.
    """
    if path.suffix.lower() in MAPS:
        table, faults = read_map(path)
    elif path.suffix.lower() in TABLES:
        table, faults = read_table(path), []
    else:
        message = (
            f"{path.suffix or 'a file without ending'} is not a kind of file Vaksam reads here; "
        )
        message += "give GeoJSON (.geojson), GeoPackage (.gpkg) or CSV (.csv)"
        raise BadFile(path.name, [Fault("file-kind", message)])
    kind, table = _recognise(path, table)
    checks = Checks(table)
    _check_codes(checks, kind, municipalities)
    edition = _edition(checks, edition)
    if found := [*faults, *checks.in_order()]:
        raise BadFile(path.name, sorted(found, key=lambda fault: fault.row or 0))
    return AreaFile(kind, edition, _areas(checks.table, kind))


def _recognise(path: Path, table: pl.DataFrame) -> tuple[Kind, pl.DataFrame]:
    """The kind of areas, and the table under our own column names."""
    picked = {ours: _pick(table, ours) for ours in NAMES}
    if picked["deso"] is not None:
        kind = Kind.DESO
    elif picked["regso"] is not None:
        kind = Kind.REGSO
    else:
        message = (
            "this is no file of RegSO or DeSO areas: it has neither a column desokod (or deso)"
        )
        message += f" nor regsokod; it has {', '.join(table.columns)}"
        raise BadFile(path.name, [Fault("columns", message)])
    if table.is_empty():
        raise BadFile(path.name, [Fault("empty", "the file has no areas")])
    ours = [
        (pl.col(theirs) if theirs else pl.lit(None, pl.String)).alias(name)
        for name, theirs in picked.items()
    ]
    wkb = pl.col("wkb") if "wkb" in table.columns else pl.lit(None, pl.Binary).alias("wkb")
    return kind, table.select("row", wkb, *ours)


def _pick(table: pl.DataFrame, ours: str) -> str | None:
    """The file's column for `ours`, told by its name and, for codes, by most of its values."""
    for theirs in NAMES[ours]:
        if theirs not in table.columns:
            continue
        if len(theirs) > len("kommun") or theirs == "deso" or _fits(table, theirs, ours):
            return theirs
    return None


def _fits(table: pl.DataFrame, column: str, ours: str) -> bool:
    if ours not in FORMS:
        return True
    share = table[column].drop_nulls().str.contains(FORMS[ours]).mean()
    return isinstance(share, float) and share > 0.5


def _check_codes(checks: Checks, kind: Kind, municipalities: Collection[str]) -> None:
    code = pl.col(str(kind))
    example = "2480A0010" if kind is Kind.DESO else "2480R001"
    formed = code.str.contains(PATTERNS[kind])
    checks.require(formed, kind, "code-form", f"this is no {kind} code (such as {example})")
    known = code.str.head(4).is_in(list(municipalities))
    message = "the code begins with a municipality that does not exist"
    checks.require(~formed.fill_null(False) | known, kind, "unknown-municipality", message)
    checks.unique(kind)
    for column, length in (("municipality", 4), ("region", 2), ("regso", 4)):
        message = f"this does not agree with the {kind} code of the row"
        agrees = pl.col(column).str.head(length) == code.str.head(length)
        checks.require(agrees.fill_null(True), column, "disagrees", message)
    if kind is Kind.DESO:
        formed = pl.col("regso").str.contains(PATTERNS[Kind.REGSO]).fill_null(True)
        checks.require(formed, "regso", "code-form", "this is no RegSO code (such as 2480R001)")
        same = pl.col("regso_name").eq_missing(pl.col("regso_name").first().over("regso"))
        message = "an earlier row gives the same RegSO code another name"
        checks.require(pl.col("regso").is_null() | same, "regso_name", "disagrees", message)


def _edition(checks: Checks, edition: str) -> str:
    """The edition stated by the option or the file; faults when there is none or two."""
    stated = pl.coalesce(
        pl.col("version").str.extract(r"^(\d{4})"), pl.col("date").str.extract(r"^(\d{4})")
    )
    checks.table = checks.table.with_columns(edition=stated)
    first = edition or next(iter(checks.table["edition"].drop_nulls()), None)
    choices = " or ".join(EDITIONS)
    if first is None:
        message = f"the file does not say its edition; say --edition {choices}"
        checks.faults.append(Fault("edition-missing", message))
        return ""
    if first not in EDITIONS:
        message = f"there is no such edition; it is {choices}"
        checks.faults.append(Fault("edition", message, value=str(first)))
    message = f"the row is of another edition than {first}; import each edition on its own"
    agrees = (pl.col("edition") == first).fill_null(True)
    checks.require(agrees, "edition", "edition-disagrees", message)
    return str(first)


def _areas(table: pl.DataFrame, kind: Kind) -> tuple[SmallArea, ...]:
    regso = pl.col("regso") if kind is Kind.DESO else pl.lit(None, pl.String).alias("regso")
    # A name column that repeats the codes names nothing.
    name = pl.when(~pl.col("regso_name").str.contains(PATTERNS[Kind.REGSO])).then("regso_name")
    rows = table.select(pl.col(str(kind)).alias("code"), regso, name.alias("name"), "wkb")
    return tuple(SmallArea(*row) for row in rows.iter_rows())

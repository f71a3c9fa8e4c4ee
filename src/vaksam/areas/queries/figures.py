"""Population and characteristics of areas."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Max

from vaksam.areas.models import Characteristic, CharacteristicValue, Population
from vaksam.core.areas.bands import Band, tile
from vaksam.core.errors import NotFound

Counts = dict[tuple[str, Band], int]


@dataclass(frozen=True, slots=True)
class PopulationCount:
    """Persons of an age group in an area; `age_to` None means "and older"."""

    area_code: str
    year: int
    age_from: int
    age_to: int | None
    sex: str
    count: int


@dataclass(frozen=True, slots=True)
class CharacteristicInfo:
    """What a characteristic is. One code has one entry for each year."""

    code: str
    year: int
    name: str
    unit: str
    publisher: str
    description: str


def population(
    area_codes: Collection[str],
    year: int | None = None,
    age_from: int = 0,
    age_to: int | None = None,
    sex: str = "total",
    edition: str = "",
) -> Mapping[str, PopulationCount]:
    """Persons aged `age_from` to `age_to` (None: and older), by area code.

    Age groups are put together where they fit exactly, and women and men where there is no
    total. An area without figures, or whose age groups do not fit, is left out: nothing is
    estimated.

    Parameters
    ----------
    area_codes : of one edition, or all of country, regions and municipalities
    year : None for the latest year with figures for any of the areas
    sex : total, women or men
    edition : of RegSO and DeSO codes
    """
    rows = Population.objects.filter(area__code__in=area_codes, area__edition=edition)
    if year is None:
        year = rows.aggregate(year=Max("year"))["year"]
    by_area: dict[str, Counts] = defaultdict(dict)
    sexes = [sex] if sex != "total" else ["total", "women", "men"]
    found = rows.filter(year=year, sex__in=sexes).values_list(
        "area__code", "sex", "age_from", "age_to", "count"
    )
    for code, row_sex, low, high, count in found:
        by_area[code][row_sex, (low, high)] = count
    counts = {code: _count(rows, age_from, age_to, sex) for code, rows in by_area.items()}
    return {
        code: PopulationCount(code, year, age_from, age_to, sex, count)
        for code, count in sorted(counts.items())
        if year is not None and count is not None
    }


def characteristics() -> tuple[CharacteristicInfo, ...]:
    """Every characteristic that has been imported, by code and year."""
    columns = ("code", "year", "name", "unit", "publisher", "description")
    rows = Characteristic.objects.order_by("code", "year").values_list(*columns)
    return tuple(CharacteristicInfo(*row) for row in rows)


def characteristic_values(
    code: str,
    year: int | None = None,
    *,
    edition: str = "",
    region_code: str | None = None,
) -> Mapping[str, float | None]:
    """A characteristic's values by area code; None where the publisher gives none.

    Parameters
    ----------
    year : None for the latest
    edition : values of RegSO and DeSO of this edition; "" of country, regions, municipalities
    region_code : only areas of this region

    Raises
    ------
    NotFound
        No such characteristic, or none for the year.
    """
    known = Characteristic.objects.filter(code=code)
    if year is not None:
        known = known.filter(year=year)
    characteristic = known.order_by("-year").values_list("id", flat=True).first()
    if characteristic is None:
        message = "There is no characteristic {name} for that year."
        raise NotFound("unknown-characteristic", message, name=code)
    values = CharacteristicValue.objects.filter(
        characteristic=characteristic, area__edition=edition
    )
    if region_code is not None:
        values = values.filter(area__region_code=region_code)
    return dict(values.order_by("area__code").values_list("area__code", "value"))


def _count(counts: Counts, age_from: int, age_to: int | None, sex: str) -> int | None:
    """Persons in the age range, or None where the figures cannot answer."""
    whole = {band: count for (row_sex, band), count in counts.items() if row_sex == sex}
    women = {band: count for (row_sex, band), count in counts.items() if row_sex == "women"}
    if sex == "total":
        men = {band: count for (row_sex, band), count in counts.items() if row_sex == "men"}
        whole = {band: women[band] + men[band] for band in women.keys() & men.keys()} | whole
    bands = tile(whole, age_from, age_to)
    return None if bands is None else sum(whole[band] for band in bands)

"""Facts of persons for the rules, read in bulk: one COPY each for persons, groups and doses.

Left out are those who have died or moved out by the day, and records merged into others.
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

from vaksam.base.frames import copied
from vaksam.core import groups
from vaksam.core.rules.facts import UNKNOWN_PRODUCT
from vaksam.people.models import Person
from vaksam.programmes import queries as programmes

_SCHEMA: dict[str, pl.DataType] = {
    "person": pl.Int64(),
    "region_code": pl.String(),
    "municipality": pl.String(),
    "born_on": pl.Date(),
    "born_year": pl.Int16(),
    "sex": pl.UInt8(),
    "household": pl.Int64(),
}
# Bits by group code; the catalogue is the package's own data.
_BITS = ", ".join(f"('{each.code}', {1 << each.bit}::bigint)" for each in groups.CATALOGUE.values())
_PERSONS = """COPY (
    SELECT id, region_code, municipality_code, born_on, born_year, sex, household_id
    FROM people_person p
    WHERE merged_into_id IS NULL AND (died_on IS NULL OR died_on > %(on)s)
      AND (moved_out_on IS NULL OR moved_out_on > %(on)s) AND {persons}
    ORDER BY id
    ) TO STDOUT (FORMAT csv)"""
# Joined in Polars: right after an import the planner knows too little to do it well.
_GROUPS = f"""COPY (
    SELECT claim.person_id, bit_or(g.bit)
    FROM people_groupclaim claim
    JOIN (VALUES {_BITS}) AS g (code, bit) ON g.code = claim.group
    LEFT JOIN people_grouplist l ON l.id = claim.list_id
    WHERE claim.withdrawn_at IS NULL AND claim.given_on <= %(on)s
      AND (claim.valid_until IS NULL OR claim.valid_until >= %(on)s)
      AND (l.id IS NULL OR l.ended_at IS NULL AND l.last_day >= %(on)s) AND {{persons}}
    GROUP BY claim.person_id
    ) TO STDOUT (FORMAT csv)"""  # noqa: S608 - constants
_OF_REGION = "IN (SELECT id FROM people_person WHERE region_code = %(region)s)"
_GROUP_SCHEMA: dict[str, pl.DataType] = {"person": pl.Int64(), "groups": pl.UInt64()}
_DOSES = """COPY (
    SELECT v.person_id, v.given_on, coalesce(product.number, %(unknown)s),
           (v.country <> 'SE')::int
    FROM records_vaccination v
    LEFT JOIN programmes_product product ON product.code = v.product_id
    WHERE v.withdrawn_at IS NULL AND v.given_on <= %(on)s
      AND (product.disease = %(disease)s OR v.product_id IS NULL) AND {persons}
    ORDER BY v.person_id, v.given_on, v.id
    ) TO STDOUT (FORMAT csv)"""
_DOSE_SCHEMA: dict[str, pl.DataType] = {
    "person": pl.Int64(), "on": pl.Date(), "product": pl.UInt8(), "abroad": pl.UInt8(),
}  # fmt: skip


def read(
    programme: str,
    *,
    on: date,
    region_code: str | None = None,
    persons: Sequence[int] | None = None,
) -> pl.DataFrame:
    """Facts of everyone in a region, or of some persons and those they live with.

    Returns
    -------
    DataFrame
        As `vaksam.core.rules.evaluate` wants them, in order of person, with `municipality`
        (String; "" where it is not known or not told) besides.
    """
    disease = programmes.programme(programme).disease
    values: dict[str, object] = {
        "on": on, "region": region_code, "ids": list(persons or ()), "disease": disease,
        "unknown": UNKNOWN_PRODUCT,
    }  # fmt: skip
    people = copied(_PERSONS.format(persons=_whose(persons)), values, _SCHEMA)
    if persons is not None:
        values["ids"] = people["person"].to_list()
    which = _OF_REGION if persons is None else "= ANY(%(ids)s)"
    member = copied(_GROUPS.format(persons=f"claim.person_id {which}"), values, _GROUP_SCHEMA)
    doses = copied(_DOSES.format(persons=f"v.person_id {which}"), values, _DOSE_SCHEMA)
    return (
        _shaped(people)
        .join(member, on="person", how="left", maintain_order="left")
        .with_columns(pl.col("groups").fill_null(0))
        .join(_wide(doses), on="person", how="left", maintain_order="left")
    )


def regions_of(persons: Sequence[int]) -> set[str]:
    """The regions that persons belong to."""
    rows = Person.objects.filter(pk__in=persons).order_by()
    return set(rows.values_list("region_code", flat=True).distinct())


def _whose(persons: Sequence[int] | None) -> str:
    if persons is None:
        return "region_code = %(region)s"
    return (
        "(id = ANY(%(ids)s) OR household_id IN"
        " (SELECT household_id FROM people_person WHERE id = ANY(%(ids)s)))"
    )


def _shaped(people: pl.DataFrame) -> pl.DataFrame:
    """Persons of whom only the year is known stand as born on 1 January."""
    year_only = pl.col("born_on").is_null() & pl.col("born_year").is_not_null()
    return people.select(
        "person",
        born_on=pl.coalesce("born_on", pl.date("born_year", 1, 1)),
        year_only=year_only,
        sex="sex",
        region=pl.col("region_code").cast(pl.UInt8),
        household="household",
        municipality=pl.col("municipality").fill_null(""),
    )


def _wide(doses: pl.DataFrame) -> pl.DataFrame:
    """Doses side by side, slot 1 the first in date order."""
    numbered = doses.with_columns(
        slot=pl.int_range(1, pl.len() + 1).over("person"), abroad=pl.col("abroad").cast(pl.Boolean)
    )
    wide = numbered.select("person").unique(maintain_order=True)
    for slot in range(1, int(numbered["slot"].max() or 0) + 1):  # type: ignore[arg-type]
        one = numbered.filter(pl.col("slot") == slot).select(
            "person", *(pl.col(name).alias(f"dose_{slot}_{name}")
                        for name in ("on", "product", "abroad")),
        )  # fmt: skip
        wide = wide.join(one, on="person", how="left")
    return wide

"""A people file's rows in types that can be kept, and everything wrong with them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from vaksam.core.errors import Fault
from vaksam.core.identity import FAULTS, Kind, check_column
from vaksam.core.people_file.columns import CHOICES, LONGEST, PLACES

SHOWN = 1000
"""Faults listed one by one; all are counted."""

_IDENTITIES = (
    (Kind.PERSONAL_NUMBER, "personal_number", ""),
    (Kind.COORDINATION_NUMBER, "coordination_number", ""),
    (Kind.RESERVE_NUMBER, "reserve_number", "reserve_issuer"),
    (Kind.PASSPORT, "passport", "passport_country"),
)


@dataclass(frozen=True, slots=True)
class Checked:
    """Rows as they may be kept, their identities, and what was wrong.

    `rows`: row Int64 (as a spreadsheet counts), and the columns in their types. `identities`:
    row, kind, issuer, value; the order within a row is that in which a person is looked for.
    Where there is a fault neither may be used.
    """

    rows: pl.DataFrame
    identities: pl.DataFrame
    faults: tuple[Fault, ...]
    wrong: int


def check(
    frame: pl.DataFrame,
    *,
    on: date,
    municipalities: Mapping[str, str],
    regions: Collection[str],
    small_areas: Collection[str],
    issuer: str,
) -> Checked:
    """Check a file's text columns, as `read` gives them.

    Parameters
    ----------
    on
        The day of reading: nobody is born or dies after it.
    municipalities
        Their regions, by code.
    small_areas
        Codes of the DeSO areas that are imported.
    issuer
        Whose `local_id` they are.
    """
    frame = frame.with_row_index("row", offset=2).with_columns(pl.col("row").cast(pl.Int64))
    faults: list[pl.DataFrame] = []
    identities, told = _identities(frame, issuer, faults)
    rows = frame.select(
        "row", "given_name", "family_name", "region", "street", "city", "household", "language",
        "mobile", "email",
        *(_choice(name) for name in CHOICES),
        postcode=pl.col("postcode").str.replace_all(" ", ""),
        municipality=pl.col("municipality"),
        small_area=pl.col("small_area"),
        latitude=pl.col("latitude").cast(pl.Float64, strict=False),
        longitude=pl.col("longitude").cast(pl.Float64, strict=False),
        died_on=pl.col("died_on").str.to_date(strict=False),
        moved_out_on=pl.col("moved_out_on").str.to_date(strict=False),
        **_born(),
    ).with_columns(
        born_on=pl.when(pl.col("born_year").is_null()).then(told["born_on"]).otherwise("born_on"),
        born_year=pl.coalesce("born_year", told["born_year"]),
        sex=pl.when(pl.col("sex") == 0).then(told["sex"]).otherwise("sex").cast(pl.UInt8),
    )  # fmt: skip
    _values(frame, rows, faults, on=on)
    _places(frame, municipalities, regions, small_areas, faults)
    _persons(frame, rows, identities, told, faults)
    rows = rows.with_columns(_without_place(rows))
    return Checked(rows, identities, _listed(faults), sum(each.height for each in faults))


def _identities(
    frame: pl.DataFrame, issuer: str, faults: list[pl.DataFrame]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The identities of all rows, and what the numbers tell of birth and sex."""
    found, told = (
        [],
        frame.select(
            born_on=pl.lit(None, pl.Date), born_year=pl.lit(None, pl.Int16), sex=pl.lit(0, pl.UInt8)
        ),
    )
    for kind, column, by in _IDENTITIES:
        written = frame[column]
        if not (written != "").any():
            continue
        issuers = frame[by] if by else ""
        read = check_column(kind, written, issuers)
        _add(faults, frame, read["fault"], column, masked=True)
        found.append(_long(frame, kind, read["value"], frame[by].str.to_uppercase() if by else ""))
        told = told.select(
            born_on=pl.coalesce("born_on", read["born_on"]),
            born_year=pl.coalesce("born_year", read["born_year"]),
            sex=pl.when(pl.col("sex") == 0).then(read["sex"]).otherwise("sex").cast(pl.UInt8),
        )
    local = frame["local_id"].replace("", None)
    found.append(_long(frame, Kind.LOCAL, local, issuer))
    return pl.concat(found).filter(pl.col("value").is_not_null()), told


def _long(
    frame: pl.DataFrame, kind: Kind, values: pl.Series, issuers: pl.Series | str
) -> pl.DataFrame:
    by = issuers if isinstance(issuers, pl.Series) else pl.lit(issuers)
    return frame.select(
        "row", kind=pl.lit(kind.value), issuer=by, value=values.cast(pl.String)
    ).with_columns(pl.col("issuer").cast(pl.String))


def _choice(name: str) -> pl.Expr:
    known = CHOICES[name]
    of: Any = {"sex": pl.UInt8}.get(
        name, pl.String if "none" in known or "" in known.values() else pl.Boolean
    )
    return pl.col(name).replace_strict(known, default=None, return_dtype=of).alias(name)


def _born() -> dict[str, pl.Expr]:
    text = pl.col("born_on")
    year = pl.when(text.str.contains(r"^\d{4}$")).then(text).cast(pl.Int16, strict=False)
    day = text.str.to_date("%Y-%m-%d", strict=False)
    return {"born_on": day, "born_year": pl.coalesce(day.dt.year().cast(pl.Int16), year)}


def _values(
    frame: pl.DataFrame, rows: pl.DataFrame, faults: list[pl.DataFrame], *, on: date
) -> None:
    for name in CHOICES:
        known = pl.Series(list(CHOICES[name]))
        _add(faults, frame, _code(~frame[name].is_in(known.implode()), f"not-{name}"), name)
    for name, most in LONGEST.items():
        _add(faults, frame, _code(frame[name].str.len_chars() > most, "too-long"), name)
    for name in ("died_on", "moved_out_on", "latitude", "longitude"):
        unread = (frame[name] != "") & rows[name].is_null()
        _add(faults, frame, _code(unread, "not-a-day" if name.endswith("_on") else "not-degrees"),
             name)  # fmt: skip
    unread = (frame["born_on"] != "") & rows["born_year"].is_null()
    _add(faults, frame, _code(unread, "not-born"), "born_on")
    bad_post = ~rows["postcode"].str.contains(r"^(\d{5})?$")
    _add(faults, frame, _code(bad_post, "not-postcode"), "postcode")
    bad_language = ~frame["language"].str.contains(r"^([a-z]{2,3})?$")
    _add(faults, frame, _code(bad_language, "not-language"), "language")
    for name in ("born_on", "died_on", "moved_out_on"):
        _add(faults, frame, _code((rows[name] > on).fill_null(False), "ahead"), name)
    for name, most in (("latitude", 90), ("longitude", 180)):
        _add(faults, frame, _code((rows[name].abs() > most).fill_null(False), "not-degrees"), name)


def _places(
    frame: pl.DataFrame,
    municipalities: Mapping[str, str],
    regions: Collection[str],
    small_areas: Collection[str],
    faults: list[pl.DataFrame],
) -> None:
    known = pl.Series(sorted(regions)).implode()
    _add(faults, frame, _code(~frame["region"].is_in(known), "not-region"), "region")
    theirs = frame["municipality"].replace_strict(
        dict(municipalities), default=None, return_dtype=pl.String
    )
    given = frame["municipality"] != ""
    outside = given & (theirs != frame["region"]).fill_null(True)
    _add(faults, frame, _code(outside, "not-municipality"), "municipality")
    areas = pl.Series(sorted(small_areas), dtype=pl.String).implode()
    unknown = (frame["small_area"] != "") & ~frame["small_area"].is_in(areas)
    _add(faults, frame, _code(unknown, "not-small-area"), "small_area")


def _persons(
    frame: pl.DataFrame,
    rows: pl.DataFrame,
    identities: pl.DataFrame,
    told: pl.DataFrame,
    faults: list[pl.DataFrame],
) -> None:
    known = frame["row"].is_in(identities["row"].unique().implode())
    written = frame.select(
        any=pl.any_horizontal(pl.col(column) != "" for _, column, _ in _IDENTITIES)
    )["any"]
    _add(faults, frame, _code(~known & ~written, "no-identity"), "local_id")
    twice = identities.filter(pl.struct("kind", "issuer", "value").is_duplicated())["row"]
    _add(faults, frame, _code(frame["row"].is_in(twice.unique().implode()), "twice"), "local_id",
         masked=True)  # fmt: skip
    other = (told["born_on"] != rows["born_on"]).fill_null(False)
    _add(faults, frame, _code(other, "born-otherwise"), "born_on")


def _without_place(rows: pl.DataFrame) -> list[pl.Expr]:
    """Nothing that tells where a protected person is goes any further than here."""
    protected = pl.col("protected") != ""
    empty = {pl.String: "", pl.Float64: None}
    return [
        pl.when(protected).then(pl.lit(empty[rows.schema[name].base_type()])).otherwise(name)
        .alias(name)
        for name in PLACES
    ]  # fmt: skip


def _code(where: pl.Series, code: str) -> pl.Series:
    return where.to_frame("w").select(
        pl.when(pl.col("w").fill_null(False)).then(pl.lit(code)).otherwise(None)
    ).to_series()  # fmt: skip


def _add(
    faults: list[pl.DataFrame],
    frame: pl.DataFrame,
    codes: pl.Series,
    column: str,
    *,
    masked: bool = False,
) -> None:
    """Note where `codes` are not null. A `masked` value is not repeated: it is an identity."""
    if codes.null_count() == codes.len():
        return
    value = pl.lit("") if masked else pl.col(column).str.slice(0, 40)
    found = frame.with_columns(code=codes).filter(pl.col("code").is_not_null())
    faults.append(found.select("row", "code", value=value, column=pl.lit(column)))


def _listed(faults: list[pl.DataFrame]) -> tuple[Fault, ...]:
    """The first ones in the file's order."""
    if not faults:
        return ()
    first = pl.concat(faults).sort("row", maintain_order=True).head(SHOWN)
    return tuple(_fault(**row) for row in first.iter_rows(named=True))


def _fault(row: int, code: str, value: str, column: str) -> Fault:
    known = FAULTS.get(code) or MESSAGES[code]
    values = {"choices": ", ".join(filter(None, CHOICES.get(column, {}))),
              "most": LONGEST.get(column, 0)}  # fmt: skip
    return Fault(code, known.message, row=row, column=column, value=value,
                 values=values | dict(known.values))  # fmt: skip


MESSAGES = {
    fault.code: fault
    for fault in (
        *(Fault(f"not-{name}", "Write one of: {choices}; or leave it empty.") for name in CHOICES),
        Fault("too-long", "This is too long: at most {most} characters."),
        Fault("not-a-day", "Write the day as 2021-04-13."),
        Fault("not-born", "Write the day of birth as 1949-03-02, or only the year: 1949."),
        Fault("ahead", "This day lies ahead."),
        Fault("not-degrees", "Write degrees with a point, as in 63.8258 and 20.2630 (WGS 84)."),
        Fault("not-postcode", "A postcode has five digits."),
        Fault("not-language", "Write the language with two or three small letters (ISO 639)."),
        Fault("not-region", "There is no region with this code. Write two digits, such as 24."),
        Fault("not-municipality", "There is no municipality with this code in the region."),
        Fault(
            "not-small-area",
            "This area is not known. Import DeSO areas first, or leave the column empty.",
        ),
        Fault(
            "no-identity",
            "Nothing tells who this is. Give a number, or the sending system's own id as local_id.",
        ),
        Fault("twice", "Another row has one of this row's identities. Keep one of them."),
        Fault("born-otherwise", "The day of birth is not that of the number. Correct one of them."),
    )
}
"""What is wrong, by code; those of identities are `vaksam.core.identity.FAULTS`."""

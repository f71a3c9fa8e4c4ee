"""A municipality without a transfer of its own reports doses to the region."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl
from django.db import connection, transaction

from vaksam.areas import queries as areas
from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.core.areas.tables import ROW
from vaksam.core.errors import Refused
from vaksam.exchange import access
from vaksam.exchange.models import DoseReport, ReportRow
from vaksam.exchange.reports import reading
from vaksam.people.actions.lists import matching
from vaksam.people.actions.lists.reading import Row
from vaksam.programmes.models import Product
from vaksam.records import actions as records
from vaksam.records.models import Source, Vaccination

MAX_BYTES: Final = 20_000_000
_LOCK: Final = 0x7265706F
State = ReportRow.State


@dataclass(frozen=True, slots=True)
class Reported:
    """A report that came in, and what became of its rows."""

    report: int
    rows: int
    registered: int
    known: int
    to_review: int


@transaction.atomic
def report_doses(
    *, municipality_code: str, by: User | None, content: bytes = b"", file_name: str = "",
    dose: dict[str, str] | None = None,
) -> Reported:  # fmt: skip
    """Take in reported doses, all or none: a file, or a single `dose` by its columns' names.

    Rows whose number is known are registered at once; the others wait for a coordinator to say
    whom they mean. The municipality and the account answer for them, beside whom the row names.

    Raises
    ------
    BadFile
        With every fault of every row; nothing was changed.
    Refused
        This very file was reported before, or is too large.
    NotAllowed
        `by` is no reporter of the municipality's region.
    """
    region, sender = _municipality(municipality_code)
    access.demand(by, region, *access.REPORTERS)
    if len(content) > MAX_BYTES:
        raise Refused("too-large", "The file is larger than {megabytes} MB; split it.",
                      megabytes=MAX_BYTES // 1_000_000)  # fmt: skip
    what = content if dose is None else repr(sorted(dose.items())).encode()
    sha256 = hashlib.sha256(what).hexdigest()
    _demand_new(sha256, region, municipality_code)
    table = reading.table(content, file_name) if dose is None else _single(dose)
    rows = reading.read(
        table, file_name=file_name, on=clock.today(), region_code=region, products=products()
    )
    stored = DoseReport.objects.create(
        region_code=region, municipality_code=municipality_code, file_name=file_name[:200],
        sha256=sha256, rows=len(rows), uploaded_at=clock.now(), uploaded_by=by,
    )  # fmt: skip
    return _store(stored, rows, by=by, voucher=voucher(sender, by))


def voucher(sender: str, by: User | None) -> str:
    """Who answers for what a municipality reports."""
    return f"{sender} ({by.get_username()})" if by else sender


def products() -> dict[str, str]:
    """Codes of products by code and name, in small letters."""
    rows = list(Product.objects.values_list("code", "name"))
    return {name.lower(): code for code, name in rows} | {code: code for code, _ in rows}


def register(
    meant: Sequence[tuple[reading.Reported, int]], *, voucher: str, file_name: str = ""
) -> dict[int, tuple[str, int]]:
    """Register rows of known persons; by the row's number its state, and the dose's first version.

    Raises BadFile where a day cannot be.
    """
    doses = pl.DataFrame(
        [_dose(row, person, voucher) for row, person in meant],
        schema={
            "row": pl.Int64, "person": pl.Int64, "product": pl.String, "lot": pl.String,
            "given_on": pl.String, "dose_number": pl.Int64, "site": pl.String,
            "vaccinator_name": pl.String, "vouched_by": pl.String,
        },
        orient="row",
    ).with_columns(pl.col("given_on").str.to_date())  # fmt: skip
    before = set(_standing(doses).values())
    records.register_many(doses=doses, source=Source.PAPER, by=None, file_name=file_name)
    found, taken = _standing(doses), set(before)
    states: dict[int, tuple[str, int]] = {}
    for key in doses.select("row", "person", "given_on", "product").iter_rows():
        dose = found[key[1:]]
        states[key[0]] = (State.KNOWN if dose in taken else State.REGISTERED, dose)
        taken.add(dose)
    return states


def _municipality(code: str) -> tuple[str, str]:
    for area in areas.municipalities():
        if area.code == code:
            return area.region_code, area.name
    raise Refused("bad-municipality", "There is no municipality {municipality}.",
                  municipality=code)  # fmt: skip


def _demand_new(sha256: str, region: str, municipality: str) -> None:
    """The lock lets two uploads see each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, sha256])
    same = DoseReport.objects.filter(
        sha256=sha256, region_code=region, municipality_code=municipality
    ).first()
    if same is not None:
        raise Refused(
            "report-known", "This was reported already, on {day}. Nothing was changed.",
            day=clock.day_of(same.uploaded_at).isoformat(),
        )  # fmt: skip


def _single(dose: dict[str, str]) -> pl.DataFrame:
    cells = {name: value.strip() or None for name, value in dose.items()}
    return pl.DataFrame(
        [{ROW: 1, **cells}], schema={ROW: pl.Int64} | dict.fromkeys(cells, pl.String)
    )


def _store(
    stored: DoseReport, rows: Sequence[reading.Reported], *, by: User | None, voucher: str
) -> Reported:
    matches = matching.by_number(
        [Row(row.number, row.person) for row in rows], region_code=stored.region_code
    )
    known = [(row, matches[row.number]) for row in rows if row.number in matches]
    states = register(known, voucher=voucher, file_name=stored.file_name) if known else {}
    ReportRow.objects.bulk_create(
        (_row(stored, row, states.get(row.number)) for row in rows), batch_size=5_000
    )
    every = [state for state, _ in states.values()]
    done = Reported(stored.pk, len(rows), every.count(State.REGISTERED), every.count(State.KNOWN),
                    len(rows) - len(known))  # fmt: skip
    details = {"rows": done.rows, "registered": done.registered, "to_review": done.to_review,
               "sha256": stored.sha256}  # fmt: skip
    audit.record(by=by, action="exchange.report", target=f"report {stored.pk}", details=details)
    return done


def _row(stored: DoseReport, row: reading.Reported, state: tuple[str, int] | None) -> ReportRow:
    if state is None:
        given = {"person": row.person, "dose": row.dose}
        return ReportRow(report=stored, number=row.number, state=State.REVIEW, given=given)
    return ReportRow(report=stored, number=row.number, state=state[0], vaccination_id=state[1])


def _dose(row: reading.Reported, person: int, voucher: str) -> tuple[object, ...]:
    told = row.dose
    number = told.get("dose_number")
    return (
        row.number, person, told["product"], told.get("lot", ""), told["given_on"],
        int(number) if number else None, told.get("site", ""), told["vaccinator_name"],
        f"{voucher}: {told['vouched_by']}"[:160],
    )  # fmt: skip


def _standing(doses: pl.DataFrame) -> dict[tuple[object, ...], int]:
    """The first versions of doses that stand, by person, day and product."""
    rows = Vaccination.objects.filter(
        person__in=doses["person"].unique().to_list(), withdrawn_at=None,
        given_on__in=doses["given_on"].unique().to_list(),
    )  # fmt: skip
    found = rows.values_list("person_id", "given_on", "product_id", "first_id", "pk")
    return {(person, day, product): first or pk for person, day, product, first, pk in found}

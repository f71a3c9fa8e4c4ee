"""A coordinator says whom a reported row means."""

from typing import Any

from django.db import transaction

from vaksam.areas import queries as areas
from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.core.errors import BadFile, NotFound, Refused
from vaksam.exchange import access
from vaksam.exchange.actions.reporting import register, voucher
from vaksam.exchange.models import DoseReport, ReportRow
from vaksam.exchange.reports.reading import Reported
from vaksam.people import actions as people
from vaksam.people.queries.alike import described
from vaksam.people.queries.identities import identities_in

State = ReportRow.State


@transaction.atomic
def decide_row(
    *, row: int, by: User | None, person: int | None = None, new: bool = False, why: str = ""
) -> None:
    """The row means this person, or somebody `new`; else it is set aside, and `why` says so.

    What was written of the person is emptied. A row that was decided stays so.

    Raises
    ------
    Refused
        It is decided already; the person is of another region; the dose cannot be (its words);
        `person-exists`: somebody elsewhere has the number; no reason is told for setting aside.
    NotFound, NotAllowed
        As `vaksam.people.actions.hold`; only a coordinator of the region may.
    """
    found = ReportRow.objects.select_for_update(of=("self",)).filter(pk=row).first()
    if found is None:
        raise NotFound("no-such-row", "There is no such row.")
    report = DoseReport.objects.select_related("uploaded_by").get(pk=found.report_id)
    access.demand(by, report.region_code, *access.COORDINATORS)
    if found.state != State.REVIEW:
        raise Refused("row-decided", "Somebody has decided about this row already.")
    if person is None and not new:
        if not (why := why.strip()[:200]):
            raise Refused("needs-reason", "Say why it is set aside: the municipality reads it.")
        _end(found, by, state=State.REJECTED, why=why)
    else:
        _register(found, report, person or _made(found, report, by), by)
    audit.record(by=by, action="exchange.decide_row", target=f"report {report.pk}",
                 details={"row": row, "registered": person is not None or new})  # fmt: skip


def _made(found: ReportRow, report: DoseReport, by: User | None) -> int:
    """A new person as the row describes them."""
    given: dict[str, str] = found.given["person"]
    known = described(given)
    fields: dict[str, Any] = {"given_name": known.given_name, "family_name": known.family_name}
    if known.born_on:
        fields["born_on"] = known.born_on
    return people.register_person(
        region_code=report.region_code, identities=identities_in(given), by=by, **fields
    ).person


def _register(found: ReportRow, report: DoseReport, person: int, by: User | None) -> None:
    held = people.hold(person=person, by=by)
    if held.region_code != report.region_code:
        raise Refused("other-region", "The person is of another region than the report.")
    names = {area.code: area.name for area in areas.municipalities(report.region_code)}
    answers = voucher(names[report.municipality_code], report.uploaded_by)
    told = Reported(found.number, found.given["person"], found.given["dose"])
    try:
        state, dose = register([(told, person)], voucher=answers)[found.number]
    except BadFile as error:
        fault = error.faults[0]
        raise Refused(fault.code, fault.message, **fault.values) from error
    _end(found, by, state=state, vaccination_id=dose)


def _end(found: ReportRow, by: User | None, **values: Any) -> None:
    ReportRow.objects.filter(pk=found.pk).update(
        given={}, decided_at=clock.now(), decided_by=by, **values
    )

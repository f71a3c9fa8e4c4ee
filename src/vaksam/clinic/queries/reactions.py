"""Suspected side effects, for a person's page, for the coordinator, and for the agency."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from vaksam.areas import queries as areas
from vaksam.base.access import Subject
from vaksam.base.scope import Scope
from vaksam.clinic import access
from vaksam.clinic.models import Reaction
from vaksam.core.clinic import reaction_form
from vaksam.core.clinic import reactions as core
from vaksam.core.clinic.reactions import Report
from vaksam.core.errors import NotFound
from vaksam.people import access as people_access
from vaksam.people import queries as people
from vaksam.people.models import Person
from vaksam.people.queries.persons import log
from vaksam.records.models import Vaccination

MOST = 200  # rows of the coordinator's list


@dataclass(frozen=True, slots=True)
class ReactionView:
    """A version of a reaction. `lacks`: what the agency needs and does not get yet.

    `first` is the id of the first version: the same for all. `handed_before`: an earlier version
    was handed over, so what is new has to follow.
    """

    id: int
    person: int
    first: int
    version: int
    newest: bool
    vaccination: int | None
    report: Report
    lacks: tuple[str, ...]
    noted_by: str
    handed_over_at: datetime | None
    handed_over_by: str
    handed_before: bool


@dataclass(frozen=True, slots=True)
class ReactionRow:
    """A reaction on the coordinator's list; of the person only the id."""

    id: int
    person: int
    noted_at: datetime
    began_at: datetime
    terms: tuple[str, ...]
    product: str
    lot: str
    serious: bool
    anaphylaxis: bool
    lacks: tuple[str, ...]
    handed_over_at: datetime | None
    handed_before: bool


def reactions(person: int) -> list[ReactionView]:
    """Every version of every reaction of a person, the newest first.

    For callers that have opened the person's record, which is what is logged.
    """
    return _views(Reaction.objects.filter(person=person).values_list("pk", flat=True))


def reaction(person: int, pk: int) -> ReactionView:
    """One of a person's. For callers that have opened the record. Raises NotFound."""
    found = next((each for each in reactions(person) if each.id == pk), None)
    if found is None:
        raise NotFound("no-such-reaction", "There is no such side effect.")
    return found


@transaction.atomic
def of_region(
    region_code: str, *, scope: Scope, path: str = "", waiting: bool = False
) -> list[ReactionRow]:
    """The newest versions of a region's, those not handed over first; `waiting`: only those.

    For coordinators and staff of venues; logged. Raises NotAllowed.
    """
    people_access.demand_scope(scope, region_code, *access.STAFF)
    later = Reaction.objects.filter(
        first=Coalesce(OuterRef("first"), OuterRef("pk")), version__gt=OuterRef("version")
    )
    rows = Reaction.objects.filter(~Exists(later), person__region_code=region_code)
    if not people_access.may_open_protected(scope, region_code):
        rows = rows.filter(person__protection="")
    if waiting:
        rows = rows.filter(handed_over_at=None)
    newest = rows.order_by(F("handed_over_at").desc(nulls_first=True), "-noted_at")
    found = _views(newest.values_list("pk", flat=True)[:MOST])
    log("clinic.reactions", scope, subject=Subject("reactions", region_code),
        reason=f"hits={len(found)}", path=path)  # fmt: skip
    found.sort(key=lambda each: each.handed_over_at is not None)  # the newest first in each half
    return [
        ReactionRow(
            each.id, each.person, each.report.noted_at, each.report.began_at,
            each.report.all_terms, each.report.product, each.report.lot, each.report.serious,
            each.report.anaphylaxis, each.lacks, each.handed_over_at, each.handed_before,
        )
        for each in found
    ]  # fmt: skip


@transaction.atomic
def file(
    person: int, pk: int, *, kind: str, language: str, scope: Scope, reason: str = "",
    path: str = "",
) -> tuple[str, bytes]:  # fmt: skip
    """The report as a file and its name: `pdf` in the agency's shape, or `json`; logged.

    Raises NotFound, NotAllowed, Refused as `vaksam.people.queries.person`.
    """
    people.person(person, scope=scope, reason=reason, path=path)
    found = reaction(person, pk)
    log(f"clinic.reaction_{kind}", scope, subject=Subject("person", str(person)), reason=reason,
        path=path)  # fmt: skip
    name = f"biverkning-{found.report.number}-{found.version}.{kind}"
    if kind == "json":
        return name, reaction_form.as_json(found.report, language=language)
    if kind != "pdf":
        raise NotFound("unknown-step", "There is no such step.")
    return name, reaction_form.as_pdf(found.report, language=language, fonts=settings.VAKSAM_FONTS)


def report_of(row: Reaction) -> Report:
    """The report of a version, saved or not, with its dose as it stands now."""
    return _report(row, row.person, _standing(row.vaccination))


def _views(pks: Iterable[int]) -> list[ReactionView]:
    """Some versions, newest first; a few queries, and one for each dose that was corrected."""
    known = list(
        Reaction.objects.filter(pk__in=list(pks))
        .select_related("person", "vaccination__product", "by", "handed_over_by")
        .order_by("-noted_at", "-pk")
    )  # fmt: skip
    firsts = {row.first_id or row.pk for row in known}
    same = Reaction.objects.filter(Q(pk__in=firsts) | Q(first__in=firsts))
    newest: dict[int, int] = {}
    handed: dict[int, list[int]] = {}
    for pk, first, version, at in same.values_list("pk", "first", "version", "handed_over_at"):
        newest[first or pk] = max(newest.get(first or pk, 0), version)
        if at is not None:
            handed.setdefault(first or pk, []).append(version)
    return [_view(row, newest, handed) for row in known]


def _view(row: Reaction, newest: dict[int, int], handed: dict[int, list[int]]) -> ReactionView:
    first, report = row.first_id or row.pk, report_of(row)
    return ReactionView(
        id=row.pk, person=row.person_id, first=first, version=row.version,
        newest=newest[first] == row.version, vaccination=row.vaccination_id, report=report,
        lacks=core.lacks(report), noted_by=row.by.get_username() if row.by else "",
        handed_over_at=row.handed_over_at,
        handed_over_by=row.handed_over_by.get_username() if row.handed_over_by else "",
        handed_before=any(each < row.version for each in handed.get(first, ())),
    )  # fmt: skip


def _standing(dose: Vaccination | None) -> Vaccination | None:
    """The version of a dose that stands; the one named where none does."""
    if dose is None or dose.withdrawn_at is None:
        return dose
    first = dose.first_id or dose.pk
    later = Vaccination.objects.filter(first=first, withdrawn_at=None, person=dose.person_id)
    return later.select_related("product").first() or dose


def _report(row: Reaction, person: Person, dose: Vaccination | None) -> Report:
    area = areas.by_code().get(person.region_code)
    return Report(
        number=row.first_id or row.pk or 0, version=row.version, noted_at=row.noted_at,
        sender=area.name if area else person.region_code, hidden=bool(person.protection),
        initials="" if person.protection else _initials(person), born_on=person.born_on,
        born_year=person.born_year, sex=person.sex, died_on=person.died_on,
        began_at=row.began_at, terms=tuple(row.terms), anaphylaxis=row.anaphylaxis,
        text=row.text, treatment=row.treatment, seriousness=tuple(row.seriousness),
        outcome=row.outcome, reporter_name=row.reporter_name, reporter_title=row.reporter_title,
        reporter_contact=row.reporter_contact, **_of_dose(dose),
    )  # fmt: skip


def _of_dose(dose: Vaccination | None) -> dict[str, Any]:
    if dose is None:
        return {}
    return {
        "product": dose.product.name if dose.product else dose.product_name, "lot": dose.lot,
        "given_on": dose.given_on, "given_at": dose.given_at, "dose_number": dose.dose_number,
        "site": str(dose.get_site_display()) if dose.site else "", "country": dose.country,
    }  # fmt: skip


def _initials(person: Person) -> str:
    names = f"{person.given_name} {person.family_name}".split()
    return "".join(name[0].upper() for name in names)

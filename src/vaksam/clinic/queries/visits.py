"""Who is here, who is being watched, and one visit with all that is looked at."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from vaksam.base import clock
from vaksam.base.access import Subject
from vaksam.base.scope import Scope
from vaksam.clinic import access, facts
from vaksam.clinic.facts import Situation
from vaksam.clinic.models import Consent, Declaration, Dose, Outcome, Prescription, Visit
from vaksam.clinic.ready import Ready, ready
from vaksam.core.clinic import Questionnaire, questionnaire
from vaksam.core.errors import NotAllowed, NotFound
from vaksam.people.queries.persons import log
from vaksam.venues import queries as venues

ASSESSED_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class VisitRef:
    """A visit in the lists of a venue. Of protected persons only that they are here is told."""

    id: int
    person: int
    venue: int
    programme: str
    given_name: str = field(repr=False)
    family_name: str = field(repr=False)
    born_on: date | None = field(repr=False)
    protected: bool
    language: str
    interpreter: bool
    way: str
    identified: str
    arrived_at: datetime
    appointment: int | None
    starts_at: datetime | None
    product: str
    asked_at: datetime | None
    ended_at: datetime | None
    outcome: str
    declared: bool
    observe_until: datetime | None
    observed_at: datetime | None
    after: str
    vaccination: int | None
    dose_number: int | None


@dataclass(frozen=True, slots=True)
class VisitView:
    """One visit. `situation` None: they have died or moved out."""

    ref: VisitRef
    sex: int
    region_code: str
    situation: Situation | None
    declaration: Declaration | None
    questions: Questionnaire | None
    consent: Consent | None
    note: str
    identified_note: str


def here(venue: int, *, scope: Scope, path: str = "") -> list[VisitRef]:
    """Today's visits at a venue: those waiting first, in the order they came. Logged.

    Raises NotFound, NotAllowed.
    """
    place = venues.venue(venue, scope=scope)
    if not scope.reaches(place.region_code, *access.STAFF):
        raise NotAllowed("role-needed", "Your roles do not work with persons.")
    start, end = facts.visit_day(clock.now())
    rows = _rows().filter(Q(ended_at=None) | Q(arrived_at__gte=start, arrived_at__lt=end),
                          venue=venue)  # fmt: skip
    found = [_ref(row) for row in rows.order_by("arrived_at", "pk")]
    log("clinic.here", scope, subject=Subject("venue", str(venue)), reason=f"hits={len(found)}",
        path=path)  # fmt: skip
    return sorted(found, key=lambda each: each.ended_at is not None)


def visit(pk: int, *, scope: Scope, path: str = "") -> VisitView:
    """One visit with the person's situation now. Opening it is logged.

    Raises NotFound, NotAllowed: only those who work at the venue's region.
    """
    row = _reached(pk, scope)
    log("clinic.visit", scope, subject=Subject("person", str(row.person_id)), path=path)
    situation = facts.situation(row.person, row.programme_id, row.venue)
    told = situation.declaration if situation else None
    return VisitView(
        ref=_ref(row), sex=row.person.sex, region_code=row.venue.region_code, situation=situation,
        declaration=told, questions=questionnaire(told.questions, told.version) if told else None,
        consent=situation.consent if situation else None, note=row.note,
        identified_note=row.identified_note,
    )  # fmt: skip


def looked_at(
    pk: int, *, vial: int, role: str, scope: Scope, situation: Situation | None = None
) -> Ready:
    """What is looked at before a dose out of a vial, for a visit that has been opened."""
    return ready(_reached(pk, scope), vial=vial, role=role, situation=situation)


def to_assess(*, scope: Scope, path: str = "") -> list[VisitRef]:
    """Visits where a physician is asked and has not signed since, the longest waiting first.

    Those who went home are on the list for 30 days. Logged. For prescribers and staff.
    """
    regions = scope.regions_as(*access.OPENERS)
    signed = Prescription.objects.filter(person=OuterRef("person"), programme=OuterRef("programme"),
                                         signed_at__gte=OuterRef("asked_at"))  # fmt: skip
    rows = _rows().filter(~Exists(signed), asked_at__gte=clock.now() - ASSESSED_WITHIN)
    rows = rows.filter(Q(ended_at=None) | Q(outcome__in=[Outcome.PHYSICIAN, Outcome.HOSPITAL]))
    if regions is not None:
        rows = rows.filter(venue__region_code__in=sorted(regions))
    found = [_ref(row) for row in rows.order_by("asked_at", "pk")]
    log("clinic.to_assess", scope, subject=Subject("list", "to_assess"),
        reason=f"hits={len(found)}", path=path)  # fmt: skip
    return found


def visit_of(person: int, programme: str) -> int | None:
    """The visit somebody is at now."""
    rows = Visit.objects.filter(person=person, programme=programme, ended_at=None)
    return rows.values_list("pk", flat=True).first()


def given_today(venue: int) -> int:
    """Doses given at a venue today."""
    start, end = facts.visit_day(clock.now())
    return Dose.objects.filter(visit__venue=venue, given_at__gte=start, given_at__lt=end).count()


def _reached(pk: int, scope: Scope) -> Visit:
    row = _rows().filter(pk=pk).first()
    if row is None or not scope.reaches(row.venue.region_code):
        raise NotFound("unknown-visit", "There is no such visit in the regions you work in.")
    if not scope.reaches(row.venue.region_code, *access.OPENERS):
        raise NotAllowed("role-needed", "Your roles do not work with persons.")
    return row


def _rows() -> QuerySet[Visit]:
    recent = Declaration.objects.filter(
        person=OuterRef("person"), programme=OuterRef("programme"),
        given_at__gte=clock.now() - facts.DECLARED_WITHIN,
    )  # fmt: skip
    related = Visit.objects.select_related(
        "person", "venue", "appointment__slot__product", "dose__vaccination"
    )
    return related.annotate(declared=Exists(recent))


def _ref(row: Visit) -> VisitRef:
    person, hidden = row.person, bool(row.person.protection)
    time = row.appointment
    dose = getattr(row, "dose", None)
    return VisitRef(
        id=row.pk, person=person.pk, venue=row.venue_id, programme=row.programme_id,
        given_name="" if hidden else person.given_name,
        family_name="" if hidden else person.family_name,
        born_on=None if hidden else person.born_on, protected=hidden, language=person.language,
        interpreter=person.interpreter, way=row.way, identified=row.identified,
        arrived_at=row.arrived_at, appointment=row.appointment_id,
        starts_at=time.slot.starts_at if time else None,
        product=time.slot.product.name if time else "", asked_at=row.asked_at,
        ended_at=row.ended_at,
        outcome=row.outcome, declared=row.declared,  # type: ignore[attr-defined]
        observe_until=dose.observe_until if dose else None,
        observed_at=dose.observed_at if dose else None, after=dose.after if dose else "",
        vaccination=dose.vaccination_id if dose else None,
        dose_number=dose.vaccination.dose_number if dose else None,
    )  # fmt: skip

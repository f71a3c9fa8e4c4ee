"""What the core's decisions at a visit read, from the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from vaksam.base import clock
from vaksam.booking.models import Appointment
from vaksam.clinic.models import Consent, Declaration, Prescription, Reaction
from vaksam.core import clinic
from vaksam.core.clinic.age import completed_years
from vaksam.core.clinic.prescribing import Kind
from vaksam.core.products import Product
from vaksam.core.rules import decide
from vaksam.core.rules.decision import Decision, Facts
from vaksam.core.supply.picking import Block
from vaksam.eligibility import queries as eligibility
from vaksam.people.models import Person
from vaksam.programmes import queries as programmes
from vaksam.supply import queries as supply
from vaksam.supply.queries import StockRow
from vaksam.venues.models import Kind as VenueKind
from vaksam.venues.models import Venue

#: A declaration is asked anew when it is older: health changes.
DECLARED_WITHIN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Situation:
    """A person before a dose: what the directives say, and what is known and told.

    `cleared`: reasons of triage that a physician has considered.
    """

    facts: Facts
    decision: Decision
    history: clinic.History
    age: int | None
    declaration: Declaration | None
    consent: Consent | None
    prescriptions: tuple[clinic.Prescription, ...]
    cleared: frozenset[str]
    at_hospital: bool
    on: date

    def triage(self, product: str) -> clinic.Triage:
        return clinic.triage(
            answers=self.declaration.answers if self.declaration else None, history=self.history,
            decision=self.decision, product=product, on=self.on, at_hospital=self.at_hospital,
            cleared=self.cleared,
        )  # fmt: skip

    @property
    def dose(self) -> int | None:
        """The number of the dose that is due."""
        return self.decision.next_dose


def situation(person: Person, programme: str, venue: Venue) -> Situation | None:
    """A person before a dose of a programme; None for those who have died or moved out.

    Six queries, and the rules read for the one person: some 20 ms.
    """
    on = clock.today()
    known = eligibility.facts_of(programme, person.pk, on=on)
    if known is None:
        return None
    born = known.born_on if known.born_on and not known.year_only else None
    age = completed_years(born, on) if born else None
    signed = prescriptions(person.region_code, programme, person.pk, on)
    return Situation(
        facts=known, decision=decide(known, programmes.rules(programme), on=on),
        history=clinic.History(groups=known.groups, reactions=_reactions(person.pk),
                               doses=known.doses, age=age),
        age=age, declaration=declared(person.pk, programme),
        consent=consented(person.pk, programme),
        prescriptions=tuple(_prescription(row) for row in signed),
        cleared=frozenset(code for row in signed if row.person_id for code in row.cleared),
        at_hospital=venue.kind == VenueKind.HOSPITAL, on=on,
    )  # fmt: skip


def declared(person: int, programme: str) -> Declaration | None:
    """The newest declaration, if it is not too old to trust."""
    since = clock.now() - DECLARED_WITHIN
    rows = Declaration.objects.filter(person=person, programme=programme, given_at__gte=since)
    return rows.order_by("-given_at", "-pk").first()


def consented(person: int, programme: str) -> Consent | None:
    """The newest word."""
    rows = Consent.objects.filter(person=person, programme=programme)
    return rows.order_by("-said_at", "-pk").first()


def prescriptions(region: str, programme: str, person: int, on: date) -> list[Prescription]:
    """Those in force on a day: of the region, and of the person."""
    rows = Prescription.objects.filter(
        Q(person=None, region_code=region) | Q(person=person), programme=programme,
        valid_from__lte=on, valid_to__gte=on, revoked_at=None,
    )  # fmt: skip
    return list(rows.order_by("pk"))


def product_of(code: str) -> Product:
    """A product as the core has it."""
    return next(each for each in programmes.products() if each.code == code)


def vial_of(
    venue: int, vial: int, *, rows: Collection[StockRow] | None = None
) -> clinic.Vial | None:
    """An open vial at a venue; None where there is none of that number (any more)."""
    found = supply.stock(venue=venue) if rows is None else rows
    row = next((each for each in found if each.vial == vial and each.state == "opened"), None)
    if row is None:
        return None
    drawn = sum(each.doses for each in found if each.vial == vial and each.state == "drawn")
    return clinic.Vial(
        vial=vial, product=row.product, lot=row.lot_number, expires_on=row.expires_on,
        until=row.until, doses_left=row.doses + drawn,
        blocked=Block(row.block) if row.block else None,
    )  # fmt: skip


def visit_day(moment: datetime) -> tuple[datetime, datetime]:
    """The bounds of the day of a moment."""
    day = clock.day_of(moment)
    return clock.at(day), clock.at(day + timedelta(days=1))


def booked_today(person: int, programme: str, venue: int) -> Appointment | None:
    """The time somebody holds at a venue today."""
    start, end = visit_day(clock.now())
    rows = Appointment.objects.filter(
        person=person, programme=programme, slot__venue=venue, state__in=("reserved", "booked"),
        slot__starts_at__gte=start, slot__starts_at__lt=end,
    )  # fmt: skip
    return rows.order_by("slot__starts_at").first()


def _reactions(person: int) -> tuple[clinic.Reaction, ...]:
    """The standing version of each."""
    rows = Reaction.objects.filter(person=person).select_related("vaccination")
    newest = {row.first_id or row.pk: row for row in rows.order_by("version")}
    return tuple(
        clinic.Reaction(
            on=clock.day_of(row.began_at),
            product=(row.vaccination.product_id or "") if row.vaccination else "",
            anaphylaxis=row.anaphylaxis, serious=bool(row.seriousness),
        )
        for row in newest.values()
    )  # fmt: skip


def _prescription(row: Prescription) -> clinic.Prescription:
    return clinic.Prescription(
        id=row.pk, kind=Kind.INDIVIDUAL if row.person_id else Kind.GENERAL,
        products=frozenset(row.products), valid_from=row.valid_from, doses=frozenset(row.doses),
        age_from=row.age_from or None, age_to=row.age_to, roles=frozenset(row.roles),
        valid_to=row.valid_to, person=row.person_id,
    )  # fmt: skip

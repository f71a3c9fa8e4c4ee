"""What the core's decisions on bookings read, from the database."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from vaksam.base import clock
from vaksam.booking.models import ACTIVE, Appointment, Slot
from vaksam.core.booking import Held, Known, Together, Verdict, Wanted, may_book, surely
from vaksam.core.booking.deciding import allows
from vaksam.core.booking.facts import Refusal, Why
from vaksam.eligibility import queries as eligibility
from vaksam.programmes import queries as programmes
from vaksam.venues.models import Kind


@dataclass(frozen=True, slots=True)
class Place:
    """A slot as a booking sees it."""

    slot: int
    session: int
    venue: int
    venue_name: str
    region_code: str
    hospital: bool
    programme: str
    disease: str
    product: str
    dose: int | None
    online: bool
    starts_at: datetime

    @property
    def on(self) -> date:
        return clock.day_of(self.starts_at)

    def wanted(self, *, by_staff: bool = False) -> Wanted:
        return Wanted(programme=self.programme, product=self.product, on=self.on, dose=self.dose,
                      hospital=self.hospital, by_staff=by_staff)  # fmt: skip


_FIELDS = (
    "pk", "session_id", "venue_id", "venue__name", "venue__region_code", "venue__kind",
    "programme_id", "programme__disease", "product_id", "dose", "online", "starts_at",
)  # fmt: skip


def places(slots: Collection[int]) -> dict[int, Place]:
    """By slot; one query."""
    rows = Slot.objects.filter(pk__in=slots).values_list(*_FIELDS)
    return {
        row[0]: Place(row[0], row[1], row[2], row[3], row[4], row[5] == Kind.HOSPITAL, row[6],
                      row[7], row[8], row[9], row[10], row[11])
        for row in rows
    }  # fmt: skip


def held(persons: Iterable[int], *, without: Collection[int] = ()) -> dict[int, list[Held]]:
    """The places that persons hold, by person; `without` are those being given up."""
    rows = Appointment.objects.filter(person_id__in=list(persons), state__in=ACTIVE)
    found: dict[int, list[Held]] = {}
    fields = ("person_id", "pk", "programme_id", "programme__disease", "slot__product_id", "dose",
              "slot__starts_at", "slot__venue__name")  # fmt: skip
    for row in rows.exclude(pk__in=list(without)).values_list(*fields):
        found.setdefault(row[0], []).append(
            Held(appointment=row[1], programme=row[2], disease=row[3], product=row[4], dose=row[5],
                 on=clock.day_of(row[6]), place=row[7])
        )  # fmt: skip
    return found


def known(person: int, region_code: str, born_on: date | None, programme: str) -> Known | None:
    """The stored status, where it can be relied on."""
    trusted = eligibility.trusted(programme, region_code)
    if trusted.as_of is None:
        return None
    row = eligibility.stored(programme, [person]).get(person)
    if row is None:
        return None
    return Known(
        status=row.status, next_dose=row.next_dose, products=row.products,
        earliest_on=row.earliest_on, hospital=row.hospital, born_on=born_on, as_of=trusted.as_of,
    )  # fmt: skip


def verdict(
    person: int, region_code: str, born_on: date | None, place: Place, has: Sequence[Held],
    *, visit: Sequence[Place] = (), by_staff: bool = False,
) -> Verdict:  # fmt: skip
    """Whether somebody may book a place; the short way first.

    `has` are places held already or asked for before this one; `visit` those of other diseases
    at the same visit. `by_staff`: as `Wanted` has it.
    """
    today = clock.today()
    trusted = eligibility.trusted(place.programme, region_code)
    status = None if visit else known(person, region_code, born_on, place.programme)
    if status and (there := _booked(status, place, has)):
        values = {"on": there.on, "place": there.place, "appointment": there.appointment}
        return Verdict(status.next_dose, status.earliest_on, None, (Refusal(Why.BOOKED, values),))
    if status and surely(status, place.wanted(), trusted.rules, on=today, holds_any=bool(has)):
        return Verdict(status.next_dose, status.earliest_on, None)
    facts = eligibility.facts_of(place.programme, person)
    if facts is None:
        return Verdict(None, None, None, (Refusal(Why.NOT_RECOMMENDED),))
    elsewhere = {(each.programme, each.disease) for each in has}
    return may_book(
        facts, trusted.rules, place.wanted(by_staff=by_staff), has, on=today,
        together=[
            *(_together(place, each.programme, each.disease) for each in has
              if each.on == place.on and each.disease != place.disease),
            *(_together(place, other.programme, other.disease) for other in visit),
        ],
        others={
            code: programmes.rules(code) for code, disease in elsewhere
            if disease == place.disease and code != place.programme
        },
    )  # fmt: skip


def _booked(status: Known, place: Place, has: Sequence[Held]) -> Held | None:
    """A place held for the dose that this one is for: no rules need be read to say so.

    A later day than the one held may be for the dose after it.
    """
    return next(
        (each for each in has
         if each.programme == place.programme and each.dose == status.next_dose
         and place.dose in (None, each.dose) and place.on <= each.on),
        None,
    )  # fmt: skip


def _together(place: Place, programme: str, disease: str) -> Together:
    return Together(disease, allows(programmes.rules(programme), place.disease, place.on))

"""What somebody may book: the decision of today with what is booked already counted in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from vaksam.base import clock
from vaksam.booking import facts
from vaksam.booking.queries.appointments import AppointmentRef, held_by
from vaksam.booking.refusing import every
from vaksam.core.booking import Held
from vaksam.core.errors import Refused
from vaksam.core.rules import decide
from vaksam.core.rules.decision import Decision, Dose, Status
from vaksam.core.rules.definition import Place
from vaksam.eligibility import queries as eligibility
from vaksam.people.models import Person
from vaksam.programmes import queries as programmes


@dataclass(frozen=True, slots=True)
class Judged:
    """What may be booked next in a programme, after the doses that are booked already.

    `dose` None: nothing. `products` with the first day of each; `since` the first of them,
    `recommended_on` the day advised. `booked` are the places held in the programme.
    """

    programme: str
    dose: int | None
    products: dict[str, date]
    since: date | None
    recommended_on: date | None
    hospital: bool
    booked: tuple[AppointmentRef, ...]
    decision: Decision

    @property
    def may(self) -> bool:
        return self.dose is not None and bool(self.products)


def judged(
    person: int, programme: str, *, without: Sequence[int] = (), also: Sequence[Held] = ()
) -> Judged | None:
    """What a person may book next; None for those who have died, moved or been merged.

    `without`: appointments that are to be given up. `also`: places being chosen at the moment.
    Some 20 ms: rules are read for the one person.
    """
    known = eligibility.facts_of(programme, person)
    if known is None:
        return None
    rules = programmes.rules(programme)
    has = facts.held([person]).get(person, [])
    held = [*(each for each in has if each.appointment not in without), *also]
    given_up = [each.on for each in has if each.appointment in without]
    if given_up:  # the time is moved for the dose it was for: later ones come after it
        held = [each for each in held if each.on < min(given_up)]
    same = sorted((h for h in held if h.disease == rules.disease), key=lambda each: each.on)
    doses = tuple(Dose(each.on, each.product) for each in same)
    today = clock.today()
    on = max([today, *(each.on for each in same)])
    decision = decide(replace(known, doses=(*known.doses, *doses)), rules, on=on)
    mine = tuple(
        each for each in held_by([person])
        if each.programme == programme and each.id not in without
    )  # fmt: skip
    open_now = decision.status in (Status.DUE, Status.AVAILABLE, Status.NOT_YET)
    products = {c.product: max(c.earliest_on, today) for c in decision.choices} if open_now else {}
    return Judged(
        programme=programme, dose=decision.next_dose if products else None, products=products,
        since=min(products.values(), default=None), recommended_on=decision.recommended_on,
        hospital=decision.place is Place.HOSPITAL, booked=mine, decision=decision,
    )  # fmt: skip


def refusals(person: int, slot: int, *, without: Sequence[int] = ()) -> list[Refused]:
    """Everything that keeps a person from a place; empty when it may be booked."""
    place = facts.places([slot]).get(slot)
    row = Person.objects.filter(pk=person).values_list("region_code", "born_on").first()
    if place is None or row is None:
        return []
    held = facts.held([person], without=without).get(person, [])
    said = facts.verdict(person, row[0], row[1], place, held)
    return every(said, person=person)

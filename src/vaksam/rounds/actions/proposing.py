"""Rounds as the planner proposes them, and saved as they were looked at."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.access import Subject
from vaksam.base.models import User
from vaksam.base.scope import scope_of
from vaksam.core.errors import NotFound, Refused
from vaksam.core.products import Product
from vaksam.core.rounds import Limits, Rounds, Route, Stop, Team, Way, plan
from vaksam.core.supply.ledger import USABLE
from vaksam.people.models import Person
from vaksam.people.queries.persons import log
from vaksam.programmes import queries as programmes
from vaksam.rounds import access, choosing
from vaksam.rounds.choosing import Ask, Chosen
from vaksam.rounds.models import Member, Round
from vaksam.rounds.models import Stop as StopRow
from vaksam.supply import queries as supply
from vaksam.venues import queries as venues
from vaksam.venues.access import at_venue

SHAKEN_MINUTES = 120  # of driving for a shake-sensitive vaccine, where nobody says else; ours
MOST_TEAMS = 30
MOST_PERSONS = 1_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """Routes and what is left. A stop's id in `rounds` is its place in `chosen.places`.

    `digest` says whether a later proposal is the same; `teams` in `rounds` are numbered from 1.
    """

    ask: Ask
    limits: Limits
    chosen: Chosen
    rounds: Rounds
    digest: str

    @property
    def persons(self) -> int:
        """Who would be reached."""
        visits = (visit for route in self.rounds.routes for visit in route.visits)
        return sum(len(self.chosen.places[visit.stop].persons) for visit in visits)


def propose(*, ask: Ask, by: User | None, path: str = "") -> Proposal:
    """Routes for those who are due; nothing is written but that addresses were looked at.

    Raises
    ------
    Refused
        The day has been, the times are in disorder, the product cannot be taken along like that,
        or the team's place is not known.
    NotFound, NotAllowed
    """
    at_venue(ask.venue, by, *access.STAFF)
    place = venues.venue(ask.venue)
    limits = _limits(ask, _product(ask))
    _demand_possible(ask)
    if place.latitude is None or place.longitude is None:
        raise Refused("no-coordinates", "Nobody knows where {venue} lies. Give its coordinates.",
                      venue=place.name)  # fmt: skip
    chosen = choosing.chosen(ask, place)
    stops = [
        Stop(n, each.latitude, each.longitude, len(each.persons),
             ask.door_minutes + ask.person_minutes * len(each.persons))
        for n, each in enumerate(chosen.places)
    ]  # fmt: skip
    until = ask.until.hour * 60 + ask.until.minute
    teams = [Team(str(n), until) for n in range(1, ask.teams + 1)]
    found = plan(stops, teams, limits, depot=(place.latitude, place.longitude),
                 leaves=ask.leaves.hour * 60 + ask.leaves.minute)  # fmt: skip
    if by is not None:
        hits = sum(len(each.persons) for each in chosen.places)
        log("rounds.propose", scope_of(by), subject=Subject("venue", str(ask.venue)),
            reason=f"hits={hits}", path=path)  # fmt: skip
    digest = sha256(repr((ask, found, [each.persons for each in chosen.places])).encode())
    return Proposal(ask, limits, chosen, found, digest.hexdigest())


@transaction.atomic
def save(*, ask: Ask, digest: str, key: UUID, by: User | None) -> list[int]:
    """The rounds of a proposal, a team each; their ids. Sent twice, they are saved once.

    Raises
    ------
    Refused
        `changed`: it would be proposed otherwise by now; `nobody`: there is no route.
    NotFound, NotAllowed
        As `propose`.
    """
    saved = list(Round.objects.filter(key=key).order_by("number"))
    if saved:
        access.demand(by, saved[0].venue.region_code, *access.STAFF)
        return [each.pk for each in saved]
    found = propose(ask=ask, by=by)
    if not found.rounds.routes:
        raise Refused("nobody", "There is nobody to go to. Choose another day or product.")
    going = sorted(
        person for route in found.rounds.routes for visit in route.visits
        for person, _ in found.chosen.places[visit.stop].persons
    )  # fmt: skip
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=going).order_by("pk"))
    if found.digest != digest or choosing.open_members(ask.programme, going).exists():
        raise Refused("changed", "Something has changed meanwhile. Look at the new proposal.")
    made = [_save(found, n, route, key, by) for n, route in enumerate(found.rounds.routes, 1)]
    audit.record(by=by, action="rounds.save", target=f"venue {ask.venue}",
                 details={"rounds": made, "persons": len(going)})  # fmt: skip
    return made


def _save(found: Proposal, number: int, route: Route, key: UUID, by: User | None) -> int:
    ask, now = found.ask, clock.now()

    def moment(minutes: int) -> datetime:
        return clock.at(ask.day) + timedelta(minutes=minutes)

    row = Round.objects.create(
        venue_id=ask.venue, programme_id=ask.programme, product_id=ask.product, team=route.team,
        day=ask.day, starts_at=moment(route.leaves), back_at=moment(route.back), way=ask.way,
        vials=route.vials, left=route.left, driving_minutes=route.driving_minutes, km=route.km,
        key=key, number=number, made_at=now, by=by,
    )  # fmt: skip
    row.lots.set(_lots(ask, route.vials))
    for order, visit in enumerate(route.visits, 1):
        place = found.chosen.places[visit.stop]
        stop = StopRow.objects.create(
            round=row, order=order, name=place.name, street=place.street,
            postcode=place.postcode, city=place.city, venue_id=place.venue,
            arrives_at=moment(visit.starts), leaves_at=moment(visit.ends),
            opened=len(visit.opened),
            until=None if visit.until is None else moment(visit.until),
        )  # fmt: skip
        Member.objects.bulk_create(
            Member(round=row, stop=stop, person_id=person, dose_number=dose, added_at=now)
            for person, dose in place.persons
        )
    return row.pk


def _lots(ask: Ask, vials: int) -> list[int]:
    """The lots that would be taken out of the fridge: what ends first first."""
    taken: list[int] = []
    for row in supply.stock(venue=ask.venue):
        fit = row.product == ask.product and row.state in USABLE and not row.block
        if fit and row.vials and clock.day_of(row.until) >= ask.day and vials > 0:
            taken.append(row.lot)
            vials -= row.vials
    return sorted(set(taken))


def _product(ask: Ask) -> Product:
    if ask.programme not in programmes.running(on=ask.day):
        raise NotFound("unknown-programme", "There is no programme “{code}”.", code=ask.programme)
    for each in programmes.products():
        if each.code == ask.product:
            return each
    raise NotFound("unknown-product", "There is no product “{code}”.", code=ask.product)


def _limits(ask: Ask, product: Product) -> Limits:
    if product.shake_sensitive and ask.way is Way.DRAWN:
        raise Refused(
            "shake-sensitive",
            "{product} bears no shaking in syringes. Open the vials at the stops.",
            product=product.name,
        )
    doses = product.doses_per_vial(ask.day)
    if doses is None:
        raise Refused("no-vial", "Nobody knows how many doses a vial of {product} holds that day.",
                      product=product.name)  # fmt: skip
    hours = product.hours_after_opening
    drive = ask.drive_minutes
    if drive is None and product.shake_sensitive:
        drive = SHAKEN_MINUTES
    return Limits(
        doses=doses, vial_minutes=None if hours is None else hours * 60,
        outside_minutes=ask.outside_minutes, drive_minutes=drive, way=ask.way,
        shake_sensitive=product.shake_sensitive,
    )  # fmt: skip


def _demand_possible(ask: Ask) -> None:
    if ask.day < clock.today():
        raise Refused("past", "The day has been. Give one that lies ahead, or none.")
    if ask.until <= ask.leaves:
        raise Refused("times", "The teams must be back after they leave. Correct the times.")
    few = 1 <= ask.teams <= MOST_TEAMS and 1 <= ask.most <= MOST_PERSONS
    if not few or ask.person_minutes < 1 or ask.door_minutes < 0:
        raise Refused("too-many", "Give 1 to {teams} teams and 1 to {persons} persons.",
                      teams=MOST_TEAMS, persons=MOST_PERSONS)  # fmt: skip

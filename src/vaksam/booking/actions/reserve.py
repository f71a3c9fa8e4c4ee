"""The reserve list: who can come at short notice, and doses left that are offered in order.

Locking law: whoever opens, asks, answers or ends locks the leftover's row first, so that doses
are counted by one at a time. An offer is leased for some minutes; when it runs out, or somebody
says no, the next in line is asked. What was decided about everyone is kept as it was then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from vaksam.base import audit, clock, outbox
from vaksam.base.models import User
from vaksam.booking import access
from vaksam.booking.models import ACTIVE, Appointment, Channel, Leftover, Offer, ReserveEntry
from vaksam.core import booking as core
from vaksam.core.booking.reserve import Passed
from vaksam.core.distance import kilometres, minutes
from vaksam.core.errors import NotFound, Refused
from vaksam.eligibility import queries as eligibility
from vaksam.people import actions as people
from vaksam.programmes import queries as programmes
from vaksam.records import queries as records
from vaksam.venues import queries as venues
from vaksam.venues.models import Kind, Venue


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How somebody can come: journey and notice in minutes, hours of the day, one venue only."""

    most_minutes: int = 30
    notice: int = 15
    from_hour: int = 8
    to_hour: int = 20
    venue: int | None = None


@transaction.atomic
def join(
    *, persons: Sequence[int], programme: str, terms: Terms, channel: str, by: User | None
) -> None:
    """Put a person, or some who come together, on the list; new terms replace old ones.

    Raises
    ------
    Refused
        A term cannot be; somebody is neither due nor may have it on request.
    NotFound, NotAllowed
        As `vaksam.people.actions.hold`.
    """
    _check_terms(terms)
    if channel not in Channel.values:
        raise Refused("bad-channel", "That way of booking is not known.")
    if terms.venue is not None:
        venues.venue(terms.venue)
    if not persons:
        raise Refused("nobody", "Say who is to be on the list.")
    held = [people.hold(person=pk, by=by) for pk in sorted(set(persons))]
    known = eligibility.stored(programme, [each.pk for each in held])
    if any(each.pk not in known or not known[each.pk].open for each in held):
        raise Refused("not-due", "Only those who may be vaccinated now can be on the list.")
    now = clock.now()
    pks = [each.pk for each in held]
    waiting = ReserveEntry.objects.filter(person__in=pks, programme=programme, left_at=None)
    joined = dict(waiting.values_list("person_id", "joined_at"))
    waiting.update(left_at=now)
    made = ReserveEntry.objects.bulk_create(
        ReserveEntry(
            person=each, programme_id=programme, latitude=each.latitude,
            longitude=each.longitude, venue_id=terms.venue, most_minutes=terms.most_minutes,
            notice=terms.notice, from_hour=terms.from_hour, to_hour=terms.to_hour,
            joined_at=joined.get(each.pk, now), channel=channel,
        )
        for each in held
    )  # fmt: skip
    if made[1:]:  # a number that no earlier party has: whoever was left behind stays apart
        rows = ReserveEntry.objects.filter(pk__in=[row.pk for row in made])
        rows.update(party=made[0].pk)
    audit.record(by=by, action="booking.join_reserve", details={"persons": pks})


@transaction.atomic
def leave(*, person: int, programme: str, by: User | None) -> None:
    """Take somebody off the list, with those who came together with them."""
    people.hold(person=person, by=by)
    _leave([person], programme)


@transaction.atomic
def offer_doses(
    *, venue: int, product: str, doses: int, until: datetime, by: User | None,
    programme: str = "", dose: int | None = None, lease: int = 10,
) -> int:  # fmt: skip
    """Offer doses that are left to the list, in priority order; the leftover's id.

    Raises
    ------
    Refused
        There are no doses, the product is not the programme's, the time has passed, or they are
        offered already.
    NotFound, NotAllowed
        No such venue, or not its region's staff.
    """
    place = access.venue(venue, by, *access.VENUE)
    now = clock.now()
    if not 1 <= doses <= 200 or not 1 <= lease <= 120:
        raise Refused("bad-doses", "Offer 1 to 200 doses, with 1 to 120 minutes to answer.")
    if until <= now:
        raise Refused("past", "That time has passed. Choose a later one.")
    code = programme or programmes.asked(None, on=clock.today())
    _check_product(code, product, dose)
    Venue.objects.select_for_update(no_key=True).get(pk=place.pk)
    if Leftover.objects.filter(venue=place, product=product, dose=dose, ended_at=None,
                               until__gt=now).exists():  # fmt: skip
        raise Refused("offered-already", "Doses of this product are offered already. End that one.")
    row = Leftover.objects.create(
        venue=place, programme_id=code, product_id=product, dose=dose, doses=doses, until=until,
        lease=lease, made_at=now, by=by,
    )  # fmt: skip
    audit.record(by=by, action="booking.offer_doses", target=f"leftover {row.pk}",
                 details={"doses": doses})  # fmt: skip
    _ask_next(row)
    return row.pk


def answer(*, offer: int, accepts: bool, by: User | None, person: int | None = None) -> bool:
    """Answer an offer for a whole party; whether the doses are theirs.

    `person` is the resident who answers for themself; staff answer by phone for anyone.

    Raises
    ------
    Refused
        `offer-over`: the time to answer has run out; the next in line has been asked.
    NotFound, NotAllowed
        There is no such offer, or as `vaksam.people.actions.hold`.
    """
    known = Offer.objects.filter(pk=offer).values_list("leftover_id", "person_id").first()
    if known is None or (person is not None and known[1] != person):
        raise NotFound("unknown-offer", "There is no such offer.")
    if not _answer(offer, known[0], known[1], accepts=accepts, by=by):  # what it did is kept
        raise Refused("offer-over", "The time to answer has run out; others were asked.")
    return accepts


@transaction.atomic
def _answer(offer: int, leftover: int, person: int, *, accepts: bool, by: User | None) -> bool:
    """Keep the answer and ask the next; False where it came too late."""
    left = _locked(leftover)
    people.hold(person=person, by=by)
    row = Offer.objects.get(pk=offer)
    if row.state == Offer.State.ACCEPTED and accepts:
        return True
    if row.state != Offer.State.ASKED or left.ended_at or _is_over(row):
        _ask_next(left)
        return False
    state = Offer.State.ACCEPTED if accepts else Offer.State.DECLINED
    party = _party_of(row)
    members = list(party.values_list("person_id", flat=True))  # before their state changes
    party.update(state=state, answered_at=clock.now())
    if accepts:
        _leave(members, left.programme_id)
    audit.record(by=by, action=f"booking.offer_{state}", target=f"offer {offer}")
    _ask_next(left)
    return True


@transaction.atomic
def end_offers(*, leftover: int, by: User | None) -> None:
    """Offer no more of these doses; who has said yes still comes. Raises NotFound, NotAllowed."""
    row = _locked(leftover)
    access.venue(row.venue_id, by, *access.VENUE)
    _end(row)
    audit.record(by=by, action="booking.end_offers", target=f"leftover {leftover}")


def go_on() -> int:
    """Ask the next in line where a lease has run out, and end what is over; how many were asked."""
    pks = list(Leftover.objects.filter(ended_at=None).order_by("pk").values_list("pk", flat=True))
    asked = 0
    for pk in pks:
        with transaction.atomic():
            asked += _ask_next(_locked(pk))
    return asked


def _ask_next(left: Leftover) -> int:
    """Ask as many as there are doses without an answer; how many persons were asked."""
    now = clock.now()
    if left.ended_at is not None:
        return 0
    over = left.offers.filter(state=Offer.State.ASKED, leased_until__lte=now)
    over.update(state=Offer.State.EXPIRED, answered_at=now)
    if left.until <= now:
        _end(left)
        return 0
    bound = left.offers.filter(state__in=(Offer.State.ASKED, Offer.State.ACCEPTED)).count()
    if bound >= left.doses:
        return 0
    turns = core.order(_candidates(left, now), _told(left, left.doses - bound, now))
    return _write(left, turns, now)


def _write(left: Leftover, turns: Sequence[core.Turn], now: datetime) -> int:
    """Keep the whole order as it was decided; those asked get a lease and a message."""
    entries = {
        row.person_id: row for row in ReserveEntry.objects.filter(
            left_at=None, programme=left.programme_id,
            person__in=[pk for turn in turns for pk in turn.persons])
    }  # fmt: skip
    phases = {pk: row.phase for pk, row in
              eligibility.stored(left.programme_id, list(entries)).items()}  # fmt: skip
    until = min(now + timedelta(minutes=left.lease), left.until)
    rows = [
        Offer(
            leftover=left, person_id=person, party=entries[person].party, rank=turn.rank, at=now,
            phase=phases.get(person), passed=turn.passed or "",
            state=Offer.State.PASSED if turn.passed else Offer.State.ASKED,
            leased_until=None if turn.passed else until,
        )
        for turn in turns if turn.passed is not Passed.ASKED
        for person in turn.persons
    ]  # fmt: skip
    Offer.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["leftover", "person"],
        update_fields=["party", "at", "phase", "passed", "state", "leased_until"],
    )  # fmt: skip
    asked = [row.person_id for row in rows if row.state == Offer.State.ASKED]
    offers = left.offers.filter(person__in=asked, state=Offer.State.ASKED)
    for offer, person in offers.order_by("rank", "pk").values_list("pk", "person_id"):
        outbox.publish("booking.offered", {"offer": offer, "person": person},
                       key=f"person {person}")  # fmt: skip
    return len(asked)


def _candidates(left: Leftover, now: datetime) -> list[core.Candidate]:
    """Everybody on the list of the venue's region; some six queries."""
    place = venues.venue(left.venue_id)
    rows = list(
        ReserveEntry.objects.filter(
            programme=left.programme_id, left_at=None, person__region_code=place.region_code,
            person__merged_into=None, person__died_on=None, person__moved_out_on=None,
        )
    )  # fmt: skip
    persons = [row.person_id for row in rows]
    known = eligibility.stored(left.programme_id, persons)
    soon = _booked_soon(persons, now)
    silent = records.declined(persons, left.programme_id)
    asked = set(left.offers.exclude(state=Offer.State.PASSED).values_list("person_id", flat=True))
    elsewhere = set(
        Offer.objects.filter(state=Offer.State.ASKED, leased_until__gt=now, person__in=persons)
        .exclude(leftover=left).values_list("person_id", flat=True)
    )  # fmt: skip
    hour = now.astimezone(clock.SWEDEN).hour
    return [
        core.Candidate(
            **_candidate(row, known.get(row.person_id), place, hour),
            asked=row.person_id in asked, declined=row.person_id in silent,
            booked_soon=row.person_id in soon | elsewhere,
        )
        for row in rows
    ]  # fmt: skip


def _candidate(
    row: ReserveEntry, known: eligibility.StoredStatus | None, place: venues.VenueRef, hour: int
) -> dict[str, Any]:
    today = clock.today()
    ready = known is not None and known.open and (known.earliest_on or date.max) <= today
    return {
        "person": row.person_id, "party": row.party,
        "phase": known.phase if known else None,
        "due_since": known.earliest_on if known else None,
        "born_year": known.born_year if known else None,
        "joined_at": row.joined_at, "products": known.products if known else frozenset(),
        "due": ready, "minutes": _minutes(row, place), "most_minutes": float(row.most_minutes),
        "notice": float(row.notice), "hospital": bool(known and known.hospital),
        "dose": known.next_dose if known else None,
        "not_now": not row.from_hour <= hour < row.to_hour,
    }  # fmt: skip


def _minutes(row: ReserveEntry, place: venues.VenueRef) -> float:
    """The journey; none where no address is known: whoever is asked says whether they come."""
    if row.venue_id is not None and row.venue_id != place.id:
        return float("inf")
    if row.venue_id == place.id or None in (row.latitude, place.latitude):
        return 0.0
    return minutes(kilometres((row.latitude, row.longitude), (place.latitude, place.longitude)))  # type: ignore[arg-type]


def _booked_soon(persons: Sequence[int], now: datetime) -> set[int]:
    rows = Appointment.objects.filter(
        person__in=list(persons), state__in=ACTIVE, slot__starts_at__gte=now,
        slot__starts_at__lt=now + timedelta(days=2),
    )  # fmt: skip
    return set(rows.values_list("person_id", flat=True))


def _told(left: Leftover, doses: int, now: datetime) -> core.Leftover:
    return core.Leftover(
        product=left.product_id, doses=doses, dose=left.dose,
        minutes=(left.until - now).total_seconds() / 60,
        hospital=venues.venue(left.venue_id).kind == Kind.HOSPITAL,
    )  # fmt: skip


def _locked(leftover: int) -> Leftover:
    row = Leftover.objects.select_for_update().filter(pk=leftover).first()
    if row is None:
        raise NotFound("unknown-offer", "There is no such offer.")
    return row


def _end(left: Leftover) -> None:
    now = clock.now()
    asked = left.offers.filter(state=Offer.State.ASKED)
    asked.update(state=Offer.State.EXPIRED, answered_at=now)
    Leftover.objects.filter(pk=left.pk).update(ended_at=now)


def _leave(persons: Sequence[int], programme: str) -> None:
    own = ReserveEntry.objects.filter(person__in=persons, programme=programme, left_at=None)
    parties = [party for party in own.values_list("party", flat=True) if party]
    everyone = ReserveEntry.objects.filter(programme=programme, left_at=None)
    everyone.filter(Q(person__in=persons) | Q(party__in=parties)).update(left_at=clock.now())


def _party_of(row: Offer) -> Any:
    same = Offer.objects.filter(leftover=row.leftover_id, state=row.state)
    return same.filter(party=row.party) if row.party else same.filter(pk=row.pk)


def _is_over(row: Offer) -> bool:
    return row.leased_until is None or row.leased_until <= clock.now()


def _check_product(programme: str, product: str, dose: int | None) -> None:
    fitting = programmes.products(programmes.programme(programme).disease)
    if product not in {each.code for each in fitting}:
        raise Refused("bad-product", "This product is not given in the programme.")
    if dose is not None and not 1 <= dose <= 20:
        raise Refused("bad-dose", "Give a dose number of 1 to 20.")


def _check_terms(terms: Terms) -> None:
    if not 5 <= terms.most_minutes <= 300 or not 0 <= terms.notice <= 300:
        raise Refused("bad-minutes", "Give a journey of 5 to 300 minutes and a notice up to 300.")
    if not 0 <= terms.from_hour < terms.to_hour <= 24:
        raise Refused("bad-hours", "It must close after it opens.")

"""The day of a venue as its page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import ceil
from uuid import UUID, uuid4

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from vaksam.base import clock
from vaksam.booking.actions.ending import NO_SHOW_AFTER
from vaksam.booking.queries import Coming
from vaksam.clinic.queries import VisitRef
from vaksam.supply.queries import VialRef
from vaksam.web.clinic.words import AFTER, OUTCOMES, WAYS, shown_in
from vaksam.web.planning.booking.common import hour
from vaksam.web.planning.booking.words import STATES, VISITS
from vaksam.web.public.texts import spoken

RED = 30  # minutes that a vial has left
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody in one of the groups. `visit` None: not checked in; `minutes` left of watching."""

    person: int
    name: str = field(repr=False)
    born: date | None = field(repr=False)
    protected: bool
    when: str
    tags: tuple[Text, ...]
    needs: str = ""
    visit: int | None = None
    appointment: int | None = None
    programme: str = ""
    declared: bool = False
    asked: bool = False
    minutes: int = 0
    until: str = ""
    ended: Text = ""
    unwell: bool = False
    late: bool = False
    token: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class Groups:
    """`here` wait, in the order they came; `watched`, the first to go first."""

    here: list[Row]
    watched: list[Row]
    expected: list[Row]
    done: list[Row]
    given: int


def groups(visits: Sequence[VisitRef], coming: Sequence[Coming]) -> Groups:
    """Each visit and each time of today in one group."""
    here = [each for each in visits if each.ended_at is None]
    watched = [each for each in visits if each.observe_until and each.observed_at is None]
    ended = [each for each in visits if each.ended_at and each not in watched]
    came = {each.appointment for each in visits}
    waiting = {each.person for each in here}
    expected = [each for each in coming
                if each.appointment.held and each.appointment.person not in waiting]  # fmt: skip
    gone = [each for each in coming
            if not each.appointment.held and each.appointment.id not in came]  # fmt: skip
    watched.sort(key=lambda each: each.observe_until or clock.now())
    return Groups(
        here=[_visit(each) for each in here], watched=[_visit(each) for each in watched],
        expected=[_coming(each) for each in expected],
        done=[*(_visit(each) for each in reversed(ended)), *(_coming(each) for each in gone)],
        given=sum(each.vaccination is not None for each in visits),
    )  # fmt: skip


def strip(vials: Sequence[VialRef], names: Mapping[str, str]) -> list[dict[str, object]]:
    """The open vials: product, lot, doses left, minutes left; red when little is left of them."""
    return [
        {
            "vial": each.vial, "product": names.get(each.product, each.product),
            "lot": each.lot_number, "doses": each.left + each.drawn, "minutes": each.minutes,
            "until": hour(each.until), "red": each.minutes < RED,
        }
        for each in vials
    ]  # fmt: skip


def name_of(each: VisitRef | Coming) -> str:
    """Of protected persons nothing but that."""
    if each.protected:
        return _("protected identity")
    return f"{each.given_name} {each.family_name}".strip() or _("name not known")


def language_of(code: str) -> str:
    """The name of a language that is not Swedish."""
    return spoken([code], shown_in()) if code not in ("", "sv") else ""


def _visit(each: VisitRef) -> Row:
    needs = [language_of(each.language), _("interpreter") if each.interpreter else ""]
    way = WAYS[each.way] if each.way != "booked" else ""
    until = each.observe_until
    ended: Text = AFTER[each.after] if each.after else OUTCOMES.get(each.outcome, "")
    return Row(
        person=each.person, name=name_of(each), born=each.born_on, protected=each.protected,
        when=hour(each.starts_at or each.arrived_at),
        tags=tuple(tag for tag in (*needs, way) if tag), visit=each.id, programme=each.programme,
        declared=each.declared, asked=each.asked_at is not None,
        minutes=_left(until) if until else 0, until=hour(until) if until else "", ended=ended,
        unwell=each.after == "unwell",
    )  # fmt: skip


def _coming(each: Coming) -> Row:
    time = each.appointment
    visits = [VISITS[kind] for kind in time.visits if kind in VISITS]
    if each.interpreter and "interpreter" not in time.visits:
        visits.append(VISITS["interpreter"])
    letter = STATES[time.state] if time.state == "reserved" else ""
    dose = _("dose %(n)s") % {"n": time.dose}
    tags = (f"{time.product_name}, {dose}",
            language_of(each.language), *visits, letter)  # fmt: skip
    return Row(
        person=time.person, name=name_of(each), born=each.born_on, protected=each.protected,
        when=hour(time.starts_at), tags=tuple(tag for tag in tags if tag), needs=time.needs,
        appointment=time.id, programme=time.programme, ended=STATES[time.state],
        late=time.starts_at + NO_SHOW_AFTER < clock.now(),
    )  # fmt: skip


def _left(until: datetime) -> int:
    """Minutes, begun ones counted; 0 when it is over."""
    return max(ceil((until - clock.now()).total_seconds() / 60), 0)

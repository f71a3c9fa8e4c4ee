"""What somebody tells of themself beforehand, on a device of their own, and what comes of it.

For persons who have signed in: nobody of a region looks, so the access log has no entry.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from vaksam.base import clock
from vaksam.booking.models import Appointment
from vaksam.clinic import facts
from vaksam.core import clinic
from vaksam.core.clinic.age import completed_years
from vaksam.core.clinic.information import Information, information
from vaksam.core.clinic.triage import Triage
from vaksam.people.models import Person
from vaksam.programmes import queries as programmes

ADULT = 18
#: Directives that are read on the day itself; somebody who tells beforehand is not told of them.
_OF_THE_DAY = (clinic.Outcome.NOT_NOW, clinic.Outcome.NOT_THIS_PRODUCT)


@dataclass(frozen=True, slots=True)
class ToTell:
    """What somebody is told of a vaccine and asked before it.

    `declared_at`: when they answered, while it is trusted. `agreed`: they have said yes.
    `may_agree`: grown up; for others the guardians say yes at the venue.
    """

    information: Information
    questionnaire: clinic.Questionnaire
    questions: tuple[clinic.Question, ...]
    age: int | None
    sex: int
    declared_at: datetime | None
    agreed: bool
    may_agree: bool


def opens_at(starts_at: datetime) -> datetime:
    """From when on answers hold until a time."""
    return starts_at - facts.DECLARED_WITHIN


def may_answer(starts_at: datetime) -> bool:
    """Whether answers given now hold at a time, and its day is not over."""
    now = clock.now()
    return opens_at(starts_at) <= now and clock.day_of(now) <= clock.day_of(starts_at)


def declared_at(person: int, programme: str) -> datetime | None:
    """When somebody answered the questions; None where not, or too long ago to trust."""
    found = facts.declared(person, programme)
    return found.given_at if found else None


def to_tell(person: int, programme: str) -> ToTell:
    """For a person who has signed in. Raises NotFound where nothing is asked of the disease."""
    born, sex = Person.objects.values_list("born_on", "sex").get(pk=person)
    today = clock.today()
    age = completed_years(born, today) if born else None
    disease = programmes.programme(programme).disease
    questions = clinic.current(disease, today)
    said = facts.consented(person, programme)
    return ToTell(
        information=information(disease, today), questionnaire=questions,
        questions=clinic.asked(questions, age=age, sex=sex), age=age, sex=sex,
        declared_at=declared_at(person, programme),
        agreed=said is not None and said.agrees, may_agree=age is None or age >= ADULT,
    )  # fmt: skip


def expected(appointment: int) -> clinic.Outcome | None:
    """What is to be expected of a time, by what its holder has told and what is known of them.

    Of the directives only what calls for a physician or a hospital counts, since the others are
    read on the day; and to wait counts only where it reaches beyond the day of the time. None:
    nothing is told, or they have died or moved out.
    """
    row = Appointment.objects.select_related("person", "slot__venue").get(pk=appointment)
    known = facts.situation(row.person, row.programme_id, row.slot.venue)
    if known is None or known.declaration is None:
        return None
    ahead = clock.day_of(row.slot.starts_at) - clock.today()
    return _gravest(known.triage(row.slot.product_id), ahead)


def _gravest(found: Triage, ahead: timedelta) -> clinic.Outcome:
    on = clock.today() + ahead
    left = [
        each.outcome for each in found.reasons
        if not (each.code.startswith("directive.") and each.outcome in _OF_THE_DAY)
        and not (each.until is not None and each.until <= on)
    ]  # fmt: skip
    return max(left, key=lambda each: each.gravity, default=clinic.Outcome.GIVE)

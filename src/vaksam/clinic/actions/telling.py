"""What people tell before a dose: their health, and whether they want it."""

from collections.abc import Mapping

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.clinic.actions.arriving import finish, hold_visit
from vaksam.clinic.models import Consent, Declaration, Outcome, Told
from vaksam.core import clinic
from vaksam.core.clinic.age import completed_years
from vaksam.core.clinic.information import information
from vaksam.core.errors import Refused
from vaksam.people import actions as people
from vaksam.people.models import Person
from vaksam.programmes import queries as programmes
from vaksam.records import actions as records


@transaction.atomic
def declare(
    *, person: int, programme: str, answers: Mapping[str, str], language: str, told: str,
    by: User | None, version: int | None = None,
) -> int:  # fmt: skip
    """Keep a health declaration as it was given; its id.

    `version` is that of the questions that were shown; None: today's. `by` None: the person.

    Raises
    ------
    Refused
        A question is not answered, or not so; names it. `questions-changed`: they are others now.
    NotFound, NotAllowed
        As `vaksam.people.actions.hold`.
    """
    held = people.hold(person=person, by=by)
    today = clock.today()
    questions = clinic.current(programmes.programme(programme).disease, today)
    if version is not None and version != questions.version:
        raise Refused("questions-changed", "The questions have changed. Answer them anew.")
    _demand_told(told, language)
    kept = clinic.clean(questions, answers, age=_age(held), sex=held.sex, language=language)
    row = Declaration.objects.create(
        person=held, programme_id=programme, questions=questions.code, version=questions.version,
        language=language, answers=kept, told=told, given_at=clock.now(), by=by,
    )  # fmt: skip
    audit.record(by=by, action="clinic.declare", target=f"person {person}",
                 details={"declaration": row.pk, "told": told, "language": language})  # fmt: skip
    return row.pk


@transaction.atomic
def consent(
    *, person: int, programme: str, agrees: bool, language: str, told: str, by: User | None,
    given_by: str = "",
) -> int:  # fmt: skip
    """Keep that somebody says yes or no to a vaccine, and what they were told before; its id.

    `given_by` names a guardian or trustee who decides. Who says yes declines no more.

    Raises NotFound, NotAllowed as `vaksam.people.actions.hold`; Refused for a strange language.
    """
    held = people.hold(person=person, by=by)
    shown = information(programmes.programme(programme).disease, clock.today())
    _demand_told(told, language)
    row = Consent.objects.create(
        person=held, programme_id=programme, agrees=agrees, information=shown.code,
        version=shown.version, language=language, told=told, given_by=given_by.strip()[:120],
        said_at=clock.now(), by=by,
    )  # fmt: skip
    if agrees:
        records.lift(person=person, programme=programme, by=by)
    audit.record(by=by, action="clinic.consent" if agrees else "clinic.no_consent",
                 target=f"person {person}", details={"consent": row.pk})  # fmt: skip
    return row.pk


@transaction.atomic
def refuse(
    *, visit: int, language: str, told: str, by: User | None, quiet: bool = True, note: str = ""
) -> None:
    """Somebody at a visit does not want the vaccine: it is written down, and the visit ends.

    `quiet`: nobody writes to them about it until they say else.

    Raises as `consent`; nothing happens where the visit has ended.
    """
    row = hold_visit(visit, by)
    if row.ended_at is not None:
        return
    consent(person=row.person_id, programme=row.programme_id, agrees=False, language=language,
            told=told, by=by)  # fmt: skip
    records.decline(person=row.person_id, programme=row.programme_id, by=by, quiet=quiet, note=note)
    finish(row, Outcome.REFUSED, by, note=note)


def _demand_told(told: str, language: str) -> None:
    if told not in Told.values or language not in clinic.LANGUAGES:
        raise Refused("bad-choice", "Choose one of the ways that are shown.")


def _age(person: Person) -> int | None:
    return completed_years(person.born_on, clock.today()) if person.born_on else None

"""Suspected side effects: noted, put right by a new version, handed over to the agency.

Locking law: the person, then the first version's row, so that versions come one after the other.
Nothing is sent to the agency from here: `hand_over` writes down that somebody has.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.base.scope import demand
from vaksam.clinic import access
from vaksam.clinic.models import Reaction
from vaksam.clinic.queries.reactions import report_of
from vaksam.core import groups
from vaksam.core.clinic import reactions as core
from vaksam.core.errors import NotFound, Refused
from vaksam.people import actions as people
from vaksam.people.models import Person
from vaksam.records.models import Vaccination

_SAID: Final = {
    "fatal": "Death is told by the outcome and by the seriousness. Make them agree.",
    "before-dose": "It began before the dose was given. Correct the time, or choose another dose.",
    "anaphylaxis-is-serious": "Anaphylaxis is serious: say in what way.",
}
_LACKS: Final = {
    "patient": "The agency must be able to tell the patient from others: give name, birth or sex.",
    "reporter": "The agency must know who reports: give a name.",
    "product": "Say after which dose it came: the agency must know the product.",
    "lot": "The dose has no lot: correct the dose first, and write “okänd” where nobody knows it.",
    "reaction": "Say what happened: choose a reaction or describe it.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of a reaction. Codes are those of `core/clinic/reactions.toml`."""

    vaccination: int | None = None
    began_at: datetime
    terms: tuple[str, ...] = ()
    anaphylaxis: bool = False
    text: str = ""
    treatment: str = ""
    seriousness: tuple[str, ...] = ()
    outcome: str = "unknown"
    reporter_name: str = ""
    reporter_title: str = ""
    reporter_contact: str = ""


_CHANGES: Final = frozenset(each.name for each in fields(Told))


@transaction.atomic
def note_reaction(
    *,
    person: int,
    began_at: datetime,
    by: User | None,
    vaccination: int | None = None,
    terms: Sequence[str] = (),
    anaphylaxis: bool = False,
    text: str = "",
    treatment: str = "",
    seriousness: Sequence[str] = (),
    outcome: str = "unknown",
    reporter_name: str = "",
    reporter_title: str = "",
    reporter_contact: str = "",
) -> int:
    """Note a suspected side effect of a dose, or of one not known here; its id.

    After anaphylaxis the person belongs to that group, so that directives lead later doses to a
    physician and a hospital.

    Raises
    ------
    Refused
        It lies ahead or before the dose, says nothing of what happened, names what is not known,
        or says two things that disagree (`core.clinic.reactions.disagrees`).
    NotFound, NotAllowed
        The dose is not the person's or holds no more; as `vaksam.people.actions.hold`.
    """
    held = people.hold(person=person, by=by)
    told = Told(
        vaccination=vaccination, began_at=began_at, terms=tuple(terms), anaphylaxis=anaphylaxis,
        text=text.strip(), treatment=treatment.strip(), seriousness=tuple(seriousness),
        outcome=outcome, reporter_name=reporter_name.strip(),
        reporter_title=reporter_title.strip(), reporter_contact=reporter_contact.strip(),
    )  # fmt: skip
    row = _write(held, told, by)
    _tell("clinic.note_reaction", row, by)
    return row.pk


@transaction.atomic
def correct_reaction(*, reaction: int, by: User | None, **changes: Any) -> int:
    """A new version of a reaction, and its id; it has to be handed over again.

    A group that anaphylaxis gave is left: somebody takes it away by hand.

    Raises
    ------
    Refused
        `corrected-meanwhile`: it is no longer the newest version; `no-change`; as
        `note_reaction`.
    NotFound, NotAllowed
        As `note_reaction`.
    """
    assert _CHANGES.issuperset(changes), "what can be corrected"
    held, row = _hold(reaction, by)
    before = told_of(row)
    tidy: dict[str, Any] = {
        name: tuple(value) if name in ("terms", "seriousness")
        else value.strip() if isinstance(value, str) else value
        for name, value in changes.items()
    }  # fmt: skip
    after = replace(before, **tidy)
    if after == before:
        raise Refused("no-change", "That changes nothing. Say what was wrong.")
    new = _write(held, after, by, version=row.version + 1, first=row.first_id or row.pk)
    _tell("clinic.correct_reaction", new, by)
    return new.pk


@transaction.atomic
def hand_over(*, reaction: int, by: User | None) -> None:
    """Write down that the newest version was handed over to the agency; twice changes nothing.

    Raises
    ------
    Refused
        `corrected-meanwhile`; `lacks-…`: what the agency needs is missing.
    NotFound, NotAllowed
        As `vaksam.people.actions.hold`; for staff of venues and coordinators.
    """
    held, row = _hold(reaction, by)
    demand(by, held.region_code, *access.STAFF)
    if row.handed_over_at is not None:
        return
    if lacking := core.lacks(report_of(row)):
        raise Refused(f"lacks-{lacking[0]}", _LACKS[lacking[0]])
    Reaction.objects.filter(pk=row.pk).update(handed_over_at=clock.now(), handed_over_by=by)
    _tell("clinic.hand_over_reaction", row, by)


def told_of(row: Reaction) -> Told:
    """What a version says."""
    return Told(
        vaccination=row.vaccination_id, began_at=row.began_at, terms=tuple(row.terms),
        anaphylaxis=row.anaphylaxis, text=row.text, treatment=row.treatment,
        seriousness=tuple(row.seriousness), outcome=row.outcome, reporter_name=row.reporter_name,
        reporter_title=row.reporter_title, reporter_contact=row.reporter_contact,
    )  # fmt: skip


def _hold(reaction: int, by: User | None) -> tuple[Person, Reaction]:
    """The person and the newest version, locked."""
    found = Reaction.objects.filter(pk=reaction).values_list("person_id", "first_id").first()
    if found is None:
        raise NotFound("no-such-reaction", "There is no such side effect.")
    held = people.hold(person=found[0], by=by)
    Reaction.objects.select_for_update(of=("self",)).get(pk=found[1] or reaction)
    if Reaction.objects.filter(first=found[1] or reaction, pk__gt=reaction).exists():
        raise Refused(
            "corrected-meanwhile", "It has been corrected or taken back meanwhile. Look again."
        )
    return held, Reaction.objects.get(pk=reaction)


def _write(
    held: Person, told: Told, by: User | None, *, version: int = 1, first: int | None = None
) -> Reaction:
    _check_codes(told)
    if told.began_at > clock.now():
        raise Refused("future", "The day lies ahead. Give one that has come.")
    if not told.reporter_name:
        raise Refused("lacks-reporter", _LACKS["reporter"])
    row = Reaction(
        person=held, vaccination=_dose(held, told, first), began_at=told.began_at,
        terms=list(told.terms), anaphylaxis=told.anaphylaxis or core.ANAPHYLAXIS in told.terms,
        text=told.text, treatment=told.treatment[:300], seriousness=list(told.seriousness),
        outcome=told.outcome, reporter_name=told.reporter_name[:120],
        reporter_title=told.reporter_title[:80], reporter_contact=told.reporter_contact[:120],
        version=version, first_id=first, noted_at=clock.now(), by=by,
    )  # fmt: skip
    report = report_of(row)
    if why := core.disagrees(report):
        raise Refused(why, _SAID[why])
    if "reaction" in core.lacks(report):
        raise Refused("lacks-reaction", _LACKS["reaction"])
    row.save()
    if row.anaphylaxis:
        _claim(held, by)
    return row


def _dose(held: Person, told: Told, first: int | None) -> Vaccination | None:
    """The dose meant, as it stands; a new version of the reaction may keep an older one of it."""
    if told.vaccination is None:
        return None
    row = Vaccination.objects.filter(pk=told.vaccination).first()
    known = first is not None and Reaction.objects.filter(vaccination=told.vaccination).exists()
    if row is None or (not known and (row.person_id != held.pk or row.withdrawn_at is not None)):
        raise NotFound("no-such-dose", "There is no such dose.")
    return row


def _claim(held: Person, by: User | None) -> None:
    """That they belong to the group, unless the health record says so already."""
    try:
        with transaction.atomic():
            people.claim_group(
                person=held.pk, group=core.ANAPHYLAXIS, source="health_record", by=by,
                legal_basis=groups.group(core.ANAPHYLAXIS).basis,
                purpose="Misstänkt anafylaxi efter vaccination",
            )  # fmt: skip
    except Refused as error:
        if error.code != "claim-known":
            raise


def _check_codes(told: Told) -> None:
    known = core.words()
    fits = (
        set(told.terms) <= set(known.terms), set(told.seriousness) <= set(known.criteria),
        told.outcome in known.outcomes,
    )  # fmt: skip
    if not all(fits):
        raise Refused("bad-choice", "Choose one of the ways that are shown.")


def _tell(action: str, row: Reaction, by: User | None) -> None:
    details = {"reaction": row.pk, "version": row.version}
    audit.record(by=by, action=action, target=f"person {row.person_id}", details=details)

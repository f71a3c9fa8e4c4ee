"""Rows that disagreed with what was registered, decided by a human."""

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.core.errors import NotFound, Refused
from vaksam.core.rounds.sheet import Given
from vaksam.people import actions as people
from vaksam.rounds import access, writing
from vaksam.rounds.known import current
from vaksam.rounds.models import Member, Round, Row
from vaksam.rounds.rows import given_of


@transaction.atomic
def decide(*, row: int, decision: str, by: User | None, person: int | None = None) -> None:
    """Keep what is registered, replace it by the row, or set the row aside.

    Parameters
    ----------
    decision
        keep, replace or skip. Replace: a dose of this round is corrected, or taken back where the
        row says that none was given; a dose that somebody else registered is taken back and the
        row's is registered.
    person
        Whom a row means that was written by hand; None: whom it was found to mean.

    Raises
    ------
    Refused
        It has been decided, nobody is named, or the records refuse it.
    NotFound, NotAllowed
    """
    owner = Row.objects.filter(pk=row).values_list("sheet__round", flat=True).first()
    if owner is None:
        raise NotFound("unknown-row", "There is no such row.")
    held = access.held(owner, by)
    found = Row.objects.select_for_update(of=("self",)).get(pk=row)
    if found.state != Row.State.CONFLICT or found.decision:
        raise Refused("decided", "Somebody has decided this row meanwhile. Look again.")
    if decision not in Row.Decision.values:
        raise Refused("bad-decision", "Choose whether to keep, replace or set aside.")
    given = given_of(found)
    if decision == Row.Decision.REPLACE:
        _replace(found, held, given, person, by)
    found.decision, found.decided_at, found.decided_by = decision, clock.now(), by
    found.save()
    audit.record(by=by, action="rounds.decide", target=f"round {held.pk}",
                 details={"row": found.pk, "decision": decision})  # fmt: skip


def _replace(found: Row, row: Round, given: Given, person: int | None, by: User | None) -> None:
    member = found.member
    if member is None:
        meant = person or found.person_id
        if meant is None:
            raise Refused("no-person", "Say whom the row means, or set it aside.")
        member = _member(row, meant, by)
        found.member, found.person_id = member, meant
    people.hold(person=member.person_id, by=by)
    other = current(found.other)
    if found.why == "other-dose" and other is not None and not member.outcome:
        writing.instead_of(other.pk, member, given, by)
    else:
        writing.replace(member, given, by)


def _member(row: Round, person: int, by: User | None) -> Member:
    """Somebody on the round; one who was not is put at its last stop."""
    held = people.hold(person=person, by=by)
    there = Member.objects.filter(round=row, person=held).first()
    if there is not None:
        return there
    stop = row.stops.order_by("-order").first()
    assert stop is not None, "a round has a stop"
    return Member.objects.create(round=row, stop=stop, person=held, added_at=clock.now())

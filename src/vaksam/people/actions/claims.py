"""That a person belongs to a group, and on what evidence."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.core import groups
from vaksam.core.errors import NotFound, Refused
from vaksam.people.actions.holding import hold, target, tell
from vaksam.people.models import GroupClaim


@transaction.atomic
def claim_group(
    *,
    person: int,
    group: str,
    source: str,
    by: User | None,
    legal_basis: str = "",
    purpose: str = "",
    valid_until: date | None = None,
) -> int:
    """Record a claim, given today; its id. One that has run out is replaced.

    Raises
    ------
    Refused
        Group or source is not known; a sensitive group comes without legal basis; `valid_until`
        has passed; the claim is there already.
    NotFound, NotAllowed
        As `hold`.
    """
    demand_basis(group, legal_basis)
    groups.source(source)
    if valid_until is not None and valid_until < clock.today():
        raise Refused("passed", "The day the claim is valid until has passed.")
    held = hold(person=person, by=by)
    _make_room(held.pk, group, source, by=by)
    claim = GroupClaim.objects.create(
        person=held, group=group, source=source, legal_basis=legal_basis.strip(), purpose=purpose,
        given_on=clock.today(), valid_until=valid_until, recorded_at=clock.now(), recorded_by=by,
    )  # fmt: skip
    details = {"claim": claim.pk, "source": source}
    audit.record(by=by, action="people.claim_group", target=target(person), details=details)
    tell([person])
    return claim.pk


@transaction.atomic
def withdraw_claim(*, claim: int, by: User | None) -> None:
    """End a claim; it is kept, with who ended it. Doing so twice changes nothing.

    Raises as `hold`.
    """
    row = GroupClaim.objects.filter(pk=claim).first()
    if row is None:
        raise NotFound("no-such-claim", "There is no such claim.")
    hold(person=row.person_id, by=by)
    if not withdraw(GroupClaim.objects.filter(pk=claim).values_list("pk", flat=True), by=by):
        return
    details = {"claim": claim}
    audit.record(
        by=by, action="people.withdraw_claim", target=target(row.person_id), details=details
    )
    tell([row.person_id])


def withdraw(claims: Iterable[int], *, by: User | None) -> int:
    """Withdraw those that are not; how many."""
    rows = GroupClaim.objects.filter(pk__in=claims, withdrawn_at=None)
    return rows.update(withdrawn_at=clock.now(), withdrawn_by=by)


def demand_basis(group: str, legal_basis: str) -> None:
    """Raise Refused for an unknown group, or a sensitive one without legal basis."""
    if groups.group(group).sensitive and not legal_basis.strip():
        raise Refused(
            "legal-basis-needed",
            "The group tells of health or hardship: name the legal basis, such as “{usual}”.",
            usual=groups.group(group).basis,
        )


def _make_room(person: int, group: str, source: str, *, by: User | None) -> None:
    same = GroupClaim.objects.filter(
        person=person, group=group, source=source, list=None, withdrawn_at=None
    )
    if same.exclude(valid_until__lt=clock.today()).exists():
        raise Refused("claim-known", "The claim is there already, from the same source.")
    withdraw(same.values_list("pk", flat=True), by=by)

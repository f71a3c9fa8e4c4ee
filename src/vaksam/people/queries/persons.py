"""One person's record. Each opening is logged in the transaction that reads."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from vaksam.base import access as access_log
from vaksam.base import clock
from vaksam.base.models import AccessEntry, User
from vaksam.base.scope import Scope
from vaksam.core.errors import Refused
from vaksam.people import access
from vaksam.people.models import ContactChoice, GroupClaim, Identity, Merge, Person
from vaksam.people.queries.identities import merged_into
from vaksam.people.queries.shown import (
    Address,
    ClaimView,
    ContactView,
    IdentityView,
    Member,
    PersonView,
)


@dataclass(frozen=True, slots=True)
class Looked:
    """One look at a person's record."""

    at: datetime
    username: str
    action: str
    reason: str


@dataclass(frozen=True, slots=True)
class MergeView:
    """A merge into this person; `undone_at` None: still so."""

    id: int
    merged: int
    why: str
    merged_at: datetime
    undone_at: datetime | None


@transaction.atomic
def person(pk: int, *, scope: Scope, reason: str = "", path: str = "") -> PersonView:
    """Open a person's record, and log that it was opened.

    Raises
    ------
    NotFound
        There is nobody of that id in the regions of the scope.
    NotAllowed
        The identity is protected, and none of the scope's roles may open such records.
    Refused
        `needs-reason`: the identity is protected, and no reason is given; `merged`: `person` in
        the values is the one to open instead.
    """
    rows = Person.objects.visible_to(scope).select_related("small_area")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise access.no_such_person()
    if found.merged_into_id is not None:
        raise access.merged_away(found.merged_into_id)
    if found.protection:
        _demand_reason(found, scope, reason)
    log("people.open", scope, subject=access_log.Subject("person", str(pk)), reason=reason,
        path=path)  # fmt: skip
    return _view(found)


def looked(pk: int, *, scope: Scope) -> list[Looked]:
    """Who has looked at a person's record, or at one merged into it; newest first.

    For coordinators. Raises as `person`, but wants no reason and is not a look itself.
    """
    found = _coordinated(pk, scope)
    ids = [str(each) for each in (found.pk, *merged_into(found.pk))]
    rows = AccessEntry.objects.filter(subject_kind="person", subject_id__in=ids)
    columns = rows.order_by("-id").values_list("at", "user__username", "action", "reason")
    return [Looked(*row) for row in columns]


def merges(pk: int, *, scope: Scope) -> list[MergeView]:
    """The merges into a person, newest first. For coordinators; raises as `looked`."""
    found = _coordinated(pk, scope)
    rows = Merge.objects.filter(kept=found).order_by("-id")
    return [MergeView(m.pk, m.merged_id, m.why, m.merged_at, m.undone_at) for m in rows]


def regions() -> list[str]:
    """Codes of the regions that have persons."""
    codes = Person.objects.order_by("region_code").values_list("region_code", flat=True)
    return list(codes.distinct())


def in_force(on: date) -> Q:
    """Which claims count on a day, whether or not the job that ends lists has run."""
    return (
        Q(withdrawn_at=None)
        & (Q(valid_until=None) | Q(valid_until__gte=on))
        & (Q(list=None) | Q(list__last_day__gte=on, list__ended_at=None))
    )


def log(
    action: str, scope: Scope, *, subject: access_log.Subject, reason: str = "", path: str = ""
) -> None:
    """Log a look in the name of the scope's account."""
    assert scope.user_id is not None, "a scope that reaches persons is an account's"
    by = User(pk=scope.user_id)  # the log wants no more of it than the key
    access_log.log(by=by, action=action, subject=subject, reason=reason[:400], path=path)


def _demand_reason(found: Person, scope: Scope, reason: str) -> None:
    if not access.may_open_protected(scope, found.region_code):
        raise access.protected()
    if not reason.strip():
        raise Refused(
            "needs-reason", "The identity is protected. Say why you must open the record."
        )


def _coordinated(pk: int, scope: Scope) -> Person:
    found = Person.objects.visible_to(scope).filter(pk=pk).first()
    if found is None:
        raise access.no_such_person()
    access.demand_scope(scope, found.region_code, *access.COORDINATORS)
    return found


def _view(found: Person) -> PersonView:
    return PersonView(
        id=found.pk,
        region_code=found.region_code,
        given_name=found.given_name,
        family_name=found.family_name,
        born_on=found.born_on,
        born_year=found.born_year,
        sex=found.sex,
        protection=found.protection,
        address=None if found.protection else _address(found),
        residence=found.residence,
        language=found.language,
        interpreter=found.interpreter,
        digital_identity=found.digital_identity,
        extra_time=found.extra_time,
        travel_help=found.travel_help,
        home_visit=found.home_visit,
        died_on=found.died_on,
        moved_out_on=found.moved_out_on,
        identities=_identities(found),
        household=_household(found),
        claims=_claims(found),
        contact=_contact(found),
    )


def _address(found: Person) -> Address:
    return Address(
        street=found.street,
        postcode=found.postcode,
        city=found.city,
        municipality_code=found.municipality_code,
        small_area_code=found.small_area.code if found.small_area else "",
        small_area_name=found.small_area.name if found.small_area else "",
        latitude=found.latitude,
        longitude=found.longitude,
    )


def _identities(found: Person) -> tuple[IdentityView, ...]:
    rows = Identity.objects.filter(person=found).order_by("valid_to", "pk")
    return tuple(
        IdentityView(row.pk, row.kind, row.issuer, row.value, row.valid_from, row.valid_to)
        for row in rows
    )


def _household(found: Person) -> tuple[Member, ...]:
    if found.household_id is None:
        return ()
    rows = Person.objects.filter(
        household=found.household_id, merged_into=None, died_on=None, moved_out_on=None
    ).exclude(pk=found.pk)
    names = rows.order_by("born_year", "pk").values_list("pk", "given_name", "family_name")
    return tuple(Member(*row) for row in names)


def _claims(found: Person) -> tuple[ClaimView, ...]:
    """In force first, then the newest first."""
    today = clock.today()
    counting = set(
        GroupClaim.objects.filter(in_force(today), person=found).values_list("pk", flat=True)
    )
    rows = GroupClaim.objects.filter(person=found).select_related("list").order_by("-recorded_at")
    views = [_claim(row, row.pk in counting, hide=bool(found.protection)) for row in rows]
    return tuple(sorted(views, key=lambda view: not view.in_force))


def _claim(row: GroupClaim, in_force: bool, *, hide: bool) -> ClaimView:
    return ClaimView(
        id=row.pk,
        group=row.group,
        source=row.source,
        legal_basis=row.legal_basis,
        purpose=row.purpose,
        sender=row.list.sender if row.list and not hide else "",
        given_on=row.given_on,
        valid_until=row.valid_until,
        recorded_at=row.recorded_at,
        withdrawn_at=row.withdrawn_at,
        in_force=in_force,
    )


def _contact(found: Person) -> tuple[ContactView, ...]:
    rows = ContactChoice.objects.filter(person=found).order_by("-chosen_at", "-pk")
    return tuple(ContactView(row.channel, row.mobile, row.email, row.chosen_at) for row in rows)

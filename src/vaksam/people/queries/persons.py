"""One person's record. Each opening is logged in the transaction that reads."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from vaksam.base import access as access_log
from vaksam.base.models import AccessEntry, User
from vaksam.base.scope import Scope
from vaksam.core.errors import Refused
from vaksam.people import access
from vaksam.people.models import Merge, Person
from vaksam.people.queries.alike import Alike, alike_to
from vaksam.people.queries.identities import merged_into
from vaksam.people.queries.shown import PersonView
from vaksam.people.queries.viewing import view


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
    return view(found)


def looked(pk: int, *, scope: Scope) -> list[Looked]:
    """Who has looked at a person's record, or at one merged into it; newest first.

    For coordinators. Raises as `person`, but wants no reason and is not a look itself.
    """
    found = _coordinated(pk, scope)
    ids = [str(each) for each in (found.pk, *merged_into([found.pk]))]
    rows = AccessEntry.objects.filter(subject_kind="person", subject_id__in=ids)
    columns = rows.order_by("-id").values_list("at", "user__username", "action", "reason")
    return [Looked(*row) for row in columns]


def merges(pk: int, *, scope: Scope) -> list[MergeView]:
    """The merges into a person, newest first. For coordinators; raises as `looked`."""
    found = _coordinated(pk, scope)
    rows = Merge.objects.filter(kept=found).order_by("-id")
    return [MergeView(m.pk, m.merged_id, m.why, m.merged_at, m.undone_at) for m in rows]


@transaction.atomic
def alike(pk: int, *, scope: Scope, path: str = "") -> tuple[Alike, ...]:
    """Others of the region who may be the same person, the likeliest first; logged.

    Protected persons are never among them. For coordinators; raises as `looked`.
    """
    found = _coordinated(pk, scope)
    if found.merged_into_id is not None:
        raise access.merged_away(found.merged_into_id)
    likely = alike_to(found)
    log("people.alike", scope, subject=access_log.Subject("person", str(pk)),
        reason=f"hits={len(likely)}", path=path)  # fmt: skip
    return likely


def regions() -> list[str]:
    """Codes of the regions that have persons."""
    codes = Person.objects.order_by("region_code").values_list("region_code", flat=True)
    return list(codes.distinct())


def region_of(pk: int) -> str:
    """The region a person belongs to. Raises NotFound."""
    found = Person.objects.filter(pk=pk).values_list("region_code", flat=True).first()
    if found is None:
        raise access.no_such_person()
    return found


@dataclass(frozen=True, slots=True)
class Oneself:
    """What a person who has signed in is shown of themself."""

    id: int
    region_code: str
    given_name: str
    latitude: float | None
    longitude: float | None
    extra_time: bool
    interpreter: bool


def oneself(pk: int) -> Oneself:
    """Somebody's own page; for a person who has signed in. Raises NotFound.

    Nobody of a region looks here, so the access log has no entry; the sign-in is in the audit.
    """
    row = Person.objects.filter(pk=pk, merged_into=None, died_on=None).first()
    if row is None:
        raise access.no_such_person()
    return Oneself(row.pk, row.region_code, row.given_name, row.latitude, row.longitude,
                   row.extra_time, row.interpreter)  # fmt: skip


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

"""Merge two records of one person, and undo it.

Locking law: both rows are locked in id order before anything is read. Rows of the merged record
move to the kept one by the registry in vaksam.people.merging, and their keys are remembered in
the Merge. What is empty in the kept record is filled from the merged one, which keeps its own;
the names of the filled fields are remembered, never their contents.

Undoing puts back what was moved. What the kept person got after the merge stays with it, and so
does protection: where either was protected, both stay so.
"""

from typing import Any, Final

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.core.errors import NotFound, Refused
from vaksam.core.identity import matching
from vaksam.people import access, merging
from vaksam.people.actions.holding import hold_both, target, tell
from vaksam.people.actions.protecting import set_protection
from vaksam.people.models import Merge, Person, Protection
from vaksam.people.queries.identities import identities_of
from vaksam.people.queries.near import known_of

FILLED: Final = "filled"
_BLANK: Final = Person()
_PLACE: Final = (
    "municipality_code", "street", "postcode", "city", "small_area_id", "latitude", "longitude",
    "household_id",
)  # fmt: skip
#: Filled together, and only where none of them is known.
_TOGETHER: Final = (
    ("given_name", "family_name"),
    ("born_on", "born_year"),
    _PLACE,
    *(
        (name,)
        for name in (
            "sex", "language", "interpreter", "digital_identity", "extra_time", "travel_help",
            "home_visit", "died_on", "moved_out_on",
        )
    ),
)  # fmt: skip


@transaction.atomic
def merge(*, kept: int, merged: int, why: str, by: User | None) -> int:
    """Make two records one; the merge's id, to undo it by.

    Raises
    ------
    Refused
        They have two different personal numbers, or are one and the same; no reason is given;
        one of them is merged already.
    NotFound, NotAllowed
        As `hold`; only a coordinator of both regions may.
    """
    if kept == merged:
        raise Refused("same-person", "These are one record already. Choose another.")
    if not why.strip():
        raise Refused("needs-reason", "Say why they are one person.")
    keeper, other = hold_both(persons=(kept, merged), by=by)
    _demand_one_person(keeper, other)
    moved: dict[str, Any] = dict(merging.move_all(merged=merged, kept=kept))
    moved[FILLED] = _fill(keeper, other)
    Person.objects.filter(pk=merged).update(merged_into=kept)
    if protection := _stricter(keeper.protection, other.protection):
        set_protection([kept], protection)
    row = Merge.objects.create(
        kept=keeper, merged=other, why=why.strip()[:400], moved=moved, merged_at=clock.now(),
        merged_by=by,
    )  # fmt: skip
    _record("people.merge", row, by=by)
    tell([kept, merged], households=[keeper.household_id, other.household_id])
    return row.pk


@transaction.atomic
def undo_merge(*, merge: int, by: User | None) -> None:
    """Make one record two again.

    Raises
    ------
    Refused
        It is undone already, or the kept record was merged itself: undo that one first.
    NotFound, NotAllowed
        As `hold`.
    """
    row = Merge.objects.filter(pk=merge).first()
    if row is None:
        raise NotFound("no-such-merge", "There is no such merge.")
    keeper, other = _lock_to_undo(row, by=by)
    row.refresh_from_db()
    if row.undone_at is not None:
        raise Refused("undone", "This merge is undone already.")
    moved = dict(row.moved)
    _empty_again(keeper, other, moved.pop(FILLED, []))
    merging.put_back(moved, merged=other.pk, kept=keeper.pk)
    Person.objects.filter(pk=other.pk).update(merged_into=None)
    Merge.objects.filter(pk=row.pk).update(undone_at=clock.now(), undone_by=by)
    _record("people.undo_merge", row, by=by)
    tell([keeper.pk, other.pk])


def _lock_to_undo(row: Merge, *, by: User | None) -> tuple[Person, Person]:
    rows = Person.objects.select_for_update().filter(pk__in=(row.kept_id, row.merged_id))
    held = {person.pk: person for person in rows.order_by("pk")}
    for person in held.values():
        access.demand(by, person.region_code, *access.COORDINATORS)
    keeper, other = held[row.kept_id], held[row.merged_id]
    if keeper.merged_into_id is not None:
        raise Refused(
            "undo-later-first",
            "The record that was kept is itself merged into person {person}. Undo that first.",
            person=keeper.merged_into_id,
        )
    return keeper, other


def _demand_one_person(keeper: Person, other: Person) -> None:
    """A number that has ended does not count: it was changed, or theirs by mistake."""
    numbers = identities_of([keeper.pk, other.pk], ended=False)
    known = [known_of(person, numbers.get(person.pk, ())) for person in (keeper, other)]
    matching.may_merge(*known)


def _fill(keeper: Person, other: Person) -> list[str]:
    """Fill what is not known in the kept record; the names of what was filled."""
    groups = [
        names
        for names in _TOGETHER
        if not any(_is_known(keeper, name) for name in names)
        and not (names is _PLACE and (keeper.protection or other.protection))
    ]
    filled = [name for names in groups for name in names if _is_known(other, name)]
    if "household_id" in filled and keeper.region_code != other.region_code:
        filled.remove("household_id")
    Person.objects.filter(pk=keeper.pk).update(**{name: getattr(other, name) for name in filled})
    return filled


def _empty_again(keeper: Person, other: Person, filled: list[str]) -> None:
    """Empty what was filled and is still as it was then."""
    same = [name for name in filled if getattr(keeper, name) == getattr(other, name)]
    Person.objects.filter(pk=keeper.pk).update(**{name: getattr(_BLANK, name) for name in same})


def _is_known(person: Person, name: str) -> bool:
    return bool(getattr(person, name) != getattr(_BLANK, name))


def _stricter(*protections: str) -> str:
    kinds = (Protection.PROTECTED_REGISTRATION, Protection.CONFIDENTIALITY_MARKING)
    return next((kind for kind in kinds if kind in protections), Protection.NONE)


def _record(action: str, row: Merge, *, by: User | None) -> None:
    details = {"merge": row.pk, "merged": row.merged_id}
    audit.record(by=by, action=action, target=target(row.kept_id), details=details)

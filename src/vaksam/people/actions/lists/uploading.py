"""A municipality's list comes in, whole or not at all."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.base.outbox import publish
from vaksam.core.errors import Refused
from vaksam.people import access
from vaksam.people.actions.lists import checks, matching, reading
from vaksam.people.models import GroupClaim, GroupList, ListRow, Person
from vaksam.people.queries.identities import parts

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A list that came in, and how many of its rows were found at once."""

    list: int
    rows: int
    matched: int
    to_review: int
    not_found: int


@transaction.atomic
def upload_list(
    *,
    content: bytes,
    file_name: str,
    group: str,
    source: str,
    municipality_code: str,
    sender: str,
    legal_basis: str,
    purpose: str,
    given_on: date,
    last_day: date,
    by: User | None,
) -> Uploaded:
    """Store a list, match its rows by number, and claim the group for those matched.

    Rows without a number that is known are set aside for review where somebody is alike.

    Raises
    ------
    BadFile
        With every fault of the file; nothing was changed.
    Refused
        The list is stale, was uploaded before, or lacks purpose, legal basis or sender.
    NotAllowed
        `by` is no coordinator of the municipality's region.
    """
    about = checks.About(
        group, source, municipality_code, sender.strip(), legal_basis.strip(), purpose.strip(),
        given_on, last_day,
    )  # fmt: skip
    region_code = checks.region_of(municipality_code)
    access.demand(by, region_code, *access.COORDINATORS)
    checks.demand_told(about)
    checks.demand_fresh(about, on=clock.today())
    checks.demand_size(content)
    sha256 = hashlib.sha256(content).hexdigest()
    checks.demand_new(sha256, region_code, group)
    rows = reading.read(content, file_name=file_name, on=clock.today(), region_code=region_code)
    stored = GroupList.objects.create(
        region_code=region_code, file_name=file_name[:200], sha256=sha256,
        uploaded_at=clock.now(), uploaded_by=by,
        **{name: getattr(about, name) for name in checks.About.__slots__},
    )  # fmt: skip
    return _store(stored, rows, by=by)


def claim(stored: GroupList, person: int, *, at: datetime, by: User | None) -> GroupClaim:
    """The claim that a list's row is, not yet saved."""
    return GroupClaim(
        person_id=person, group=stored.group, source=stored.source, list=stored,
        legal_basis=stored.legal_basis, purpose=stored.purpose, given_on=stored.given_on,
        valid_until=stored.last_day, recorded_at=at, recorded_by=by,
    )  # fmt: skip


def _store(stored: GroupList, rows: Sequence[reading.Row], *, by: User | None) -> Uploaded:
    matches = matching.by_number(rows, region_code=stored.region_code)
    _hold_living(matches.values())
    unmatched = [row for row in rows if row.number not in matches]
    review = matching.with_somebody_alike(unmatched, stored=stored)
    near_protected = matching.near_protected(unmatched, region_code=stored.region_code)
    kept = [row.without_address() if row.number in near_protected else row for row in rows]
    written = (_row(stored, row, matches, review) for row in kept)
    ListRow.objects.bulk_create(written, batch_size=_BATCH)
    now = clock.now()
    claims = (claim(stored, person, at=now, by=by) for person in sorted(set(matches.values())))
    GroupClaim.objects.bulk_create(claims, batch_size=_BATCH)
    done = Uploaded(stored.pk, len(rows), len(matches), len(review), len(unmatched) - len(review))
    _tell(stored, done, by=by)
    return done


def _row(stored: GroupList, row: reading.Row, matches: dict[int, int], review: set[int]) -> ListRow:
    """A matched row keeps nothing of what was written: its person tells."""
    if (person := matches.get(row.number)) is not None:
        state = ListRow.State.MATCHED
        return ListRow(list=stored, number=row.number, state=state, person_id=person)
    state = ListRow.State.REVIEW if row.number in review else ListRow.State.NOT_FOUND
    return ListRow(list=stored, number=row.number, state=state, given=row.given)


def _hold_living(persons: Iterable[int]) -> None:
    """Lock those matched, in id order, so that none is merged before its claim is there."""
    for part in parts(sorted(set(persons)), _BATCH):
        rows = Person.objects.filter(pk__in=part).order_by("pk").select_for_update(no_key=True)
        if any(merged is not None for merged in rows.values_list("merged_into_id", flat=True)):
            raise Refused("merged-meanwhile", "Somebody was merged just now. Upload once more.")


def _tell(stored: GroupList, done: Uploaded, *, by: User | None) -> None:
    audit.record(
        by=by, action="people.upload_list", target=f"list:{stored.pk}",
        details={
            "group": stored.group, "source": stored.source, "rows": done.rows,
            "matched": done.matched, "sha256": stored.sha256,
        },
    )  # fmt: skip
    publish("people.changed", {"region": stored.region_code})

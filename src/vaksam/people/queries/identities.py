"""Whose a number is."""

from collections.abc import Iterable

from django.db.models import Q

from vaksam.core import identity as known_as
from vaksam.people.models import Identity, Person

CHUNK = 5_000


def holder_of(identity: known_as.Identity) -> Person | None:
    """Who has, or had, exactly this number; in any region. For actions only: it is not logged."""
    row = (
        Identity.objects.filter(
            value=identity.value, kind=identity.kind, issuer=identity.issuer
        ).select_related("person").first()
    )  # fmt: skip
    return row.person if row else None


def holders(identities: Iterable[known_as.Identity], *, region_code: str) -> dict[tuple[str, str, str], int]:
    """Ids of persons of a region by `Identity.key`; one query for 5,000 numbers."""
    by_kind: dict[tuple[str, str], list[str]] = {}
    for each in identities:
        by_kind.setdefault((each.kind.value, each.issuer), []).append(each.value)
    found = {}
    for (kind, issuer), values in by_kind.items():
        for start in range(0, len(values), CHUNK):
            rows = Identity.objects.filter(
                Q(person__region_code=region_code, person__merged_into=None),
                kind=kind, issuer=issuer, value__in=values[start : start + CHUNK],
            )  # fmt: skip
            found |= {
                (kind, issuer, value): person
                for value, person in rows.values_list("value", "person_id")
            }
    return found

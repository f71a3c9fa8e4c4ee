"""Whose a number is."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from vaksam.core import identity as known_as
from vaksam.core.identity import Kind
from vaksam.people.models import Identity, Person

T = TypeVar("T")
CHUNK = 5_000
#: Keys of a list's row that are numbers, in the order in which they are trusted.
IN_LISTS = (Kind.PERSONAL_NUMBER, Kind.COORDINATION_NUMBER, Kind.RESERVE_NUMBER)


def holder_of(identity: known_as.Identity) -> Person | None:
    """Who has, or had, exactly this number; in any region. For actions only: it is not logged."""
    row = (
        Identity.objects.filter(
            value=identity.value, kind=identity.kind, issuer=identity.issuer
        ).select_related("person").first()
    )  # fmt: skip
    return row.person if row else None


def holders(
    identities: Iterable[known_as.Identity], *, region_code: str
) -> dict[known_as.Identity, int]:
    """Ids of those of a region who have, or had, these numbers; one query for 5,000 of them."""
    asked: dict[tuple[str, str], dict[str, known_as.Identity]] = {}
    for each in identities:
        asked.setdefault((each.kind.value, each.issuer), {})[each.value] = each
    found: dict[known_as.Identity, int] = {}
    for (kind, issuer), by_value in asked.items():
        for part in parts(list(by_value), CHUNK):
            rows = Identity.objects.filter(
                kind=kind, issuer=issuer, value__in=part, person__region_code=region_code
            ).values_list("value", "person_id")
            found |= {by_value[value]: person for value, person in rows}
    return found


def identities_of(
    persons: Collection[int], *, ended: bool = True
) -> dict[int, tuple[known_as.Identity, ...]]:
    """What persons are known as, or only what has not ended; one query."""
    found: dict[int, tuple[known_as.Identity, ...]] = {}
    rows = Identity.objects.filter(person__in=persons).order_by("pk")
    if not ended:
        rows = rows.filter(valid_to=None)
    for person, kind, value, issuer in rows.values_list("person_id", "kind", "value", "issuer"):
        found[person] = (*found.get(person, ()), known_as.Identity(Kind(kind), value, issuer))
    return found


def identities_in(given: Mapping[str, str]) -> list[known_as.Identity]:
    """The numbers of a list's row, in the order in which they are trusted."""
    issuers = {Kind.RESERVE_NUMBER: given.get("reserve_issuer", "")}
    return [
        known_as.Identity(kind, given[kind.value], issuers.get(kind, ""))
        for kind in IN_LISTS
        if kind.value in given
    ]


def merged_into(persons: Collection[int]) -> list[int]:
    """Records that were merged into these persons, at any remove."""
    found: list[int] = []
    newest = list(persons)
    while newest:
        rows = Person.objects.filter(merged_into__in=newest)
        newest = list(rows.values_list("pk", flat=True))
        found += newest
    return found


def parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """`items` in turns of at most `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))

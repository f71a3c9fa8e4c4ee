"""Persons alike are judged once.

Rules tell persons apart by few things: on which side of each age limit they were born, the groups
that some rule names, sex, region, and whom they live with. Millions of persons are some thousands
of kinds, so whatever does not depend on doses is worked out for the kinds and then looked up.
"""

import numpy as np
from numpy.typing import NDArray

from vaksam.core.rules.evaluation.columns import Persons
from vaksam.core.rules.evaluation.compiling import Distinctions
from vaksam.core.rules.evaluation.days import Bits, Ints, within
from vaksam.core.rules.evaluation.who import Kinds

_LARGEST_TABLE = 1 << 24
_SEXES = 3
Ids = NDArray[np.int32]


def kinds_of(
    persons: Persons, by: Distinctions, households: tuple[Ints, Bits] | None = None
) -> tuple[Kinds, Ids]:
    """The kinds among some persons, and the kind of each.

    `households`: for each person a row of the second array, which holds `Kinds.cohabits`.
    """
    masks, group = _groups(persons.groups, by.groups)
    birth = by.births[within(persons.born)]
    parts: list[tuple[NDArray[np.integer], int]] = [(birth, len(by.born)), (group, len(masks))]
    if by.sex:
        parts.append((np.minimum(persons.sex, _SEXES - 1), _SEXES))
    if len(by.regions) > 1:
        parts.append((by.region_of[persons.region], len(by.regions)))
    if households:
        parts.append((households[0], len(households[1])))
    told, ids = _combined(parts)
    rest = iter(told[2:])
    none = np.zeros(len(told[0]), np.int32)
    return Kinds(
        born=by.born[told[0]],
        groups=masks[told[1]],
        sex=next(rest).astype(np.int32) if by.sex else none,
        region=next(rest).astype(np.int32) if len(by.regions) > 1 else none,
        cohabits=households[1][next(rest)] if households else none.astype(np.uint64),
    ), ids


def _combined(parts: list[tuple[NDArray[np.integer], int]]) -> tuple[list[Ids], Ids]:
    """The distinct combinations: a column for each part; and each person's combination.

    `parts` are whole numbers, each with a bound that they are below.
    """
    first, size = parts[0]
    columns, ids = [np.arange(size, dtype=np.int32)], first.astype(np.int32)
    for numbers, bound in parts[1:]:
        size = len(columns[0]) * bound
        wide = ids if size < 1 << 31 else ids.astype(np.int64)
        found, ids = dense(wide * bound + numbers, size)
        before, last = np.divmod(found, bound)
        columns = [*(column[before] for column in columns), last]
    return columns, ids


def dense(keys: NDArray[np.integer], size: int) -> tuple[Ids, Ids]:
    """The distinct keys, all below `size`, in order; and for each key its place among them."""
    if size > _LARGEST_TABLE or size > 64 * len(keys) + 1024:
        found, places = np.unique(keys, return_inverse=True)
        return found, places.astype(np.int32)
    seen = np.zeros(size, np.bool_)
    seen[keys] = True
    found = np.flatnonzero(seen).astype(np.int32)
    place = np.empty(size, np.int32)
    place[found] = np.arange(len(found), dtype=np.int32)
    return found, place[keys]


def _groups(groups: Bits, mentioned: int) -> tuple[Bits, Ids]:
    """The distinct sets of groups that matter, and each person's place among them.

    The bits that matter are moved together, a byte at a time by a table of 256.
    """
    wanted = [bit for bit in range(64) if mentioned >> bit & 1]
    kind: type[np.int32 | np.int64] = np.int32 if len(wanted) < 31 else np.int64
    packed: NDArray[np.integer] = np.zeros(len(groups), kind)
    octets = np.ascontiguousarray(groups).astype("<u8").view(np.uint8).reshape(-1, 8)
    for octet in sorted({bit // 8 for bit in wanted}):
        packed |= _packing(octet, wanted).astype(packed.dtype)[octets[:, octet]]
    found, places = dense(packed, 1 << len(wanted))
    masks = np.zeros(len(found), np.uint64)
    for place, bit in enumerate(wanted):
        masks |= (found.astype(np.uint64) >> np.uint64(place) & np.uint64(1)) << np.uint64(bit)
    return masks, places


def _packing(octet: int, wanted: list[int]) -> NDArray[np.int64]:
    table = np.zeros(256, np.int64)
    for place, bit in enumerate(wanted):
        if bit // 8 == octet:
            table |= (np.arange(256) >> (bit % 8) & 1) << place
    return table

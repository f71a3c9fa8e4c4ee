"""Persons alike are judged once.

Rules tell persons apart by few things: on which side of each age limit they were born, the groups
that some rule names, sex, region, and whom they live with. Millions of persons are some thousands
of kinds, so whatever does not depend on doses is worked out for the kinds and then looked up.
"""

import numpy as np
from numpy.typing import NDArray

from vaksam.core.rules.evaluation.columns import Persons
from vaksam.core.rules.evaluation.compiled import Compiled
from vaksam.core.rules.evaluation.days import Bits, Ints, within
from vaksam.core.rules.evaluation.who import Kinds

_LARGEST_TABLE = 1 << 24
_SEXES = 3
Ids = NDArray[np.intp]


def kinds_of(
    persons: Persons, compiled: Compiled, households: tuple[Ints, Bits] | None = None
) -> tuple[Kinds, Ids]:
    """The kinds among some persons, and the kind of each.

    `households`: for each person a row of the second array, which holds `Kinds.cohabits`.
    """
    masks, group = _groups(persons.groups, compiled.mentioned)
    regions = len(compiled.regions)
    key = compiled.births[within(persons.born)].astype(np.int64)
    key = key * len(masks) + group
    keys, ids = dense(key, len(compiled.born) * len(masks))
    place = np.minimum(persons.sex, _SEXES - 1) * np.uint8(regions)  # fits: at most 3 × 22
    place = place + compiled.region_of[persons.region]
    pairs, ids = dense(ids * (_SEXES * regions) + place, len(keys) * _SEXES * regions)
    rows, bits = households or (np.zeros(1, np.int32), np.zeros(1, np.uint64))
    if households:
        triples, ids = dense(ids * len(bits) + rows, len(pairs) * len(bits))
        pairs, cohabits = pairs[triples // len(bits)], bits[triples % len(bits)]
    else:
        cohabits = np.zeros(len(pairs), np.uint64)
    first, place_of = np.divmod(pairs, _SEXES * regions)
    birth, mask = np.divmod(keys[first], len(masks))
    kinds = Kinds(
        born=compiled.born[birth],
        groups=masks[mask],
        sex=(place_of // regions).astype(np.int32),
        region=(place_of % regions).astype(np.int32),
        cohabits=cohabits,
    )
    return kinds, ids


def dense(keys: NDArray[np.int64], size: int) -> tuple[Ids, Ids]:
    """The distinct keys, all below `size`, in order; and for each key its place among them."""
    if size > _LARGEST_TABLE or size > 64 * len(keys) + 1024:
        found, places = np.unique(keys, return_inverse=True)
        return found.astype(np.intp), places.astype(np.intp)
    seen = np.zeros(size, np.bool_)
    seen[keys] = True
    found = np.flatnonzero(seen)
    place = np.empty(size, np.intp)
    place[found] = np.arange(len(found))
    return found, place[keys]


def _groups(groups: Bits, mentioned: int) -> tuple[Bits, Ids]:
    """The distinct sets of groups that matter, and each person's place among them.

    The bits that matter are moved together, a byte at a time by a table of 256.
    """
    wanted = [bit for bit in range(64) if mentioned >> bit & 1]
    packed = np.zeros(len(groups), np.int64)
    octets = np.ascontiguousarray(groups).astype("<u8").view(np.uint8).reshape(-1, 8)
    for octet in sorted({bit // 8 for bit in wanted}):
        packed |= _packing(octet, wanted)[octets[:, octet]]
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

"""Stock as a fold over documents, with double entry.

A document moves vials and doses from one account to another: its legs sum to zero, so nothing
appears or vanishes. Stock is the sum of legs and is never edited; what was wrong is reversed.

Unopened vials are counted in vials; how many doses they hold is the product's nominal number on
the day that is asked about. Opening a vial takes its doses out of `CONTENT` into an open vial.
What cannot be drawn is `RESIDUE`, which is no wastage; a dose more than nominal comes out of
`CONTENT` as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from vaksam.core.errors import Refused


class State(StrEnum):
    """An account of a lot at a venue."""

    FROZEN = "frozen"
    COLD = "cold"
    THAWED = "thawed"
    OPENED = "opened"
    DRAWN = "drawn"
    QUARANTINE = "quarantine"
    TRANSIT = "transit"  # on the way to the venue
    SUPPLIER = "supplier"  # where vials come from
    CONTENT = "content"  # doses inside unopened vials
    GIVEN = "given"
    RESIDUE = "residue"  # left in an emptied vial
    WASTED = "wasted"
    EXPIRED = "expired"
    RETURNED = "returned"
    COUNTED = "counted"  # found or missing at a count


HELD = frozenset(
    {State.FROZEN, State.COLD, State.THAWED, State.OPENED, State.DRAWN, State.QUARANTINE,
     State.TRANSIT}
)  # fmt: skip
"""Accounts that never go below zero."""
USABLE = frozenset({State.COLD, State.THAWED})
"""Vials that may be opened. A cold product is never frozen; a frozen one is thawed first."""
UNOPENED = frozenset({State.FROZEN, State.COLD, State.THAWED, State.QUARANTINE, State.TRANSIT})


@dataclass(frozen=True, slots=True)
class Key:
    """Vials that are alike: a lot at a venue in a state, usable until, perhaps of one open vial.

    `until` is the end of thaw life or of the hours after opening; None: the lot's own last day.
    `vial` is the number of the document that opened it.
    """

    venue: int
    lot: int
    state: State
    until: datetime | None = None
    vial: int | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    vials: int = 0
    doses: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.vials + other.vials, self.doses + other.doses)

    def __neg__(self) -> "Amount":
        return Amount(-self.vials, -self.doses)

    def __bool__(self) -> bool:
        return bool(self.vials or self.doses)


NOTHING = Amount()
Leg = tuple[Key, Amount]
Holdings = Mapping[Key, Amount]


def fold(legs: Iterable[Leg]) -> dict[Key, Amount]:
    """Balances of all accounts; those at zero are left out.

    >>> key = Key(1, 7, State.COLD)
    >>> fold([(key, Amount(5)), (key, Amount(-2))])
    {Key(venue=1, lot=7, state=<State.COLD: 'cold'>, until=None, vial=None): Amount(vials=3, doses=0)}
    """  # noqa: E501
    found: dict[Key, Amount] = {}
    for key, amount in legs:
        found[key] = found.get(key, NOTHING) + amount
    return {key: amount for key, amount in found.items() if amount}


def move(source: Key, target: Key, amount: Amount) -> list[Leg]:
    """From one account to another."""
    return [(source, -amount), (target, amount)]


def receive(target: Key, vials: int) -> list[Leg]:
    """Vials come from the supplier."""
    return move(Key(target.venue, target.lot, State.SUPPLIER), target, Amount(vials))


def change(
    source: Key, state: State, amount: Amount, *, until: datetime | None = None
) -> list[Leg]:
    """To another account of the same venue: thawed, wasted, expired, returned, quarantined …"""
    ends = state not in HELD
    vial = source.vial if state is State.DRAWN or ends else None
    return move(source, Key(source.venue, source.lot, state, None if ends else until, vial), amount)


def send(source: Key, venue: int, vials: int, *, until: datetime | None) -> list[Leg]:
    """Vials leave for another venue and are in transit there until received.

    `until` is the last moment of use after the journey: that of the vials, or sooner.
    """
    return move(source, Key(venue, source.lot, State.TRANSIT, until), Amount(vials))


def open_vial(source: Key, *, doses: int, until: datetime, vial: int) -> list[Leg]:
    """One vial is opened, with `doses` nominal doses, to be used until a moment."""
    target = Key(source.venue, source.lot, State.OPENED, until, vial)
    content = Key(source.venue, source.lot, State.CONTENT)
    return [(source, Amount(-1)), (target, Amount(1, doses)), (content, Amount(0, -doses))]


def draw(source: Key, doses: int, *, held: int) -> list[Leg]:
    """Doses are drawn into syringes; beyond the nominal ones they come out of the content."""
    inside, more = min(doses, held), max(doses - held, 0)
    target = replace(source, state=State.DRAWN)
    legs = [(target, Amount(0, doses))]
    if inside:
        legs.append((source, Amount(0, -inside)))
    if more:
        legs.append((Key(source.venue, source.lot, State.CONTENT), Amount(0, -more)))
    return legs


def empty(source: Key, *, held: int) -> list[Leg]:
    """An open vial is done with; what is left in it cannot be drawn."""
    return change(source, State.RESIDUE, Amount(1, held))


def reverse(legs: Iterable[Leg]) -> list[Leg]:
    """What takes a document back."""
    return [(key, -amount) for key, amount in legs]


def is_balanced(legs: Iterable[Leg]) -> bool:
    """Whether vials and doses of each lot sum to zero."""
    sums: dict[int, Amount] = {}
    for key, amount in legs:
        sums[key.lot] = sums.get(key.lot, NOTHING) + amount
    return not any(sums.values())


def applied(holdings: Holdings, legs: Iterable[Leg]) -> dict[Key, Amount]:
    """Holdings after the legs of one document.

    Raises
    ------
    Refused
        `not-there`: a held account would go below zero; says what there is.
    """
    legs = list(legs)
    assert is_balanced(legs), "a document's legs sum to zero"
    after = dict(holdings)
    for key, amount in fold(legs).items():
        before = after.get(key, NOTHING)
        now = before + amount
        if key.state in HELD and (now.vials < 0 or now.doses < 0):
            raise _not_there(key, before, amount)
        after[key] = now
    return {key: amount for key, amount in after.items() if amount}


def _not_there(key: Key, before: Amount, wanted: Amount) -> Refused:
    if wanted.vials < 0 and before.vials + wanted.vials < 0:
        return Refused(
            "not-there", "There are {have} vials ({state}), not {wanted}. Count the fridge.",
            have=before.vials, wanted=-wanted.vials, state=key.state.value,
        )  # fmt: skip
    return Refused(
        "not-there", "There are {have} doses ({state}), not {wanted}. Look again.",
        have=before.doses, wanted=-wanted.doses, state=key.state.value,
    )  # fmt: skip

"""The ledger: nothing appears or vanishes, nothing goes below zero, and any order adds up alike."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaksam.core.errors import Refused
from vaksam.core.supply import ledger
from vaksam.core.supply.ledger import HELD, Amount, Key, Leg, State, applied, fold, is_balanced
from vaksam.core.supply.picking import (
    Block,
    LotFacts,
    demand_usable,
    first_expired_first_out,
    last_moment,
)

NOON = datetime(2021, 4, 13, 10, tzinfo=UTC)
COLD, FROZEN = Key(1, 7, State.COLD), Key(1, 7, State.FROZEN)


def opened(vial: int = 9) -> Key:
    return Key(1, 7, State.OPENED, NOON + timedelta(hours=6), vial)


def day(*documents: list[Leg]) -> dict[Key, Amount]:
    held: dict[Key, Amount] = {}
    for legs in documents:
        held = applied(held, legs)
    return held


def a_vial(doses: int = 6) -> list[list[Leg]]:
    until = opened().until
    assert until
    return [ledger.receive(COLD, 2), ledger.open_vial(COLD, doses=doses, until=until, vial=9)]


def test_a_morning_at_the_fridge() -> None:
    drawn = Key(1, 7, State.DRAWN, opened().until, 9)
    held = day(
        *a_vial(),
        ledger.draw(opened(), 5, held=6),
        ledger.change(drawn, State.GIVEN, Amount(0, 4)),
        ledger.change(drawn, State.WASTED, Amount(0, 1)),
        ledger.empty(opened(), held=1),
    )
    assert held[COLD] == Amount(1)
    assert held[Key(1, 7, State.GIVEN, vial=9)] == Amount(0, 4)
    assert held[Key(1, 7, State.RESIDUE, vial=9)] == Amount(1, 1)  # the sixth dose is no wastage
    assert held[Key(1, 7, State.WASTED, vial=9)] == Amount(0, 1)
    assert opened() not in held and drawn not in held


def test_a_dose_more_than_nominal_can_be_drawn() -> None:
    held = day(*a_vial(), ledger.draw(opened(), 7, held=6))
    assert held[Key(1, 7, State.DRAWN, opened().until, 9)] == Amount(0, 7)
    assert held[Key(1, 7, State.CONTENT)] == Amount(0, -7)


def test_the_last_vial_is_taken_once() -> None:
    with pytest.raises(Refused, match="There are 1 vials"):
        day(ledger.receive(COLD, 1), ledger.change(COLD, State.WASTED, Amount(2)))
    with pytest.raises(Refused, match="There are 6 doses"):
        day(*a_vial(), ledger.change(opened(), State.WASTED, Amount(0, 7)))


def test_reversing_brings_back_what_was() -> None:
    before = day(ledger.receive(COLD, 5))
    wasted = ledger.change(COLD, State.WASTED, Amount(2))
    assert applied(applied(before, wasted), ledger.reverse(wasted)) == before


MOVES = st.sampled_from(["receive", "thaw", "open", "draw", "give", "empty", "waste", "send",
                         "arrive", "count", "reverse"])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(MOVES, st.integers(1, 6)), max_size=40), st.randoms())
def test_nothing_appears_or_vanishes_in_any_order(moves, random) -> None:
    """Whatever is tried: documents balance, held accounts stay at zero or above, and legs fold
    to the same sums in any order."""
    held: dict[Key, Amount] = {}
    done: list[list[Leg]] = []
    for number, (move, n) in enumerate(moves, 1):
        legs = _legs(move, n, number, held, done)
        assert is_balanced(legs)
        try:
            held = applied(held, legs)
        except Refused:
            continue
        done.append(legs)
        assert all(a.vials >= 0 and a.doses >= 0 for k, a in held.items() if k.state in HELD)
    legs = [leg for document in done for leg in document]
    random.shuffle(legs)
    assert fold(legs) == held
    assert is_balanced(legs)


def _legs(move, n, number, held, done) -> list[Leg]:  # noqa: C901
    until = NOON + timedelta(hours=6)
    vial = next((key for key in held if key.state is State.OPENED), opened(0))
    drawn = Key(1, 7, State.DRAWN, vial.until, vial.vial)
    match move:
        case "receive":
            return ledger.receive(FROZEN if n % 2 else COLD, n)
        case "thaw":
            return ledger.change(FROZEN, State.THAWED, Amount(n), until=until)
        case "open":
            return ledger.open_vial(COLD, doses=6, until=until, vial=number)
        case "draw":
            return ledger.draw(vial, n, held=held.get(vial, Amount()).doses)
        case "give":
            return ledger.change(drawn, State.GIVEN, Amount(0, n))
        case "empty":
            return ledger.empty(vial, held=held.get(vial, Amount()).doses)
        case "waste":
            return ledger.change(COLD, State.WASTED, Amount(n))
        case "send":
            return ledger.send(COLD, 2, n, until=None)
        case "arrive":
            return ledger.change(Key(2, 7, State.TRANSIT), State.COLD, Amount(n))
        case "count":
            return ledger.move(Key(1, 7, State.COUNTED), COLD, Amount(n))
    return ledger.reverse(done[n % len(done)]) if done else []


def lot(days: int, block: Block | None = None) -> LotFacts:
    return LotFacts(f"L{days}", "comirnaty", date(2021, 4, 13) + timedelta(days=days), block)


def test_first_expired_goes_first_and_blocked_is_passed_over() -> None:
    lots = {1: lot(30), 2: lot(3), 3: lot(1, Block.RECALLED), 4: lot(-1)}
    held = {Key(1, n, State.COLD): Amount(10) for n in lots}
    soon = Key(1, 1, State.THAWED, NOON + timedelta(hours=5))
    held[soon] = Amount(2)
    picks = first_expired_first_out(
        held, lots, vials=15, at=NOON, states=(State.COLD, State.THAWED)
    )
    assert [(pick.key.lot, pick.key.state, pick.vials) for pick in picks] == [
        (1, State.THAWED, 2), (2, State.COLD, 10), (1, State.COLD, 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "code"),
    [(lot(5, Block.RECALLED), "recalled"), (lot(5, Block.QUARANTINED), "quarantined"),
     (lot(-1), "expired")],
)  # fmt: skip
def test_what_may_not_be_used_says_why(facts: LotFacts, code: str) -> None:
    with pytest.raises(Refused) as refused:
        demand_usable(COLD, facts, at=NOON)
    assert refused.value.code == code


def test_a_lot_may_be_used_to_the_end_of_its_last_day_in_sweden() -> None:
    end = last_moment(COLD, lot(0))
    assert end == datetime(2021, 4, 13, 22, tzinfo=UTC)
    demand_usable(COLD, lot(0), at=end - timedelta(seconds=1))
    with pytest.raises(Refused):
        demand_usable(COLD, lot(0), at=end)

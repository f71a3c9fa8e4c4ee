"""Whatever is done in whatever order, no place is lost and none is held twice."""

import random
from datetime import timedelta
from typing import Any

import pytest

from tests.booking.conftest import PROGRAMME, SOON, TODAY, Here, book, demand_whole, plan
from vaksam.booking import actions, queries
from vaksam.booking.actions import Ask
from vaksam.booking.models import ACTIVE, Appointment, Block, BlockSlot, Session, Slot
from vaksam.core.errors import Refused

pytestmark = pytest.mark.usefixtures("here")


class Walk:
    """Actions at random. What is refused changes nothing, and is as good a step as any."""

    def __init__(self, here: Here, seed: int) -> None:
        self.here, self.dice = here, random.Random(seed)  # noqa: S311
        self.people = [here.karin, here.nils, here.ake, here.berit, here.elsa]
        self.done: dict[str, int] = {}

    def step(self) -> None:
        what = self.dice.choice(
            ["book"] * 4 + ["move"] * 3 + ["cancel"] * 2 + ["fill"] * 2
            + ["hold", "release", "close", "change", "move_booked", "letter", "free", "pair"]
        )  # fmt: skip
        try:
            getattr(self, what)()
        except Refused as error:
            what = f"{what} refused: {error.code}"
        self.done[what] = self.done.get(what, 0) + 1
        demand_whole()

    def slot(self) -> int:
        return self.dice.choice(list(Slot.objects.order_by("pk").values_list("pk", flat=True)))

    def held(self) -> Any:
        rows = Appointment.objects.filter(state__in=ACTIVE).order_by("pk")
        if not rows:
            raise Refused("nothing", "Nobody holds a place.")
        return self.dice.choice(list(rows))

    def visits(self) -> tuple[str, ...]:
        return self.dice.choice([(), (), ("interpreter",)])

    def book(self) -> None:
        book(Ask(self.dice.choice(self.people), self.slot(), self.visits()))

    def pair(self) -> None:
        who = self.dice.sample(self.people, 2)
        slot = self.slot()
        book((who[0], slot), (who[1], slot))

    def move(self) -> None:
        row = self.held()
        block, slot = None, self.slot()
        if self.dice.random() < 0.4 and BlockSlot.objects.exists():
            into = self.dice.choice(list(BlockSlot.objects.order_by("pk")))
            block, slot = into.pk, into.slot_id
        book(Ask(row.person_id, slot, self.visits(), replaces=row.pk, block=block))

    def cancel(self) -> None:
        actions.cancel(appointments=[self.held().pk], reason="ill", channel="web", by=None)

    def hold(self) -> None:
        places = {self.slot(): 1, self.slot(): self.dice.randint(1, 2)}
        actions.hold_block(region_code="24", name="PRO", contact="Ulla", places=places,
                           release_on=TODAY, by=None)  # fmt: skip

    def fill(self) -> None:
        blocks = list(BlockSlot.objects.order_by("pk"))
        if blocks:
            into = self.dice.choice(blocks)
            book(Ask(self.dice.choice(self.people), into.slot_id, self.visits(), block=into.pk))

    def release(self) -> None:
        blocks = list(Block.objects.order_by("pk").values_list("pk", flat=True))
        if blocks:
            actions.release_block(block=self.dice.choice(blocks), by=None)

    def session(self) -> int:
        open_ = Session.objects.filter(closed_at=None).order_by("pk").values_list("pk", flat=True)
        return self.dice.choice(list(open_))

    def close(self) -> None:
        if Session.objects.filter(closed_at=None).count() > 3:
            session = self.session()
            free = queries.session(session).free
            actions.close_session(session=session, reason="flood", by=None)
            assert free >= 0
            assert queries.session(session).free == 0

    def change(self) -> None:
        session = self.session()
        asked = queries.plan(session)
        from dataclasses import replace

        changed = replace(asked, vaccinators=self.dice.choice([0, 1, 2]))
        actions.change_session(session=session, plan=changed, by=None)

    def move_booked(self) -> None:
        rows = Session.objects.order_by("pk").values_list("pk", flat=True)
        session = self.dice.choice(list(rows))
        actions.move_booked(session=session, by=None)
        if Session.objects.get(pk=session).closed_at:
            assert queries.session(session).free == 0, "closed stays closed"

    def letter(self) -> None:
        wanted = actions.Cohort(programme=PROGRAMME, region_code="24")
        actions.prebook(name="x", wanted=wanted, places=[self.here.ersboda], since=SOON,
                        until=SOON, release_on=TODAY + timedelta(days=1), by=None)  # fmt: skip

    def free(self) -> None:
        actions.release_prebooked(on=TODAY + timedelta(days=2))


@pytest.mark.parametrize("seed", range(4))
def test_a_walk(here: Here, seed: int) -> None:
    actions.plan_session(venue=here.ersboda, plan=plan(SOON, 10, 11), by=None)
    walk = Walk(here, seed)
    for _ in range(40):
        walk.step()
    assert sum(n for what, n in walk.done.items() if "refused" not in what) > 12, walk.done

"""Places held for a group until a day; its list fills in later."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.booking import access
from vaksam.booking.actions.taking import change
from vaksam.booking.models import Block, BlockSlot, Slot
from vaksam.core.errors import NotFound, Refused


@transaction.atomic
def hold_block(
    *, region_code: str, name: str, contact: str, places: Mapping[int, int], release_on: date,
    by: User | None, telephone: str = "", email: str = "",
) -> int:  # fmt: skip
    """Hold so many places of each slot for a group; the block's id.

    Raises
    ------
    Refused
        A name, a contact or places are missing, the last day has passed or lies after the first
        time; `place-gone`: a slot has not so many.
    NotAllowed
        Not a coordinator of the region.
    """
    access.demand(by, region_code, *access.PLANNERS)
    if not name.strip() or not contact.strip():
        raise Refused("needs-contact", "Name the group and its contact person.")
    if not places or min(places.values()) < 1:
        raise Refused("needs-places", "Say how many places at which times.")
    rows = Slot.objects.filter(pk__in=places, venue__region_code=region_code)
    first = rows.order_by("starts_at").values_list("starts_at", flat=True).first()
    if first is None or rows.count() != len(places):
        raise NotFound("unknown-slot", "There is no such time in the region.")
    if not clock.today() <= release_on <= clock.day_of(first):
        raise Refused("bad-release", "The last day is today at the earliest, and not after the "
                      "group's first time.")  # fmt: skip
    block = Block.objects.create(
        name=name.strip()[:120], contact=contact.strip()[:120], telephone=telephone.strip()[:20],
        email=email.strip()[:254], region_code=region_code, release_on=release_on,
        made_at=clock.now(), by=by,
    )  # fmt: skip
    change(places, now=clock.now())
    BlockSlot.objects.bulk_create(
        BlockSlot(block=block, slot_id=slot, places=count) for slot, count in places.items()
    )
    audit.record(by=by, action="booking.hold_block", target=f"block {block.pk}")
    return block.pk


@transaction.atomic
def release_block(*, block: int, by: User | None) -> int:
    """Let all book the places that have no name; how many. Those with a name stay booked."""
    row = Block.objects.select_for_update().filter(pk=block).first()
    if row is None:
        raise NotFound("unknown-block", "There is no such group.")
    access.demand(by, row.region_code, *access.PLANNERS)
    if row.released_at is not None:
        return 0
    back: Counter[int] = Counter()
    for held in BlockSlot.objects.select_for_update().filter(block=row).order_by("slot_id"):
        back[held.slot_id] -= held.places - held.used
        BlockSlot.objects.filter(pk=held.pk).update(places=held.used)
    Block.objects.filter(pk=row.pk).update(released_at=clock.now())
    change(back, now=clock.now())
    audit.record(by=by, action="booking.release_block", target=f"block {row.pk}")
    return -sum(back.values())


def release_due() -> int:
    """Release every block whose last day has passed; how many places are free again."""
    due = Block.objects.filter(released_at=None, release_on__lt=clock.today())
    return sum(release_block(block=pk, by=None) for pk in due.values_list("pk", flat=True))

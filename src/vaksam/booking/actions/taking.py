"""Taking places and giving them back. Only this file changes how many of a slot are taken
or open."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from vaksam.core.errors import Refused

_TAKE = """UPDATE booking_slot SET taken = taken + %s
    WHERE id = %s AND taken + %s <= places AND starts_at > %s"""
_PLACES = """UPDATE booking_slot SET places = new.places
    FROM unnest(%s::bigint[], %s::int[]) AS new (id, places) WHERE booking_slot.id = new.id"""
# A place beyond what there is room and staff for is closed when it is given back; so is every
# place of a closed session, where nothing is planned.
_GIVE_BACK = """UPDATE booking_slot SET taken = taken - %s,
    places = greatest(taken - %s, least(places, planned)) WHERE id = %s"""
# Of many at once, who gives and who takes counted together. More than is planned is never opened.
_SETTLE = """UPDATE booking_slot SET taken = taken + new.units, places = CASE WHEN new.units > 0
    THEN greatest(places, least(taken + new.units, planned))
    ELSE greatest(taken + new.units, least(places, planned)) END
    FROM unnest(%s::bigint[], %s::int[]) AS new (id, units) WHERE booking_slot.id = new.id"""


def change(units: Mapping[int, int], *, now: datetime) -> None:
    """Take places (above 0) of some slots and give back those of others (below 0), by id.

    Each place is taken by one conditional statement, so that two who want the last one come one
    after the other and the second is told. Must run in a transaction.

    Raises
    ------
    Refused
        `place-gone`: a slot has not so many places left, is closed or has begun; `slot` in the
        values says which. Nothing was taken when the transaction is rolled back.
    """
    with connection.cursor() as cursor:
        for slot, number in sorted(units.items()):
            if number > 0:
                cursor.execute(_TAKE, [number, slot, number, now])
                if cursor.rowcount != 1:
                    raise gone(slot)
            elif number < 0:
                cursor.execute(_GIVE_BACK, [-number, -number, slot])


def set_places(places: Mapping[int, int]) -> None:
    """Open or close places of slots that the caller has locked; never below what is taken."""
    if places:
        with connection.cursor() as cursor:
            cursor.execute(_PLACES, [list(places), list(places.values())])


def settle(units: Mapping[int, int]) -> None:
    """Take (above 0) and give back (below 0) places of slots that the caller has locked.

    Places that are planned but not open are opened when they are taken; the caller sees to it
    that there is room. One statement.
    """
    told = {slot: number for slot, number in units.items() if number}
    if told:
        with connection.cursor() as cursor:
            cursor.execute(_SETTLE, [list(told), list(told.values())])


def gone(slot: int) -> Refused:
    return Refused(
        "place-gone", "That time has just been taken. Choose another: nothing was booked.",
        slot=slot,
    )  # fmt: skip

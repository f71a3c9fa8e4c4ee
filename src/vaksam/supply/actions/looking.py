"""Alerts opened and closed, and the ledger summed up for the night."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from vaksam.base import clock
from vaksam.base.models import User
from vaksam.core.errors import NotFound
from vaksam.core.supply.ledger import HELD
from vaksam.supply import access
from vaksam.supply.facts import alerts_now
from vaksam.supply.models import Alert, Point

_LOCK = 0x6C6F6F6B  # "look"
_SUM = """
INSERT INTO supply_pointrow (point_id, venue_id, lot_id, state, until, vial, vials, doses)
SELECT %s, venue_id, lot_id, state, until, vial, sum(vials), sum(doses)
FROM supply_leg WHERE at <= %s AND state = ANY(%s)
GROUP BY 2, 3, 4, 5, 6 HAVING sum(vials) <> 0 OR sum(doses) <> 0"""
KEPT_POINTS = 40


@transaction.atomic
def look() -> tuple[int, int]:
    """Open what is new and close what is no longer so; how many of each. One at a time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    now = clock.now()
    found = {each.key: each for each in alerts_now(now)}
    opened = {row.key: row for row in Alert.objects.filter(closed_at=None)}
    Alert.objects.bulk_create(
        Alert(kind=each.kind.value, key=key, venue_id=each.venue, values=dict(each.values),
              opened_at=now)
        for key, each in found.items()
        if key not in opened
    )  # fmt: skip
    gone = [row.pk for key, row in opened.items() if key not in found]
    Alert.objects.filter(pk__in=gone).update(closed_at=now)
    for key, row in opened.items():
        if key in found and row.values != dict(found[key].values):
            row.values = dict(found[key].values)
            row.save(update_fields=["values"])
    return len(found.keys() - opened.keys()), len(gone)


@transaction.atomic
def take(*, alert: int, by: User) -> None:
    """This account sees to it. Raises NotFound where it is closed already."""
    row = Alert.objects.select_for_update(of=["self"]).select_related("venue").filter(
        pk=alert, closed_at=None
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("closed-alert", "There is no such alert any more.")
    access.demand(by, row.venue.region_code, *access.STAFF)
    row.owner, row.taken_at = by, clock.now()
    row.save(update_fields=["owner", "taken_at"])


@transaction.atomic
def sum_up(*, at: datetime | None = None) -> int:
    """Keep the sums of what is held at a moment (an hour ago); how many. Writers wait."""
    moment = at or clock.now() - timedelta(hours=1)
    with connection.cursor() as cursor:
        # No leg is under way that this does not see: numbers may be given out of order.
        cursor.execute("LOCK TABLE supply_leg IN SHARE MODE")
        cursor.execute("SELECT coalesce(max(id), 0) FROM supply_leg")
        last = cursor.fetchone()[0]
        point, made = Point.objects.get_or_create(
            at=moment, defaults={"last_leg": last, "made_at": clock.now()}
        )
        if not made:
            return 0
        cursor.execute(_SUM, [point.pk, moment, sorted(state.value for state in HELD)])
        count = int(cursor.rowcount)
    old = Point.objects.order_by("-at").values_list("pk", flat=True)[KEPT_POINTS:]
    Point.objects.filter(pk__in=list(old)).delete()
    return count

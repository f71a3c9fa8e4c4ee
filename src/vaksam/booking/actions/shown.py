"""How often a time that was shown had gone at the click."""

from django.db import connection

from vaksam.base import clock

_COUNT = """INSERT INTO booking_shown (day, channel, chosen, gone) VALUES (%s, %s, 1, %s)
    ON CONFLICT (day, channel) DO UPDATE
    SET chosen = booking_shown.chosen + 1, gone = booking_shown.gone + excluded.gone"""


def count_shown(*, channel: str, gone: bool) -> None:
    """Count one choice of a time that was shown. `channel`: web, published, phone, venue."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [clock.today(), channel, int(gone)])

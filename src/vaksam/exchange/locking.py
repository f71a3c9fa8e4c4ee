"""Deciding what is to be told happens alone; sending happens beside other sending."""

from django.db import connection

_LOCK = 0x6E7672


def alone() -> None:
    """Until the end of the transaction nobody else decides or sends."""
    _take("pg_advisory_xact_lock")


def among_senders() -> None:
    """Until the end of the transaction nobody decides."""
    _take("pg_advisory_xact_lock_shared")


def _take(function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [_LOCK])

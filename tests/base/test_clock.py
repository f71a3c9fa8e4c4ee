"""The clock: real time until it is moved, and nobody else asks the system."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

import vaksam
from vaksam.base import actions, clock
from vaksam.base.models import AuditEntry
from vaksam.base.roles import Role
from vaksam.core.errors import NotAllowed

SPRING = datetime(2021, 4, 20, 23, 30, tzinfo=UTC)
NEAR = timedelta(seconds=5)


def test_shows_real_time_until_it_is_moved(db):
    clock.forget()
    assert abs(clock.now() - datetime.now(UTC)) < NEAR


def test_moved_it_ticks_on_from_there(db, monkeypatch):
    real = clock.real_now()
    monkeypatch.setattr(clock, "real_now", lambda: real)
    actions.move_clock(to=SPRING, by=None)
    assert clock.now() == SPRING
    monkeypatch.setattr(clock, "real_now", lambda: real + timedelta(hours=3))
    assert clock.now() == SPRING + timedelta(hours=3)


def test_today_is_swedens_date(db, monkeypatch):
    monkeypatch.setattr(clock, "real_now", lambda: SPRING)
    assert clock.today() == date(2021, 4, 21), "half past one at night in Stockholm"


def test_reset_shows_real_time_again(db):
    actions.move_clock(to=SPRING, by=None)
    actions.reset_clock(by=None)
    assert abs(clock.now() - datetime.now(UTC)) < NEAR
    told = AuditEntry.objects.order_by("id").values_list("action", flat=True)
    assert list(told) == ["clock moved", "clock reset"]


def test_only_an_administrator_moves_it(user_with):
    with pytest.raises(NotAllowed):
        actions.move_clock(to=SPRING, by=user_with(Role.REGION_COORDINATOR))
    actions.move_clock(to=SPRING, by=user_with(Role.ADMINISTRATOR))
    assert abs(clock.now() - SPRING) < NEAR


def test_is_read_at_most_once_a_second(db, django_assert_num_queries, monkeypatch):
    ticks = [100.0]
    monkeypatch.setattr(clock.time, "monotonic", lambda: ticks[0])
    clock.forget()
    clock.now()
    with django_assert_num_queries(0):
        ticks[0] = 100.9
        clock.now()
    with django_assert_num_queries(3):  # the read, in a savepoint
        ticks[0] = 101.1
        clock.now()


def test_works_before_there_is_a_table_and_spares_the_transaction(db):
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE base_clocksetting RENAME TO base_clock_elsewhere")
        clock.forget()
        assert abs(clock.now() - datetime.now(UTC)) < NEAR
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")


def test_nothing_else_asks_the_system_clock():
    asks = re.compile(
        r"datetime\.(?:now|utcnow|today)\(|date\.today\(|timezone\.now\b"
        r"|\blocaltime\(\)|\blocaldate\(\)|(?<!\.)\btime\.time\("
    )
    root = Path(vaksam.__file__).parent
    guilty = [
        f"{path.relative_to(root)}: {line.strip()}"
        for path in sorted(root.rglob("*.py"))
        if path != root / "base" / "clock.py" and "migrations" not in path.parts
        for line in path.read_text().splitlines()
        if asks.search(line)
    ]
    assert not guilty, "use vaksam.base.clock"

"""The two logs: appended to, and nothing else, by the database's own word."""

import pytest
from django.db import IntegrityError, connection, transaction

from vaksam.base import access, audit
from vaksam.base.models import AccessEntry, AuditEntry

TABLES = {"base_auditentry": AuditEntry, "base_accessentry": AccessEntry}


@pytest.fixture
def entries(user_with):
    user = user_with()
    audit.record(by=user, action="tried", target="thing:1", details={"why": "test"})
    subject = access.Subject("person", "7f3a")
    access.log(by=user, action="looked", subject=subject, path="/people/7f3a?q=anna#top")
    return user


def test_say_who_what_and_when(entries):
    did, looked = AuditEntry.objects.get(), AccessEntry.objects.get()
    assert (did.by, did.action, did.target) == (entries, "tried", "thing:1")
    assert did.details == {"why": "test"}
    assert (looked.user, looked.subject_kind, looked.subject_id) == (entries, "person", "7f3a")
    assert did.at is not None and looked.at is not None


def test_keep_no_query_string(entries):
    assert AccessEntry.objects.get().path == "/people/7f3a"


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET action = 'x'", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_refuse_to_be_changed(entries, table, statement):
    with connection.cursor() as cursor:
        # A foreign key's check that still waits would be refused first, by PostgreSQL itself.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # Switched off in the test database only, for the tests that empty tables.
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_truncate")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(statement.format(table))
    assert TABLES[table].objects.count() == 1


def test_outlive_the_account(entries):
    with pytest.raises(IntegrityError):
        entries.delete()

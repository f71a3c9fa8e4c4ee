"""What was done, by whom. For investigation only: no function reads it."""

import json
from collections.abc import Mapping

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from vaksam.base.models import User

_INSERT = """INSERT INTO base_auditentry (at, by_id, action, target, details)
    VALUES (now(), %s, %s, %s, %s::jsonb)"""


def record(
    *, by: User | None, action: str, target: str = "", details: Mapping[str, object] | None = None
) -> None:
    """Append one entry, in the caller's transaction.

    `by` is None for the command line and background jobs. `target` names the thing
    (``user:12``), never a person by name or number; `details` is plain JSON under the same rule.
    """
    told = json.dumps(dict(details or {}), cls=DjangoJSONEncoder)
    with connection.cursor() as cursor:  # as the ORM would, at a third of its cost
        cursor.execute(_INSERT, [by.pk if by else None, action, target, told])

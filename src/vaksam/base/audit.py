"""What was done, by whom. For investigation only: no function reads it."""

from collections.abc import Mapping

from vaksam.base.models import AuditEntry, User


def record(
    *, by: User | None, action: str, target: str = "", details: Mapping[str, object] | None = None
) -> AuditEntry:
    """Append one entry, in the caller's transaction.

    `by` is None for the command line and background jobs. `target` names the thing
    (``user:12``), never a person by name or number; `details` is plain JSON under the same rule.
    """
    return AuditEntry.objects.create(
        by=by, action=action, target=target, details=dict(details or {})
    )

"""Who looked at what about whom."""

from dataclasses import dataclass

from vaksam.base.models import AccessEntry, User


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a page was about: a kind (``person``) and an id that says nothing by itself."""

    kind: str
    id: str


def log(
    *, by: User, action: str, subject: Subject, reason: str = "", path: str = ""
) -> AccessEntry:
    """Append one entry. Of `path` only the part before the query string is kept.

    Call it where the data is read, in the same transaction, so that nothing is shown unlogged.
    """
    return AccessEntry.objects.create(
        user=by,
        action=action,
        subject_kind=subject.kind,
        subject_id=subject.id,
        reason=reason,
        path=path.partition("?")[0].partition("#")[0],
    )

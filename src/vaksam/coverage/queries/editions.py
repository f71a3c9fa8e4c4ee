"""Editions of the official figures: which there are, and which one is shown."""

from dataclasses import dataclass
from datetime import date, datetime

from vaksam.core.errors import Fault, NotFound
from vaksam.coverage.models import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionRef:
    """One edition. `example` marks invented figures; `warnings` counts what was odd in it."""

    id: int
    edition_on: date
    file_name: str
    sha256: str
    example: bool
    figure_count: int
    warnings: int
    imported_at: datetime
    imported_by: str
    general_note: str


_FIELDS = (
    "id", "edition_on", "file_name", "sha256", "example", "figure_count", "imported_at",
    "general_note",
)  # fmt: skip


def editions() -> list[EditionRef]:
    """All editions, newest first; of two with one date, the one imported later."""
    return _editions()


def stored(edition_id: int) -> EditionRef:
    """One edition by its number."""
    (found,) = _editions(id=edition_id)
    return found


def _editions(**narrow: int) -> list[EditionRef]:
    # By number rather than `imported_at`: the clock can be moved.
    rows = Edition.objects.filter(**narrow).order_by("-edition_on", "-id")
    return [
        EditionRef(
            **{field: row[field] for field in _FIELDS},
            warnings=len(row["warnings"]),
            imported_by=row["imported_by__username"] or "",
        )
        for row in rows.values(*_FIELDS, "imported_by__username", "warnings")
    ]


def newest() -> EditionRef | None:
    """The edition shown when none is asked for; None before the first import."""
    return next(iter(editions()), None)


def edition(on: date | None = None) -> EditionRef:
    """The edition of a date, the newest without one; of two with one date the one imported later.

    Raises
    ------
    NotFound
        There is no such edition.
    """
    found = next((e for e in editions() if on is None or e.edition_on == on), None)
    if found is None:
        if on is None:
            raise NotFound("no-edition", "No official figures have been imported yet.")
        raise NotFound("no-such-edition", "There is no edition of {on}.", on=on.isoformat())
    return found


def warnings(edition_id: int) -> list[Fault]:
    """What was odd in an edition, by sheet, row and column."""
    stored = Edition.objects.values_list("warnings", flat=True).get(id=edition_id)
    return [Fault(**warning) for warning in stored]

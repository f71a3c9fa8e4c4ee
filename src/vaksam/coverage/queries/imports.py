"""Uploads on their way in."""

from dataclasses import dataclass
from datetime import date, datetime

from vaksam.core.errors import Fault, NotFound
from vaksam.coverage.models import ImportRun


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRef:
    """One upload: its state, steps done of all, and what came of it."""

    id: int
    state: str
    label: str
    file_name: str
    done: int
    steps: int
    faults: tuple[Fault, ...]
    edition_on: date | None
    started_by: str
    created_at: datetime
    ended_at: datetime | None

    @property
    def ended(self) -> bool:
        return self.ended_at is not None


_FIELDS = (
    "id", "state", "file_name", "done", "steps", "created_at", "ended_at",
)  # fmt: skip


def run(run_id: int) -> RunRef:
    """One upload; NotFound when there is none of that number."""
    found = next(iter(_runs(id=run_id)), None)
    if found is None:
        raise NotFound("no-such-import", "There is no import with that number.")
    return found


def runs(limit: int = 10) -> list[RunRef]:
    """The latest uploads, newest first."""
    return _runs()[:limit]


def _runs(**narrow: int) -> list[RunRef]:
    rows = (
        ImportRun.objects.filter(**narrow)
        .order_by("-created_at")
        .values(*_FIELDS, "faults", "edition__edition_on", "started_by__username")[:50]
    )
    return [
        RunRef(
            **{field: row[field] for field in _FIELDS},
            label=str(ImportRun.State(row["state"]).label),
            faults=tuple(Fault(**fault) for fault in row["faults"]),
            edition_on=row["edition__edition_on"],
            started_by=row["started_by__username"],
        )
        for row in rows
    ]

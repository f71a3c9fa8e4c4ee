"""Runs of letters and their files, for those who print them."""

from dataclasses import dataclass
from datetime import datetime

from vaksam.base.access import Subject
from vaksam.base.scope import Scope
from vaksam.booking import access
from vaksam.booking.models import Prebooking
from vaksam.core.errors import NotFound
from vaksam.messaging.models import LetterFile, LetterRun
from vaksam.people import access as people
from vaksam.people.queries.persons import log


@dataclass(frozen=True, slots=True)
class LetterFileRef:
    id: int
    number: int
    letters: int
    bytes: int


@dataclass(frozen=True, slots=True)
class LetterRunRef:
    """`left_out` counts those without a letter by reason; `files` are empty once deleted."""

    id: int
    state: str
    done: int
    total: int
    left_out: dict[str, int]
    made_at: datetime
    ended_at: datetime | None
    files: tuple[LetterFileRef, ...]
    has_addresses: bool

    @property
    def letters(self) -> int:
        return sum(each.letters for each in self.files)


def letter_runs(prebooking: int, *, scope: Scope) -> list[LetterRunRef]:
    """The runs of a prebooking, the newest first. Raises NotFound, NotAllowed."""
    row = Prebooking.objects.filter(pk=prebooking).first()
    if row is None or not scope.reaches(row.region_code):
        raise _nothing()
    people.demand_scope(scope, row.region_code, *access.PLANNERS)
    runs = LetterRun.objects.filter(prebooking=row).prefetch_related("files").order_by("-pk")
    return [_run(run) for run in runs]


def letter_pdf(file: int, *, scope: Scope, path: str = "") -> tuple[str, bytes]:
    """A file's name and content; that it was fetched is logged. Raises NotFound, NotAllowed."""
    row = LetterFile.objects.select_related("run__prebooking").filter(pk=file).first()
    if row is None:
        raise _nothing()
    _looked(row.run, scope, path)
    with row.pdf.open() as opened:
        return f"letters-{row.run_id}-{row.number}.pdf", opened.read()


def addresses(run: int, *, scope: Scope, path: str = "") -> tuple[str, bytes]:
    """The name and content of a run's addresses (CSV); logged. Raises NotFound, NotAllowed."""
    row = LetterRun.objects.select_related("prebooking").filter(pk=run).first()
    if row is None or not row.addresses:
        raise _nothing()
    _looked(row, scope, path)
    with row.addresses.open() as opened:
        return f"addresses-{row.pk}.csv", opened.read()


def _looked(run: LetterRun, scope: Scope, path: str) -> None:
    region = run.prebooking.region_code
    if not scope.reaches(region):
        raise _nothing()
    people.demand_scope(scope, region, *access.PLANNERS)
    about = Subject("prebooking", str(run.prebooking_id))
    log("messaging.letters", scope, subject=about, path=path)


def _run(run: LetterRun) -> LetterRunRef:
    files = sorted(run.files.all(), key=lambda each: each.number)
    return LetterRunRef(
        run.pk, run.state, run.done, run.total, run.left_out, run.made_at, run.ended_at,
        tuple(LetterFileRef(each.pk, each.number, each.letters, each.pdf.size) for each in files),
        bool(run.addresses),
    )  # fmt: skip


def _nothing() -> NotFound:
    return NotFound("unknown-letters", "There are no such letters in the regions you work in.")

"""Directives and their versions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from vaksam.core.errors import NotFound
from vaksam.core.rules import files
from vaksam.core.rules.definition import Directive as CoreDirective
from vaksam.core.rules.in_force import known
from vaksam.programmes.models import Directive, DirectiveVersion

State = DirectiveVersion.State


@dataclass(frozen=True, slots=True)
class DirectiveRef:
    """A directive and its newest approved version, if it has one; `open` if one is in work."""

    code: str
    programme: str
    authority: str
    region_code: str
    said: CoreDirective | None
    open: str


@dataclass(frozen=True, slots=True)
class VersionRef:
    """One version: what it says, and who stands behind it."""

    id: int
    code: str
    programme: str
    region_code: str
    number: int
    state: str
    body: dict[str, Any]
    announced_at: datetime
    effective_from: date
    effective_to: date | None
    author_id: int | None
    author: str
    checker: str
    comment: str
    written_at: datetime
    approved_at: datetime | None
    taken_back_at: datetime | None = None


def approved(*, programme: str | None = None) -> tuple[CoreDirective, ...]:
    """Every approved version, those taken back too, as the core reads them; one query."""
    rows = DirectiveVersion.objects.filter(state=State.APPROVED).order_by("directive_id", "number")
    if programme is not None:
        rows = rows.filter(directive__programme_id=programme)
    return tuple(said(row) for row in rows)


def directives(*, programme: str | None = None, known_at: datetime) -> list[CoreDirective]:
    """The newest version of each directive that was announced by then, in the order announced."""
    return known(approved(programme=programme), at=known_at)


def directive(code: str) -> DirectiveRef:
    """A directive. Raises NotFound, naming the nearest."""
    row = Directive.objects.filter(code=code).first()
    if row is None:
        codes = list(Directive.objects.values_list("code", flat=True))
        raise NotFound(
            "unknown-directive",
            "There is no directive “{code}”. Nearest: {nearest}.",
            code=code[:80],
            nearest=", ".join(get_close_matches(code, codes, 3, 0.3)) or "–",
        )
    rows = list(row.versions.order_by("number"))
    newest = [each for each in rows if each.state == State.APPROVED and each.taken_back_at is None]
    opened = [each.state for each in rows if each.state in (State.DRAFT, State.SUBMITTED)]
    return DirectiveRef(
        code=row.code,
        programme=row.programme_id,
        authority=row.authority,
        region_code=row.region_code,
        said=said(newest[-1]) if newest else None,
        open=opened[0] if opened else "",
    )


def versions(code: str) -> list[VersionRef]:
    """Every version of a directive, the newest first."""
    rows = DirectiveVersion.objects.filter(directive_id=code).select_related("directive")
    return [ref(row) for row in rows.order_by("-number")]


def version(pk: int) -> VersionRef:
    """One version. Raises NotFound."""
    row = DirectiveVersion.objects.select_related("directive").filter(pk=pk).first()
    if row is None:
        raise NotFound("unknown-version", "There is no such version.")
    return ref(row)


def open_versions(*, regions: Sequence[str] | None = None) -> list[VersionRef]:
    """Drafts and those waiting for a checker (of some regions), the oldest first."""
    rows = DirectiveVersion.objects.filter(state__in=[State.DRAFT, State.SUBMITTED])
    if regions is not None:
        rows = rows.filter(directive__region_code__in=list(regions))
    return [ref(row) for row in rows.select_related("directive").order_by("written_at")]


def said(row: DirectiveVersion) -> CoreDirective:
    """What a version says, with its number, and until when it was known."""
    return replace(files.from_body(row.body), version=row.number, taken_back_at=row.taken_back_at)


def ref(row: DirectiveVersion) -> VersionRef:
    return VersionRef(
        id=row.pk,
        code=row.directive_id,
        programme=row.directive.programme_id,
        region_code=row.directive.region_code,
        number=row.number,
        state=row.state,
        body=row.body,
        announced_at=row.announced_at,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        author_id=row.author_id,
        author=row.author_name,
        checker=row.checker_name,
        comment=row.comment,
        written_at=row.written_at,
        approved_at=row.approved_at,
        taken_back_at=row.taken_back_at,
    )

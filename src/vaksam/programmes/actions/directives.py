"""Directives written in the pages: a draft, a checker, and then in force.

Locking law: the programme's row is locked first, then the directive's, before versions are read.
So two checkers never decide about the same version, nor about two that contradict one another.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.base.roles import Role
from vaksam.base.scope import scope_of
from vaksam.core.errors import NotAllowed, NotFound, Refused
from vaksam.core.rules import files
from vaksam.core.rules.definition import Directive as CoreDirective
from vaksam.programmes.actions.loading import demand_follows, demand_sound, lock, tell
from vaksam.programmes.models import Directive, DirectiveVersion, Programme

State = DirectiveVersion.State
CHECKER_TO_COME = "–"  # stands in a draft's file until somebody has checked it


@transaction.atomic
def draft_directive(*, body: Mapping[str, Any], by: User) -> int:
    """Begin a directive, or a new version of one; the version's id.

    Author and checker in `body` are replaced: by this account, and by whoever approves.

    Raises
    ------
    BadFile
        It is not as the schema says, or contradicts what is in force.
    Refused
        The directive has a version in work already.
    NotAllowed
        Not a coordinator of the region (national directives: not an administrator).
    """
    said, kept = _read(body, by=by)
    _demand(by, said.region)
    directive = _directive(said)
    rows = DirectiveVersion.objects.filter(directive=directive).order_by("number")
    if rows.filter(state__in=[State.DRAFT, State.SUBMITTED]).exists():
        raise Refused("in-work", "The directive has a version in work already. Finish that first.")
    last = rows.last()
    row = DirectiveVersion(
        directive=directive, number=last.number + 1 if last else 1, author=by,
        author_name=_name(by), written_at=clock.now(),
    )  # fmt: skip
    _fill(row, said, kept, State.DRAFT)
    _record("programmes.draft_directive", row, by=by)
    return row.pk


@transaction.atomic
def change_draft(*, version: int, body: Mapping[str, Any], by: User) -> None:
    """Write a draft anew; whoever does is its author. Raises as `draft_directive`."""
    row = _locked(version, State.DRAFT, by=by)
    said, kept = _read(body, by=by)
    if (said.code, said.programme, said.region) != (
        row.directive_id, row.directive.programme_id, row.directive.region_code,
    ):  # fmt: skip
        raise Refused("moved", "Code, programme and region of a directive stay as they are.")
    row.author, row.author_name = by, _name(by)
    _fill(row, said, kept, State.DRAFT)
    _record("programmes.change_draft", row, by=by)


@transaction.atomic
def submit(*, version: int, by: User) -> None:
    """Ask for a checker. Raises BadFile where it contradicts what is in force by now."""
    row = _locked(version, State.DRAFT, by=by)
    _demand_fits(row)
    row.state = State.SUBMITTED
    row.save()
    _record("programmes.submit", row, by=by)


@transaction.atomic
def approve(*, version: int, by: User) -> None:
    """Let a version take effect: another account than the author's, with the same reach.

    Raises
    ------
    Refused
        It is the author, or the version is not waiting for a checker.
    BadFile
        It contradicts what is in force by now.
    """
    row = _locked(version, State.SUBMITTED, by=by)
    if row.author_id == by.pk or row.author_name == _name(by):
        raise Refused(
            "own-work", "Two persons stand behind a directive: let somebody else approve it."
        )
    row.body["directive"]["checker"] = _name(by)
    _demand_fits(row)
    row.state, row.checker, row.checker_name = State.APPROVED, by, _name(by)
    row.approved_at = clock.now()
    row.save()
    _record("programmes.approve", row, by=by)
    tell(row.directive.programme_id, row.directive.region_code)


@transaction.atomic
def return_draft(*, version: int, comment: str, by: User) -> None:
    """Give a version back to its author, with what is wrong."""
    row = _locked(version, State.SUBMITTED, by=by)
    if not comment.strip():
        raise Refused("needs-comment", "Say what should be changed.")
    row.state, row.comment = State.DRAFT, comment.strip()[:400]
    row.save()
    _record("programmes.return_draft", row, by=by)


@transaction.atomic
def withdraw(*, version: int, by: User) -> None:
    """Give a draft up. An approved version is ended by a directive that ends its rules."""
    row = _locked(version, State.DRAFT, State.SUBMITTED, by=by)
    row.state = State.WITHDRAWN
    row.save()
    _record("programmes.withdraw", row, by=by)


@transaction.atomic
def take_back(*, version: int, by: User) -> None:
    """From now on the rules are what they were without an approved version.

    For a change that is undone. That it was known until now stays known; the version before it
    holds again, where there is one. Raises Refused where it is not approved, is taken back
    already or has been followed by a newer version.
    """
    row = _locked(version, State.APPROVED, by=by)
    newer = row.directive.versions.filter(state=State.APPROVED, number__gt=row.number)
    if row.taken_back_at is not None or newer.exists():
        raise Refused(
            "overtaken-or-back",
            "This version no longer holds, so there is nothing to take back. Look at the newest.",
        )
    row.taken_back_at, row.taken_back_by = clock.now(), by
    row.save(update_fields=["taken_back_at", "taken_back_by"])
    _record("programmes.take_back", row, by=by)
    tell(row.directive.programme_id, row.directive.region_code)


def _read(body: Mapping[str, Any], *, by: User) -> tuple[CoreDirective, files.Body]:
    about = body.get("directive")
    signed = {"author": _name(by), "checker": CHECKER_TO_COME}
    kept = dict(body) | ({"directive": {**about, **signed}} if isinstance(about, Mapping) else {})
    said = files.from_body(kept)
    if not Programme.objects.filter(code=said.programme).exists():
        raise NotFound("unknown-programme", "There is no programme {code}.", code=said.programme)
    demand_sound([said], file_name=said.code)
    return said, kept


def _directive(said: CoreDirective) -> Directive:
    Directive.objects.get_or_create(
        code=said.code,
        defaults={
            "programme_id": said.programme,
            "authority": said.authority,
            "region_code": said.region,
        },
    )
    row = Directive.objects.select_for_update().get(code=said.code)
    if (row.programme_id, row.region_code) != (said.programme, said.region):
        raise Refused("code-taken", "Another directive has this code. Choose one of its own.")
    return row


def _locked(version: int, *states: DirectiveVersion.State, by: User) -> DirectiveVersion:
    found = DirectiveVersion.objects.filter(pk=version).values_list("directive_id", flat=True)
    lock(Directive.objects.filter(code__in=found).values_list("programme", flat=True))
    directive = Directive.objects.select_for_update().filter(code__in=found).first()
    if directive is None:
        raise NotFound("unknown-version", "There is no such version.")
    _demand(by, directive.region_code)
    row = DirectiveVersion.objects.select_related("directive").get(pk=version)
    if row.state not in states:
        raise Refused(
            "not-in-that-state",
            "The version is {state} by now. Load the page again.",
            state=row.get_state_display(),
        )
    return row


def _demand(by: User, region_code: str) -> None:
    scope = scope_of(by)
    allowed = (
        scope.reaches(region_code, Role.REGION_COORDINATOR)
        if region_code
        else scope.has(Role.ADMINISTRATOR)
    )
    if not allowed:
        raise NotAllowed(
            "not-your-directive",
            "A region's directives are written by its coordinators, national ones by "
            "administrators.",
        )


def _fill(
    row: DirectiveVersion, said: CoreDirective, body: files.Body, state: DirectiveVersion.State
) -> None:
    row.state, row.body = state, body
    row.announced_at = said.announced_at
    row.effective_from, row.effective_to = said.effective_from, said.effective_to
    row.save()


def _demand_fits(row: DirectiveVersion) -> None:
    """Sound together with all that is approved, and later than the version it takes over from."""
    said = _said(row)
    before = row.directive.versions.filter(state=State.APPROVED).order_by("number").last()
    if before is not None and before.number > row.number:
        raise Refused(
            "overtaken",
            "A newer version has been loaded from a file. Withdraw this one and begin anew.",
        )
    demand_follows(said, before)
    demand_sound([said], file_name=row.directive_id)


def _said(row: DirectiveVersion) -> CoreDirective:
    return files.from_body(row.body)


def _name(user: User) -> str:
    return user.get_full_name() or user.get_username()


def _record(action: str, row: DirectiveVersion, *, by: User) -> None:
    audit.record(by=by, action=action, target=row.directive_id, details={"version": row.number})

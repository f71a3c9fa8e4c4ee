"""Writes with consequences: accounts, roles, the clock.

`by` is None on the command line, which whoever runs the machine may use. Anyone else must be an
administrator.
"""

from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from vaksam.base import audit, clock
from vaksam.base.models import ClockSetting, RoleAssignment, User
from vaksam.base.roles import NATIONAL, Role
from vaksam.base.scope import forget_scope, scope_of
from vaksam.core.errors import NotAllowed, Refused


@transaction.atomic
def add_user(*, username: str, password: str | None, by: User | None) -> User:
    """Make an account without any role.

    Without a password it can only be signed in to through an identity provider.

    Raises Refused (`weak-password`, `bad-username`, also when it is taken) and NotAllowed.
    """
    _only_administrators(by)
    user = User(username=username)
    if password is not None:
        _demand_strong(password, user)
    user.set_password(password)
    try:
        user.full_clean()
    except ValidationError as error:
        raise Refused("bad-username", " ".join(error.messages)) from error
    user.save()
    audit.record(by=by, action="user added", target=f"user:{user.pk}")
    return user


@transaction.atomic
def grant_role(
    *, user: User, role: Role, region_code: str | None, by: User | None
) -> RoleAssignment:
    """Give a role, in a region when the role is regional.

    Raises Refused (`region-needed`, `region-not-wanted`, `role-held`) and NotAllowed.
    """
    _only_administrators(by)
    _demand_fitting_region(role, region_code)
    try:
        with transaction.atomic():
            held = RoleAssignment.objects.create(
                user=user,
                role=role,
                region_code=region_code,
                granted_at=clock.now(),
                granted_by=by,
            )
    except IntegrityError as error:
        raise Refused("role-held", "The role is already held there.") from error
    forget_scope(user)
    audit.record(by=by, action="role granted", target=f"user:{user.pk}", details=_told(held))
    return held


@transaction.atomic
def add_user_with_role(
    *, username: str, password: str | None, role: Role, region_code: str | None, by: User | None
) -> User:
    """Make an account with one role, or neither. Raises as `add_user` and `grant_role`."""
    user = add_user(username=username, password=password, by=by)
    grant_role(user=user, role=role, region_code=region_code, by=by)
    return user


@transaction.atomic
def revoke_role(*, assignment: RoleAssignment, by: User | None) -> None:
    """Take a role back. Raises NotAllowed."""
    _only_administrators(by)
    told = _told(assignment)
    assignment.delete()
    forget_scope(assignment.user)
    audit.record(by=by, action="role revoked", target=f"user:{assignment.user_id}", details=told)


@transaction.atomic
def set_password(*, user: User, password: str, by: User | None) -> None:
    """Give a new password; who is signed in with the old one no longer is.

    Raises Refused (`weak-password`, `provider-account`) and NotAllowed.
    """
    _only_administrators(by)
    if user.oidc_subject:
        message = "This account signs in through the provider and has no password."
        raise Refused("provider-account", message)
    _demand_strong(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(by=by, action="password set", target=f"user:{user.pk}")


@transaction.atomic
def close_account(*, user: User, by: User | None) -> None:
    """Let nobody sign in with it; who is signed in no longer is. Raises NotAllowed."""
    _only_administrators(by)
    _open(user, False)
    audit.record(by=by, action="account closed", target=f"user:{user.pk}")


@transaction.atomic
def reopen_account(*, user: User, by: User | None) -> None:
    """Take back that it was closed; its roles are as they were. Raises NotAllowed."""
    _only_administrators(by)
    _open(user, True)
    audit.record(by=by, action="account reopened", target=f"user:{user.pk}")


@transaction.atomic
def move_clock(*, to: datetime, by: User | None) -> None:
    """Set Vaksam's clock to a moment (with time zone); it keeps ticking from there.

    Other processes follow within a second. Raises NotAllowed.
    """
    assert to.tzinfo is not None, "a moment has a time zone"
    _store_offset(to - clock.real_now(), by=by)
    audit.record(by=by, action="clock moved", details={"to": to.isoformat()})


@transaction.atomic
def reset_clock(*, by: User | None) -> None:
    """Let Vaksam's clock show the real time again. Raises NotAllowed."""
    _store_offset(timedelta(0), by=by)
    audit.record(by=by, action="clock reset")


def _open(user: User, is_open: bool) -> None:
    user.is_active = is_open
    user.save(update_fields=["is_active"])


def _store_offset(offset: timedelta, *, by: User | None) -> None:
    _only_administrators(by)
    ClockSetting.objects.update_or_create(id=1, defaults={"offset": offset})
    clock.forget()
    # Once more when it is done, since another thread may have read the old one meanwhile.
    transaction.on_commit(clock.forget)


def _only_administrators(by: User | None) -> None:
    if by is not None and not scope_of(by).has(Role.ADMINISTRATOR):
        raise NotAllowed("administrators-only", "Only an administrator may do this.")


def _demand_strong(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused("weak-password", " ".join(error.messages)) from error


def _demand_fitting_region(role: Role, region_code: str | None) -> None:
    if role in NATIONAL and region_code is not None:
        raise Refused("region-not-wanted", "{role} holds everywhere: name no region.", role=role)
    if role not in NATIONAL and region_code is None:
        raise Refused("region-needed", "{role} holds in one region: name its code.", role=role)
    if region_code is not None and not (len(region_code) == 2 and region_code.isdecimal()):
        raise Refused("bad-region", "A region code is two digits, such as 24.")


def _told(assignment: RoleAssignment) -> dict[str, object]:
    return {"role": assignment.role, "region": assignment.region_code}

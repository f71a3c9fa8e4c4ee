"""Accounts, as pages and commands see them."""

from dataclasses import dataclass

from vaksam.base.models import RoleAssignment, User
from vaksam.base.roles import Role
from vaksam.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `roles` are pairs of a role and its region code (None: everywhere)."""

    username: str
    is_active: bool
    signs_in_by: str  # "password" or "provider"
    roles: tuple[tuple[Role, str | None], ...]


def user_named(username: str) -> User:
    """The account of that name. Raises NotFound."""
    try:
        return User.objects.get(username=username)
    except User.DoesNotExist:
        raise NotFound("no-such-user", "There is no user of that name.") from None


def role_held(user: User, role: Role, region_code: str | None) -> RoleAssignment:
    """The role as it was given, to be taken back. Raises NotFound."""
    try:
        return user.role_assignments.get(role=role, region_code=region_code)
    except RoleAssignment.DoesNotExist:
        raise NotFound("role-not-held", "The role is not held there.") from None


def accounts() -> list[Account]:
    """Every account with its roles, by name; two queries."""
    return [
        Account(
            username=user.username,
            is_active=user.is_active,
            signs_in_by="provider" if user.oidc_subject else "password",
            roles=tuple(
                (Role(held.role), held.region_code)
                for held in sorted(user.role_assignments.all(), key=str)
            ),
        )
        for user in User.objects.order_by("username").prefetch_related("role_assignments")
    ]

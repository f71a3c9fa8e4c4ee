"""What a signed-in person may reach: roles, each in a region or everywhere."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar, Concatenate, ParamSpec, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponseBase

from vaksam.base.models import User
from vaksam.base.roles import Role
from vaksam.core.errors import NotAllowed

Grant = tuple[Role, str | None]  # a role and its region; None: everywhere
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
Row = TypeVar("Row", bound=models.Model, covariant=True)


@dataclass(frozen=True, slots=True)
class Scope:
    """What one person may reach.

    `regions` are the regions of all roles together (None: all). A person may hold different
    roles in different regions: ask `reaches` with the role when the role matters.
    """

    user_id: int | None = None
    username: str = ""
    roles: frozenset[Role] = frozenset()
    regions: frozenset[str] | None = frozenset()
    grants: frozenset[Grant] = frozenset()

    def has(self, *roles: Role) -> bool:
        """Whether any of `roles` is held, anywhere."""
        return not self.roles.isdisjoint(roles)

    def reaches(self, region_code: str, *roles: Role) -> bool:
        """Whether the region is reached, by any role or by one of those named."""
        regions = self.regions_as(*roles)
        return regions is None or region_code in regions

    def regions_as(self, *roles: Role) -> frozenset[str] | None:
        """The regions reached in one of `roles` (in any, when none is named); None: all."""
        if not roles:
            return self.regions
        return _regions(frozenset(grant for grant in self.grants if grant[0] in roles))


NOBODY = Scope()
#: The command line's: it reaches everything but persons' records, which an account's name opens.
EVERYTHING = Scope(
    username="command line",
    roles=frozenset(Role),
    regions=None,
    grants=frozenset((role, None) for role in Role),
)
_CACHE = "_vaksam_scope"


def scope_of(user: User | AnonymousUser) -> Scope:
    """The scope of an account: one query, then kept on the user object.

    Anonymous and deactivated accounts reach nothing.
    """
    if isinstance(user, AnonymousUser) or not user.is_active:
        return NOBODY
    if isinstance(kept := user.__dict__.get(_CACHE), Scope):
        return kept
    rows = user.role_assignments.values_list("role", "region_code")
    grants = frozenset((Role(role), region_code) for role, region_code in rows)
    scope = Scope(
        user_id=user.pk,
        username=user.get_username(),
        roles=frozenset(role for role, _ in grants),
        regions=_regions(grants),
        grants=grants,
    )
    user.__dict__[_CACHE] = scope
    return scope


def forget_scope(user: User) -> None:
    """Make the next `scope_of` read anew, after roles were changed."""
    user.__dict__.pop(_CACHE, None)


def demand(by: User | None, region_code: str, *roles: Role) -> None:
    """Raise NotAllowed unless one of `roles` is held in the region. None: the command line."""
    if by is not None:
        demand_scope(scope_of(by), region_code, *roles)


def demand_scope(scope: Scope, region_code: str, *roles: Role) -> None:
    """As `demand`, for a scope."""
    if not scope.reaches(region_code, *roles):
        raise NotAllowed(
            "role-needed", "Your roles do not reach this in region {region}. Ask a coordinator.",
            region=region_code,
        )  # fmt: skip


def requires(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Let only these roles see a view; with no roles named, anyone who holds any.

    Anonymous visitors are sent to sign in and come back. Others get the 403 page, which says
    whom to ask.
    """
    wanted = roles or tuple(Role)

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(_way_back(request))
            if not scope_of(request.user).has(*wanted):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def _way_back(request: HttpRequest) -> str:
    """Where to go after signing in; what was sent cannot be sent again, so then nowhere."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else ""


class ScopedQuerySet(models.QuerySet[Row]):
    """Rows that belong to a region, reached only as far as a scope goes.

    A subclass names the path from the row to its region code, and the roles that may see
    such rows (none named: any role).
    """

    region_path: ClassVar[str]
    roles: ClassVar[tuple[Role, ...]] = ()

    def visible_to(self, scope: Scope) -> Self:
        regions = scope.regions_as(*self.roles)
        if regions is None:
            return self.all()
        return self.filter(**{f"{self.region_path}__in": sorted(regions)})


def _regions(grants: frozenset[Grant]) -> frozenset[str] | None:
    codes: set[Any] = {region_code for _, region_code in grants}
    return None if None in codes else frozenset(codes)

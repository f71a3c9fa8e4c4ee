"""What a process remembers about areas, as long as they stay as they are."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar
from uuid import UUID

from vaksam.areas.models import Version

T = TypeVar("T")

# By key: the version of the areas it was made from, and the value. Tokens are random, so one that
# a rolled-back transaction wrote never comes again.
_values: dict[Hashable, tuple[UUID, Any]] = {}
# Versions looked up within `areas_as_they_are`: none yet, or one.
_seen: ContextVar[list[UUID | None] | None] = ContextVar("seen", default=None)


@contextmanager
def areas_as_they_are() -> Iterator[None]:
    """Within, areas are taken to stay as they are: whether they changed is asked once."""
    token = _seen.set([])
    try:
        yield
    finally:
        _seen.reset(token)


def remember(key: Hashable, make: Callable[[], T]) -> T:
    """The value made under `key` since the areas last changed. Costs one query by primary key."""
    token = _version()
    if token is None:  # nothing has been seeded yet
        return make()
    known = _values.get(key)
    if known is not None and known[0] == token:
        value: T = known[1]
        return value
    value = make()
    _values[key] = (token, value)
    return value


def _version() -> UUID | None:
    seen = _seen.get()
    if seen:
        return seen[0]
    token = Version.objects.values_list("token", flat=True).first()
    if seen is not None:
        seen.append(token)
    return token

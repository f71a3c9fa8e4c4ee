"""What a process remembers about areas, as long as they stay as they are."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from uuid import UUID

from vaksam.areas.models import Version

T = TypeVar("T")

# By key: the version of the areas it was made from, and the value. Tokens are random, so one that
# a rolled-back transaction wrote never comes again.
_values: dict[Hashable, tuple[UUID, Any]] = {}


def remember(key: Hashable, make: Callable[[], T]) -> T:
    """The value made under `key` since the areas last changed. Costs one query by primary key."""
    token = Version.objects.values_list("token", flat=True).first()
    if token is None:  # nothing has been seeded yet
        return make()
    known = _values.get(key)
    if known is not None and known[0] == token:
        value: T = known[1]
        return value
    value = make()
    _values[key] = (token, value)
    return value

"""A row that came back, as it is kept."""

from datetime import date, time
from typing import Any

from vaksam.core.rounds.sheet import Given
from vaksam.rounds.models import Row


def told(given: Given) -> dict[str, Any]:
    """A row as JSON; what is empty is left out. `given_of` reads it back."""
    values = {
        name: getattr(given, name) for name in Given.__slots__ if name not in ("number", "id")
    }
    return {name: value.isoformat() if isinstance(value, date | time) else value
            for name, value in values.items() if value not in (None, "")}  # fmt: skip


def given_of(row: Row) -> Given:
    values = dict(row.given)
    if "on" in values:
        values["on"] = date.fromisoformat(values["on"])
    if "at" in values:
        values["at"] = time.fromisoformat(values["at"])
    return Given(number=row.number, id=row.member.row if row.member else None, **values)

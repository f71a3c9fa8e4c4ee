"""What a merge of two persons must move: every foreign key to Person registers here.

Areas do so from `AppConfig.ready()`; tests/contracts/test_people_moves.py fails for one that
does not. A row that must not exist twice for one person stays with the merged record: which
those are is read from the unique constraints of its table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet, UniqueConstraint


@dataclass(frozen=True, slots=True)
class Move:
    """A foreign key to Person.

    `unique` names further fields whose values must not come twice for one person, where no
    constraint says so. `derived` rows are not moved: the area works them out anew when it hears
    `people.changed`.
    """

    label: str
    field: str
    unique: tuple[str, ...] = ()
    derived: bool = False

    @property
    def key(self) -> str:
        return f"{self.label}.{self.field}"

    @property
    def rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = apps.get_model(self.label)._base_manager.all()
        return rows


_moves: dict[str, Move] = {}


def register(
    model_label: str, field: str, *, unique: tuple[str, ...] = (), derived: bool = False
) -> None:
    """Have merges move the rows of `model_label` ("records.Vaccination") whose `field` points at
    the merged person. See `Move` for the options.
    """
    move = Move(model_label, field, unique, derived)
    _moves[move.key] = move


def registered() -> frozenset[str]:
    """All foreign keys registered, as "records.Vaccination.person"."""
    return frozenset(_moves)


def move_all(*, merged: int, kept: int) -> dict[str, list[int]]:
    """Move what was registered from one person to another; primary keys of what was moved."""
    moved = {
        key: _move(move, merged=merged, kept=kept)
        for key, move in sorted(_moves.items())
        if not move.derived
    }
    return {key: pks for key, pks in moved.items() if pks}


def put_back(moved: dict[str, list[int]], *, merged: int, kept: int) -> None:
    """Undo `move_all`. Rows that the kept person got since, and rows that are gone, stay so."""
    for key, pks in moved.items():
        move = _moves[key]
        move.rows.filter(pk__in=pks, **{move.field: kept}).update(**{move.field: merged})


def _move(move: Move, *, merged: int, kept: int) -> list[int]:
    staying = _twice(move, merged=merged, kept=kept)
    rows = move.rows.filter(**{move.field: merged}).exclude(pk__in=staying)
    pks = sorted(rows.values_list("pk", flat=True))
    move.rows.filter(pk__in=pks).update(**{move.field: kept})
    return pks


def _twice(move: Move, *, merged: int, kept: int) -> set[int]:
    """Rows of the merged person of which the kept one has the like."""
    found: set[int] = set()
    for rule in _rules(move):
        names = [f"{name}_id" if _is_relation(move, name) else name for name in rule.names]
        rows = move.rows.filter(*([rule.condition] if rule.condition else []))
        theirs = {
            tuple(values)
            for _, *values in rows.filter(**{move.field: kept}).values_list("pk", *names)
            if rule.nulls_alike or None not in values
        }
        own = rows.filter(**{move.field: merged}).values_list("pk", *names)
        found |= {pk for pk, *values in own if tuple(values) in theirs}
    return found


@dataclass(frozen=True, slots=True)
class _Rule:
    """Fields that, with the person, must not come twice among the rows of the condition."""

    names: tuple[str, ...]
    condition: Any = None
    nulls_alike: bool = False


def _rules(move: Move) -> Iterator[_Rule]:
    model: type[Model] = move.rows.model
    if move.unique:
        yield _Rule(move.unique, nulls_alike=True)
    if model._meta.get_field(move.field).unique:  # type: ignore[union-attr]
        yield _Rule(())
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and move.field in constraint.fields:
            others = tuple(name for name in constraint.fields if name != move.field)
            yield _Rule(others, constraint.condition, constraint.nulls_distinct is False)


def _is_relation(move: Move, name: str) -> bool:
    return bool(move.rows.model._meta.get_field(name).is_relation)

"""What others ask of changes."""

from vaksam.replanning.queries.changes import (
    ChangeView,
    MoveView,
    change,
    changes,
    is_old,
    moves,
    moves_of,
)

__all__ = ["ChangeView", "MoveView", "change", "changes", "is_old", "moves", "moves_of"]

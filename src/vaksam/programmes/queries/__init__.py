"""What others ask of programmes: goals, products, directives, and the rules that hold."""

from vaksam.programmes.queries.directives import (
    DirectiveRef,
    VersionRef,
    directive,
    directives,
    open_versions,
    version,
    versions,
)
from vaksam.programmes.queries.goals import goals
from vaksam.programmes.queries.programmes import (
    ProgrammeRef,
    asked,
    changed_at,
    known_then,
    products,
    programme,
    programmes,
    rules,
    rules_with,
    running,
)

__all__ = [
    "DirectiveRef",
    "ProgrammeRef",
    "VersionRef",
    "asked",
    "changed_at",
    "directive",
    "directives",
    "goals",
    "known_then",
    "open_versions",
    "products",
    "programme",
    "programmes",
    "rules",
    "rules_with",
    "running",
    "version",
    "versions",
]

"""What pages, API and commands ask of coverage. No models leave this package."""

from vaksam.coverage.queries.cuts import Choice, Cut, Series, all_series, cut, cuts, recipe, series
from vaksam.coverage.queries.editions import EditionRef, edition, editions, newest, warnings
from vaksam.coverage.queries.figures import Figure, count_figures, figures
from vaksam.coverage.queries.goals import Standing, standings
from vaksam.coverage.queries.imports import RunRef, run, runs
from vaksam.coverage.queries.parts import Cell, Recipe
from vaksam.coverage.queries.profiles import AgeCell, bands, profile
from vaksam.coverage.queries.revisions import Change, Revision, Revisions, revisions
from vaksam.coverage.queries.show import (
    Definition,
    Shown,
    default_age,
    definition,
    require_week,
    show,
)
from vaksam.coverage.queries.tables import Table, tables, weeks

__all__ = [
    "AgeCell", "Cell", "Change", "Choice", "Cut", "Definition", "EditionRef", "Figure",
    "Recipe", "Revision", "Revisions", "RunRef", "Series", "Shown", "Standing", "Table",
    "all_series", "bands", "count_figures", "cut", "cuts", "default_age", "definition",
    "edition", "editions", "figures", "newest", "profile", "recipe", "require_week",
    "revisions", "run", "runs", "series", "show", "standings", "tables", "warnings", "weeks",
]  # fmt: skip

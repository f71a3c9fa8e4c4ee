"""Writes of programmes: goals, products, programmes, and directives with two persons behind."""

from vaksam.programmes.actions.directives import (
    approve,
    change_draft,
    draft_directive,
    return_draft,
    submit,
    take_back,
    withdraw,
)
from vaksam.programmes.actions.goals import import_goals, seed_goals
from vaksam.programmes.actions.loading import check_directives, import_directives
from vaksam.programmes.actions.products import import_products, import_programmes
from vaksam.programmes.actions.seeding import seed_programmes

__all__ = [
    "approve",
    "change_draft",
    "check_directives",
    "draft_directive",
    "import_directives",
    "import_goals",
    "import_products",
    "import_programmes",
    "return_draft",
    "seed_goals",
    "seed_programmes",
    "submit",
    "take_back",
    "withdraw",
]

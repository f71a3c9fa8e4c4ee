"""The layers hold for the database too: import-linter cannot see foreign keys."""

import pytest
from django.apps import apps
from django.db.models import Model

# Top to bottom, as in the import contract in pyproject.toml.
ORDER = [
    "situation",
    "coverage",
    "exchange",
    "messaging",
    "replanning",
    "rounds",
    "clinic",
    "booking",
    "eligibility",
    "records",
    "supply",
    "programmes",
    "venues",
    "people",
    "areas",
    "base",
]
MODELS = [model for label in ORDER for model in apps.get_app_config(label).get_models()]


def reached(model: type[Model]) -> set[str]:
    """Labels of the areas that a model's foreign keys and many-to-many fields point at."""
    return {
        field.related_model._meta.app_label
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation
    }


def wrong(model: type[Model], order: list[str]) -> set[str]:
    """Areas of our own that lie above the model's, or beside it."""
    here = order.index(model._meta.app_label)
    return {label for label in reached(model) if label in order and order.index(label) < here}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_foreign_keys_point_down(model: type[Model]) -> None:
    assert not wrong(model, ORDER)


def test_the_check_can_fail() -> None:
    figure = apps.get_model("coverage", "Figure")
    assert wrong(figure, ORDER[::-1]) == {"areas"}


def test_every_app_of_ours_is_in_the_order() -> None:
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("vaksam.")}
    with_models = {label for label in ours if list(apps.get_app_config(label).get_models())}
    assert with_models <= set(ORDER)

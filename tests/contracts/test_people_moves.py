"""Every foreign key to a person is registered with merges: none is left behind."""

from collections.abc import Iterable

from django.apps import apps
from django.db.models import Model

from vaksam.people import merging
from vaksam.people.models import Person

# What a merge itself is made of.
EXEMPT = {"people.Merge.kept", "people.Merge.merged", "people.Person.merged_into"}


def keys_to_person(models: Iterable[type[Model]]) -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for model in models
        for field in model._meta.get_fields(include_hidden=True)
        if field.concrete and field.is_relation and field.related_model is Person
    }


def test_every_foreign_key_to_a_person_is_registered() -> None:
    unregistered = keys_to_person(apps.get_models()) - EXEMPT - merging.registered()
    assert not unregistered, "register these in AppConfig.ready(), see vaksam.people.merging"


def test_only_foreign_keys_to_a_person_are_registered() -> None:
    assert merging.registered() <= keys_to_person(apps.get_models()) - EXEMPT


def test_the_check_can_fail(monkeypatch) -> None:
    left_out = {key: move for key, move in merging._moves.items() if "GroupClaim" not in key}
    monkeypatch.setattr(merging, "_moves", left_out)
    unregistered = keys_to_person([apps.get_model("people", "GroupClaim")]) - merging.registered()
    assert unregistered == {"people.GroupClaim.person"}

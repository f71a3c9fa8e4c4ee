"""Every example in the core's docstrings runs."""

import doctest
import importlib
import pkgutil

import pytest

import vaksam.core

MODULES = ["vaksam.core"] + [
    module.name for module in pkgutil.walk_packages(vaksam.core.__path__, "vaksam.core.")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0

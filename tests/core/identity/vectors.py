"""Published test numbers, where they are at hand."""

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[4] / "shared/data/identity"

needed = pytest.mark.skipif(not FOLDER.exists(), reason="../shared/data/identity is not there")


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))

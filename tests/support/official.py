"""Folkhälsomyndigheten's own workbooks, where they are at hand."""

from pathlib import Path

import pytest

FILES = sorted((Path(__file__).resolve().parents[3] / "shared/data/fhm").glob("*.xlsx"))
"""The editions, the oldest first; none on most machines."""

needed = pytest.mark.skipif(not FILES, reason="../shared/data/fhm is not there")

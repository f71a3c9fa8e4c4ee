"""Figures for pages to show. Imports wait until Django is set up."""

from typing import Any

import pytest


@pytest.fixture
def example(db: None) -> Any:
    """Areas, goals and the invented edition, which is returned."""
    from vaksam.areas import actions as areas
    from vaksam.coverage import actions as coverage
    from vaksam.programmes import actions as programmes

    areas.seed()
    programmes.seed_goals()
    return coverage.import_example(by=None)

"""What changes areas and the figures about them. All or nothing, and said in the audit log."""

from vaksam.areas.actions.boundaries import AreasImported, import_areas
from vaksam.areas.actions.figures import (
    FiguresImported,
    import_characteristics,
    import_population,
)
from vaksam.areas.actions.seeding import seed

__all__ = [
    "AreasImported",
    "FiguresImported",
    "import_areas",
    "import_characteristics",
    "import_population",
    "seed",
]

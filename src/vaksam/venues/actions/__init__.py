"""Adding and changing venues."""

from vaksam.venues.actions.importing import import_venues, keep_venues

__all__ = ["import_venues", "keep_venues"]

"""People from files, by the million."""

from vaksam.people.actions.importing.importing import ImportResult, import_people

__all__ = ["ImportResult", "import_people"]

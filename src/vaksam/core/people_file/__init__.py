"""The people file: CSV or Parquet in one documented shape, checked whole before anything is kept.

docs/reference/people-file.md describes it for those who send it.
"""

from vaksam.core.people_file.checking import Checked, check
from vaksam.core.people_file.columns import COLUMNS
from vaksam.core.people_file.reading import read

__all__ = ["COLUMNS", "Checked", "check", "read"]

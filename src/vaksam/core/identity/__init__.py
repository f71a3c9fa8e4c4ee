"""What a person is known as: numbers checked when made, read as people type them, compared."""

from vaksam.core.identity.columns import check_column
from vaksam.core.identity.faults import FAULTS
from vaksam.core.identity.identity import Identity
from vaksam.core.identity.kinds import NATIONAL, Kind
from vaksam.core.identity.reading import read
from vaksam.core.identity.told import Told, born_on, sex_of, told_by

__all__ = [
    "FAULTS",
    "NATIONAL",
    "Identity",
    "Kind",
    "Told",
    "born_on",
    "check_column",
    "read",
    "sex_of",
    "told_by",
]

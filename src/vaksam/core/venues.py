"""Venues as a file tells of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, Final

from vaksam.core.errors import BadFile, Fault

KINDS: Final = (
    "store", "health_centre", "hospital", "mass_venue", "mobile", "care_homes", "homes",
)  # fmt: skip
PROVIDERS: Final = ("region", "municipality", "private")


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueFacts:
    """A venue or store. `hours_from_store`: journey; `doses_per_week`: what it can give."""

    code: str
    name: str
    kind: str
    region_code: str
    municipality_code: str
    provider: str = "region"
    frozen: bool = False
    hours_from_store: float = 1.0
    doses_per_week: int = 0
    cut_off: time = time(15)
    contact: str = ""
    telephone: str = ""
    latitude: float | None = None
    longitude: float | None = None


_TYPES: Final[dict[str, type | tuple[type, ...]]] = {
    "code": str, "name": str, "kind": str, "municipality_code": str, "provider": str,
    "frozen": bool, "hours_from_store": (int, float), "doses_per_week": int, "cut_off": time,
    "contact": str, "telephone": str, "latitude": (int, float), "longitude": (int, float),
}  # fmt: skip
_CHOICES: Final = {"kind": KINDS, "provider": PROVIDERS}


def read_venues(
    data: Mapping[str, Any], *, file_name: str, municipalities: Mapping[str, str]
) -> list[VenueFacts]:
    """The tables `[[venue]]` of a file.

    Parameters
    ----------
    municipalities
        The region's code of each municipality's code.

    Raises
    ------
    BadFile
        With every fault, each with the number of its venue.
    """
    rows = data.get("venue", [])
    faults = [fault for n, row in enumerate(rows, 1) for fault in _faults(n, row, municipalities)]
    codes = [row.get("code") for row in rows if isinstance(row, Mapping)]
    faults += [
        Fault("twice", "Another venue of the file has this code.", row=n, column="code",
              value=str(code))
        for n, code in enumerate(codes, 1)
        if code in codes[: n - 1]
    ]  # fmt: skip
    if not rows:
        faults = [Fault("no-venues", "The file has no [[venue]].")]
    if faults:
        raise BadFile(file_name, faults)
    return [VenueFacts(region_code=municipalities[row["municipality_code"]], **row) for row in rows]


def _faults(n: int, row: Any, municipalities: Mapping[str, str]) -> list[Fault]:
    if not isinstance(row, Mapping):
        return [Fault("not-a-table", "Write each venue as [[venue]].", row=n)]
    needed = ("code", "name", "kind", "municipality_code")
    faults = [
        Fault("missing", "This is missing.", row=n, column=name)
        for name in needed
        if not row.get(name)
    ]
    for name, value in row.items():
        if name not in _TYPES:
            faults.append(Fault("unknown-field", "This field is not known.", row=n, column=name))
        elif not isinstance(value, _TYPES[name]) or (
            name in _CHOICES and value not in _CHOICES[name]
        ):
            known = ", ".join(_CHOICES.get(name, ()))
            faults.append(Fault("bad-value", "This cannot be. {known}", row=n, column=name,
                                value=str(value), values={"known": known}))  # fmt: skip
    code = row.get("municipality_code")
    if code and code not in municipalities:
        faults.append(Fault("bad-municipality", "There is no such municipality.", row=n,
                            column="municipality_code", value=str(code)))  # fmt: skip
    return faults

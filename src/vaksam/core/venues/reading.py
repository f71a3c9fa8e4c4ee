"""Venues of a TOML file."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from vaksam.core.errors import BadFile, Fault
from vaksam.core.venues.checks import faults_in
from vaksam.core.venues.facts import HIDDEN, VenueFacts

_NEEDED: Final = ("code", "name", "kind", "municipality_code")


def read_venues(
    data: Mapping[str, Any], *, file_name: str, municipalities: Mapping[str, str]
) -> list[VenueFacts]:
    """The tables `[[venue]]` of a file; where one does not say `public`, its kind does.

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
    if not isinstance(rows, list) or not rows:
        raise BadFile(file_name, [Fault("no-venues", "The file has no [[venue]].")])
    faults = [fault for n, row in enumerate(rows, 1) for fault in _faults(n, row, municipalities)]
    faults += _twice(rows)
    if faults:
        raise BadFile(file_name, faults)
    return [_facts(row, municipalities[row["municipality_code"]]) for row in rows]


def _facts(row: Mapping[str, Any], region: str) -> VenueFacts:
    told = {"public": row["kind"] not in HIDDEN} | dict(row)
    return VenueFacts(region_code=region, **told | {"languages": tuple(told.get("languages", ()))})


def _twice(rows: Sequence[Any]) -> list[Fault]:
    codes = [row.get("code") if isinstance(row, Mapping) else None for row in rows]
    return [
        Fault("twice", "Another venue of the file has this code.", row=n, column="code",
              value=str(code))
        for n, code in enumerate(codes, 1)
        if code and code in codes[: n - 1]
    ]  # fmt: skip


def _faults(n: int, row: Any, municipalities: Mapping[str, str]) -> list[Fault]:
    if not isinstance(row, Mapping):
        return [Fault("not-a-table", "Write each venue as [[venue]].", row=n)]
    faults = [
        Fault("missing", "This is missing.", row=n, column=name)
        for name in _NEEDED
        if not row.get(name)
    ]
    faults += faults_in(row, row=n)
    code = row.get("municipality_code")
    if isinstance(code, str) and code and code not in municipalities:
        faults.append(Fault("bad-municipality", "There is no such municipality.", row=n,
                            column="municipality_code", value=code))  # fmt: skip
    return faults

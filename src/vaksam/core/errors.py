"""Every error a user can cause, in one tree.

VaksamError
├── Refused            what was asked cannot be done; says what to do instead
│   ├── NotFound       what was named does not exist
│   ├── NotAllowed     the role does not reach it
│   └── Unreachable    another system does not answer
└── BadFile            a file with faults, all of them at once; nothing was changed

Only entry points (web, api, cli) turn these into pages, HTTP or exit codes. A broken invariant
is an assertion, never one of these.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


class VaksamError(Exception):
    """Base of every error that a user can cause."""


class Refused(VaksamError):
    """What was asked cannot be done.

    `code` names the reason for programs; `message` is English with {places} that `values` fill,
    so that a page can translate the one and keep the other.
    """

    def __init__(self, code: str, message: str, /, **values: object) -> None:
        super().__init__(message.format(**values) if values else message)
        self.code = code
        self.message = message
        self.values = values


class NotFound(Refused):
    """What was named does not exist."""


class NotAllowed(Refused):
    """The role does not reach it."""


class Unreachable(Refused):
    """Another system does not answer; the same may work later."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong (or odd) in a file, with its place.

    `row` is 1-based as a spreadsheet counts, header row included; None when the whole
    sheet or file is meant. `code` names the kind of fault; `message` says in plain English what
    is wrong and what to do, with {places} that `values` fill.
    """

    code: str
    message: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What is wrong, without the place."""
        return self.message.format(**self.values) if self.values else self.message

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                f"sheet “{self.sheet}”" if self.sheet else "",
                f"row {self.row}" if self.row is not None else "",
                f"column “{self.column}”" if self.column else "",
            )
            if part
        )
        found = f" (found {self.value!r})" if self.value else ""
        return f"{place}: {self.text}{found}" if place else f"{self.text}{found}"


class BadFile(VaksamError):
    """A file with faults. Nothing was changed; every fault is listed."""

    def __init__(self, file_name: str, faults: Sequence[Fault]) -> None:
        assert faults, "a bad file has at least one fault"
        super().__init__(f"{file_name}: {len(faults)} fault(s)")
        self.file_name = file_name
        self.faults = tuple(faults)

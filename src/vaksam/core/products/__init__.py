"""Vaccines: how they are approved, kept and counted."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Storage(StrEnum):
    """How a product is kept before it is thawed or used."""

    ULTRA_FROZEN = "ultra_frozen"  # −90 to −60 °C
    FROZEN = "frozen"  # −25 to −15 °C
    COLD = "cold"  # 2 to 8 °C


@dataclass(frozen=True, slots=True)
class Approval:
    """From `from_on`, approved for ages `age_from` to `age_to` (included; None: and older)."""

    from_on: date
    age_from: int
    age_to: int | None = None


@dataclass(frozen=True, slots=True)
class Vial:
    """From `from_on`, a vial counts as `doses` doses."""

    from_on: date
    doses: int


@dataclass(frozen=True, slots=True)
class Product:
    """A vaccine.

    `number` (1–62) is its place in columns of facts and bit masks, and never changes.
    `source` says where the figures are from; what is not from the official reviews says so.
    """

    code: str
    number: int
    name: str
    manufacturer: str
    atc: str
    disease: str
    storage: Storage
    approvals: tuple[Approval, ...]
    vials: tuple[Vial, ...]
    days_after_thaw: int | None = None
    hours_after_opening: int | None = None
    shake_sensitive: bool = False
    source: str = ""

    def approval(self, on: date) -> Approval | None:
        """The approval in force on a day; None before the first."""
        return max(
            (each for each in self.approvals if each.from_on <= on),
            key=lambda each: each.from_on,
            default=None,
        )

    def doses_per_vial(self, on: date) -> int | None:
        """The nominal doses of a vial on a day; None before the first."""
        vials = [each for each in self.vials if each.from_on <= on]
        return max(vials, key=lambda each: each.from_on).doses if vials else None

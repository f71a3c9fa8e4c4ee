"""Which prescription a dose is given under: an individual one, or a general directive."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from vaksam.core.errors import Refused


class Kind(StrEnum):
    GENERAL = "general"
    INDIVIDUAL = "individual"


@dataclass(frozen=True, slots=True)
class Prescription:
    """What a physician has signed.

    `products` that it names; `doses` by number, `roles` by the codes of venues' StaffRole: empty
    for all. Ages in completed years and days are included at both ends; `revoked_on` is the first
    day without it. `person` whom an individual one is for.
    """

    id: int
    kind: Kind
    products: frozenset[str]
    valid_from: date
    doses: frozenset[int] = frozenset()
    age_from: int | None = None
    age_to: int | None = None
    roles: frozenset[str] = frozenset()
    valid_to: date | None = None
    revoked_on: date | None = None
    person: int | None = None


def covering(
    prescriptions: Iterable[Prescription],
    *,
    person: int,
    product: str,
    dose: int | None,
    age: int | None,
    role: str,
    on: date,
) -> Prescription | None:
    """The prescription that a dose may be given under: individual before general, latest first.

    A dose number or an age that is not known (None) is covered only where none is demanded.
    """
    fitting = [
        each for each in prescriptions
        if not _lacks(each, person=person, product=product, dose=dose, age=age, role=role, on=on)
    ]  # fmt: skip
    return max(
        fitting,
        key=lambda each: (each.kind is Kind.INDIVIDUAL, each.valid_from, each.id),
        default=None,
    )


def why_not(
    prescriptions: Iterable[Prescription],
    *,
    person: int,
    product: str,
    dose: int | None,
    age: int | None,
    role: str,
    on: date,
) -> tuple[Refused, ...]:
    """Why nothing covers a dose: what the nearest prescriptions lack; empty where one does.

    Nearest are those that lack the fewest things. Another person's prescription is never told of.
    """
    lacking = []
    for each in prescriptions:
        found = _lacks(each, person=person, product=product, dose=dose, age=age, role=role, on=on)
        if not found:
            return ()
        if not {"other-person", "other-product"} & {fault.code for fault in found}:
            lacking.append(found)
    if not lacking:
        return (Refused("no-prescription", "No prescription names {product}. A physician must sign "
                        "one before the dose is given.", product=product),)  # fmt: skip
    least = min(len(found) for found in lacking)
    nearest = [fault for found in lacking if len(found) == least for fault in found]
    return tuple({str(fault): fault for fault in nearest}.values())


def demand(prescription: Prescription | None, reasons: Iterable[Refused]) -> Prescription:
    """The prescription; nothing can be given without. Raises the first of the reasons."""
    if prescription is None:
        raise next(iter(reasons))
    return prescription


def _lacks(
    prescription: Prescription, *,
    person: int, product: str, dose: int | None, age: int | None, role: str, on: date,
) -> list[Refused]:  # fmt: skip
    """Everything that keeps a prescription from covering the dose."""
    found = []
    if prescription.kind is Kind.INDIVIDUAL and prescription.person != person:
        found.append(Refused("other-person", "The prescription is for somebody else. Look again."))
    if product not in prescription.products:
        found.append(
            Refused("other-product", "The prescription does not name {product}. Choose another "
                    "vaccine or ask a physician.", product=product)
        )  # fmt: skip
    if prescription.doses and dose not in prescription.doses:
        found.append(
            Refused("other-dose", "The prescription is for dose {doses}, not {dose}. Ask a "
                    "physician.", dose=dose or "?", doses=_listed(sorted(prescription.doses)))
        )  # fmt: skip
    if not _age_fits(prescription, age):
        found.append(
            Refused("other-age", "The prescription is for ages {ages}. Ask a physician.",
                    ages=_ages(prescription))
        )  # fmt: skip
    if prescription.roles and role not in prescription.roles:
        found.append(
            Refused("other-role", "The prescription is not for your role. Let one it names give "
                    "the dose.", role=role, roles=_listed(sorted(prescription.roles)))
        )  # fmt: skip
    return [*found, *_out_of_force(prescription, on)]


def _out_of_force(prescription: Prescription, on: date) -> list[Refused]:
    if prescription.revoked_on and prescription.revoked_on <= on:
        return [Refused("revoked", "The prescription was revoked on {revoked_on}. Ask a physician.",
                        revoked_on=prescription.revoked_on)]  # fmt: skip
    if on < prescription.valid_from:
        return [Refused("not-yet-valid", "The prescription holds from {valid_from}. Ask a "
                        "physician.", valid_from=prescription.valid_from)]  # fmt: skip
    if prescription.valid_to and prescription.valid_to < on:
        return [
            Refused("no-longer-valid", "The prescription held until {valid_to}. Ask a physician "
                    "to sign a new one.", valid_to=prescription.valid_to)
        ]  # fmt: skip
    return []


def _age_fits(prescription: Prescription, age: int | None) -> bool:
    low, high = prescription.age_from, prescription.age_to
    if low is None and high is None:
        return True
    return age is not None and (low or 0) <= age and (high is None or age <= high)


def _ages(prescription: Prescription) -> str:
    low, high = prescription.age_from or 0, prescription.age_to
    return f"{low}–{high}" if high is not None else f"{low}+"


def _listed(values: Iterable[object]) -> str:
    return ", ".join(str(each) for each in values)

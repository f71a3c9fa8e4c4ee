"""A Patient's identifiers → identities."""

from collections.abc import Mapping
from typing import Any

from vaksam.core.errors import Fault, Refused
from vaksam.core.exchange.patient.codes import source_of
from vaksam.core.identity import NATIONAL, Identity, Kind, numbers, reserve


def identities(identifiers: object) -> tuple[tuple[Identity, ...], list[Fault]]:
    """Identities and faults of `Patient.identifier`; what is not FHIR at all is passed over."""
    known: dict[Identity, None] = {}
    faults: list[Fault] = []
    for number, each in enumerate(identifiers if isinstance(identifiers, list) else []):
        if not isinstance(each, dict) or not isinstance(each.get("value"), str):
            continue
        try:
            known[_identity(each)] = None
        except Refused as error:
            place = f"identifier.{number}"
            faults.append(Fault(error.code, error.message, column=place, values=error.values))
    return tuple(known), faults + _several(tuple(known))


def _identity(identifier: Mapping[str, Any]) -> Identity:
    kind, issuer = _source(identifier)
    value = identifier["value"]
    try:
        return Identity(kind, value, issuer)
    except Refused:
        # Regional numbers are sent as national ones, also by the profile's own examples.
        regions = reserve.likely_issuers(numbers.compact(value)) if issuer == "NRID" else []
        if len(regions) != 1:
            raise
        return Identity(kind, value, regions[0])


def _source(identifier: Mapping[str, Any]) -> tuple[Kind, str]:
    if system := identifier.get("system"):
        return source_of(str(system))
    in_words = _text(identifier, "type", "text")
    kind = Kind(in_words) if in_words in set(Kind) else Kind.LOCAL
    return kind, _text(identifier, "assigner", "display")


def _text(identifier: Mapping[str, Any], element: str, part: str) -> str:
    found = identifier.get(element)
    return str(found.get(part, "")) if isinstance(found, dict) else ""


def _several(known: tuple[Identity, ...]) -> list[Fault]:
    """The profile allows one personal and one coordination number."""
    message = "a person has one number of this kind, and here are several; send the one in force"
    return [
        Fault("several-numbers", message, column=f"identifier:{kind.value}")
        for kind in NATIONAL
        if sum(each.kind is kind for each in known) > 1
    ]

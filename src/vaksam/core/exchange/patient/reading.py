"""FHIR → PatientFacts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from fhir.resources.R4B.patient import Patient
from pydantic import ValidationError

from vaksam.core.errors import BadFile, Fault
from vaksam.core.exchange.patient import codes
from vaksam.core.exchange.patient.facts import (
    Address,
    AddressKind,
    Name,
    PatientFacts,
    Protection,
)
from vaksam.core.exchange.patient.identifiers import identities

Json = Mapping[str, Any]


def from_fhir(resource: Json, *, file_name: str = "Patient") -> PatientFacts:
    """What a Patient resource (JSON data, FHIR R4) tells.

    Left out on purpose, since nothing here needs it: marital status, contacts, links, photographs,
    languages in words. The name "Skyddad uppgift" is no name. For a person with protected
    identity no address is read.

    Raises
    ------
    BadFile
        It is not a FHIR R4 Patient, or an identifier is damaged; with every fault at once.
        `column` is the path of what is wrong; no fault repeats its value.
    """
    patient, faults = _checked(resource)
    known, more = identities(resource.get("identifier"))
    if faults or more:
        raise BadFile(file_name, [*faults, *more])
    protection = _protection(patient)
    born = patient.get("birthDate", "")
    died = patient.get("deceasedDateTime", "")
    return PatientFacts(
        identities=known,
        name=_name(patient.get("name", [])),
        born_on=_day(born),
        born_year=int(born[:4]) if born else None,
        sex=codes.SEXES.get(patient.get("gender", ""), 0),
        addresses=() if protection else tuple(_addresses(patient.get("address", []))),
        **_contacts(patient.get("telecom", [])),
        language=_language(patient.get("communication", [])),
        interpreter=_extension(patient, codes.INTERPRETER, "valueBoolean") is True,
        protection=protection,
        deceased=bool(died) or patient.get("deceasedBoolean", False),
        died_on=_day(died[:10]),
    )


def _checked(resource: Json) -> tuple[Json, list[Fault]]:
    try:
        found: Json = Patient.model_validate(resource).model_dump(mode="json")
    except ValidationError as error:
        return {}, [_fault(each["loc"], each["msg"]) for each in error.errors()]
    return found, []


def _fault(place: Sequence[object], said: str) -> Fault:
    path = ".".join(map(str, place))
    message = "this is not FHIR R4: {said}"
    return Fault("not-fhir", message, column=path, values={"said": said.split("\n")[0]})


def _protection(patient: Json) -> Protection:
    """The stronger of the labels, where there are both. The code counts, whatever its system."""
    labels = {each.get("code") for each in patient.get("meta", {}).get("security", [])}
    found = {codes.PROTECTIONS[label] for label in labels & codes.PROTECTIONS.keys()}
    return max(found, key=list(Protection).index, default=Protection.NONE)


def _name(names: Sequence[Json]) -> Name:
    current = [each for each in names if each.get("use") not in ("old", "maiden", "anonymous")]
    chosen = next((each for each in current if each.get("use") == "official"), None)
    name = chosen or next(iter(current), {})
    given = tuple(each for each in name.get("given", []) if each and each != codes.NAME_WITHHELD)
    family = name.get("family") or ("" if given else name.get("text", ""))
    if family == codes.NAME_WITHHELD:
        return Name(given)
    middle = _extension(name, codes.MIDDLE_NAME, "valueString") or ""
    own_family = _extension(name, codes.OWN_FAMILY, "valueString") or ""
    return Name(given, family, _called(name), middle, own_family)


def _called(name: Json) -> str:
    """The given name that is marked as the one in use."""
    marked = zip(name.get("given", []), name.get("_given") or [], strict=False)
    return next(
        (
            given
            for given, about in marked
            if given and _extension(about or {}, codes.NAME_QUALIFIER, "valueCode") == codes.CALL_ME
        ),
        "",
    )


def _addresses(addresses: Sequence[Json]) -> Iterator[Address]:
    for each in addresses:
        if each.get("use") in ("old", "billing"):
            continue
        found = Address(
            lines=tuple(line for line in each.get("line", [each.get("text")]) if line),
            postcode=re.sub(r"^([0-9]{3}) ?([0-9]{2})$", r"\1\2", each.get("postalCode", "")),
            city=each.get("city", ""),
            country=each.get("country", ""),
            kind=_address_kind(each),
        )
        if found != Address(kind=found.kind):
            yield found


def _address_kind(address: Json) -> AddressKind:
    concept = _extension(address, codes.ADDRESS_KIND, "valueCodeableConcept") or {}
    kinds = (codes.ADDRESS_KINDS.get(each.get("code", "")) for each in concept.get("coding", []))
    other = AddressKind.TEMPORARY if address.get("use") == "temp" else AddressKind.OTHER
    return next((kind for kind in kinds if kind), other)


def _contacts(telecom: Sequence[Json]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in telecom:
        system, use = each.get("system"), each.get("use")
        kind = "mobile" if system == "sms" or (system, use) == ("phone", "mobile") else system
        if kind in ("mobile", "phone", "email") and use != "old" and each.get("value"):
            found.setdefault(kind, each["value"])
    return found


def _language(communication: Sequence[Json]) -> str:
    first = sorted(communication, key=lambda each: not each.get("preferred", False))
    tags = (
        coding.get("code", "").split("-")[0].lower()
        for each in first
        for coding in each["language"].get("coding", [])
    )
    return next((tag for tag in tags if re.fullmatch(r"[a-z]{2,3}", tag)), "")


def _extension(element: Json, url: str, kind: str) -> Any:
    found = (each.get(kind) for each in element.get("extension", []) if each.get("url") == url)
    return next(found, None)


def _day(text: str) -> date | None:
    """A whole day; None for a month, a year or nothing."""
    return date.fromisoformat(text) if len(text) == 10 else None

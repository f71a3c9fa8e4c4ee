"""PatientFacts → FHIR."""

from datetime import date
from typing import Any

from fhir.resources.R4B.patient import Patient

from vaksam.core.exchange.patient import codes
from vaksam.core.exchange.patient.facts import Address, AddressKind, Name, PatientFacts
from vaksam.core.identity import Identity

Json = dict[str, Any]


def to_fhir(facts: PatientFacts, *, oids: bool = False) -> Json:
    """A Patient resource in the profile's shape, as JSON-ready data.

    Identifiers have the systems that the profile names; with `oids`, `urn:oid` as the national
    service contracts do. Those without either carry their kind and issuer in words. For a person
    with protected identity neither address nor telephone nor e-mail is written.

    Examples
    --------
    >>> from vaksam.core.identity import Kind
    >>> facts = PatientFacts(identities=(Identity(Kind.PERSONAL_NUMBER, "189001019802"),))
    >>> to_fhir(facts, oids=True)["identifier"]
    [{'system': 'urn:oid:1.2.752.129.2.1.3.1', 'value': '189001019802'}]
    """
    resource = {
        "resourceType": "Patient",
        "meta": _meta(facts),
        "extension": _extension(codes.INTERPRETER, "valueBoolean", facts.interpreter),
        "identifier": [_identifier(each, oids) for each in facts.identities],
        "name": _name(facts.name),
        "telecom": [] if facts.protection else _telecom(facts),
        "gender": next(code for code, sex in codes.SEXES.items() if sex == facts.sex),
        "birthDate": _day(facts.born_on) or (f"{facts.born_year:04}" if facts.born_year else ""),
        **_deceased(facts),
        "address": [] if facts.protection else [_address(each) for each in facts.addresses],
        "communication": _communication(facts.language),
    }
    checked = Patient.model_validate(_filled(resource))
    written: Json = checked.model_dump(mode="json")
    return written


def _meta(facts: PatientFacts) -> Json:
    labels = [
        {"system": codes.SECURITY, "code": code}
        for code, meant in codes.PROTECTIONS.items()
        if meant == facts.protection
    ]
    return _filled({"profile": [codes.PROFILE], "security": labels})


def _identifier(identity: Identity, oids: bool) -> Json:
    if system := codes.system_of(identity, oids=oids):
        return {"system": system, "value": identity.value}
    in_words = {"type": {"text": identity.kind.value}, "assigner": {"display": identity.issuer}}
    return in_words | {"value": identity.value}


def _name(name: Name) -> list[Json]:
    if name == Name():
        return []
    parts = _extension(codes.MIDDLE_NAME, "valueString", name.middle)
    parts += _extension(codes.OWN_FAMILY, "valueString", name.own_family)
    call_me = {"extension": _extension(codes.NAME_QUALIFIER, "valueCode", codes.CALL_ME)}
    called = [call_me if given == name.called else None for given in name.given]
    written = {
        "use": "official",
        "text": " ".join((*name.given, name.family)).strip(),
        "family": name.family,
        "given": list(name.given),
        "_given": called if any(called) else [],
        "extension": parts,
    }
    return [_filled(written)]


def _telecom(facts: PatientFacts) -> list[Json]:
    contacts = (
        {"system": "phone", "use": "mobile", "value": facts.mobile},
        {"system": "phone", "use": "home", "value": facts.phone},
        {"system": "email", "value": facts.email},
    )
    return [each for each in contacts if each["value"]]


def _address(address: Address) -> Json:
    kind = [
        {"coding": [{"system": codes.SNOMED, "version": codes.SNOMED_SWEDEN, "code": code}]}
        for code, meant in codes.ADDRESS_KINDS.items()
        if meant == address.kind
    ]
    written = {
        "use": "temp" if address.kind is AddressKind.TEMPORARY else "",
        "line": list(address.lines),
        "city": address.city,
        "postalCode": address.postcode,
        "country": address.country,
        "extension": _extension(codes.ADDRESS_KIND, "valueCodeableConcept", *kind),
    }
    return _filled(written)


def _deceased(facts: PatientFacts) -> Json:
    if facts.died_on:
        return {"deceasedDateTime": _day(facts.died_on)}
    return {"deceasedBoolean": True} if facts.deceased else {}


def _communication(language: str) -> list[Json]:
    coding = {"coding": [{"system": codes.LANGUAGES, "code": language}]}
    return [{"language": coding, "preferred": True}] if language else []


def _extension(url: str, kind: str, value: object = None) -> list[Json]:
    return [{"url": url, kind: value}] if value else []


def _filled(values: Json) -> Json:
    """Without what is empty: FHIR writes nothing where there is nothing."""
    return {key: value for key, value in values.items() if value not in ("", [], {})}


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""

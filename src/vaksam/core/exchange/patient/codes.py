"""The profile's codes and addresses, and Vaksam's words for them."""

from typing import Final

from vaksam.core.exchange.patient.facts import AddressKind, Protection
from vaksam.core.identity import Identity, Kind, countries, reserve

BASE: Final = "http://hl7.se/fhir/ig/base"
PROFILE: Final = f"{BASE}/StructureDefinition/SEBasePatient"
MIDDLE_NAME: Final = f"{BASE}/StructureDefinition/SEBaseMiddleNameExtension"
OWN_FAMILY: Final = f"{BASE}/StructureDefinition/SEBaseOwnFamilyExtension"
ADDRESS_KIND: Final = f"{BASE}/StructureDefinition/SEBaseAddressPersonExtension"
NAME_QUALIFIER: Final = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-qualifier"
CALL_ME: Final = "CL"
INTERPRETER: Final = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
SECURITY: Final = f"{BASE}/CodeSystem/SecurityLabel"
SNOMED: Final = "http://snomed.info/sct"
SNOMED_SWEDEN: Final = "http://snomed.info/sct/45991000052106"
LANGUAGES: Final = "urn:ietf:bcp:47"

NAME_WITHHELD: Final = "Skyddad uppgift"  # what registers write for a protected name

PROTECTIONS: Final = {
    "sekretessmarkering": Protection.CONFIDENTIALITY_MARKING,
    "skyddadFolkbokforing": Protection.PROTECTED_REGISTRATION,
}
ADDRESS_KINDS: Final = {
    "63381000052101": AddressKind.REGISTERED,
    "63391000052104": AddressKind.SPECIAL,
    "63401000052101": AddressKind.ABROAD,
    "63411000052104": AddressKind.STATED,
}
SEXES: Final = {"unknown": 0, "male": 1, "female": 2, "other": 0}  # the first of each is written

_OID: Final = "urn:oid:"
_PASSPORT: Final = "http://hl7.org/fhir/sid/passport-"  # and a country's three letters
_NAMED: Final = {
    "http://electronichealth.se/identifier/personnummer": (Kind.PERSONAL_NUMBER, ""),
    "http://electronichealth.se/identifier/samordningsnummer": (Kind.COORDINATION_NUMBER, ""),
    "http://electronichealth.se/identifier/nationelltReservnummer": (Kind.RESERVE_NUMBER, "NRID"),
    "http://electronichealth.se/identifier/LMA-nummer": (Kind.LOCAL, "LMA"),
}
_NATIONAL_OIDS: Final = {
    f"{_OID}1.2.752.129.2.1.3.1": (Kind.PERSONAL_NUMBER, ""),
    f"{_OID}1.2.752.129.2.1.3.3": (Kind.COORDINATION_NUMBER, ""),
}
_RESERVE_OIDS: Final = {
    f"{_OID}{each.oid}": (Kind.RESERVE_NUMBER, each.issuer) for each in reserve.FORMATS if each.oid
}


def source_of(system: str) -> tuple[Kind, str]:
    """The kind and issuer that an identifier's system means; any other is a local source.

    >>> source_of("urn:oid:1.2.752.129.2.1.3.1")
    (<Kind.PERSONAL_NUMBER: 'personal_number'>, '')
    >>> source_of("http://hl7.org/fhir/sid/passport-SYR")
    (<Kind.PASSPORT: 'passport'>, 'SY')
    """
    if system.startswith(_PASSPORT):
        return Kind.PASSPORT, countries.two_letters(system.removeprefix(_PASSPORT))
    return (_NAMED | _NATIONAL_OIDS | _RESERVE_OIDS).get(system, (Kind.LOCAL, system))


def system_of(identity: Identity, *, oids: bool) -> str:
    """The system of an identity, as the profile names it or as `urn:oid`; '' where it has none."""
    if identity.kind is Kind.PASSPORT:
        return _PASSPORT + countries.three_letters(identity.issuer)
    if identity.kind is Kind.LOCAL and ":" in identity.issuer:
        return identity.issuer
    meant = (identity.kind, identity.issuer)
    named = next((system for system, source in _NAMED.items() if source == meant), "")
    oid = _oid(identity)
    return (oid or named) if oids else (named or oid)


def _oid(identity: Identity) -> str:
    if identity.kind is Kind.RESERVE_NUMBER:
        form = reserve.the_one(identity.issuer, identity.value)
        return f"{_OID}{form.oid}" if form and form.oid else ""
    kinds = {kind: system for system, (kind, _issuer) in _NATIONAL_OIDS.items()}
    return kinds.get(identity.kind, "")

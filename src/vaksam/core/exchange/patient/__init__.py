"""A person as FHIR R4 Patient, in the shape of HL7 Sweden's base profile SEBasePatient.

https://github.com/HL7Sweden/basprofiler-r4
"""

from vaksam.core.exchange.patient.facts import (
    Address,
    AddressKind,
    Name,
    PatientFacts,
    Protection,
)
from vaksam.core.exchange.patient.reading import from_fhir
from vaksam.core.exchange.patient.writing import to_fhir

__all__ = [
    "Address",
    "AddressKind",
    "Name",
    "PatientFacts",
    "Protection",
    "from_fhir",
    "to_fhir",
]

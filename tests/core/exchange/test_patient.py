"""FHIR Patient: HL7 Sweden's example persons, others' resources, and everything there and back."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.exchange import fsh
from vaksam.core.errors import BadFile
from vaksam.core.exchange.patient import (
    Address,
    AddressKind,
    Name,
    PatientFacts,
    Protection,
    from_fhir,
    to_fhir,
)
from vaksam.core.identity import Identity, Kind

EXAMPLES = fsh.patients()
PERSONAL = Identity(Kind.PERSONAL_NUMBER, "189001019802")
R4 = fsh.FOLDER.parents[2] / "r4_examples"

needed = pytest.mark.skipif(not EXAMPLES, reason="../shared/data/fhir is not there")


@needed
def test_the_example_persons_of_the_base_profile_are_all_there():
    assert len(EXAMPLES) == 10


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_persons_come_back_as_they_are(name):
    """But for marital status, which nothing here needs, and what is protected."""
    facts = from_fhir(EXAMPLES[name])
    written = to_fhir(facts)
    assert from_fhir(written) == facts == from_fhir(to_fhir(facts, oids=True))
    given = EXAMPLES[name]
    for part in ("gender", "birthDate"):
        assert written[part] == given[part]
    if not facts.protection:
        assert comparable(written["address"]) == comparable(given["address"])
        assert written["name"][0]["given"] == given["name"][0]["given"]
        assert written["name"][0].get("_given") == given["name"][0].get("_given")
        assert written["name"][0].get("extension") == given["name"][0].get("extension")


def comparable(addresses: list[dict]) -> list[dict]:
    """Without the edition and the words of a code."""
    codes = [
        [each["valueCodeableConcept"]["coding"][0]["code"] for each in address["extension"]]
        for address in addresses
    ]
    return [address | {"extension": code} for address, code in zip(addresses, codes, strict=True)]


@needed
def test_what_the_examples_tell():
    found = {name.removeprefix("PatientExample"): from_fhir(EXAMPLES[name]) for name in EXAMPLES}
    maria = found["196101182803"]
    assert maria.identities == (Identity(Kind.PERSONAL_NUMBER, "196101182803"),)
    assert (maria.name.given, maria.name.called) == (("Maria", "Birgitta"), "Maria")
    assert (maria.born_on, maria.sex) == (date(1961, 1, 18), 2)
    assert maria.addresses == (
        Address(("Vänervägen 7",), "42140", "VÄSTRA FRÖLUNDA", "", AddressKind.REGISTERED),
    )
    hammar = found["189002029800"].name
    assert (hammar.family, hammar.middle, hammar.own_family) == ("VGR Hammar", "VGR", "Hammar")
    assert found["98240301AA06"].identities[0].issuer == "NRID"
    assert found["20210325K069"].identities[0].issuer == "14"  # sent as a national number
    assert [each.kind for each in found["98240301AA06"].addresses] == ["stated", "abroad"]
    assert found["196109732393"].identities[0].kind is Kind.COORDINATION_NUMBER


@needed
@pytest.mark.parametrize(
    ("number", "protection"),
    [
        ("200001252386", Protection.CONFIDENTIALITY_MARKING),
        ("189602029812", Protection.PROTECTED_REGISTRATION),
    ],
)
def test_protected_example_persons_lose_address_and_withheld_name(number, protection):
    facts = from_fhir(EXAMPLES[f"PatientExample{number}"])
    assert facts.protection is protection
    assert facts.addresses == ()
    assert facts.name == Name()


def test_nothing_of_where_a_protected_person_is_gets_written():
    facts = PatientFacts(
        identities=(PERSONAL,), protection=Protection.CONFIDENTIALITY_MARKING,
        mobile="0701740635", phone="0980319295", email="a@example.se",
    )  # fmt: skip
    written = to_fhir(facts)
    assert not {"address", "telecom"} & written.keys()
    assert written["meta"]["security"][0]["code"] == "sekretessmarkering"
    with pytest.raises(ValueError, match="protected"):
        PatientFacts(protection=Protection.PROTECTED_REGISTRATION, addresses=(Address(),))


@pytest.mark.parametrize("label", ["sekretessmarkering", "skyddadFolkbokforing"])
def test_the_label_counts_whatever_its_system(label):
    resource = {
        "resourceType": "Patient",
        "meta": {"security": [{"system": "urn:oid:1.2.3", "code": label}]},
        "address": [{"line": ["Hemliga gatan 1"], "city": "Umeå"}],
    }
    facts = from_fhir(resource)
    assert facts.protection
    assert facts.addresses == ()


def test_no_log_holds_a_person():
    facts = from_fhir(FOREIGN)
    shown = f"{facts!r} {facts.name!r} {facts.addresses!r} {facts.identities!r}"
    assert not [text for text in ("Layla", "Haddad", "Storgatan", "N0001234") if text in shown]


def test_systems_as_the_profile_names_them_or_as_oids():
    identities = (PERSONAL, Identity(Kind.RESERVE_NUMBER, "98240301AA06", "NRID"),
                  Identity(Kind.RESERVE_NUMBER, "18500101N123", "04"))  # fmt: skip
    facts = PatientFacts(identities=identities)
    named, oids = (
        [each["system"] for each in to_fhir(facts, oids=choice)["identifier"]]
        for choice in (False, True)
    )
    assert named == [
        "http://electronichealth.se/identifier/personnummer",
        "http://electronichealth.se/identifier/nationelltReservnummer",
        "urn:oid:1.2.752.266.1.1.2",
    ]
    assert oids == [
        "urn:oid:1.2.752.129.2.1.3.1", "urn:oid:1.2.752.74.9.1", "urn:oid:1.2.752.266.1.1.2",
    ]  # fmt: skip


def test_hl7s_own_examples_are_read():
    """Those that hold a Patient; the examples at hand may hold none."""
    files = sorted(R4.rglob("*.json"))
    found = [each for path in files for each in patients_in(json.loads(path.read_text("utf-8")))]
    if not found:
        pytest.skip("no Patient among ../shared/data/fhir/r4_examples")
    for each in found:
        facts = from_fhir(each)
        assert from_fhir(to_fhir(facts)) == facts


def patients_in(resource: dict) -> list[dict]:
    inner = [*resource.get("contained", [])]
    inner += [each["resource"] for each in resource.get("entry", []) if "resource" in each]
    here = [resource] if resource.get("resourceType") == "Patient" else []
    return [*here, *(found for each in inner for found in patients_in(each))]


FOREIGN = {
    "resourceType": "Patient",
    "identifier": [
        {"system": "http://hl7.org/fhir/sid/passport-SYR", "value": "N 000 1234"},
        {"system": "urn:oid:1.2.36.146.595.217.0.1", "value": "12345"},
        {"system": "urn:oid:1.2.752.113.11.0.2.1.1.1", "value": "19810829-M071"},
    ],
    "name": [
        {"use": "maiden", "family": "Windsor"},
        {"use": "usual", "given": ["Layla"], "family": "Haddad"},
    ],
    "telecom": [
        {"use": "home"},
        {"system": "phone", "value": "0980319295", "use": "work"},
        {"system": "phone", "value": "0701740635", "use": "mobile"},
        {"system": "phone", "value": "0701740600", "use": "old"},
        {"system": "email", "value": "layla@example.se"},
    ],
    "gender": "other",
    "birthDate": "1974-12",
    "deceasedDateTime": "2021-02-14T23:42:00+01:00",
    "address": [
        {"line": ["Storgatan 4", "Lgh 1102"], "postalCode": "903 25", "city": "Umeå"},
        {"use": "old", "line": ["Ågatan 1"]},
        {"use": "temp", "text": "hos en vän", "city": "Vännäs"},
    ],
    "communication": [
        {"language": {"coding": [{"code": "sv"}]}},
        {"language": {"coding": [{"code": "ar-SY"}]}, "preferred": True},
    ],
    "extension": [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired",
            "valueBoolean": True,
        }
    ],
    "maritalStatus": {"text": "gift"},
}  # fmt: skip


def test_a_person_from_elsewhere():
    assert from_fhir(FOREIGN) == PatientFacts(
        identities=(
            Identity(Kind.PASSPORT, "N0001234", "SY"),
            Identity(Kind.LOCAL, "12345", "urn:oid:1.2.36.146.595.217.0.1"),
            Identity(Kind.RESERVE_NUMBER, "19810829M071", "14"),
        ),
        name=Name(("Layla",), "Haddad"),
        born_year=1974,
        mobile="0701740635",
        phone="0980319295",
        email="layla@example.se",
        deceased=True,
        died_on=date(2021, 2, 14),
        addresses=(
            Address(("Storgatan 4", "Lgh 1102"), "90325", "Umeå"),
            Address(("hos en vän",), city="Vännäs", kind=AddressKind.TEMPORARY),
        ),
        language="ar",
        interpreter=True,
    )


def test_every_fault_at_once():
    resource = {
        "resourceType": "Patient",
        "birthDate": "49-03-02",
        "gender": 2,
        "color": "red",
        "identifier": [
            {"system": "urn:oid:1.2.752.129.2.1.3.1", "value": "18900101-9803"},
            {"value": "A-1"},
            {"system": "http://hl7.org/fhir/sid/passport-XYZ", "value": "N0001234"},
            {
                "system": "http://electronichealth.se/identifier/personnummer",
                "value": "189001019802",
            },
            {"system": "urn:oid:1.2.752.129.2.1.3.1", "value": "189001029819"},
        ],
    }
    with pytest.raises(BadFile) as bad:
        from_fhir(resource)
    found = {(fault.column, fault.code) for fault in bad.value.faults}
    assert found == {
        ("birthDate", "not-fhir"), ("gender", "not-fhir"), ("color", "not-fhir"),
        ("identifier.0", "check_digit"), ("identifier.1", "source"), ("identifier.2", "country"),
        ("identifier:personal_number", "several-numbers"),
    }  # fmt: skip
    assert "9803" not in " ".join(map(str, bad.value.faults))


@pytest.mark.parametrize(
    "resource", [{}, {"resourceType": "Observation"}, {"identifier": 4}, {"identifier": ["x"]}]
)
def test_what_is_no_patient(resource):
    if resource:
        with pytest.raises(BadFile):
            from_fhir(resource)


TEXT = st.text(alphabet="aåbÄ -'é", min_size=1, max_size=6).map(str.strip).filter(bool)
IDENTITIES = st.sampled_from(
    [
        PERSONAL,
        Identity(Kind.COORDINATION_NUMBER, "191500722390"),
        Identity(Kind.RESERVE_NUMBER, "19810829M071", "14"),
        Identity(Kind.RESERVE_NUMBER, "19810829R123", "24"),  # no OID known
        Identity(Kind.RESERVE_NUMBER, "98240301AA06", "NRID"),
        Identity(Kind.RESERVE_NUMBER, "18500101N123", "04"),
        Identity(Kind.PASSPORT, "N0001234", "SY"),
        Identity(Kind.LOCAL, "A-1", "Cosmic"),
        Identity(Kind.LOCAL, "14-1", "14"),
        Identity(Kind.LOCAL, "1", "LMA"),
        Identity(Kind.LOCAL, "1", "urn:oid:1.2.3"),
    ]
)
NAMES = st.builds(Name, given=st.lists(TEXT, max_size=2).map(tuple), family=TEXT | st.just(""))
CALLED = st.builds(
    lambda given, family: Name((*given, "Bo"), family, "Bo", "Mellan", family),
    st.lists(TEXT.filter(lambda name: name != "Bo"), max_size=1),
    TEXT,
)
ADDRESSES = st.builds(
    Address,
    lines=st.lists(TEXT, min_size=1, max_size=3).map(tuple),
    postcode=st.sampled_from(["", "90325", "7558"]),
    city=TEXT,
    country=st.sampled_from(["", "DZ", "Nederländerna"]),
    kind=st.sampled_from(AddressKind),
)


@st.composite
def facts(draw) -> PatientFacts:
    born_on = draw(st.none() | st.dates(date(1900, 1, 1), date(2023, 1, 1)))
    died_on = draw(st.none() | st.dates(date(2020, 1, 1), date(2023, 1, 1)))
    protection = draw(st.sampled_from(Protection))
    told = {"mobile": "0701740635", "phone": "0980319295", "email": "a@example.se"}
    contacts = draw(st.sets(st.sampled_from(sorted(told)))) if not protection else set()
    return PatientFacts(
        identities=tuple(draw(st.lists(IDENTITIES, unique=True, max_size=4))),
        name=draw(NAMES | CALLED),
        born_on=born_on,
        born_year=born_on.year if born_on else draw(st.none() | st.integers(1900, 2023)),
        sex=draw(st.sampled_from([0, 1, 2])),
        addresses=() if protection else tuple(draw(st.lists(ADDRESSES, max_size=2))),
        language=draw(st.sampled_from(["", "sv", "som"])),
        interpreter=draw(st.booleans()),
        protection=protection,
        deceased=bool(died_on) or draw(st.booleans()),
        died_on=died_on,
        **{kind: told[kind] for kind in contacts},
    )


@given(facts(), st.booleans())
def test_everything_there_and_back(given, oids):
    written = to_fhir(given, oids=oids)
    assert from_fhir(json.loads(json.dumps(written))) == given

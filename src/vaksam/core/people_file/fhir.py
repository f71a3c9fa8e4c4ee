"""FHIR Patient resources as rows of a people file.

One resource, a Bundle of them, or NDJSON (one a line, as FHIR bulk data has them). HL7 Sweden's
base profile has no region: a person is of the region of `managingOrganization`, told as the
identifier value (a two-digit code), or that of the resource's tag, which goes first.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from vaksam.core.errors import BadFile, Fault
from vaksam.core.exchange.patient import PatientFacts, from_fhir
from vaksam.core.identity import Kind
from vaksam.core.people_file.columns import COLUMNS

REGION_TAG: Final = "urn:vaksam:region"
"""System of the `meta.tag` whose code is a region's, such as 24."""
_SWEDEN = ("", "SE", "SWE", "SVERIGE", "SWEDEN")
_SEXES = {0: "", 1: "M", 2: "F"}
_NUMBERS = {
    Kind.PERSONAL_NUMBER: ("personal_number", ""),
    Kind.COORDINATION_NUMBER: ("coordination_number", ""),
    Kind.RESERVE_NUMBER: ("reserve_number", "reserve_issuer"),
    Kind.PASSPORT: ("passport", "passport_country"),
    Kind.LOCAL: ("local_id", ""),
}
Json = Mapping[str, Any]


def read(content: bytes, *, file_name: str) -> pl.DataFrame:
    """Every column as text, as `people_file.read` gives them; the rows are lines or entries.

    Raises
    ------
    BadFile
        Not JSON, no Patient, or damaged ones; every fault of every resource, with its line.
    """
    rows: list[dict[str, str]] = []
    faults: list[Fault] = []
    for number, resource in _resources(content, file_name):
        try:
            facts = from_fhir(resource, file_name=file_name)
        except BadFile as error:
            faults += [_at(number, fault) for fault in error.faults]
        else:
            faults += [_at(number, fault) for fault in _left_out(facts)]
            rows.append(_row(facts, _region(resource)))
    if faults:
        raise BadFile(file_name, faults)
    if not rows:
        raise BadFile(file_name, [Fault("no-rows", "The file has no Patient.")])
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))


def _resources(content: bytes, file_name: str) -> Iterator[tuple[int, Json]]:
    """Each Patient with its line or place among the entries, counted from 1."""
    text = content.decode("utf-8-sig", errors="replace").strip()
    try:
        found = list(enumerate(_entries(json.loads(text)), 1))
    except json.JSONDecodeError:
        found = list(_lines(text, file_name))
    strange = [number for number, each in found if not isinstance(each, dict)]
    if strange:
        said = "This is no FHIR resource."
        raise BadFile(file_name, [Fault("not-fhir", said, row=number) for number in strange])
    yield from ((number, each) for number, each in found if each.get("resourceType") == "Patient")


def _entries(whole: Any) -> list[Any]:
    if isinstance(whole, dict) and whole.get("resourceType") == "Bundle":
        entries = whole.get("entry", [])
        return [each.get("resource") if isinstance(each, dict) else None for each in entries]
    return [whole]


def _lines(text: str, file_name: str) -> Iterator[tuple[int, Any]]:
    faults = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except json.JSONDecodeError as error:
            faults.append(
                Fault("not-json", "This line is no JSON: {why}.", row=number,
                      values={"why": error.msg})
            )  # fmt: skip
    if faults:
        raise BadFile(file_name, faults)


def _left_out(facts: PatientFacts) -> list[Fault]:
    """What a people file has no room for, and must not be lost in silence."""
    kinds = [identity.kind for identity in facts.identities]
    faults = [
        Fault(
            "several-numbers",
            "The person has several numbers of this kind. Send the one in force.",
            column="identifier",
            values={"kind": kind.value},
        )
        for kind in sorted({kind for kind in kinds if kinds.count(kind) > 1})
    ]
    if facts.deceased and facts.died_on is None:
        faults.append(
            Fault("died-when", "Say which day the person died (deceasedDateTime).",
                  column="deceasedBoolean")
        )  # fmt: skip
    return faults


def _row(facts: PatientFacts, region: str) -> dict[str, str]:
    row = dict.fromkeys(COLUMNS, "") | {"region": region, "sex": _SEXES[facts.sex]}
    for identity in facts.identities:
        column, issuer = _NUMBERS[identity.kind]
        told = identity.kind is Kind.LOCAL and identity.issuer  # several systems may share an id
        row[column] = f"{identity.issuer}:{identity.value}" if told else identity.value
        if issuer:
            row[issuer] = identity.issuer
    row["given_name"] = facts.name.called or " ".join(facts.name.given)
    row["family_name"] = facts.name.family
    row["born_on"] = facts.born_on.isoformat() if facts.born_on else str(facts.born_year or "")
    row["language"] = facts.language
    row["interpreter"] = "yes" if facts.interpreter else ""
    row["mobile"] = facts.mobile or facts.phone
    row["email"] = facts.email
    row["protected"] = facts.protection.value
    row["died_on"] = facts.died_on.isoformat() if facts.died_on else ""
    swedish = [each for each in facts.addresses if each.country.upper() in _SWEDEN]
    if swedish:
        first = swedish[0]
        row |= {"street": ", ".join(first.lines), "postcode": first.postcode, "city": first.city}
    return row


def _region(resource: Json) -> str:
    for tag in resource.get("meta", {}).get("tag", []):
        if tag.get("system") == REGION_TAG:
            return str(tag.get("code", ""))
    value = str(resource.get("managingOrganization", {}).get("identifier", {}).get("value", ""))
    return value if len(value) == 2 and value.isdecimal() else ""


def _at(number: int, fault: Fault) -> Fault:
    return Fault(fault.code, fault.message, fault.sheet, number, fault.column, fault.value,
                 values=fault.values)  # fmt: skip

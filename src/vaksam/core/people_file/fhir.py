"""FHIR Patient resources as rows of a people file.

One resource, a Bundle of them, or NDJSON (one a line, as FHIR bulk data has them). HL7 Sweden's
base profile has no region: a person is of the region of `managingOrganization`, told as the
identifier value (a two-digit code), or else of the region in the Bundle's or resource's tag.
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
        whole = json.loads(text)
    except json.JSONDecodeError:
        yield from _lines(text, file_name)
        return
    entries = whole.get("entry", []) if whole.get("resourceType") == "Bundle" else []
    found = [entry.get("resource", {}) for entry in entries] or [whole]
    for number, each in enumerate(found, 1):
        if each.get("resourceType") == "Patient":
            yield number, each


def _lines(text: str, file_name: str) -> Iterator[tuple[int, Json]]:
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


def _row(facts: PatientFacts, region: str) -> dict[str, str]:
    row = dict.fromkeys(COLUMNS, "") | {"region": region, "sex": _SEXES[facts.sex]}
    for identity in facts.identities:
        column, issuer = _NUMBERS[identity.kind]
        row[column] = identity.value
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
    swedish = [each for each in facts.addresses if not each.country]
    if swedish:
        first = swedish[0]
        row |= {"street": ", ".join(first.lines), "postcode": first.postcode, "city": first.city}
    return row


def _region(resource: Json) -> str:
    for tag in resource.get("meta", {}).get("tag", []):
        if tag.get("system") == REGION_TAG:
            return str(tag.get("code", ""))
    owner = resource.get("managingOrganization", {}).get("identifier", {})
    return str(owner.get("value", ""))


def _at(number: int, fault: Fault) -> Fault:
    return Fault(fault.code, fault.message, fault.sheet, number, fault.column, fault.value,
                 values=fault.values)  # fmt: skip

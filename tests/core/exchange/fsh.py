"""Reads the Patient instances of a FHIR Shorthand file, as far as HL7 Sweden's examples use it.

Shorthand: `* path = value`; a path is indented below the one it continues; `[+]` is the next of a
list, `[=]` or a slice's name the one at hand. Not a compiler: names of slices are given here.
"""

import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[4] / "shared/data/fhir/hl7sweden_basprofiler_r4/input/fsh"

BASE = "http://hl7.se/fhir/ig/base"
SYSTEMS = "http://electronichealth.se/identifier"
LISTS = {"security", "identifier", "name", "given", "_given", "address", "line", "extension"}
CODES = {"SecurityLabelCS": f"{BASE}/CodeSystem/SecurityLabel"}
SLICES = {
    "personnummer": {"system": f"{SYSTEMS}/personnummer"},
    "samordningsnummer": {"system": f"{SYSTEMS}/samordningsnummer"},
    "nationelltReservnummer": {"system": f"{SYSTEMS}/nationelltReservnummer"},
    "middleName": {"url": f"{BASE}/StructureDefinition/SEBaseMiddleNameExtension"},
    "ownFamily": {"url": f"{BASE}/StructureDefinition/SEBaseOwnFamilyExtension"},
    "officialAddressType": {"url": f"{BASE}/StructureDefinition/SEBaseAddressPersonExtension"},
    "nameQualifier": {"url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-qualifier"},
}


def patients() -> dict[str, dict[str, Any]]:
    """The example patients of the file, by id; none where it is absent."""
    path = FOLDER / "example-patient.fsh"
    if not path.exists():
        return {}
    aliases = dict(re.findall(r"Alias: (\S+) = ([^\s|]+)", (FOLDER / "Aliases.fsh").read_text()))
    found: dict[str, dict[str, Any]] = {}
    for text in path.read_text("utf-8").split("Instance: ")[1:]:
        found[text.split()[0]] = _instance(text, CODES | aliases)
    return found


def _instance(text: str, systems: dict[str, str]) -> dict[str, Any]:
    patient: dict[str, Any] = {"resourceType": "Patient"}
    above: dict[int, str] = {}
    for line in re.findall(r"^( *)\* (\S+)(?: = (.+))?$", text, re.MULTILINE):
        depth, path, value = len(line[0]) // 2, line[1], line[2]
        prefix = above.get(depth - 1, "") + "." if depth else ""
        above[depth] = (prefix + path).replace("[+]", "[=]")
        if value or "[+]" in path:
            _put(patient, prefix + path, _value(value, path, systems))
    for name in patient["name"]:  # `_given` is as long as `given`
        if "_given" in name:
            name["_given"] += [None] * (len(name["given"]) - len(name["_given"]))
    return patient


def _value(text: str, path: str, systems: dict[str, str]) -> Any:
    if not text or text.startswith('"'):
        return text.strip('"')
    system, code = text.split('"')[0].strip().split("#")
    coding = {"system": systems.get(system, system), "code": code}
    if path.endswith(("valueCodeableConcept", "maritalStatus")):
        return {"coding": [coding]}
    return coding if path.startswith("meta.security") else code


def _put(at: Any, path: str, value: Any) -> None:
    steps = path.replace("given[=].extension", "_given[=].extension").split(".")
    for step in steps[:-1]:
        at = _step(at, step, {})
    name = steps[-1].split("[")[0]
    if not value:
        _step(at, steps[-1], {})
    elif name in LISTS and isinstance(value, (str, dict)):
        at.setdefault(name, []).append(value)
    else:
        at[name] = value


def _step(at: dict[str, Any], step: str, empty: dict[str, Any]) -> Any:
    name, _, index = step.removesuffix("]").partition("[")
    if name not in LISTS:
        return at.setdefault(name, empty)
    items = at.setdefault(name, [])
    if name == "_given":  # null where nothing is said of a given name
        items += [None] * (len(at["given"]) - len(items))
        items[-1] = items[-1] or {}
    elif index in SLICES:
        items.append(dict(SLICES[index]))
    elif index == "+" or not items:
        items.append(empty)
    return items[-1]

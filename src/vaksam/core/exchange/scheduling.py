"""Free times as SMART Scheduling Links: FHIR Location, Schedule and Slot, one JSON a line.

Source: HL7/Argonaut “SMART Scheduling Links”, Slot Publisher API
(https://github.com/smart-on-fhir/smart-scheduling-links, specification.md).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_SERVICE = [
    {"system": "http://terminology.hl7.org/CodeSystem/service-type", "code": "57",
     "display": "Immunization"},
]  # fmt: skip
_COVID = {
    "system": "http://fhir-registry.smarthealthit.org/CodeSystem/service-type",
    "code": "covid19-immunization", "display": "COVID-19 Immunization Appointment",
}  # fmt: skip
_EXTENSION = "http://fhir-registry.smarthealthit.org/StructureDefinition/"


# Codes of the CDC's CVX for the products the specification asks them of; others are left out.
CVX = {"comirnaty": "208", "spikevax": "207", "vaxzevria": "210", "nuvaxovid": "211",
       "jcovden": "212", "comirnaty-xbb": "309"}  # fmt: skip
# ISO 3166-2:SE, by the region's code.
STATES = {
    "01": "AB", "03": "C", "04": "D", "05": "E", "06": "F", "07": "G", "08": "H", "09": "I",
    "10": "K", "12": "M", "13": "N", "14": "O", "17": "S", "18": "T", "19": "U", "20": "W",
    "21": "X", "22": "Y", "23": "Z", "24": "AC", "25": "BD",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Location:
    """A venue. `state` is the region's letters in ISO 3166-2:SE, such as AC."""

    id: str
    name: str
    telephone: str
    url: str
    street: str
    city: str
    state: str
    postcode: str
    description: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """A product (and dose number) that a venue gives. `cvx` is its code, empty for none."""

    id: str
    location: str
    disease: str
    product: str
    cvx: str = ""
    dose: int | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """Free places between two moments, with where and at which number to book them."""

    id: str
    schedule: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    link: str
    telephone: str


def locations(rows: Iterable[Location]) -> str:
    """The Location file."""
    return _lines(_location(row) for row in rows)


def schedules(rows: Iterable[Schedule]) -> str:
    """The Schedule file."""
    return _lines(_schedule(row) for row in rows)


def slots(rows: Iterable[Slot]) -> str:
    """A Slot file: only what is free stands in it."""
    return _lines(_slot(row) for row in rows if row.capacity > 0)


def manifest(
    *, url: str, at: datetime, files: Sequence[tuple[str, str]], states: Sequence[str]
) -> str:
    """The `$bulk-publish` manifest; `files` are pairs of a type and an address.

    >>> from datetime import datetime, UTC
    >>> made = manifest(url="https://a.example/$bulk-publish", at=datetime(2021, 4, 13, tzinfo=UTC),
    ...                 files=[("Slot", "https://a.example/slots.ndjson")], states=["AC"])
    >>> json.loads(made)["transactionTime"]
    '2021-04-13T00:00:00Z'
    """
    output = [{"type": kind, "url": address, "extension": {"state": list(states)}}
              for kind, address in files]  # fmt: skip
    return json.dumps(
        {"transactionTime": instant(at), "request": url, "output": output, "error": []}
    )


def instant(moment: datetime) -> str:
    """FHIR's instant, in UTC to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _location(row: Location) -> dict[str, object]:
    telecom = [{"system": "phone", "value": row.telephone}] if row.telephone else []
    found: dict[str, object] = {
        "resourceType": "Location", "id": row.id, "name": row.name,
        "telecom": [*telecom, {"system": "url", "value": row.url}],
        "address": {"line": [row.street], "city": row.city, "state": row.state,
                    "postalCode": row.postcode},
        "identifier": [{"system": row.url, "value": row.id}],
    }  # fmt: skip
    if row.description:
        found["description"] = row.description
    if row.latitude is not None and row.longitude is not None:
        found["position"] = {"latitude": row.latitude, "longitude": row.longitude}
    return found


def _schedule(row: Schedule) -> dict[str, object]:
    coding = [*_SERVICE, _COVID] if row.disease == "covid-19" else _SERVICE
    extension: list[dict[str, object]] = []
    if row.cvx:
        coded = {"system": "http://hl7.org/fhir/sid/cvx", "code": row.cvx, "display": row.product}
        extension.append({"url": f"{_EXTENSION}vaccine-product", "valueCoding": coded})
    if row.dose is not None:
        extension.append({"url": f"{_EXTENSION}vaccine-dose", "valueInteger": row.dose})
    return {
        "resourceType": "Schedule", "id": row.id, "serviceType": [{"coding": coding}],
        "actor": [{"reference": f"Location/{row.location}"}], "extension": extension,
    }  # fmt: skip


def _slot(row: Slot) -> dict[str, object]:
    return {
        "resourceType": "Slot", "id": row.id, "schedule": {"reference": f"Schedule/{row.schedule}"},
        "status": "free", "start": instant(row.starts_at), "end": instant(row.ends_at),
        "extension": [
            {"url": f"{_EXTENSION}booking-deep-link", "valueUrl": row.link},
            {"url": f"{_EXTENSION}booking-phone", "valueString": row.telephone},
            {"url": f"{_EXTENSION}slot-capacity", "valueInteger": row.capacity},
        ],
    }  # fmt: skip


def _lines(rows: Iterable[dict[str, object]]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)

"""SMART Scheduling Links: each line has what the specification's tables require.

Source: specification.md of HL7's smart-scheduling-links, tables of Location, Schedule and Slot.
"""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaksam.core.exchange.scheduling import (
    Location,
    Schedule,
    Slot,
    instant,
    locations,
    manifest,
    schedules,
    slots,
)

ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
AT = datetime(2021, 4, 15, 7, 0, tzinfo=UTC)
REGISTRY = "http://fhir-registry.smarthealthit.org/StructureDefinition/"


def place(**more: Any) -> Location:
    fields = {
        "id": "7", "name": "Ersboda", "telephone": "090-1", "url": "https://a.example/",
        "street": "Vägen 1", "city": "Umeå", "state": "SE-AC", "postcode": "90600",
    }  # fmt: skip
    return Location(**fields | more)


def slot(**more: Any) -> Slot:
    fields = {
        "id": "9", "schedule": "7-comirnaty", "starts_at": AT, "ends_at": AT.replace(minute=10),
        "capacity": 2, "link": "https://a.example/9", "telephone": "090-1",
    }  # fmt: skip
    return Slot(**fields | more)


def read(text: str) -> list[dict[str, Any]]:
    assert text == "" or text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def extensions(row: dict[str, Any]) -> dict[str, Any]:
    return {each["url"].removeprefix(REGISTRY): each for each in row["extension"]}


def test_a_location() -> None:
    (row,) = read(locations([place()]))
    assert row["resourceType"] == "Location"
    assert ID.fullmatch(row["id"])
    assert {each["system"] for each in row["telecom"]} == {"phone", "url"}
    assert set(row["address"]) >= {"line", "city", "state", "postalCode"}
    assert isinstance(row["address"]["line"], list)
    assert all({"system", "value"} <= set(each) for each in row["identifier"])
    assert "position" not in row
    assert "description" not in row


def test_a_location_with_a_position_and_no_telephone() -> None:
    (row,) = read(locations([place(telephone="", latitude=63.8, longitude=20.2)]))
    assert row["position"] == {"latitude": 63.8, "longitude": 20.2}
    assert [each["system"] for each in row["telecom"]] == ["url"]
    (half,) = read(locations([place(latitude=63.8)]))
    assert "position" not in half, "both or none"


@pytest.mark.parametrize(("disease", "codes"), [
    ("covid-19", ["57", "covid19-immunization"]), ("influenza", ["57"]),
])  # fmt: skip
def test_a_schedule(disease: str, codes: list[str]) -> None:
    (row,) = read(schedules([Schedule("7-c", "7", disease, "Comirnaty", "J07BN01", 2)]))
    assert row["resourceType"] == "Schedule"
    assert ID.fullmatch(row["id"])
    assert row["actor"] == [{"reference": "Location/7"}]
    assert [each["code"] for each in row["serviceType"][0]["coding"]] == codes
    assert extensions(row)["vaccine-dose"]["valueInteger"] == 2
    coding = extensions(row)["vaccine-product"]["valueCoding"]
    assert coding["display"] == "Comirnaty"
    (any_dose,) = read(schedules([Schedule("7-c", "7", disease, "Comirnaty")]))
    assert "vaccine-dose" not in extensions(any_dose)


def test_a_slot() -> None:
    (row,) = read(slots([slot()]))
    assert (row["resourceType"], row["status"]) == ("Slot", "free")
    assert row["schedule"] == {"reference": "Schedule/7-comirnaty"}
    assert (row["start"], row["end"]) == ("2021-04-15T07:00:00Z", "2021-04-15T07:10:00Z")
    found = extensions(row)
    assert found["booking-deep-link"]["valueUrl"] == "https://a.example/9"
    assert found["booking-phone"]["valueString"] == "090-1"
    assert found["slot-capacity"]["valueInteger"] == 2


def test_what_is_full_is_not_shown() -> None:
    assert [row["id"] for row in read(slots([slot(capacity=0), slot(id="8")]))] == ["8"]
    assert slots([]) == ""


def test_the_manifest() -> None:
    made = json.loads(manifest(url="https://a.example/m", at=AT, states=["AC"],
                               files=[("Slot", "https://a.example/s.ndjson")]))  # fmt: skip
    assert made["request"] == "https://a.example/m"
    assert made["output"] == [
        {"type": "Slot", "url": "https://a.example/s.ndjson",
         "extension": {"state": ["AC"]}},
    ]  # fmt: skip


@given(st.lists(st.text(st.characters(codec="utf-8"))))
def test_a_line_a_row_whatever_the_names(names: list[str]) -> None:
    """A name with a line break, or Unicode's own line separators, does not break the file."""
    made = locations(place(name=name) for name in names)
    assert [json.loads(line)["name"] for line in _ndjson(made)] == names


def _ndjson(text: str) -> Iterable[str]:
    return text.split("\n")[:-1]


@given(st.datetimes(timezones=st.timezones()))
def test_instants_are_utc_to_the_second(moment: datetime) -> None:
    try:
        said = instant(moment)
    except OverflowError:
        return  # in year 1 or 9999, beyond UTC's own years
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said)
    read_again = datetime.fromisoformat(said.replace("Z", "+00:00"))
    assert read_again == moment.astimezone(UTC).replace(microsecond=0)

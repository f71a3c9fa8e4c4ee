"""What is published can be booked: nothing closed, full, past or by telephone only."""

import json
from datetime import datetime

import pytest

from tests.booking.conftest import SOON, Here, one, plan
from vaksam.booking import actions, queries
from vaksam.booking.actions import publishing
from vaksam.booking.models import Slot

pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(publishing, "folder", lambda: tmp_path)
    return tmp_path


def lines(folder, pattern: str) -> list[dict]:
    return [json.loads(line) for path in sorted(folder.glob(pattern))
            for line in path.read_text("utf-8").splitlines()]  # fmt: skip


def test_only_what_can_be_booked_is_shown(here: Here, folder):
    full, left, *_ = here.slots("soon")
    one((here.karin, full)), one((here.nils, full)), one((here.ake, left))
    by_telephone = actions.plan_session(
        venue=here.ersboda, plan=plan(SOON, 11, 12, online=False), by=None
    )
    actions.close_session(session=here.sessions["later"], reason="flood", by=None)
    actions.publish()
    shown = {int(each["id"]): each for each in lines(folder, "slots-*.ndjson")}
    for pk in shown:
        row = Slot.objects.select_related("session").get(pk=pk)
        assert row.taken < row.places
        assert row.session.closed_at is None
        assert row.session_id not in (by_telephone, here.sessions["later"])
    assert full not in shown
    assert _capacity(shown[left]) == 1
    assert len(shown) == 4 + 5 + 5


def _capacity(slot: dict) -> int:
    return next(each["valueInteger"] for each in slot["extension"]
                if each["url"].endswith("slot-capacity"))  # fmt: skip


def test_the_files_hold_together(here: Here, folder):
    names = actions.publish()
    assert "$bulk-publish" in names
    manifest = json.loads((folder / "$bulk-publish").read_text("utf-8"))
    assert set(manifest) >= {"transactionTime", "request", "output"}
    datetime.fromisoformat(manifest["transactionTime"].replace("Z", "+00:00"))
    kinds = {each["type"] for each in manifest["output"]}
    assert kinds == {"Location", "Schedule", "Slot"}
    for each in manifest["output"]:
        name = each["url"].rsplit("/", 1)[-1]
        assert all(row["resourceType"] == each["type"] for row in lines(folder, name))
    places = {each["id"] for each in lines(folder, "locations.ndjson")}
    schedules = {each["id"]: each for each in lines(folder, "schedules.ndjson")}
    for each in schedules.values():
        assert each["actor"][0]["reference"].removeprefix("Location/") in places
    for each in lines(folder, "slots-*.ndjson"):
        assert each["schedule"]["reference"].removeprefix("Schedule/") in schedules
    telephones = {each["name"]: each["telecom"] for each in lines(folder, "locations.ndjson")}
    assert all(any(contact["value"] for contact in rows) for rows in telephones.values())


def test_the_week_that_is_over_is_taken_away(here: Here, folder, at):
    actions.publish()
    assert (folder / "slots-2021-W15.ndjson").exists()
    at(19, 8)
    names = actions.publish()
    assert not (folder / "slots-2021-W15.ndjson").exists()
    assert "slots-2021-W18.ndjson" in names
    assert not list(folder.glob(".*")), "nothing half written"


def test_the_summary_for_pages(here: Here, folder):
    actions.publish()
    said = json.loads((folder / "availability.json").read_text("utf-8"))
    ersboda = next(each for each in said["venues"] if each["id"] == here.ersboda)
    assert (ersboda["first"], ersboda["free"]) == ("2021-04-15T07:00:00Z", 30)
    assert queries.published("nothing.json") is None


def test_what_was_gone_at_the_click_is_counted(here: Here):
    for gone in (False, True, False):
        actions.count_shown(channel="web", gone=gone)
    assert queries.shown(SOON.replace(day=13)) == (3, 1)

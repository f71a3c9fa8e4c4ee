"""The pages of changes: begun, looked at, planned, approved by somebody else, applied, undone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tests.booking.conftest import PROGRAMME
from tests.replanning import scenes
from tests.support import region
from tests.web.planning import errors, words
from vaksam.base.models import AccessEntry
from vaksam.base.roles import Role
from vaksam.replanning import tasks
from vaksam.replanning.actions import applying, working
from vaksam.replanning.models import Change, Move
from vaksam.web.planning.changes import common, preview_shown
from vaksam.web.planning.changes.counts import Counts

pytestmark = pytest.mark.django_db
MOMENT = scenes.at(2021, 3, 16, 9)
NOW = scenes.at(2021, 3, 16, 10)  # the clock goes forward only
PAUSE = {"kind": "pause", "code": "region-24-vaxzevria-pause", "product": "vaxzevria",
         "title": {"sv": "Paus", "en": "Pause"}}  # fmt: skip


def directive() -> dict[str, Any]:
    """The region's, that pauses Vaxzevria from the day on."""
    about = region.DIRECTIVE["directive"] | {
        "code": "region-24-pause", "title": {"sv": "region-24-pause", "en": "region-24-pause"},
        "announced_at": "2021-03-16T09:00:00+01:00", "effective_from": "2021-03-16",
    }  # fmt: skip
    return {"directive": about, "rule": [PAUSE]}


@dataclass
class Made:
    """The scene of the pause; a draft directive that pauses, written by `author`."""

    scene: scenes.Scene
    author: Any
    other: Any
    version: int


@pytest.fixture(scope="module")
def _filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[Made]:
    from django.db import transaction

    from vaksam.programmes import actions as directives

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        region.stand(patch, MOMENT)
        scene = scenes.paused()
        author = region.account(Role.REGION_COORDINATOR, username="astrid")
        version = directives.draft_directive(body=directive(), by=author)
        other = region.account(Role.REGION_COORDINATOR, username="birger")
        yield Made(scene, author, other, version)
        transaction.set_rollback(True)


@pytest.fixture
def made(_filled: Made, db: None, monkeypatch: pytest.MonkeyPatch) -> Made:
    from vaksam.eligibility import queries as eligibility
    from vaksam.programmes import queries as programmes

    region.stand(monkeypatch, NOW)
    programmes.changed_at(PROGRAMME)
    eligibility.forget()
    return _filled


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def astrid(made: Made) -> Client:
    return signed_in(made.author)


@pytest.fixture
def birger(made: Made) -> Client:
    return signed_in(made.other)


def begun(
    client: Client, made: Made, name: str = "Pausen", kind: str = "directive", **more: Any
) -> str:
    """The address of a change, with the draft directive unless told, begun in the form."""
    sent = {"name": name, "why": "Läkemedelsverket utreder", "version": made.version} | more
    response = client.post(f"/en/changes/new/?kind={kind}", sent)
    assert response.status_code == 302, errors(response)
    return response.url


def worked_out(client: Client, address: str) -> int:
    """As the job does, that the page asks for."""
    assert client.post(f"{address}do/plan/").status_code == 302
    pk = number(address)
    assert Change.objects.get(pk=pk).busy == "plan"
    tasks.work(pk, "plan")
    return pk


def number(address: str) -> int:
    return int(address.strip("/").split("/")[-1])


def applied(astrid: Client, birger: Client, made: Made) -> str:
    address = begun(astrid, made)
    worked_out(astrid, address)
    assert birger.post(f"{address}do/approve/").status_code == 302
    assert birger.post(f"{address}apply/").status_code == 302
    while applying.go_on(number(address)):
        pass
    return address


def test_days_in_words() -> None:
    asked = (
        (22, date(2021, 3, 22), "22 March 2021"), (22, date(2021, 3, 28), "22–28 March 2021"),
        (31, date(2021, 4, 1), "31 March–1 April 2021"), (22, None, "from 22 March 2021 on"),
        (31, date(2022, 1, 1), "31 March 2021–1 January 2022"),
    )  # fmt: skip
    with translation.override("en"):
        for first, last, said in asked:
            assert common.span(date(2021, 3, first), last).replace("\xa0", " ") == said


@pytest.mark.parametrize(
    ("ratio", "said"),
    [(1.34, "hit 1.3 times as often"), (1.0, "hit about as often"), (None, "–"),
     (0.5, "hit more seldom: 0.5 times as often"), (0.0, "not hit")],
)  # fmt: skip
def test_a_ratio_in_plain_words(ratio: float | None, said: str) -> None:
    with translation.override("en"):
        assert preview_shown.ratio_said(ratio) == said


def test_small_numbers_cannot_be_worked_out_from_totals() -> None:
    cells = {("ersboda", "w11"): 30, ("ersboda", "w12"): 2, ("ålidhem", "w11"): 20,
             ("ålidhem", "w12"): 25}  # fmt: skip
    own = Counts(exact=True).by(cells, ["venue", "week"])
    assert own["ersboda", "total"] == 32 and own["total", "total"] == 77
    seen = Counts(exact=False).by(cells, ["venue", "week"])
    assert seen["ersboda", "w12"] is None and list(seen.values()).count(None) >= 4
    assert Counts(exact=False).number(3) == "·" and Counts(exact=True).number(3) == "3"


def test_without_changes_one_is_told_what_they_are(astrid: Client, made: Made) -> None:
    page = astrid.get("/en/changes/")
    assert "No change yet" in words(page) and "/en/changes/new/" in page.content.decode()
    assert "No what-if yet" in words(astrid.get("/en/changes/?tab=what-if"))


def test_a_change_is_begun_once(astrid: Client, made: Made) -> None:
    assert "Fewer doses come" in words(astrid.get("/en/changes/new/"))
    form = words(astrid.get("/en/changes/new/?kind=directive"))
    assert "region-24-pause" in form and "Only a what-if" in form
    first = begun(astrid, made)
    assert begun(astrid, made) == first and Change.objects.count() == 1
    page = words(astrid.get(first))
    assert "“region-24-pause” takes effect 16 March 2021" in page.replace("\xa0", " ")
    assert "See what it does" in page and "Läkemedelsverket" in page


PARTS: dict[str, tuple[dict[str, Any], str]] = {
    "delivery": ({"product": "comirnaty", "first": "2021-03-22", "last": "2021-03-28",
                  "share": 50}, "expected 22–28 March 2021, 50 % comes"),
    "venue_closed": ({"venue": "{ersboda}", "first": "2021-03-22", "last": "2021-03-22"},
                     "Ersboda hälsocentral is closed 22 March 2021"),
    "staff": ({"venue": "{ersboda}", "first": "2021-03-31", "last": "2021-04-01",
               "vaccinators": 0},
              "Ersboda hälsocentral 31 March–1 April 2021: vaccinators at work: 0"),
    "recall": ({"lot": "{lot}", "reason": "fel temperatur"}, "is recalled: fel temperatur"),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(PARTS))
def test_parts_are_sentences_and_removed_one_at_a_time(
    astrid: Client, made: Made, kind: str
) -> None:
    known = {"ersboda": made.scene.venues["ersboda"], "lot": made.scene.lots["vaxzevria"]}
    sent, said = PARTS[kind]
    sent = {k: v.format(**known) if isinstance(v, str) else v for k, v in sent.items()}
    address = begun(astrid, made)
    for _ in range(2):  # twice is once
        added = astrid.post(f"{address}parts/{kind}/", sent)
        assert added.status_code == 302, errors(added)
    page = astrid.get(f"{address}parts/")
    assert said in words(page).replace("\xa0", " ")
    assert len(Change.objects.get().parts) == 2
    marks = re.findall(r"/parts/([0-9a-f]{16})/remove/", page.content.decode())
    for mark in (marks[1], marks[1], marks[0]):
        assert astrid.post(f"{address}parts/{mark}/remove/").status_code == 302
    (left,) = Change.objects.get().parts  # the last one stays
    assert left["kind"] == "directive"
    assert "at least one part" in words(astrid.get(f"{address}parts/"))


@pytest.mark.parametrize(
    ("kind", "sent", "said"),
    [
        ("delivery", {"product": "comirnaty", "share": 50}, "required"),
        ("delivery", {"product": "x", "first": "2021-03-22", "share": 50}, "valid choice"),
        ("delivery", {"product": "comirnaty", "first": "2021-03-22", "share": 101}, "less than"),
        ("venue_closed", {"venue": "0", "first": "2021-03-22", "last": "2021-03-01"},
         "valid choice"),
        ("staff", {"first": "2021-03-22", "last": "2021-03-01", "vaccinators": -1},
         "The last day is the first or after"),
        ("recall", {"lot": "999999"}, "valid choice"),
        ("directive", {}, "required"),
    ],
)  # fmt: skip
def test_bad_parts_are_said(
    astrid: Client, made: Made, kind: str, sent: dict[str, Any], said: str
) -> None:
    page = astrid.post(f"/en/changes/new/?kind={kind}", {"name": "x"} | sent)
    assert said in errors(page)
    assert not Change.objects.exists()


def test_a_name_is_needed(astrid: Client, made: Made) -> None:
    page = astrid.post("/en/changes/new/?kind=directive", {"version": made.version})
    assert "required" in errors(page)


def test_previewed_and_planned(astrid: Client, made: Made) -> None:
    address = begun(astrid, made)
    astrid.post(f"{address}do/plan/")
    busy = astrid.get(address)
    assert "Works it out" in words(busy) and "hx-get" in busy.content.decode()
    part = astrid.get(f"{address}progress/")
    assert "hx-trigger" in part.content.decode() and "HX-Refresh" not in part
    assert astrid.post(f"{address}do/plan/").status_code == 302  # asked twice
    assert "being worked out" in errors(astrid.get(f"{address}rules/"))
    tasks.work(number(address), "plan")
    assert astrid.get(f"{address}progress/")["HX-Refresh"] == "true"
    page = words(astrid.get(address)).replace("\xa0", " ")
    for said in ("Times that become wrong 30", "The product is paused 30", "Who is hit",
                 "none is better", "somebody else must approve", "Doses freed and needed",
                 "Gets another time"):  # fmt: skip
        assert said in page, said
    csv = astrid.get(f"{address}?file=places&form=csv")
    assert csv.content.decode().startswith("venue,week_from,times") and csv.status_code == 200
    assert astrid.get(f"{address}?file=places&form=xlsx").content.startswith(b"PK")
    assert astrid.get(f"{address}?file=weeks&form=svg").content.startswith(b"<svg")
    assert astrid.get(f"{address}?file=nothing&form=csv").status_code == 404


def test_what_goes_wrong_is_said(astrid: Client, made: Made) -> None:
    address = begun(astrid, made)
    working.note_failure(change=number(address), said="OSError")
    page = words(astrid.get(address))
    assert "could not be worked out" in page and "OSError" in page and "Try again" in page


def test_a_rule_of_the_planners_own(astrid: Client, made: Made) -> None:
    address = begun(astrid, made)
    pk = worked_out(astrid, address)
    sent = {"do": "stay", "dose": 1, "municipality": "2480", "age_from": 40}
    for _ in range(2):
        assert astrid.post(f"{address}rules/", sent).status_code == 302
    page = astrid.get(address)
    assert "Dose 1 · Umeå · from 40 years: stay where they are" in words(page)
    assert "Plan again" in words(page) and len(Change.objects.get().rules) == 1
    assert "lower than" in errors(astrid.post(f"{address}rules/", sent | {"age_to": 30}))
    worked_out(astrid, address)
    assert Move.objects.filter(change=pk, why="planner").exists()
    (mark,) = re.findall(r"/rules/([0-9a-f]{16})/remove/", page.content.decode())
    for _ in range(2):
        astrid.post(f"{address}rules/{mark}/remove/")
    assert Change.objects.get().rules == []


def test_weights_and_other_ways(astrid: Client, made: Made) -> None:
    address = begun(astrid, made)
    pk = worked_out(astrid, address)
    weights = words(astrid.get(f"{address}weights/"))
    assert "A kilometre farther from home" in weights
    usual = {"days": 1, "km": 0.5, "other_venue": 3, "other_product": 5, "ask": 30, "cancel": 200,
             "second_first": 2, "oldest_first": 0.45, "max_km": 40, "max_days": 14}  # fmt: skip
    assert "less than" in errors(astrid.post(f"{address}weights/", usual | {"km": 20_000}))
    assert astrid.post(f"{address}weights/", usual | {"km": 9}).status_code == 302
    assert Change.objects.get().weights["km"] == 9
    worked_out(astrid, address)
    assert astrid.post(f"{address}do/compare/").status_code == 302
    tasks.work(pk, "compare")
    page = words(astrid.get(address))
    assert "Nobody goes elsewhere" in page and "By hand: cancel all" in page
    assert astrid.post(f"{address}do/way/", {"way": "own_venue"}).status_code == 302
    tasks.work(pk, "plan")
    assert Change.objects.get().alternative == "own_venue"
    assert "one of the ways" in errors(astrid.post(f"{address}do/way/", {"way": "x"}))


def test_two_persons_stand_behind_a_change(astrid: Client, birger: Client, made: Made) -> None:
    address = begun(astrid, made)
    worked_out(astrid, address)
    assert "Two persons" in errors(astrid.post(f"{address}do/approve/"))
    assert "Read and approve" in words(birger.get("/en/changes/"))
    assert "Somebody else must approve it" in words(astrid.get("/en/changes/"))
    assert "not approved yet" in errors(birger.post(f"{address}apply/"))
    for _ in range(2):
        assert birger.post(f"{address}do/approve/").status_code == 302
    assert "Begin another one" in errors(astrid.post(f"{address}rules/", {"do": "stay"}))
    assert "by now" in errors(birger.post(f"{address}do/stop/"))
    asked = words(birger.get(f"{address}apply/"))
    assert "Get another time: " in asked and "are touched: 30" in asked.replace("\xa0", " ")


def test_an_old_plan_is_not_approved(astrid: Client, birger: Client, made: Made) -> None:
    address = begun(astrid, made)
    pk = worked_out(astrid, address)
    Change.objects.filter(pk=pk).update(seen="other")
    assert "Bookings have changed" in words(birger.get(address))
    assert "Plan the change again" in errors(birger.post(f"{address}do/approve/"))


def test_applied_and_taken_back(astrid: Client, birger: Client, made: Made) -> None:
    address = begun(astrid, made)
    pk = worked_out(astrid, address)
    birger.post(f"{address}do/approve/")
    for _ in range(2):
        assert birger.post(f"{address}apply/").status_code == 302
    assert "Is being applied" in words(birger.get(address))
    assert "Is being applied" in words(birger.get("/en/changes/")) or "Times done" in words(
        birger.get("/en/changes/")
    )
    birger.post(f"{address}do/stop/")
    assert "Stopped half-way" in words(birger.get(address))
    assert birger.post(f"{address}do/resume/").status_code == 302
    while applying.go_on(pk):
        pass
    page = words(birger.get(address))
    assert "What came of it" in page and "Take it back" in page
    assert "May be taken back until 18 March 2021 10" in words(birger.get("/en/changes/")).replace(
        "\xa0", " "
    )
    assert birger.get(f"{address}calls/").status_code == 200
    assert "go back to what they were" in words(birger.get(f"{address}undo/"))
    for _ in range(2):
        assert birger.post(f"{address}undo/").status_code == 302
    while applying.go_on(pk):
        pass
    page = words(birger.get(address)).replace("\xa0", " ")
    assert "Taken back" in page and "Times that are what they were: 30" in page


def test_too_late_to_take_back(astrid: Client, birger: Client, made: Made) -> None:
    address = applied(astrid, birger, made)
    Change.objects.update(undo_until="2021-03-01T00:00Z")
    assert "Take it back…" not in words(birger.get(address))
    assert "can be taken back until" in errors(birger.post(f"{address}undo/"))


def test_texts(astrid: Client, made: Made) -> None:
    address = begun(astrid, made)
    form = words(astrid.get(f"{address}texts/"))
    assert "proposal" in form and "Arabic" in form
    sent = {"loud": "Tiderna är i morgon bitti", "public_sv": "Tider flyttas.",
            "until": "2021-03-20"}  # fmt: skip
    assert astrid.post(f"{address}texts/", sent).status_code == 302
    row = Change.objects.get()
    assert row.texts == {"public": {"sv": "Tider flyttas."}, "venues": "", "until": "2021-03-20"}
    assert "also at night: Tiderna" in words(astrid.get(address))
    assert "Tider flyttas." in words(astrid.get(f"{address}texts/"))
    astrid.post(f"{address}do/drop/")
    assert "The change is over" in errors(astrid.post(f"{address}texts/", sent))


def test_single_persons_are_for_coordinators_and_logged(
    astrid: Client, made: Made, as_role: Callable[..., Client]
) -> None:
    address = begun(astrid, made)
    worked_out(astrid, address)
    page = astrid.get(f"{address}people/?action=move&wrong=paused")
    assert "Single persons" in words(page) and "The product is paused" in words(page)
    assert "/en/booking/person/" in page.content.decode()
    assert AccessEntry.objects.filter(action="replanning.moves").count() == 1
    assert "Nobody for this choice" in words(astrid.get(f"{address}people/?step=left"))
    assert astrid.get(f"{address}people/?after=x&action=nothing").status_code == 200
    analyst = as_role(Role.REGION_ANALYST)
    for shut in ("people/", "calls/", "texts/", "rules/", "weights/", "parts/", "apply/", "undo/"):
        assert analyst.get(f"{address}{shut}").status_code == 403, shut
    for step in ("plan", "approve", "drop"):
        assert analyst.post(f"{address}do/{step}/").status_code == 403
    assert analyst.post("/en/changes/new/?kind=directive", {}).status_code == 403


def test_an_analyst_sees_no_small_numbers(
    astrid: Client, made: Made, as_role: Callable[..., Client]
) -> None:
    address = begun(astrid, made)
    pk = worked_out(astrid, address)
    row = Change.objects.get(pk=pk)
    row.preview |= {"wrong": 33, "reasons": [["paused", 30], ["hospital", 3]]}
    row.preview["equality"] = [{"group": "protected", "times": 2, "hit": 0.1, "booked": 0.1,
                                "ratio": 1.7}]  # fmt: skip
    row.save()
    own = words(astrid.get(address))
    assert "At a hospital only 3" in own and "hit 1.7 times as often" in own
    seen = words(as_role(Role.REGION_ANALYST).get(address))
    assert "At a hospital only ·" in seen and "1.7 times" not in seen
    assert "a small number that is not shown" in seen and "Look at single persons" not in seen
    assert "You see figures" in seen
    national = as_role(Role.NATIONAL_VIEWER)
    assert national.get(address).status_code == 200
    assert national.get(f"{address}?file=doses&form=csv").status_code == 404


def test_who_may(astrid: Client, made: Made, as_role: Callable[..., Client]) -> None:
    address = begun(astrid, made)
    away, staff = as_role(Role.REGION_COORDINATOR, "01"), as_role(Role.VENUE_STAFF)
    for page in ("", "people/", "calls/", "texts/", "rules/", "weights/", "parts/", "apply/",
                 "undo/", "progress/", f"letter/{made.scene.venues['ersboda']}.pdf"):  # fmt: skip
        assert away.get(f"{address}{page}").status_code == 404, page
        assert Client().get(f"{address}{page}").status_code == 302
        assert staff.get(f"{address}{page}").status_code == 403
    assert away.post(f"{address}do/plan/").status_code == 404
    assert astrid.post(f"{address}do/nothing/").status_code == 404
    assert astrid.get(f"{address}do/plan/").status_code == 405
    assert "Pausen" not in words(away.get("/en/changes/"))
    assert away.get(f"/en/changes/compare/?ids={number(address)}").status_code == 404


def test_what_ifs_side_by_side(astrid: Client, made: Made) -> None:
    ids = []
    for name in ("Halva", "Hela"):
        address = begun(astrid, made, name=name, what_if="on")
        ids.append(worked_out(astrid, address))
    page = astrid.get("/en/changes/?tab=what-if")
    assert "Compare those chosen" in words(page)
    assert "Halva" not in words(astrid.get("/en/changes/"))
    told = words(astrid.get(f"/en/changes/compare/?ids={ids[0]}&ids={ids[1]}"))
    assert "Halva" in told and "Hela" in told and "Seats left empty" in told
    assert "Choose two or more" in words(astrid.get("/en/changes/compare/?ids=x"))
    assert "never applied" in words(astrid.get(f"/en/changes/{ids[0]}/"))
    late = begun(astrid, made, name="Sen", what_if="on")
    assert "Not worked out yet" in words(
        astrid.get(f"/en/changes/compare/?ids={ids[0]},{number(late)}")
    )


def test_a_letter_to_a_venue(astrid: Client, birger: Client, made: Made) -> None:
    address = applied(astrid, birger, made)
    page = astrid.get(address).content.decode()
    (first, *_rest) = re.findall(r'href="(/en/changes/\d+/letter/\d+\.pdf)"', page)
    assert astrid.get(first).content.startswith(b"%PDF")


def test_given_up(astrid: Client, made: Made) -> None:
    address = begun(astrid, made)
    for _ in range(2):
        assert astrid.post(f"{address}do/drop/").status_code == 302
    assert "Given up" in words(astrid.get(address))


def test_today_tells_of_changes(astrid: Client, birger: Client, made: Made) -> None:
    address = begun(astrid, made)
    worked_out(astrid, address)
    assert "1 change waits for you to approve it" in words(birger.get("/en/today/"))
    assert "change waits" not in words(astrid.get("/en/today/"))
    birger.post(f"{address}do/approve/")
    birger.post(f"{address}apply/")
    assert "1 change is being applied" in words(astrid.get("/en/today/"))


MOST = {"list": 12, "page": 40}


def test_pages_ask_little_of_the_database(
    astrid: Client, birger: Client, made: Made, django_assert_max_num_queries: Any
) -> None:
    address = applied(astrid, birger, made)
    for n in range(5):
        sent = {"product": "comirnaty", "first": "2021-03-22", "share": n}
        begun(astrid, made, name=f"Utkast {n}", kind="delivery", **sent)
    for path, most in (("/en/changes/", MOST["list"]), (address, MOST["page"])):
        birger.get(path)
        with django_assert_max_num_queries(most, info=path):
            page = birger.get(path)
        assert '<html lang="en"' in page.content.decode()

"""Pages of doses, refusals and side effects, by what they hold more than by what they say."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.supply.conftest import VENUES
from tests.support import region
from tests.web.planning import errors, words
from vaksam.base import clock, outbox
from vaksam.base.models import AccessEntry
from vaksam.base.roles import Role
from vaksam.clinic.queries import reactions
from vaksam.eligibility import queries as eligibility
from vaksam.records import actions as records
from vaksam.records import queries as doses_of
from vaksam.supply import queries as supply_queries

PROGRAMME = "covid-19-2021"
DAY = date(2021, 4, 13)


@dataclass(frozen=True)
class Here:
    due: int
    soon: int
    protected: int
    venue: int
    vials: tuple[int, int]
    dose: int


@pytest.fixture(scope="module")
def _clinic(django_db_setup: None, django_db_blocker: Any) -> Iterator[Here]:
    """The people of `region`, and a dose out of the first of two open vials."""
    with (
        django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic()
    ):  # fmt: skip
        region.stand(patch)
        yield _fill()
        transaction.set_rollback(True)


def _fill() -> Here:
    from vaksam.supply import actions as supply
    from vaksam.venues import actions as venues
    from vaksam.venues import queries

    made = region.fill(region.account)
    venues.import_venues(text=VENUES, file_name="venues.toml", by=None)
    venue = next(each.id for each in queries.venues() if each.code == "ersboda")
    vials = []
    for number in ("EP2163", "ER1742"):
        lot = supply.known_lot(product="comirnaty", number=number, expires_on=date(2021, 7, 31)).pk
        supply.receive(venue=venue, lot=lot, vials=5, by=None)
        vials.append(supply.open_vial(venue=venue, lot=lot, by=None))
    document = supply.inject(vial=vials[0], by=None)
    dose = records.register(
        person=made.due, product="comirnaty", lot="EP2163", given_on=DAY, given_at=clock.now(),
        source="venue", venue=venue, document=document, dose_number=1, site="left_arm", by=None,
    )  # fmt: skip
    outbox.deliver_due()
    return Here(made.due, made.soon, made.protected, venue, (vials[0], vials[1]), dose)


@pytest.fixture
def here(_clinic: Here, db: None, monkeypatch: pytest.MonkeyPatch) -> Here:
    region.stand(monkeypatch, region.MORNING + timedelta(minutes=5))  # filling took a while
    eligibility.forget()
    return _clinic


@pytest.fixture
def nurse(here: Here, as_role: Callable[..., Client]) -> Client:
    return as_role(Role.VENUE_STAFF)


@pytest.fixture
def agent(here: Here, as_role: Callable[..., Client]) -> Client:
    return as_role(Role.PHONE_AGENT)


def sent(**about: Any) -> dict[str, Any]:
    """The correction's form as it comes, with what was changed."""
    start = {"given_on": "2021-04-13", "product": "comirnaty", "lot": "EP2163", "dose_number": "1",
             "site": "left_arm", "reason": "vial", "more": ""}  # fmt: skip
    return start | about


def standing(person: int) -> list[doses_of.DoseView]:
    return [each for each in doses_of.doses(person) if not each.withdrawn]


def left(here: Here) -> dict[str, int]:
    """Doses left in the open vials, by lot."""
    return {each.lot_number: each.left for each in supply_queries.open_vials(here.venue)}


def correct_url(here: Here, dose: int | None = None) -> str:
    return f"/people/{here.due}/doses/{dose or here.dose}/correct/"


def test_the_record_shows_the_dose_and_how_to_put_it_right(here: Here, nurse: Client) -> None:
    response = nurse.get(f"/people/{here.due}/")
    page, body = words(response), response.content.decode()
    for told in ("Comirnaty", "EP2163", "Ersboda hälsocentral", "13 april 2021"):
        assert told in page.replace("\xa0", " "), told
    assert correct_url(here) in body and f"/doses/{here.dose}/take-back/" in body


def test_a_vial_chosen_decides_the_lot_and_the_stock_follows(here: Here, nurse: Client) -> None:
    assert left(here) == {"EP2163": 5, "ER1742": 6}
    page = nurse.get(correct_url(here)).content.decode()
    assert f'value="{here.vials[1]}"' in page
    response = nurse.post(correct_url(here), sent(vial=here.vials[1]))
    assert response.status_code == 302, errors(response)
    assert left(here) == {"EP2163": 6, "ER1742": 5}
    kinds = [each.kind for each in supply_queries.documents(here.venue, limit=4)]
    assert kinds.count("reversed") == 2 and kinds.count("given") == 1
    (now,) = standing(here.due)
    assert (now.lot, now.version) == ("ER1742", 2)
    shown = nurse.get(f"/people/{here.due}/").content.decode()
    folded = shown.split("<details", 1)[1]
    assert "EP2163" in folded and "venue_staff-24" in folded and now.why in folded


def test_it_is_shown_whom_a_dose_goes_to_before_it_does(here: Here, nurse: Client) -> None:
    form = sent(given_to=region.number("19530506"), reason="person")
    response = nurse.post(correct_url(here), form)
    assert response.status_code == 200
    assert "Sven Lind" in words(response) and f'name="to" id="to-{here.soon}"' in (
        response.content.decode()
    )
    assert [each.id for each in standing(here.due)] == [here.dose]  # nothing is saved yet
    response = nurse.post(correct_url(here), form | {"to": str(here.protected)})
    assert response.status_code == 200  # not one of those shown
    response = nurse.post(correct_url(here), form | {"to": str(here.soon)})
    assert response.url == f"/people/{here.due}/"
    assert standing(here.due) == [] and standing(here.soon)[0].lot == "EP2163"
    assert "EP2163" in words(nurse.get(f"/people/{here.soon}/"))


def test_nobody_by_that_number(here: Here, nurse: Client) -> None:
    form = sent(given_to=region.number("19700101"), reason="person")
    assert "leder inte till någon" in errors(nurse.post(correct_url(here), form))


def test_the_status_and_later_intervals_follow(here: Here, nurse: Client) -> None:
    def status() -> tuple[str, date | None]:
        outbox.deliver_due()
        eligibility.forget()
        known = eligibility.stored(PROGRAMME, [here.due])[here.due]
        return known.status, known.earliest_on

    before, first = status()
    response = nurse.post(correct_url(here), sent(given_on="2021-04-01", reason="day"))
    assert response.status_code == 302, errors(response)
    after, second = status()
    assert first is not None and second is not None
    assert first - second == DAY - date(2021, 4, 1) and before == after
    (now,) = standing(here.due)
    nurse.post(f"/people/{here.due}/doses/{now.id}/take-back/", {"reason": "never", "more": ""})
    assert status()[0] == "due"
    assert left(here)["EP2163"] == 6


NO_WHY = {"reason": "", "more": ""}


def test_without_a_reason_or_a_change_nothing_is_done(here: Here, nurse: Client) -> None:
    for form in (sent(), sent(lot="ER1742", reason=""), sent(lot="ER1742", reason="other"),
                 sent(lot="NOWHERE"), sent(given_on="2031-01-01")):  # fmt: skip
        assert nurse.post(correct_url(here), form).status_code == 422
    assert nurse.post(f"/people/{here.due}/doses/{here.dose}/take-back/", NO_WHY).status_code == 422
    assert [each.id for each in standing(here.due)] == [here.dose]


def test_who_comes_second_is_told(here: Here, nurse: Client) -> None:
    records.correct(vaccination=here.dose, site="right_arm", why="Fel arm", by=None)
    for way in ("correct", "take-back"):
        address = f"/people/{here.due}/doses/{here.dose}/{way}/"
        assert nurse.get(address).url == f"/people/{here.due}/"
        assert nurse.post(address, sent(lot="ER1742")).url == f"/people/{here.due}/"
    assert 'data-color="warning"' in nurse.get(f"/people/{here.due}/").content.decode()
    (now,) = standing(here.due)
    assert (now.site_code, now.lot) == ("right_arm", "EP2163")


def test_who_may_not(
    here: Here, agent: Client, nurse: Client, as_role: Callable[..., Client]
) -> None:
    assert agent.get(correct_url(here)).status_code == 403  # it came out of our stock
    assert correct_url(here) not in agent.get(f"/people/{here.due}/").content.decode()
    stranger, analyst = as_role(Role.VENUE_STAFF, "01"), as_role(Role.REGION_ANALYST)
    for way in ("correct", "take-back"):
        address = f"/people/{here.due}/doses/{here.dose}/{way}/"
        assert stranger.post(address, sent(lot="ER1742")).status_code == 404
        assert analyst.post(address, sent(lot="ER1742")).status_code == 403
    assert nurse.get(f"/people/{here.soon}/doses/{here.dose}/correct/").status_code == 404
    protected = f"/people/{here.protected}/doses/{here.dose}/correct/"
    assert nurse.get(protected).url == f"/people/{here.protected}/"  # asks for the reason first
    assert [each.id for each in standing(here.due)] == [here.dose]


def test_opening_is_logged(here: Here, nurse: Client) -> None:
    nurse.get(correct_url(here))
    entry = AccessEntry.objects.latest("pk")
    assert (entry.action, entry.subject_id) == ("people.open", str(here.due))
    nurse.post(correct_url(here), sent(given_to=region.number("19530506"), reason="person"))
    assert AccessEntry.objects.latest("pk").action == "people.find"


EARLIER = {"given_on": "2020-12-28", "product": "comirnaty", "lot": "EJ6796", "dose_number": "1",
           "site": "left_arm", "source": "paper", "vouched_by": "Anna Ek, sjuksköterska",
           "vaccinator_name": "Rolf Ek", "country": "no"}  # fmt: skip


def test_a_dose_from_before_is_registered_with_who_answers_for_it(
    here: Here, agent: Client
) -> None:
    address = f"/people/{here.soon}/dose/"
    assert agent.post(address, EARLIER | {"vouched_by": ""}).status_code == 422
    assert agent.post(address, EARLIER | {"source": "told", "vouched_by": ""}).status_code == 422
    response = agent.post(address, EARLIER)
    assert response.status_code == 302, errors(response)
    (now,) = standing(here.soon)
    assert (now.lot, now.dose_number, now.site_code, now.country, now.vouched_by) == (
        "EJ6796", 1, "left_arm", "NO", "Anna Ek, sjuksköterska"
    )  # fmt: skip
    page = words(agent.get(f"/people/{here.soon}/"))
    assert "Anna Ek, sjuksköterska" in page and "NO, Rolf Ek" in page
    abroad = EARLIER | {"source": "abroad", "vouched_by": "", "given_on": "2021-02-01",
                        "product": "", "product_name": "Sputnik V"}  # fmt: skip
    assert agent.post(address, abroad).status_code == 302
    assert {each.name for each in standing(here.soon)} == {"Comirnaty", "Sputnik V"}


def test_a_dose_on_paper_is_corrected_over_the_telephone(here: Here, agent: Client) -> None:
    agent.post(f"/people/{here.soon}/dose/", EARLIER)
    (now,) = standing(here.soon)
    form = EARLIER | {"given_on": "2020-12-29", "reason": "other", "more": "Kortet säger den 29"}
    response = agent.post(f"/people/{here.soon}/doses/{now.id}/correct/", form)
    assert response.status_code == 302, errors(response)
    (after,) = standing(here.soon)
    assert (after.given_on.day, after.why, after.lot) == (29, "Kortet säger den 29", "EJ6796")


def test_a_refusal_is_shown_and_lifted(here: Here, agent: Client) -> None:
    form = {"programme": PROGRAMME, "until": "2021-04-12", "note": "Vill vänta"}
    assert agent.post(f"/people/{here.due}/declines/", form).status_code == 422  # has been
    form["until"] = "2021-05-31"
    assert agent.post(f"/people/{here.due}/declines/", form).status_code == 302
    assert doses_of.declined([here.due], PROGRAMME) == {here.due}
    page = agent.get(f"/people/{here.due}/").content.decode()
    lifting = f"/people/{here.due}/declines/{PROGRAMME}/lift/"
    assert "Vill vänta" in page and lifting in page
    agent.post(lifting)
    assert doses_of.refusals(here.due) == []
    agent.post(f"/people/{here.due}/declines/", form | {"hear_more": "on"})
    assert doses_of.declined([here.due], PROGRAMME) == set()


REACTION = {"began_on": "2021-04-13", "began_time": "07:40", "terms": ["urticaria", "fever"],
            "text": "Utslag på armarna", "treatment": "Adrenalin", "outcome": "recovering",
            "seriousness": ["life_threatening"], "anaphylaxis": "on", "reporter_name": "Anna Ek",
            "reporter_title": "sjuksköterska", "reporter_contact": "090-0000001"}  # fmt: skip


@pytest.fixture
def later(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    region.stand(monkeypatch, region.MORNING + timedelta(minutes=20))


@pytest.mark.usefixtures("later")
def test_a_reaction_is_noted_corrected_and_handed_over(here: Here, nurse: Client) -> None:
    new = f"/people/{here.due}/reactions/new/"
    form = nurse.get(f"{new}?dose={here.dose}").content.decode()
    assert f'<option value="{here.dose}" selected>' in form
    response = nurse.post(new, REACTION | {"vaccination": str(here.dose)})
    assert response.status_code == 302, errors(response)
    (known,) = reactions.reactions(here.due)
    page = nurse.get(response.url)
    for told in ("Anafylaktisk reaktion", "Nässelutslag", "EP2163", "Livshotande", "Anna Ek"):
        assert told in words(page), told
    record = nurse.get(f"/people/{here.due}/").content.decode()
    assert f"/people/{here.due}/reactions/{known.id}/" in record
    assert "Tidigare anafylaxi" in record
    address = f"/people/{here.due}/reactions/{known.id}"
    pdf, data = (nurse.get(f"{address}/report.{kind}") for kind in ("pdf", "json"))
    assert pdf.content.startswith(b"%PDF") and "attachment" in pdf["Content-Disposition"]
    assert json.loads(data.content)["G.k"][0]["G.k.4.r"][0]["G.k.4.r.7"] == "EP2163"
    assert nurse.post(f"{address}/hand-over/").url == f"{address}/"
    assert reactions.reaction(here.due, known.id).handed_over_at
    assert nurse.post(f"{address}/correct/", REACTION | {
        "vaccination": str(here.dose), "outcome": "recovered",
    }).status_code == 302  # fmt: skip
    newest = reactions.reactions(here.due)[0]
    assert (newest.version, newest.report.outcome, newest.handed_over_at) == (2, "recovered", None)
    assert nurse.get(f"{address}/correct/").url == f"/people/{here.due}/"  # corrected meanwhile
    assert (
        f"/reactions/{known.id}/"
        in nurse.get(f"/people/{here.due}/reactions/{newest.id}/").content.decode()
    )  # the older version is led to


@pytest.mark.usefixtures("later")
def test_what_does_not_go_together_is_said(here: Here, nurse: Client) -> None:
    new, dose = f"/people/{here.due}/reactions/new/", {"vaccination": str(here.dose)}
    empty = {"terms": [], "text": "", "anaphylaxis": ""}
    for wrong in (empty, {"seriousness": []}, {"outcome": "fatal"}, {"began_time": "05:00"},
                  {"reporter_name": ""}):  # fmt: skip
        form = REACTION | dose | wrong
        assert nurse.post(new, {k: v for k, v in form.items() if v}).status_code == 422, wrong
    assert reactions.reactions(here.due) == []


@pytest.mark.usefixtures("later")
def test_the_coordinators_list(
    here: Here, nurse: Client, agent: Client, as_role: Callable[..., Client]
) -> None:
    coordinator = as_role(Role.REGION_COORDINATOR)
    empty = coordinator.get("/people/reactions/").content.decode()
    assert "empty" in empty and "?show=all" in empty
    agent.post(f"/people/{here.soon}/reactions/new/", REACTION | {"vaccination": ""})
    (loose,) = reactions.reactions(here.soon)
    nurse.post(f"/people/{here.due}/reactions/new/", REACTION | {"vaccination": str(here.dose)})
    page = coordinator.get("/people/reactions/")
    assert "EP2163" in words(page) and f"/reactions/{loose.id}/" in page.content.decode()
    address = f"/people/{here.soon}/reactions/{loose.id}/"
    assert "hand-over" not in nurse.get(address).content.decode()  # no product is known
    nurse.post(f"{address}hand-over/")
    assert reactions.reaction(here.soon, loose.id).handed_over_at is None
    assert agent.get("/people/reactions/").status_code == 403
    assert agent.post(f"{address}hand-over/").status_code == 403
    assert as_role(Role.VENUE_STAFF, "01").get(address).status_code == 404


def test_protected_persons_are_opened_by_their_reason_first(here: Here, nurse: Client) -> None:
    for name in ("reactions/new/", "doses/1/correct/"):
        found = nurse.get(f"/people/{here.protected}/{name}")
        assert found.status_code == 302 and found.url == f"/people/{here.protected}/"

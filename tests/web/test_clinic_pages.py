"""Pages of the day at a venue, without a browser: who may, what a tap does and what it refuses.

Read on the English pages, where the texts are those of the code.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.booking.conftest import PROGRAMME, fill, person
from tests.clinic.conftest import Chair, answers, stand
from tests.support import region
from tests.web.planning import errors, words
from vaksam.base.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[Chair]:
    from django.db import transaction

    with (
        django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic()
    ):  # fmt: skip
        region.stand(patch)
        yield stand(fill())
        transaction.set_rollback(True)


@pytest.fixture
def chair(_filled: Chair, db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chair]:
    from vaksam.eligibility import queries

    region.stand(monkeypatch, region.MORNING + timedelta(minutes=5))
    queries.forget()
    yield _filled
    queries.forget()


@pytest.fixture
def nurse(as_role: Callable[..., Client]) -> Client:
    return as_role(Role.VENUE_STAFF)


def at(chair: Chair, what: str = "day") -> str:
    return f"/en/venue/{chair.ersboda}/{what}/"


def booked(name: str, chair: Chair) -> int:
    from vaksam.booking import actions

    asks = [actions.Ask(chair.here.persons[name], chair.slots[0])]
    return int(actions.book(asks=asks, token=uuid4(), channel="phone", by=None).appointments[0])


def visit_page(client: Client, chair: Chair, visit: int, more: str = "") -> HttpResponse:
    return client.get(at(chair, f"visit/{visit}") + more)


def fields(page: HttpResponse, action: str) -> dict[str, Any]:
    """Hidden fields of the form that is sent to an address."""
    body = page.content.decode()
    form = next(each for each in re.findall(r"<form.*?</form>", body, re.S) if action in each)
    found: dict[str, Any] = {}
    for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form):
        found.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def tap(client: Client, chair: Chair, visit: int, what: str, **told: Any) -> HttpResponse:
    return client.post(at(chair, f"visit/{visit}/do/{what}"), told)


def give(client: Client, chair: Chair, visit: int, **more: Any) -> HttpResponse:
    client.post(at(chair, "who"), {"staff": chair.nurse, "visit": visit})
    told = fields(visit_page(client, chair, visit), "/give/") | {"site": "left_arm"} | more
    return client.post(at(chair, f"visit/{visit}/give"), told)


def test_a_morning_in_taps(nurse: Client, chair: Chair) -> None:
    from vaksam.records import queries as records

    booked("karin", chair)
    day = nurse.get(at(chair))
    assert day.status_code == 200
    assert "Karin Berg" in words(day)
    told = fields(day, "/day/here/")
    assert nurse.post(at(chair, "day/here"), told).status_code == 302
    assert nurse.post(at(chair, "day/here"), told).status_code == 302
    day = nurse.get(at(chair))
    visit = int(re.findall(r"/visit/(\d+)/", day.content.decode())[0])
    page = visit_page(nurse, chair, visit)
    assert "Ask the health questions first" in words(page)
    sheet = fields(page, "/declare/") | {f"q_{code}": no for code, no in answers().items()}
    assert nurse.post(at(chair, f"visit/{visit}/declare"), sheet).status_code == 302
    assert tap(nurse, chair, visit, "consent", language="en").status_code == 302
    done = give(nurse, chair, visit)
    assert done.status_code == 302
    page = visit_page(nurse, chair, visit)
    assert "Observe until" in words(page)
    (dose,) = records.doses(chair.karin)
    assert (dose.lot, dose.dose_number, dose.vaccinator) == ("EP2163", 1, "Anna Ek")


def test_a_tap_sent_twice_is_one_dose(nurse: Client, chair: Chair) -> None:
    from vaksam.records import queries as records

    visit = chair.come("karin")
    nurse.post(at(chair, "who"), {"staff": chair.nurse, "visit": visit})
    told = fields(visit_page(nurse, chair, visit), "/give/") | {"site": "left_arm"}
    for _twice in range(2):
        assert nurse.post(at(chair, f"visit/{visit}/give"), told).status_code == 302
    assert len(records.doses(chair.karin)) == 1


def test_the_day_in_groups(
    nurse: Client, chair: Chair, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    booked("nils", chair)
    chair.come("karin")
    visit = chair.come("ake")
    chair.give(visit)
    nurse.get(at(chair))
    with django_assert_max_num_queries(27):
        page = nurse.get(at(chair))
    text = words(page)
    assert "1 here" in text and "1 watched" in text and "1 expected" in text
    assert "15 min, until" in text
    assert "Comirnaty EP2163 5 doses" in text


def test_observation_is_ended_by_a_tap(nurse: Client, chair: Chair, monkeypatch: Any) -> None:
    visit = chair.come("karin")
    chair.give(visit)
    assert "The time is not over" in errors(tap(nurse, chair, visit, "observed", after="well"))
    region.stand(monkeypatch, region.MORNING + timedelta(minutes=25))
    assert "May go" in words(nurse.get(at(chair)))
    assert tap(nurse, chair, visit, "observed", after="well").status_code == 302
    assert "May go" not in words(nurse.get(at(chair)))


def test_who_is_unwell_leads_to_the_report(nurse: Client, chair: Chair) -> None:
    visit = chair.come("karin")
    chair.give(visit)
    page = nurse.get(tap(nurse, chair, visit, "observed", after="unwell")["Location"])
    assert f"/people/{chair.karin}/reactions/new/" in page.content.decode()


def test_of_protected_persons_nothing_is_told(nurse: Client, chair: Chair) -> None:
    from vaksam.booking import actions

    hidden = person("Planterina", date(1949, 5, 6), protection="confidentiality_marking")
    from vaksam.eligibility import actions as eligibility

    eligibility.refresh_region(programme=PROGRAMME, region_code="24")
    actions.book(asks=[actions.Ask(hidden, chair.slots[1])], token=uuid4(), channel="phone",
                 by=None)  # fmt: skip
    shown = nurse.get(at(chair, f"check-in/{hidden}"))
    assert "Look at the identity document" in words(shown)
    told = fields(shown, "/") | {"identified": "document"}
    told["token"] = str(uuid4())
    assert nurse.post(at(chair, f"check-in/{hidden}"), told).status_code == 302
    from vaksam.clinic import queries

    visit = queries.visit_of(hidden, PROGRAMME)
    assert visit is not None
    for page in (shown, nurse.get(at(chair)), visit_page(nurse, chair, visit)):
        assert "Planterina" not in page.content.decode()
        assert "1949" not in words(page)


def test_somebody_who_vouches_is_named(nurse: Client, chair: Chair) -> None:
    told = {"identified": "known", "note": "", "way": "drop_in", "token": str(uuid4())}
    page = nurse.post(at(chair, f"check-in/{chair.karin}"), told)
    assert "Write who vouches" in errors(page)
    told |= {"note": "Dottern Eva", "token": str(uuid4())}
    page = nurse.post(at(chair, f"check-in/{chair.karin}"), told, follow=True)
    assert "Somebody known vouches: Dottern Eva" in words(page)


def test_a_household_is_checked_in_together(nurse: Client, chair: Chair) -> None:
    from vaksam.clinic import queries
    from vaksam.people import actions

    actions.set_household(person=chair.nils, lives_with=chair.karin, by=None)
    booked("karin", chair)
    booked("nils", chair)
    page = nurse.get(at(chair, f"check-in/{chair.karin}"))
    assert "Nils Berg, 09:00" in words(page)
    told = {"identified": "document", "note": "", "household": str(chair.nils),
            "token": str(uuid4())}  # fmt: skip
    assert nurse.post(at(chair, f"check-in/{chair.karin}"), told).status_code == 302
    assert queries.visit_of(chair.karin, PROGRAMME) and queries.visit_of(chair.nils, PROGRAMME)


def test_finding_leads_to_the_check_in(nurse: Client, chair: Chair) -> None:
    person("Karin", date(1949, 3, 2), numbered=False)
    hits = nurse.post(at(chair, "find"), {"text": "Berg 1949"})
    assert "Several records may be this person" in words(hits)
    number = region.number("19490302")
    one = nurse.post(at(chair, "find"), {"text": number})
    assert one["Location"].endswith(f"/check-in/{chair.karin}/")
    assert number not in one["Location"]
    none = nurse.post(at(chair, "find"), {"text": "Ingen 1949"})
    assert "Nobody found" in words(none)
    assert errors(nurse.post(at(chair, "find"), {"text": ""}))


def test_unanswered_questions_are_named_and_the_answers_kept(nurse: Client, chair: Chair) -> None:
    visit = chair.come("karin")
    from vaksam.clinic.models import Declaration

    Declaration.objects.all().delete()
    told = fields(visit_page(nurse, chair, visit), "/declare/") | {"q_ill": "yes"}
    page = nurse.post(at(chair, f"visit/{visit}/declare"), told)
    assert "Some questions are not answered" in errors(page)
    assert 'name="q_ill" value="yes" checked' in page.content.decode()
    tablet = nurse.post(at(chair, f"visit/{visit}/declare"),
                        told | {"told": "tablet", "language": "ar"})  # fmt: skip
    assert tablet.status_code == 422
    body = tablet.content.decode()
    assert 'dir="rtl"' in body and "/sign-out/" not in body
    assert not Declaration.objects.exists()


@pytest.mark.parametrize("language", ["sv", "sv-easy", "en", "ar", "so", "fi"])
def test_the_tablet_speaks_every_language_and_goes_back(
    nurse: Client, chair: Chair, language: str
) -> None:
    visit = chair.come("karin")
    address = at(chair, f"visit/{visit}/declare")
    page = nurse.get(f"{address}?language={language}&told=tablet")
    told = fields(page, "method") | {f"q_{code}": no for code, no in answers().items()}
    done = nurse.post(address, told, follow=True)
    assert done.redirect_chain[-1][0].endswith(f"thanks/?language={language}")
    assert "Karin" not in words(done)
    from vaksam.clinic.models import Declaration

    newest = Declaration.objects.latest("pk")
    assert (newest.language, newest.told) == (language, "tablet")


def test_what_stops_a_dose_has_no_button(nurse: Client, chair: Chair, monkeypatch: Any) -> None:
    visit = chair.come("karin", ill="yes")
    nurse.post(at(chair, "who"), {"staff": chair.nurse, "visit": visit})
    page = visit_page(nurse, chair, visit)
    assert "/give/" not in page.content.decode()
    assert "Must not be given now" in words(page)
    well = chair.come("nils")
    told = fields(visit_page(nurse, chair, well), "/give/") | {"site": "left_arm"}
    region.stand(monkeypatch, region.MORNING + timedelta(hours=7))
    assert "Something has changed" in errors(nurse.post(at(chair, f"visit/{well}/give"), told))


def test_a_vial_that_is_gone_is_told_of(nurse: Client, chair: Chair) -> None:
    from vaksam.supply import actions

    visit = chair.come("karin")
    nurse.post(at(chair, "who"), {"staff": chair.nurse, "visit": visit})
    told = fields(visit_page(nurse, chair, visit), "/give/") | {"site": "left_arm"}
    actions.waste_vial(vial=chair.vial, reason="dropped", by=None)
    page = nurse.post(at(chair, f"visit/{visit}/give"), told)
    assert "not open here any more" in errors(page)
    assert "Open a vial in the fridge" in words(page)


def test_a_scanned_code_chooses_the_vial(nurse: Client, chair: Chair) -> None:
    from vaksam.supply import actions

    visit = chair.come("karin")
    nurse.post(at(chair, "who"), {"staff": chair.nurse, "visit": visit})
    actions.open_vial(venue=chair.ersboda, lot=chair.lot, by=None)
    page = visit_page(nurse, chair, visit, "?code=(01)07046261398572(10)EP2163(17)210901")
    assert "lot EP2163" in words(page)
    assert "No vial of lot ER1742 is open here" in words(
        visit_page(nurse, chair, visit, "?code=er1742")
    )
    assert "cannot be read" in words(visit_page(nurse, chair, visit, "?code=" + "x" * 30))


def test_who_has_had_anaphylaxis_gets_a_time_at_a_hospital(nurse: Client, chair: Chair) -> None:
    from vaksam.booking import queries

    booked("karin", chair)
    visit = chair.come("karin", severe_allergy="yes", severe_allergy_vaccine="yes")
    page = visit_page(nurse, chair, visit)
    assert "Given only at hospital" in words(page)
    told = fields(page, "/do/hospital/") | {"slot": chair.nus_slots[0]}
    done = nurse.post(at(chair, f"visit/{visit}/do/hospital"), told, follow=True)
    assert "The time at the hospital is booked." in words(done)
    assert queries.held_by([chair.karin])[0].venue == chair.nus


@pytest.mark.parametrize(("quiet", "declined"), [({}, False), ({"quiet": "1"}, True)])
def test_a_no_ends_the_visit(
    nurse: Client, chair: Chair, quiet: dict[str, str], declined: bool
) -> None:
    from vaksam.records import queries

    visit = chair.come("karin")
    assert tap(nurse, chair, visit, "refuse", language="en", **quiet).status_code == 302
    assert (chair.karin in queries.declined([chair.karin], PROGRAMME)) is declined
    assert "Does not want the vaccine" in words(visit_page(nurse, chair, visit))
    assert "The visit has ended" in errors(tap(nurse, chair, visit, "ask"))


def test_the_next_dose_is_booked_from_the_receipt(nurse: Client, chair: Chair) -> None:
    from tests.booking.conftest import LAST, plan
    from vaksam.booking import actions, queries

    actions.plan_session(venue=chair.ersboda, plan=plan(LAST), by=None)
    visit = chair.come("karin")
    give(nurse, chair, visit)
    page = visit_page(nurse, chair, visit)
    slot = re.findall(r'name="slot" value="(\d+)"', page.content.decode())[0]
    told = fields(page, "/do/book/") | {"slot": slot}
    for _twice in range(2):
        done = nurse.post(at(chair, f"visit/{visit}/do/book"), told, follow=True)
    assert "Dose 2 is booked" in words(done)
    assert len(queries.held_by([chair.karin])) == 1


def test_the_day_is_closed_when_it_agrees_or_somebody_says_why(nurse: Client, chair: Chair) -> None:
    from vaksam.clinic import actions
    from vaksam.clinic import queries as clinic

    visit = chair.come("karin")
    chair.give(visit)
    assert "people are still here" in errors(nurse.post(at(chair, "close"), {"why": ""}))
    actions.observed(visit=visit, after="left", by=None)
    page = nurse.post(at(chair, "close"), {"why": ""})
    assert "Say why" in errors(page) and "EP2163" in words(page)
    done = nurse.post(at(chair, "close"), {"why": "Flaskan används i kväll"}, follow=True)
    assert "The day is closed." in words(done) and "Flaskan används" in words(done)
    assert len(clinic.closings(chair.ersboda)) == 1
    file = nurse.get(f"/en/venue/{chair.ersboda}/close/2021-04-13.csv")
    assert "comirnaty,EP2163,1,6,1,1,1,0,0,0,1" in file.content.decode()
    assert nurse.get(f"/en/venue/{chair.ersboda}/close/2021-02-31.csv").status_code == 404


PAGES = (
    "day",
    "find",
    "new",
    "check-in/{karin}",
    "visit/{visit}",
    "visit/{visit}/declare",
    "close",
)


@pytest.mark.parametrize("role", [Role.PHONE_AGENT, Role.REGION_ANALYST, Role.PRESCRIBER,
                                  Role.REPORTER, Role.NATIONAL_VIEWER])  # fmt: skip
def test_who_may_not(as_role: Callable[..., Client], chair: Chair, role: Role) -> None:
    client, visit = as_role(role), chair.come("karin")
    for each in PAGES:
        page = client.get(at(chair, each.format(karin=chair.karin, visit=visit)))
        assert page.status_code == 403
    assert tap(client, chair, visit, "consent").status_code == 403


def test_staff_of_another_region_find_nothing(as_role: Callable[..., Client], chair: Chair) -> None:
    client, visit = as_role(Role.VENUE_STAFF, "01"), chair.come("karin")
    for each in PAGES:
        page = client.get(at(chair, each.format(karin=chair.karin, visit=visit)))
        assert page.status_code == 404


def test_a_visit_is_found_at_its_own_venue_only(nurse: Client, chair: Chair) -> None:
    visit = chair.come("karin")
    assert nurse.get(f"/en/venue/{chair.nus}/visit/{visit}/").status_code == 404


def test_a_physician_clears_what_stops_and_the_venue_sees_it(
    as_role: Callable[..., Client], nurse: Client, chair: Chair
) -> None:
    doctor, visit = as_role(Role.PRESCRIBER), chair.come("karin", ingredient_allergy="yes")
    assert "A physician must assess first." in words(visit_page(nurse, chair, visit))
    assert "Nobody waits for you" in words(doctor.get("/en/prescribing/"))
    tap(nurse, chair, visit, "ask")
    assert "Karin Berg" in words(doctor.get("/en/prescribing/"))
    address = f"/en/prescribing/visit/{visit}/"
    page = doctor.get(address)
    assert "Allergic to PEG" in words(page)
    cleared = re.findall(r'name="cleared" value="([^"]+)"', page.content.decode())
    told = {"products": "comirnaty", "text": "Tål det", "valid_from": "2021-04-13",
            "valid_to": "2021-04-01", "signer_name": "Dr Lund", "signer_title": "läkare",
            "cleared": cleared}  # fmt: skip
    assert "It ends before it begins." in errors(doctor.post(address, told))
    assert doctor.post(address, told | {"valid_to": "2021-05-01"}).status_code == 302
    assert "Nobody waits for you" in words(doctor.get("/en/prescribing/"))
    assert give(nurse, chair, visit).status_code == 302


def test_general_directives_are_signed_and_revoked(
    as_role: Callable[..., Client], chair: Chair
) -> None:
    from vaksam.clinic.models import Prescription

    doctor = as_role(Role.PRESCRIBER)
    assert "holds" in words(doctor.get("/en/prescribing/general/"))
    told = {"programme": PROGRAMME, "products": ["comirnaty"], "age_from": "16", "age_to": "",
            "roles": ["nurse"], "valid_from": "2021-04-13", "valid_to": "2021-12-31",
            "signer_name": "Dr Ek", "signer_title": "läkare", "text": ""}  # fmt: skip
    assert errors(doctor.post("/en/prescribing/general/new/", told | {"products": []}))
    assert doctor.post("/en/prescribing/general/new/", told).status_code == 302
    made = Prescription.objects.latest("pk")
    assert (made.signer_name, made.roles, made.age_from) == ("Dr Ek", ["nurse"], 16)
    address = f"/en/prescribing/general/{made.pk}/end/"
    assert doctor.get(address).status_code == 200
    assert doctor.post(address).status_code == 302
    assert "revoked" in words(doctor.get("/en/prescribing/general/"))
    stranger = as_role(Role.PRESCRIBER, "01")
    assert stranger.get(address).status_code == 404


@pytest.mark.parametrize("role", [Role.VENUE_STAFF, Role.REGION_COORDINATOR, Role.PHONE_AGENT])
def test_only_prescribers_prescribe(
    as_role: Callable[..., Client], chair: Chair, role: Role
) -> None:
    client, visit = as_role(role), chair.come("karin")
    for address in ("", f"visit/{visit}/", "general/", "general/new/"):
        assert client.get(f"/en/prescribing/{address}").status_code == 403

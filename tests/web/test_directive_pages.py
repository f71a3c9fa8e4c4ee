"""Pages of directives: in force as known at a moment, and written by two persons."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.support import region
from tests.web.planning import errors, words
from vaksam.base.roles import Role
from vaksam.core.rules import files

pytestmark = pytest.mark.django_db
CODE = "region-24-2021-04-13"


@pytest.fixture
def author(made: region.Made) -> Client:
    from vaksam.base.models import User

    client = Client()
    client.force_login(User.objects.get(username="forfattare"))
    return client


@pytest.fixture
def checker(user_with: Callable[..., Any]) -> Client:
    client = Client()
    client.force_login(user_with(Role.REGION_COORDINATOR, username="granskare"))
    return client


def test_what_was_in_force_as_known_then(checker: Client, made: region.Made) -> None:
    now = words(checker.get("/directives/?on=2021-04-13&programme=covid-19-2021"))
    assert "Öppet för födda 1947–1951, med hushållsmedlemmar från 18 år" in now
    then = words(checker.get("/directives/?on=2021-04-13&known_at=2021-04-01T08:00"))
    assert "födda 1947–1951" not in then.split("Direktiv som var meddelade")[0]
    assert "65 år eller äldre" in then


@pytest.mark.parametrize(
    "asked",
    ["on=tisdag", "known_at=31", "programme=nothing", "on=2021-13-45", "known_at=9999-99-99T99:99"],
)
def test_odd_questions_are_answered_kindly(checker: Client, made: region.Made, asked: str) -> None:
    assert checker.get(f"/directives/?{asked}").status_code == 200


def test_a_directive_shows_its_source_and_comes_as_a_file(
    checker: Client, made: region.Made
) -> None:
    page = words(checker.get(f"/directives/{CODE}/"))
    assert "Nytillkommen grupp denna vecka är personer födda 1947 - 1951 + medboende." in page
    text = checker.get(f"/directives/{CODE}.toml").content.decode()
    assert files.read(text, file_name="x").code == CODE
    assert checker.get("/directives/nothing/").status_code == 404
    assert checker.get("/directives/nothing.toml").status_code == 404


def test_two_persons_write_a_directive_by_form(
    author: Client, checker: Client, made: region.Made
) -> None:
    head = {
        "code": "region-24-vecka-20", "programme": "covid-19-2021", "authority": "region",
        "title_sv": "Vecka 20", "title_en": "Week 20", "announced_at": "2021-04-13T07:20",
        "effective_from": "2021-05-17", "review_on": "2021-08-01", "document": "Veckobrev",
        "passage": "", "link": "", "effective_to": "",
    }  # fmt: skip
    created = author.post("/directives/new/", head)
    assert created.status_code == 302, errors(created)
    draft = created.url
    rule = {
        "code": "vecka-20-1967", "title_sv": "Födda 1967–1971", "title_en": "Born 1967–1971",
        "phase": "4", "effective_from": "", "effective_to": "", "who_1_born_from": "1967",
        "who_1_born_to": "1971", "who_1_groups": [], "who_1_without": [],
    }  # fmt: skip
    added = author.post(f"{draft}rule/opening/", rule)
    assert added.status_code == 302, errors(added)
    assert "Öppet för födda 1967–1971" in words(author.get(draft))
    changed = author.post(f"{draft}rules/0/", rule | {"who_1_born_to": "1972"})
    assert changed.status_code == 302, errors(changed)
    author.post(f"{draft}submit/")
    assert author.post(f"{draft}approve/").status_code == 422  # nobody approves their own
    assert "2 directives wait for you" in words(checker.get("/en/today/"))
    assert "Väntar på dig" in words(checker.get(draft))
    assert checker.post(f"{draft}approve/").url == "/directives/region-24-vecka-20/"
    later = words(checker.get("/directives/?on=2021-05-17&programme=covid-19-2021"))
    assert "Öppet för födda 1967–1972" in later.split("Meddelade, inte i kraft än")[0]
    shown = words(checker.get("/directives/region-24-vecka-20/"))
    assert "forfattare" in shown and "granskare" in shown


KINDS: dict[str, dict[str, Any]] = {
    "phase": {"number": "4", "who_1_age_from": "18"},
    "offer": {"strength": "available", "doses": "1", "months_since_last": "6",
              "starts_on": "2021-09-01", "ends_on": "2022-02-28", "who_1_age_from": "18"},
    "use": {"product": "spikevax", "allowed": "no", "who_1_born_from": "1991"},
    "pause": {"product": "vaxzevria"},
    "interval": {"after": ["jcovden"], "then": ["comirnaty"], "min_days": "28",
                 "recommended_days": "63", "max_days": "84"},
    "co_vaccination": {"diseases": ["influenza"], "allowed": "yes"},
    "precaution": {"place": "hospital", "assess": "on", "who_1_groups": ["anaphylaxis"]},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_rule_has_a_form(author: Client, made: region.Made, kind: str) -> None:
    draft = f"/directives/draft/{made.draft}/"
    sent = {"code": f"ny-{kind}".replace("_", "-"), "title_sv": "Ny", "title_en": "New"}
    response = author.post(f"{draft}rule/{kind}/", sent | KINDS[kind])
    assert response.status_code == 302, errors(response)
    again = author.get(f"{draft}rules/1/")
    assert again.status_code == 200
    kept = author.post(f"{draft}rules/1/", sent | KINDS[kind])
    assert kept.status_code == 302, errors(kept)
    assert author.post(f"{draft}rules/1/remove/").status_code == 302
    assert author.get(f"{draft}rules/1/").status_code == 404


def test_contradictions_are_told_at_once(author: Client, made: region.Made) -> None:
    draft = f"/directives/draft/{made.draft}/"
    sent = {"code": "region-24-lss", "title_sv": "Ny", "title_en": "New", "min_days": "60",
            "after": ["comirnaty"], "then": ["comirnaty"], "recommended_days": "80"}  # fmt: skip
    said = errors(author.post(f"{draft}rule/interval/", sent))
    assert "En annan regel har den koden (i region-24-2021-04-13)" in said
    assert "andra dagar för samma produkter" in said


def test_a_bad_text_is_told_with_every_fault(author: Client, made: region.Made) -> None:
    assert "inte TOML" in errors(author.post("/directives/file/", {"text": "=="}))
    text = files.to_toml(region.DIRECTIVE).replace("region-24-week-18", "Vecka 18!")
    text = text.replace("2021-05-03", "i maj")
    said = errors(author.post("/directives/file/", {"text": text}))
    assert said.count("Vecka 18!") >= 1 and "i maj" in said


def test_given_back_with_a_comment(author: Client, checker: Client, made: region.Made) -> None:
    address = f"/directives/draft/{made.submitted}/"
    assert checker.post(f"{address}return/", {"comment": ""}).status_code == 422
    checker.post(f"{address}return/", {"comment": "Fel årtal"})
    assert "Fel årtal" in words(author.get(address))
    author.post(f"{address}withdraw/")
    assert author.get(address).status_code == 302


def test_a_new_version_of_an_old_directive(checker: Client, made: region.Made) -> None:
    draft = checker.post(f"/directives/{CODE}/again/").url
    text = checker.get(f"{draft}text/").content.decode()
    assert "region-24-born-1947-1951" in text
    assert "Se versionen under arbete" in words(checker.get(f"/directives/{CODE}/"))


def test_who_may_not_write(user_with: Callable[..., Any], made: region.Made) -> None:
    stranger = Client()
    stranger.force_login(user_with(Role.REGION_COORDINATOR, "01"))
    assert stranger.get(f"/directives/draft/{made.draft}/").status_code == 403
    assert stranger.post(f"/directives/draft/{made.submitted}/approve/").status_code == 403
    assert stranger.post(f"/directives/{CODE}/again/").status_code == 403
    assert "Skriv en ny version" not in words(stranger.get(f"/directives/{CODE}/"))


def test_a_version_that_was_taken_back_is_no_file_any_more(
    author: Client, checker: Client, made: region.Made
) -> None:
    from vaksam.base.models import User
    from vaksam.programmes import actions

    approver = User.objects.get(username="granskare")
    actions.approve(version=made.submitted, by=approver)
    address = "/en/directives/region-24-week-19"
    assert checker.get(f"{address}.toml").status_code == 200
    actions.take_back(version=made.submitted, by=approver)
    page = words(checker.get(f"{address}/"))
    assert "The directive was taken back and does not hold." in page
    assert "Taken back 2021-04-13" in page and "as a file" not in page
    assert checker.get(f"{address}.toml").status_code == 404

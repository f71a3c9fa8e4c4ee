"""Registering persons, and keeping what is known of them right."""

from datetime import date

import pytest
import shapely

from tests.people.conftest import HOME, coordination_number, personal_number
from vaksam.areas.models import Area, Shape
from vaksam.base.models import AuditEntry, OutboxEvent
from vaksam.base.roles import Role
from vaksam.base.scope import scope_of
from vaksam.core.errors import NotAllowed, NotFound, Refused
from vaksam.core.identity import Identity, Kind
from vaksam.people import actions, queries
from vaksam.people.models import ContactChoice, Person
from vaksam.people.models import Identity as IdentityRow

pytestmark = pytest.mark.usefixtures("sweden", "db")


def told() -> list[list[int]]:
    rows = OutboxEvent.objects.filter(name="people.changed").order_by("id")
    return [row.payload["persons"] for row in rows]


def test_a_number_tells_birth_and_sex():
    made = actions.register_person(
        region_code="24", identities=[personal_number("19490302", 982)], by=None
    )
    person = Person.objects.get(pk=made.person)
    assert (person.born_on, person.born_year, person.sex) == (date(1949, 3, 2), 1949, 2)
    assert told() == [[person.pk]]


def test_what_is_given_goes_before_what_a_number_tells(someone):
    pk = someone(personal_number("19490302", 981), born_on=date(1949, 3, 3), sex=2)
    person = Person.objects.get(pk=pk)
    assert (person.born_on, person.sex) == (date(1949, 3, 3), 2)
    pk = someone(personal_number("19510302", 981), born_on=None, born_year=1950)
    person = Person.objects.get(pk=pk)
    assert (person.born_on, person.born_year) == (None, 1950), "the number contradicts"


def test_a_person_with_a_known_number_exists_already(someone):
    number = personal_number("19490302")
    pk = someone(number)
    with pytest.raises(Refused) as refused:
        someone(coordination_number("19490302"), number)
    assert (refused.value.code, refused.value.values) == ("person-exists", {"person": pk})
    assert Person.objects.count() == 1


def test_a_person_elsewhere_is_not_named(someone, coordinator):
    number = personal_number("19490302")
    someone(number, region_code="01")
    with pytest.raises(Refused) as refused:
        actions.register_person(region_code="24", identities=[number], by=coordinator)
    assert (refused.value.code, refused.value.values) == ("person-elsewhere", {"region": "01"})


def test_somebody_alike_is_shown(someone):
    first = someone(personal_number("19490302"), **HOME)
    someone(given_name="Nils", family_name="Ek", born_on=date(1931, 1, 1), sex=1)
    made = actions.register_person(
        region_code="24", given_name="Carin", family_name="Berg", born_on=date(1949, 2, 3),
        by=None,
    )  # fmt: skip
    (alike,) = made.alike
    assert (alike.person, alike.verdict) == (first, "review")
    assert alike.score.at("born") == "day_and_month_swapped"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ({"born_year": 1949}, True),  # and the family name
        ({"postcode": "90325"}, True),  # and the family name, where birth is not known
        ({"postcode": "90325", "family_name": ""}, False),
        ({"born_year": 1950}, False),
        ({"born_on": date(1949, 3, 2), "family_name": "Strand", "given_name": "Olof"}, False),
    ],
)
def test_who_is_compared_with_whom(someone, written, found):
    someone(**HOME)
    told = {"given_name": "Karin", "family_name": "Berg"} | written
    made = actions.register_person(region_code="24", by=None, **told)
    assert bool(made.alike) == found


def test_a_point_lies_in_a_small_area(someone, scope):
    deso = Area.objects.create(
        kind="deso", code="2480A0010", edition="2018", name="Umeå, öster", short_name="öster",
        region_code="24", municipality_code="2480",
        parent=Area.objects.get(kind="municipality", code="2480"),
    )  # fmt: skip
    Shape.objects.create(area=deso, wkb=shapely.to_wkb(shapely.box(20.2, 63.8, 20.3, 63.9)))
    pk = someone(**HOME, latitude=63.82, longitude=20.26)
    assert queries.person(pk, scope=scope).address.small_area_name == "Umeå, öster"
    actions.change_person(person=pk, by=None, latitude=63.7, longitude=20.26)
    assert queries.person(pk, scope=scope).address.small_area_name == ""


def test_two_personal_numbers_are_two_persons():
    both = [personal_number("19490302"), personal_number("19490303")]
    with pytest.raises(Refused, match="one personal number"):
        actions.register_person(region_code="24", identities=both, by=None)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"born_on": date(2999, 1, 1)}, "bad-birth"),
        ({"born_year": 1700}, "bad-birth"),
        ({"sex": 3}, "bad-sex"),
        ({"residence": "castle"}, "bad-residence"),
        ({"postcode": "9032"}, "bad-postcode"),
        ({"language": "Swedish"}, "bad-language"),
        ({"municipality_code": "0180"}, "bad-municipality"),
        ({"latitude": 63.8}, "bad-point"),
    ],
)
def test_what_cannot_be_is_refused(someone, fields, code):
    pk = someone()
    with pytest.raises(Refused) as refused:
        actions.change_person(person=pk, by=None, **fields)
    assert refused.value.code == code


def test_a_change_is_told_by_its_fields_only(someone, coordinator, planted):
    pk = someone(given_name=planted.given_name)
    actions.change_person(person=pk, by=coordinator, family_name=planted.family_name)
    entry = AuditEntry.objects.get(action="people.change_person")
    assert (entry.target, entry.details) == (f"person:{pk}", {"fields": ["family_name"]})
    actions.change_person(person=pk, by=coordinator, family_name=planted.family_name)
    assert AuditEntry.objects.filter(action="people.change_person").count() == 1, "no change"


def test_a_new_address_forgets_the_old_point(someone):
    pk = someone(**HOME, latitude=63.82, longitude=20.26)
    actions.change_person(person=pk, by=None, postcode="903 26")
    person = Person.objects.get(pk=pk)
    assert (person.postcode, person.latitude, person.longitude) == ("90326", None, None)


def test_only_the_year_is_known(someone):
    pk = someone(born_on=None, born_year=1949)
    actions.change_person(person=pk, by=None, born_on=date(1950, 1, 5))
    assert Person.objects.get(pk=pk).born_year == 1950
    actions.change_person(person=pk, by=None, born_year=1951)
    assert Person.objects.get(pk=pk).born_on is None


def test_a_personal_number_comes_after_a_coordination_number(someone):
    pk = someone(coordination_number("19490302"), born_on=None, born_year=1949)
    number = personal_number("19490302")
    added = actions.add_identity(person=pk, identity=number, by=None, valid_from=date(2020, 5, 4))
    assert Person.objects.get(pk=pk).born_on == date(1949, 3, 2)
    with pytest.raises(Refused, match="end the old one first"):
        actions.add_identity(person=pk, identity=personal_number("19490304"), by=None)
    with pytest.raises(Refused, match="before the first"):
        actions.end_identity(identity=added, last_day=date(2020, 5, 3), by=None)
    actions.end_identity(identity=added, last_day=date(2020, 12, 31), by=None)
    actions.add_identity(person=pk, identity=personal_number("19490304"), by=None)


def test_a_number_of_another_person_is_refused(someone):
    number = Identity(Kind.PASSPORT, "AB123456", "NO")
    holder, other = someone(number), someone(given_name="Nils")
    with pytest.raises(Refused) as refused:
        actions.add_identity(person=other, identity=number, by=None)
    assert refused.value.values == {"person": holder}


def test_death_and_moving_out_can_be_mistakes(someone):
    pk = someone()
    with pytest.raises(Refused, match="ahead"):
        actions.record_death(person=pk, died_on=date(2999, 1, 1), by=None)
    with pytest.raises(Refused, match="before the birth"):
        actions.record_death(person=pk, died_on=date(1949, 3, 1), by=None)
    actions.record_death(person=pk, died_on=date(2021, 4, 1), by=None)
    actions.record_move_out(person=pk, moved_out_on=date(2021, 4, 1), by=None)
    assert told()[1:] == [[pk], [pk]]
    actions.record_death(person=pk, died_on=None, by=None)
    assert Person.objects.get(pk=pk).died_on is None


def test_contact_choices_are_appended(someone, scope):
    pk = someone()
    actions.choose_contact(person=pk, channel="sms", mobile="070-174 06 35", by=None)
    actions.choose_contact(person=pk, channel="letter", by=None)
    contact = queries.person(pk, scope=scope).contact
    assert [(each.channel, each.mobile) for each in contact] == [
        ("letter", ""), ("sms", "0701740635")
    ]  # fmt: skip
    assert ContactChoice.objects.count() == 2


@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({"channel": "pigeon"}, "bad-channel"),
        ({"channel": "sms"}, "bad-mobile"),
        ({"channel": "phone", "mobile": "call me"}, "bad-mobile"),
        ({"channel": "email"}, "bad-email"),
        ({"channel": "email", "email": "nobody"}, "bad-email"),
    ],
)
def test_a_contact_choice_must_work(someone, choice, code):
    with pytest.raises(Refused) as refused:
        actions.choose_contact(person=someone(), by=None, **choice)
    assert refused.value.code == code


def test_who_lives_together(someone, scope):
    a, b, c = someone(given_name="A"), someone(given_name="B"), someone(given_name="C")
    actions.set_household(person=a, lives_with=b, by=None)
    actions.set_household(person=c, lives_with=a, by=None)
    assert told()[-1] == [a, b, c]
    assert [each.person for each in queries.person(a, scope=scope).household] == [b, c]
    actions.leave_household(person=a, by=None)
    assert told()[-1] == [a, b, c], "those who were left are told of, too"
    assert queries.person(a, scope=scope).household == ()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"residence": "care_home"}, "no-household"),
        ({"region_code": "01"}, "two-regions"),
        ({"protection": "confidentiality_marking"}, "protected-household"),
    ],
)
def test_who_cannot_live_together(someone, fields, code):
    with pytest.raises(Refused) as refused:
        actions.set_household(person=someone(**fields), lives_with=someone(), by=None)
    assert refused.value.code == code


# Who may do what: the table in docs/explanation/people.md.
ALLOWED = {
    "register": {Role.REGION_COORDINATOR, Role.VENUE_STAFF, Role.PHONE_AGENT},
    "change": {Role.REGION_COORDINATOR, Role.VENUE_STAFF, Role.PHONE_AGENT},
    "open": {Role.REGION_COORDINATOR, Role.VENUE_STAFF, Role.PHONE_AGENT},
    "find": {Role.REGION_COORDINATOR, Role.VENUE_STAFF, Role.PHONE_AGENT},
    "protect": {Role.REGION_COORDINATOR, Role.VENUE_STAFF, Role.PHONE_AGENT},
    "open protected": {Role.REGION_COORDINATOR, Role.VENUE_STAFF},
    "change protected": {Role.REGION_COORDINATOR, Role.VENUE_STAFF},
    "unprotect": {Role.REGION_COORDINATOR},
    "end number": {Role.REGION_COORDINATOR},
    "merge": {Role.REGION_COORDINATOR},
    "who looked": {Role.REGION_COORDINATOR},
}


@pytest.mark.parametrize("act", ALLOWED)
@pytest.mark.parametrize("role", [*Role, None])
def test_who_may(act, role, someone, user_with):
    someone()
    hidden = someone(protection="protected_registration", given_name="Hid")
    seen = someone(personal_number("19490302"), given_name="Seen")
    user = user_with(role, username="who")
    scope = scope_of(user)
    acts = {
        "register": lambda: actions.register_person(region_code="24", by=user),
        "change": lambda: actions.change_person(person=seen, by=user, city="Umeå"),
        "open": lambda: queries.person(seen, scope=scope),
        "find": lambda: queries.find("Berg 1949", scope=scope),
        "protect": lambda: actions.protect(
            person=seen, protection="confidentiality_marking", by=user
        ),
        "open protected": lambda: queries.person(hidden, scope=scope, reason="she asked"),
        "change protected": lambda: actions.change_person(person=hidden, by=user, sex=1),
        "unprotect": lambda: actions.unprotect(person=hidden, by=user),
        "end number": lambda: actions.end_identity(
            identity=IdentityRow.objects.get().pk, last_day=date(2021, 1, 1), by=user
        ),
        "merge": lambda: actions.merge(kept=seen, merged=hidden, why="the same", by=user),
        "who looked": lambda: queries.looked(seen, scope=scope),
    }
    if role in ALLOWED[act]:
        acts[act]()
    else:
        with pytest.raises((NotAllowed, NotFound)):
            acts[act]()


@pytest.mark.parametrize("region", ["01", "25"])
def test_nobody_reaches_persons_of_another_region(region, someone, user_with):
    pk = someone()
    other = user_with(Role.REGION_COORDINATOR, region, username="other")
    with pytest.raises(NotFound):
        actions.change_person(person=pk, by=other, city="Umeå")
    with pytest.raises(NotFound):
        queries.person(pk, scope=scope_of(other))
    with pytest.raises(NotAllowed):
        actions.register_person(region_code="24", by=other)
    assert queries.find("Berg 1949", scope=scope_of(other)).hits == ()

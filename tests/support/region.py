"""A few people of Västerbotten on the morning of 13 April 2021, made by the product's actions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from stdnum import luhn

MORNING = datetime(2021, 4, 13, 5, 30, tzinfo=UTC)
HOME = {"municipality_code": "2480", "street": "Skogsvägen 1", "postcode": "90325"}

# A new opening, as somebody writes it in the form or in a file.
DIRECTIVE: dict[str, Any] = {
    "directive": {
        "code": "region-24-week-18",
        "programme": "covid-19-2021",
        "authority": "region",
        "region": "24",
        "title": {"sv": "Västerbotten: vecka 18", "en": "Västerbotten: week 18"},
        "announced_at": "2021-04-13T07:00:00+02:00",
        "effective_from": "2021-05-03",
        "author": "–",
        "checker": "–",
        "review_on": "2021-08-01",
        "source": {"document": "Beslut av smittskyddsläkaren", "passage": "Födda 1957–1961."},
    },
    "rule": [
        {
            "kind": "opening",
            "code": "week-18-born-1957-1961",
            "title": {"sv": "Födda 1957–1961", "en": "Born 1957–1961"},
            "phase": 3,
            "who": [{"born_from": 1957, "born_to": 1961}],
        }
    ],
}


def stand(patch: Any, moment: datetime = MORNING) -> None:
    """Hold the clock at a moment (it keeps ticking), whatever the database says."""
    from vaksam.base import clock

    offset = moment - clock.real_now()
    patch.setattr(clock, "_known", clock._Known(offset, float("inf")))


def account(role: Any = None, region_code: str | None = "24", username: str = "") -> Any:
    """An account with a role, as `user_with` makes it, where no test runs yet."""
    from vaksam.base.models import RoleAssignment, User
    from vaksam.base.roles import NATIONAL

    user = User.objects.create_user(username or f"{role or 'nobody'}-{region_code}")
    if role:
        code = None if role in NATIONAL else region_code
        RoleAssignment.objects.create(user=user, role=role, region_code=code, granted_at=MORNING)
    return user


def number(born: str, serial: int = 980) -> str:
    """A personal number of the series 980–999, which nobody is given. `born` is YYYYMMDD."""
    digits = f"{born[2:]}{serial}"
    return f"{born}{serial}{luhn.calc_check_digit(digits)}"


@dataclass(frozen=True)
class Made:
    """Ids of what `fill` made."""

    due: int  # Karin Berg, born 1949
    soon: int  # Sven Lind, born 1953
    alike: int  # Karin Berg once more, without a number
    protected: int
    claim: int
    list: int
    row: int
    draft: int
    submitted: int


def fill(user_with: Callable[..., Any], planted: Any = None) -> Made:
    """Areas, programmes, people, a list with a row to look at, two directives in work."""
    from vaksam.areas import actions as areas
    from vaksam.base.roles import Role
    from vaksam.core.identity import Identity, Kind
    from vaksam.eligibility import actions as eligibility
    from vaksam.people import actions as people
    from vaksam.people import queries
    from vaksam.programmes import actions as programmes

    def person(name: str, born: date, *, numbered: bool = True, **fields: Any) -> int:
        given, family = name.split()
        known = [Identity(Kind.PERSONAL_NUMBER, number(f"{born:%Y%m%d}"))] if numbered else []
        return people.register_person(
            region_code="24", identities=known, given_name=given, family_name=family,
            born_on=born, by=None, **fields,
        ).person  # fmt: skip

    areas.seed()
    programmes.seed_programmes()
    author = user_with(Role.REGION_COORDINATOR, username="forfattare")
    due = person("Karin Berg", date(1949, 3, 2), sex=2, **HOME)
    soon = person("Sven Lind", date(1953, 5, 6), sex=1, **HOME)
    people.set_household(person=soon, lives_with=due, by=None)
    alike = person("Karin Berg", date(1949, 3, 2), numbered=False, sex=2, **HOME)
    family = planted.family_name if planted else "Skyddad"
    given = planted.given_name if planted else "Planterina"
    protected = people.register_person(
        region_code="24",
        identities=[Identity(Kind.PERSONAL_NUMBER, "189001019802")],
        given_name=given, family_name=family, protection="confidentiality_marking", by=None,
    ).person  # fmt: skip
    claim = people.claim_group(
        person=soon, group="home_care", source="own_declaration", by=author,
        legal_basis="Patientdatalagen",
    )  # fmt: skip
    rows = (
        "personal_number;given_name;family_name;born_on;street\n"
        f"{number('19530506')};Sven;Lind;1953-05-06;\n;Karin;Berg;1949-03-02;Skogsvägen 1\n"
    )
    listed = people.upload_list(
        content=rows.encode(), file_name="hemtjanst.csv", group="home_care",
        source="municipality_list", municipality_code="2480", sender="Umeå kommun",
        legal_basis="Socialtjänstlagen", purpose="Erbjuda vaccination", by=author,
        given_on=date(2021, 4, 10), last_day=date(2021, 6, 30),
    )  # fmt: skip
    scope = _scope(author)
    row = queries.list_rows(listed.list, scope=scope)[0].id
    draft = programmes.draft_directive(body=DIRECTIVE, by=author)
    other = {**DIRECTIVE, "directive": DIRECTIVE["directive"] | {"code": "region-24-week-19"}}
    other["rule"] = [
        DIRECTIVE["rule"][0]
        | {"code": "week-19-born-1962-1966", "who": [{"born_from": 1962, "born_to": 1966}]}
    ]
    submitted = programmes.draft_directive(body=other, by=author)
    programmes.submit(version=submitted, by=author)
    eligibility.refresh_region(programme="covid-19-2021", region_code="24")
    return Made(due, soon, alike, protected, _id(claim), listed.list, row, draft, submitted)


def _scope(user: Any) -> Any:
    from vaksam.base.scope import scope_of

    return scope_of(user)


def _id(made: Any) -> int:
    return made if isinstance(made, int) else made.id

"""Rules over HTTP: directives, what is in force, whose turn it is. Nobody is stored or logged."""

from datetime import date, datetime
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from ninja import Query, Router, Schema
from pydantic import Field

from vaksam.areas import queries as areas
from vaksam.base import clock
from vaksam.core.errors import NotFound, Refused
from vaksam.core.rules import decide, described, files
from vaksam.core.rules.definition import Directive, Rule
from vaksam.core.rules.in_force import holds
from vaksam.programmes import queries

router = Router()
_KINDS = {kind: name for name, kind in files.KINDS.items()}
KnownAt = Annotated[datetime | None, Query(description="As known at this moment; now without it.")]
ProgrammeCode = Annotated[
    str | None, Query(description="Its code; without it the one that runs on the day.")
]


class Asked(Schema):
    """Somebody described. Births are days or years; doses are written 2021-02-10:comirnaty."""

    born: Annotated[str, Field(max_length=10, examples=["1949-03-02", "1949"])]
    on: date | None = None
    programme: Annotated[str | None, Field(max_length=80)] = None
    region: Annotated[str, Field(max_length=2, examples=["24"])] = ""
    groups: Annotated[list[str], Field(max_length=40)] = []
    doses: Annotated[list[str], Field(max_length=20)] = []
    cohabitant_born: Annotated[str, Field(max_length=10)] = ""
    cohabitant_groups: Annotated[list[str], Field(max_length=40)] = []
    sex: Literal["", "F", "M"] = ""
    known_at: datetime | None = None
    language: Literal["sv", "en"] = "sv"


class ProductOut(Schema):
    product: str
    earliest_on: date
    recommended_on: date
    latest_on: date | None


class ReasonOut(Schema):
    """One sentence of the chain, and the rule and source it rests on."""

    text: str
    rule: str
    directive: str
    source: str
    passage: str


class Answer(Schema):
    """What the rules mean for the person described, and why."""

    status: str
    why: str
    on: date
    programme: str
    phase: int | None
    next_dose: int | None
    valid_doses: int
    earliest_on: date | None
    recommended_on: date | None
    latest_on: date | None
    products: list[ProductOut]
    place: str
    judgements: list[str]
    reasons: list[ReasonOut]


class DirectiveOut(Schema):
    """The newest version announced by then."""

    code: str
    programme: str
    authority: str
    region: str
    title_sv: str
    title_en: str
    announced_at: datetime
    effective_from: date
    effective_to: date | None
    review_on: date
    version: int
    rules: list[str]


class RuleOut(Schema):
    """`kind` is as directive files spell it; the directive has whom the rule concerns."""

    code: str
    kind: str
    title_sv: str
    title_en: str
    effective_from: date
    effective_to: date | None
    region: str
    directive: str
    source: str
    passage: str


@router.post("/explain", response=Answer, summary="Whose turn it is, and why")
def explain(request: HttpRequest, response: HttpResponse, asked: Asked) -> Any:
    """For somebody described. Nothing of it is stored or logged."""
    patch_cache_control(response, private=True, no_store=True)
    day = asked.on or clock.today()
    code = queries.asked(asked.programme, on=day)
    rules = queries.rules(code, known_at=_known(asked.known_at, day))
    person = described.Described(
        born=asked.born, groups=asked.groups, doses=asked.doses, sex=asked.sex,
        cohabitant_born=asked.cohabitant_born, cohabitant_groups=asked.cohabitant_groups,
        region=_region(asked.region),
    )  # fmt: skip
    facts = described.facts(person, on=day, products=rules.products)
    return described.told(decide(facts, rules, on=day), rules, language=asked.language)


@router.get("/directives", response=list[DirectiveOut], summary="Directives, as known then")
def directives(
    request: HttpRequest, programme: ProgrammeCode = None, known_at: KnownAt = None
) -> Any:
    """All programmes' without `programme`; in the order in which they were announced."""
    code = queries.programme(programme).code if programme else None
    known = queries.directives(programme=code, known_at=_moment(known_at) or clock.now())
    return [_directive(each) for each in known]


@router.get("/directives/{code}", summary="A directive's newest version, as its file has it")
def directive(request: HttpRequest, code: str, known_at: KnownAt = None) -> dict[str, Any]:
    """In the shape of the published schema; days and moments as text."""
    moment = _moment(known_at) or clock.now()
    for version in queries.versions(code):
        if version.state == "approved" and version.announced_at <= moment:
            return version.body
    codes = [each.code for each in queries.directives(known_at=moment)]
    raise NotFound(
        "unknown-directive",
        "No directive “{code}” was announced by then. Nearest: {nearest}.",
        code=code[:80],
        nearest=", ".join(get_close_matches(code, codes, 3, 0.3)) or "–",
    )


@router.get("/in-force", response=list[RuleOut], summary="Rules in force on a day")
def in_force(
    request: HttpRequest,
    on: date | None = None,
    programme: ProgrammeCode = None,
    region: Annotated[str, Query(description="The country's and this region's only.")] = "",
    known_at: KnownAt = None,
) -> Any:
    day = on or clock.today()
    code = queries.asked(programme, on=day)
    rules = queries.rules(code, known_at=_known(known_at, day)).rules
    wanted = {"", _region(region)} if region else {rule.region for rule in rules}
    return [_rule(rule) for rule in rules if holds(rule, day) and rule.region in wanted]


@router.get("/schema", summary="The JSON schema of directive files")
def schema(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    response["Cache-Control"] = "public, max-age=3600"
    return files.schema()


def _known(at: datetime | None, day: date) -> datetime | None:
    return _moment(at) or queries.known_then(day)


def _moment(at: datetime | None) -> datetime | None:
    """A moment without offset is Swedish time. What will be announced is nobody's to see yet."""
    moment = at.replace(tzinfo=clock.SWEDEN) if at and at.tzinfo is None else at
    if moment and moment > clock.now():
        raise Refused("known-ahead", "Nobody knows yet what will be known at {at}.", at=moment)
    return moment


def _region(code: str) -> str:
    return areas.find(code, kind="region").code if code else ""


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code, "kind": _KINDS[type(rule)], "title_sv": rule.title_sv,
        "title_en": rule.title_en, "effective_from": rule.effective_from,
        "effective_to": rule.effective_to, "region": rule.region, "directive": rule.directive,
        "source": rule.source.document, "passage": rule.source.passage,
    }  # fmt: skip


def _directive(each: Directive) -> dict[str, Any]:
    return {
        "code": each.code, "programme": each.programme, "authority": each.authority.value,
        "region": each.region, "title_sv": each.title_sv, "title_en": each.title_en,
        "announced_at": each.announced_at, "effective_from": each.effective_from,
        "effective_to": each.effective_to, "review_on": each.review_on, "version": each.version,
        "rules": [rule.code for rule in each.rules],
    }  # fmt: skip

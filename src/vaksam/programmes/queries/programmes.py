"""Programmes, products, and the rules of a programme as known at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from difflib import get_close_matches

from django.db.models import Count, Max, Q

from vaksam.base import clock
from vaksam.core.errors import NotFound
from vaksam.core.products import Approval, Product, Storage, Vial
from vaksam.core.rules.in_force import RuleSet, rule_set
from vaksam.programmes.models import DirectiveVersion, Programme
from vaksam.programmes.models import Product as ProductRow
from vaksam.programmes.queries.directives import approved, said


@dataclass(frozen=True, slots=True)
class ProgrammeRef:
    """A programme, named in the language that was asked for."""

    code: str
    name: str
    disease: str
    starts_on: date
    ends_on: date | None


def programmes(*, language: str = "en") -> list[ProgrammeRef]:
    """Every programme, the first to start first."""
    return [_ref(row, language) for row in Programme.objects.order_by("starts_on", "code")]


def programme(code: str, *, language: str = "en") -> ProgrammeRef:
    """The programme of a code. Raises NotFound, naming the nearest."""
    row = Programme.objects.filter(code=code).first()
    if row is None:
        known = list(Programme.objects.order_by("code").values_list("code", flat=True))
        raise NotFound(
            "unknown-programme",
            "There is no programme “{code}”. There are: {known}.",
            code=code[:60],
            known=", ".join(get_close_matches(code, known, 3, 0.4) or known) or "–",
        )
    return _ref(row, language)


def running(*, on: date | None = None) -> list[str]:
    """Codes of the programmes that run on a day (today), the last to start first."""
    day = on or clock.today()
    rows = Programme.objects.filter(starts_on__lte=day).exclude(ends_on__lt=day)
    return list(rows.order_by("-starts_on", "code").values_list("code", flat=True))


def products(disease: str | None = None) -> tuple[Product, ...]:
    """Every product (against a disease), by number; three queries."""
    rows = ProductRow.objects.order_by("number").prefetch_related("approvals", "vials")
    if disease is not None:
        rows = rows.filter(disease=disease)
    return tuple(_product(row) for row in rows)


def asked(code: str | None, *, on: date) -> str:
    """The programme asked for, or the one that runs on a day. Raises NotFound."""
    if code:
        return programme(code).code
    found = running(on=on)
    if not found:
        raise NotFound("no-programme", "No programme runs on {day}. Name one.", day=on.isoformat())
    return found[0]


def known_then(on: date) -> datetime | None:
    """As of when rules are asked for on a day: its end, where it has passed; else now (None)."""
    end = clock.at(on + timedelta(days=1))
    return end if end < clock.now() else None


# Rule sets by programme, moment and state of the tables: building one reads every version.
_KNOWN: dict[tuple[str, object], tuple[object, RuleSet]] = {}
_KEPT = 50


def rules(code: str, *, known_at: datetime | None = None) -> RuleSet:
    """The rules of a programme as known at a moment (now). One query when nothing has changed.

    Raises
    ------
    NotFound
        There is no such programme.
    """
    moment = known_at or clock.now()
    stamp = _stamp(code, moment)
    kept = _KNOWN.get((code, known_at))
    if kept is not None and kept[0] == stamp:
        return kept[1]
    found = _rules(code, moment)
    while len(_KNOWN) >= _KEPT:
        _KNOWN.pop(next(iter(_KNOWN)), None)
    _KNOWN[code, known_at] = (stamp, found)
    return found


def rules_with(code: str, versions: Sequence[int]) -> RuleSet:
    """The rules as they would be if versions in work were in force, and announced now.

    Raises NotFound where a version is not there.
    """
    now = clock.now()
    rows = DirectiveVersion.objects.filter(pk__in=versions).order_by("pk")
    drafts = [said(row) for row in rows]
    if len(drafts) != len(set(versions)):
        raise NotFound("unknown-version", "There is no such version.")
    about = programme(code)
    return rule_set(
        [*approved(programme=code),
         *(replace(each, announced_at=min(each.announced_at, now)) for each in drafts)],
        programme=code, disease=about.disease, products=products(about.disease), known_at=now,
    )  # fmt: skip


def changed_at(code: str) -> datetime | None:
    """When the rules of a programme last became others: approved, announced as said ahead, or
    taken back."""
    now = clock.now()
    rows = DirectiveVersion.objects.filter(
        directive__programme_id=code, state=DirectiveVersion.State.APPROVED, announced_at__lte=now
    )
    found = rows.aggregate(
        approved=Max("approved_at", filter=Q(approved_at__lte=now)),
        announced=Max("announced_at"),
        taken_back=Max("taken_back_at", filter=Q(taken_back_at__lte=now)),
    )
    return max((each for each in found.values() if each is not None), default=None)


def forget() -> None:
    """Build every rule set anew when it is next asked for."""
    _KNOWN.clear()


def _stamp(code: str, moment: datetime) -> tuple[object, ...]:
    """Changes with the versions, when one that was approved ahead comes to be announced, and
    when one is taken back."""
    rows = DirectiveVersion.objects.filter(
        directive__programme_id=code, state=DirectiveVersion.State.APPROVED
    )
    said = Q(announced_at__lte=moment)
    found = rows.aggregate(
        all=Count("pk"), last=Max("pk"), known=Count("pk", filter=said), at=Max("approved_at"),
        back=Count("pk", filter=Q(taken_back_at__lte=moment)),
    )  # fmt: skip
    return tuple(found.values())


def _rules(code: str, moment: datetime) -> RuleSet:
    about = programme(code)
    return rule_set(
        approved(programme=code),
        programme=code,
        disease=about.disease,
        products=products(about.disease),  # doses that other programmes gave are judged, too
        known_at=moment,
    )


def _ref(row: Programme, language: str) -> ProgrammeRef:
    name = row.name_sv if language == "sv" else row.name_en
    return ProgrammeRef(row.code, name, row.disease, row.starts_on, row.ends_on)


def _product(row: ProductRow) -> Product:
    return Product(
        code=row.code,
        number=row.number,
        name=row.name,
        manufacturer=row.manufacturer,
        atc=row.atc,
        disease=row.disease,
        storage=Storage(row.storage),
        approvals=tuple(
            Approval(each.from_on, each.age_from, each.age_to) for each in row.approvals.all()
        ),
        vials=tuple(Vial(each.from_on, each.doses) for each in row.vials.all()),
        days_after_thaw=row.days_after_thaw,
        hours_after_opening=row.hours_after_opening,
        shake_sensitive=row.shake_sensitive,
        source=row.source,
    )

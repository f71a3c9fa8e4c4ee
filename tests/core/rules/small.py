"""A small programme of spring 2021, enough to meet every kind of rule."""

from datetime import date
from typing import Any

from vaksam.core.products import Approval, Product, Storage
from vaksam.core.rules.definition import (
    Interval,
    Offer,
    Opening,
    Pause,
    Phase,
    Place,
    Precaution,
    Rule,
    Season,
    Source,
    Strength,
    Use,
    Who,
)
from vaksam.core.rules.in_force import RuleSet

START = date(2020, 12, 27)


def rule(kind: type[Rule], code: str, start: date = START, **fields: Any) -> Rule:
    return kind(
        code=code, title_sv=f"TITEL {code}", title_en=f"TITLE {code}", directive="fohm-1",
        source=Source("a letter", code), effective_from=start, **fields,
    )  # fmt: skip


def product(number: int, code: str, *approvals: Approval) -> Product:
    return Product(
        code=code, number=number, name=code.title(), manufacturer="", atc="J07BN01",
        disease="covid-19", storage=Storage.COLD, approvals=approvals, vials=(),
    )  # fmt: skip


PRODUCTS = (
    product(1, "comirnaty", Approval(date(2020, 12, 21), 16), Approval(date(2021, 5, 28), 12)),
    product(2, "spikevax", Approval(date(2021, 1, 6), 18)),
    product(3, "vaxzevria", Approval(date(2021, 1, 29), 18)),
)
_HOMES = frozenset({"care_home"})
_RISK = frozenset({"risk_group"})


def _interval(code: str, after: str, then: str, least: int, **fields: Any) -> Rule:
    return rule(
        Interval, code, after=frozenset({after}), then=frozenset({then}), min_days=least,
        recommended_days=least + 14, **fields,
    )  # fmt: skip


RULES = RuleSet(
    programme="covid-19-2021",
    disease="covid-19",
    products=PRODUCTS,
    rules=(
        rule(Phase, "phase-1", number=1, who=(Who(groups=_HOMES, cohabitants_from=18),)),
        rule(Phase, "phase-2", number=2, who=(Who(age_from=65),)),
        rule(Phase, "phase-3", number=3, who=(Who(age_from=18, groups=_RISK), Who(age_from=60))),
        rule(Phase, "phase-4", number=4, who=(Who(age_from=18),)),
        rule(Offer, "adults", strength=Strength.RECOMMENDED, doses=2, who=(Who(age_from=18),)),
        rule(
            Offer, "third", date(2021, 4, 1), strength=Strength.RECOMMENDED, doses=3,
            months_since_last=2, who=(Who(groups=frozenset({"immunosuppressed"})),),
        ),
        rule(
            Offer, "young", date(2021, 6, 1), strength=Strength.AVAILABLE, doses=1,
            who=(Who(age_from=16, age_to=17),),
            season=Season(starts_on=date(2021, 6, 14), ends_on=date(2021, 8, 31)),
        ),
        rule(Opening, "national", date(2021, 5, 10), who=(Who(age_from=60),)),
        rule(Opening, "homes", region="24", who=(Who(groups=_HOMES, cohabitants_from=18),)),
        rule(
            Opening, "week-15", date(2021, 4, 12), region="24",
            who=(Who(born_to=1951, cohabitants_from=18),),
        ),
        rule(Opening, "week-16", date(2021, 4, 19), region="24", who=(Who(born_to=1956),)),
        rule(Opening, "week-17", date(2021, 4, 26), region="24", who=(Who(groups=_RISK),)),
        rule(Use, "comirnaty-all", product="comirnaty", allowed=True),
        rule(Use, "spikevax-all", product="spikevax", allowed=True),
        rule(Use, "spikevax-men", product="spikevax", allowed=False, who=(Who(sex=1, age_to=30),)),
        rule(Use, "vaxzevria-old", product="vaxzevria", allowed=True, who=(Who(age_from=65),)),
        rule(
            Pause, "vaxzevria-pause", date(2021, 3, 16), product="vaxzevria",
            effective_to=date(2021, 3, 24),
        ),
        rule(Pause, "spikevax-pause", date(2021, 4, 1), product="spikevax", region="01"),
        _interval("c-c", "comirnaty", "comirnaty", 21, max_days=42),
        _interval("s-s", "spikevax", "spikevax", 28),
        _interval("v-v", "vaxzevria", "vaxzevria", 63),
        _interval("v-c", "vaxzevria", "comirnaty", 28),
        _interval("third-c", "comirnaty", "comirnaty", 56, dose=3),
        rule(
            Precaution, "allergy", who=(Who(groups=frozenset({"anaphylaxis"})),),
            place=Place.HOSPITAL, assess=True,
        ),
    ),
)  # fmt: skip

"""Suspected side effects as pages show them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from vaksam.base import clock
from vaksam.clinic.queries import reactions as queries
from vaksam.clinic.queries.reactions import ReactionRow, ReactionView
from vaksam.core.clinic import reactions as core
from vaksam.core.clinic.reaction_form import parts
from vaksam.web.components import Text, Tone

LACKS: dict[str, str | Promise] = {
    "patient": gettext_lazy("name, birth or sex of the patient"),
    "reporter": gettext_lazy("who reports"),
    "product": gettext_lazy("after which dose it came"),
    "lot": gettext_lazy("the lot: correct the dose"),
    "reaction": gettext_lazy("what happened"),
}


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    title: str
    began: str
    product: str
    state: Text
    tone: Tone
    serious: bool


def rows(person: int) -> list[Row]:
    """The newest version of each, for the person's page."""
    return [
        Row(
            id=each.id, title=title(each), began=moment(each), product=each.report.product,
            state=state(each), tone=tone(each), serious=each.report.serious,
        )
        for each in queries.reactions(person) if each.newest
    ]  # fmt: skip


def title(each: ReactionView | ReactionRow) -> str:
    """The reactions in words."""
    codes = each.report.all_terms if isinstance(each, ReactionView) else each.terms
    known, lang = core.words().terms, language()
    return ", ".join(known[code].name(lang) for code in codes) or _("Described in words")


def moment(each: ReactionView | ReactionRow) -> str:
    began = each.report.began_at if isinstance(each, ReactionView) else each.began_at
    return f"{began.astimezone(clock.SWEDEN):%Y-%m-%d %H:%M}"


def state(each: ReactionView | ReactionRow) -> str:
    if each.handed_over_at is not None:
        return _("handed over")
    if each.handed_before:
        return _("changed since it was handed over")
    return _("lacks something") if each.lacks else _("to be handed over")


def tone(each: ReactionView | ReactionRow) -> Tone:
    return "success" if each.handed_over_at is not None else "warning"


def shown(each: ReactionView) -> list[tuple[str, list[tuple[str, str]]]]:
    """The report as its form has it."""
    return parts(each.report, language())


def language() -> str:
    return "en" if (get_language() or "sv").startswith("en") else "sv"

"""Doses and refusals as the person's page shows them: the newest version, older ones folded."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaksam.base import clock
from vaksam.people.queries import PersonView
from vaksam.programmes import queries as programmes
from vaksam.records import queries as records
from vaksam.records.queries import DoseView
from vaksam.web import formats
from vaksam.web.components import Link


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a dose in words. `by`: who wrote it and when; `why`: what it puts right."""

    day: str
    product: str
    lot: str
    number: str
    site: str
    where: str
    how: str
    by: str
    why: str
    ended: str  # why, by whom and when it stopped counting


@dataclass(frozen=True, slots=True)
class DoseRow:
    newest: Version
    stands: bool
    links: tuple[Link, ...]
    older: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class RefusalRow:
    programme: str
    code: str
    said: str
    until: str
    note: str
    quiet: bool


def doses(view: PersonView, *, venue_staff: bool) -> list[DoseRow]:
    """A person's doses in date order. `venue_staff`: may put right what came out of our stock."""
    versions: dict[int, list[DoseView]] = {}
    for each in records.doses(view.id):
        versions.setdefault(each.first, []).append(each)
    found = [sorted(same, key=lambda each: -each.version) for same in versions.values()]
    found.sort(key=lambda same: (same[0].given_on, same[0].id))
    return [
        DoseRow(
            newest=version(same[0]), stands=not same[0].withdrawn,
            links=_links(view.id, same[0], venue_staff), older=tuple(map(version, same[1:])),
        )
        for same in found
    ]  # fmt: skip


def names() -> dict[str, str]:
    """Programmes by code."""
    language = (get_language() or "sv")[:2]
    return {each.code: each.name for each in programmes.programmes(language=language)}


def refusals(person: int) -> list[RefusalRow]:
    known = names()
    return [
        RefusalRow(
            programme=known.get(each.programme, each.programme), code=each.programme,
            said=formats.day(clock.day_of(each.said_at)),
            until=formats.day(each.until) if each.until else "", note=each.note, quiet=each.quiet,
        )
        for each in records.refusals(person)
    ]  # fmt: skip


def version(dose: DoseView) -> Version:
    hour = f" {dose.given_at.astimezone(clock.SWEDEN):%H:%M}" if dose.given_at else ""
    where = (dose.venue, dose.country if dose.country != "SE" else "", dose.vaccinator)
    vouched = _("%(name)s answers for it") % {"name": dose.vouched_by} if dose.vouched_by else ""
    return Version(
        day=formats.day(dose.given_on) + hour, product=dose.name, lot=dose.lot or "–",
        number=str(dose.dose_number or "–"), site=dose.site or "–",
        where=", ".join(filter(None, where)) or "–",
        how=", ".join(filter(None, (dose.source, vouched))),
        by=_signed(dose.registered_by, dose.registered_at), why=dose.why,
        ended=_ended(dose),
    )  # fmt: skip


def _ended(dose: DoseView) -> str:
    if not dose.withdrawn:
        return ""
    signed = _signed(dose.withdrawn_by, dose.withdrawn_at)
    return ": ".join(filter(None, (signed, dose.withdrawn_why)))


def _signed(who: str, at: datetime | None) -> str:
    moment = f"{at.astimezone(clock.SWEDEN):%Y-%m-%d %H:%M}" if at else ""
    return ", ".join(filter(None, (who, moment)))


def _links(person: int, dose: DoseView, venue_staff: bool) -> tuple[Link, ...]:
    if dose.withdrawn:
        return ()
    note = f"{dose.name} {formats.day(dose.given_on)}"
    noting = f"{reverse('people-reaction-new', args=[person])}?dose={dose.id}"
    reaction = Link(_("Note a reaction"), noting, note)
    if dose.in_stock and not venue_staff:
        return (reaction,)
    return (
        Link(_("Correct"), reverse("people-dose-correct", args=[person, dose.id]), note),
        Link(_("Take back"), reverse("people-dose-withdraw", args=[person, dose.id]), note),
        reaction,
    )

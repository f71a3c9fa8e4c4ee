"""A person's record as the page shows it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vaksam.areas import queries as areas
from vaksam.base.roles import Role
from vaksam.base.scope import Scope
from vaksam.core import groups
from vaksam.core.identity import Identity, Kind
from vaksam.eligibility import queries as eligibility
from vaksam.people import queries
from vaksam.people.queries import PersonView
from vaksam.web import formats
from vaksam.web.components import Column, Link, Table
from vaksam.web.planning.answer import card
from vaksam.web.planning.people import doses_shown, reactions_shown
from vaksam.web.planning.people.forms import CHANNELS, KINDS, PROTECTIONS, RESIDENCES
from vaksam.web.planning.words import STATUSES
from vaksam.web.roles import VENUE


def record(view: PersonView, scope: Scope) -> dict[str, Any]:
    """What people/person.html gets. The record has been opened, and that is logged."""
    language = (get_language() or "sv")[:2]
    coordinator = scope.reaches(view.region_code, Role.REGION_COORDINATOR)
    answers = eligibility.answers(view.id)
    context = {
        "person": view,
        "name": f"{view.given_name} {view.family_name}".strip() or _("Name not known"),
        "born": formats.day(view.born_on) if view.born_on else (view.born_year or "–"),
        "numbers": [(each.id, _masked(each)) for each in view.identities if each.valid_to is None],
        "masked": [_masked(each) for each in view.identities],
        "protection": PROTECTIONS.get(view.protection) if view.protection else "",
        "cards": [
            card(each.decision, each.rules, language=language, title=each.programme.name)
            for each in answers
        ],
        "facts": _facts(view),
        "needs": _needs(view),
        "links": _links(view, coordinator=coordinator),
        "claims": _claims(view, language),
        "doses": doses_shown.doses(view, venue_staff=scope.reaches(view.region_code, *VENUE)),
        "refusals": doses_shown.refusals(view.id),
        "reactions": reactions_shown.rows(view.id),
        "history": _history(view),
        "coordinator": coordinator,
    }
    if coordinator:
        context |= {"looked": _looked(view, scope), "merges": queries.merges(view.id, scope=scope)}
    return context


def _masked(each: queries.IdentityView) -> str:
    kind = Kind(each.kind)
    return f"{KINDS[kind]} {Identity(kind, each.value, each.issuer).masked}"


def _facts(view: PersonView) -> list[tuple[str, str]]:
    facts: list[tuple[str, Any]] = [(_("Lives in"), RESIDENCES[view.residence])]
    if view.address is not None:
        names = {area.code: area.name for area in areas.municipalities()}
        where = ", ".join(
            part for part in (view.address.street,
                              f"{view.address.postcode} {view.address.city}".strip(),
                              names.get(view.address.municipality_code, "")) if part
        )  # fmt: skip
        facts.append((_("Address"), where or "–"))
        if view.address.small_area_code:
            facts.append((_("Small area"), view.address.small_area_code))
    if view.household:
        told = ", ".join(f"{m.given_name} {m.family_name}".strip() for m in view.household)
        facts.append((_("Lives with"), told))
    facts.append((_("Language"), view.language or "–"))
    if view.contact:
        newest = view.contact[0]
        reach = newest.mobile if newest.channel in ("sms", "phone") else newest.email
        facts.append((_("Reached by"), f"{CHANNELS[newest.channel]} {reach}".strip()))
    digital = {True: _("yes"), False: _("no"), None: _("not known")}
    facts.append((_("Digital identity"), digital[view.digital_identity]))
    return facts


def _needs(view: PersonView) -> list[str]:
    known = {
        _("interpreter"): view.interpreter,
        _("extra time"): view.extra_time,
        _("help to travel"): view.travel_help,
        _("home visit"): view.home_visit,
    }
    return [name for name, needed in known.items() if needed]


def _links(view: PersonView, *, coordinator: bool) -> list[Link]:
    def link(label: str, name: str) -> Link:
        return Link(label, reverse(name, args=[view.id]))

    links = [
        link(_("Book a time"), "booking-person"),
        link(_("Change"), "people-change"),
        link(_("Contact"), "people-contact"),
        link(_("Household"), "people-household"),
        link(_("Add a group"), "people-claim"),
        link(_("Add a number"), "people-identity"),
        link(_("Add an earlier dose"), "people-dose"),
        link(_("Note a reaction"), "people-reaction-new"),
        link(_("Does not want a vaccine"), "people-decline"),
        link(_("Protect"), "people-protect"),
        link(_("Died or moved"), "people-life"),
    ]
    if coordinator:
        links.append(link(_("Perhaps the same person"), "people-alike"))
    return links


def _claims(view: PersonView, language: str) -> list[dict[str, Any]]:
    names, sources = groups.names(language), groups.source_names(language)
    return [
        {
            "id": claim.id,
            "group": names.get(claim.group, claim.group),
            "source": sources.get(claim.source, claim.source),
            "sender": claim.sender,
            "legal_basis": claim.legal_basis,
            "purpose": claim.purpose,
            "given_on": claim.given_on,
            "valid_until": claim.valid_until,
            "in_force": claim.in_force,
        }
        for claim in view.claims
    ]


def _history(view: PersonView) -> Table | None:
    changes = eligibility.history(view.id)
    if not changes:
        return None
    rows = [
        [
            formats.day(change.changed_on),
            STATUSES[change.status],
            formats.day(change.earliest_on) if change.earliest_on else "–",
            change.programme,
        ]
        for change in changes
    ]
    columns = [
        Column(_("From")),
        Column(_("Status")),
        Column(_("Earliest")),
        Column(_("Programme")),
    ]
    return Table("history", _("How the status has changed"), columns, rows)


def _looked(view: PersonView, scope: Scope) -> Table:
    rows = [
        [each.at.strftime("%Y-%m-%d %H:%M"), each.username, each.reason or "–"]
        for each in queries.looked(view.id, scope=scope)[:20]
    ]
    columns = [Column(_("When")), Column(_("Who")), Column(_("Reason"))]
    return Table("looked", _("Who has looked"), columns, rows)

"""What others than those affected are told of a change: the venues, and everybody."""

from typing import Final

from django.conf import settings
from django.utils import formats
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from vaksam.base import clock
from vaksam.base.scope import Scope
from vaksam.booking import access
from vaksam.core.errors import NotFound
from vaksam.core.messages import LANGUAGES, load
from vaksam.core.messages.kinds import NEWS
from vaksam.core.messages.venue_letter import VenueLetter, as_pdf
from vaksam.messaging.composing import sender
from vaksam.people import access as people
from vaksam.replanning.queries import telling
from vaksam.venues import queries as venues

FEW: Final = 50  # how many times are not told as a number
ROUND: Final = 50
#: Parts that name their venues to everybody.
_AT: Final = ("venue_closed", "staff", "extra_session")


def venue_letter(change: int, venue: int, *, scope: Scope) -> bytes:
    """What a change does at a venue, as a letter (PDF) in the language in use: no personal data.

    Raises NotFound, NotAllowed: for those who see figures, and the venues' own staff.
    """
    ref = telling.change(change)
    if not scope.reaches(ref.region_code):
        raise telling.no_such_change()
    people.demand_scope(scope, ref.region_code, *access.READERS, *access.VENUE)
    place = venues.venue(venue)
    if place.region_code != ref.region_code:
        raise NotFound("unknown-venue", "There is no such venue in the regions you work in.")
    return as_pdf(_letter(ref, place, telling.at_venue(change, venue)), fonts=settings.VAKSAM_FONTS)


def public_text(change: int) -> dict[str, str]:
    """A proposal, by language, of what the public page says of a change: a planner reads it first.

    Counts are rounded, and not told where they are small. Raises NotFound.
    """
    ref, persons = telling.change(change), telling.persons(change)
    names = {each.id: each.name for each in venues.venues(regions=[ref.region_code])}
    return {language: _public(language, ref, persons, names) for language in LANGUAGES}


def public_notices(region: str, language: str) -> list[str]:
    """What the public page of a region says of changes while they last, the newest first."""
    return telling.notices([region], language)


def _public(language: str, ref: telling.ChangeRef, persons: int, names: dict[int, str]) -> str:
    texts = load(language)
    kinds = list(dict.fromkeys(_kind(part) for part in ref.parts)) or ["other"]
    said = []
    for kind in kinds:
        at = [names[part["venue"]] for part in ref.parts
              if _kind(part) == kind and part.get("venue") in names]  # fmt: skip
        if kind in _AT and not at:
            kind = "other"
        said.append(texts.news[kind].format(places=", ".join(dict.fromkeys(at))))
    if persons >= FEW:
        said.append(texts.news["many"].format(count=ROUND * round(persons / ROUND)))
    said.append(texts.news["told"])
    return " ".join(dict.fromkeys(said))


def _kind(part: dict[str, object]) -> str:
    kind = str(part.get("kind", ""))
    return kind if kind in NEWS[:6] else "other"


def _letter(ref: telling.ChangeRef, place: venues.VenueRef, told: telling.AtVenue) -> VenueLetter:
    rows = tuple(
        (formats.date_format(on, "SHORT_DATE_FORMAT"), product, str(away), str(coming))
        for on, product, away, coming in told.rows
    )
    said = [ref.name, ref.why, str(ref.texts.get("venues", "")), *_counts(told)]
    here = f"{place.postcode} {place.city}".strip()
    return VenueLetter(
        language=(get_language() or "sv")[:2], title=_("Changed times at {venue}").format(
            venue=place.name), date=clock.today().isoformat(), sender=sender(ref.region_code),
        to=tuple(filter(None, (place.name, place.street, here))),
        paragraphs=tuple(each for each in said if each),
        head=(_("Day"), _("Vaccine"), _("Go elsewhere"), _("Come instead")), rows=rows,
        total=(_("All"), "", str(told.away), str(told.coming)),
        ask=_("Everybody is told by message, letter or phone. Look at the day's list before you "
              "open. Questions: {telephone}.").format(telephone=settings.VAKSAM_TELEPHONE),
    )  # fmt: skip


def _counts(told: telling.AtVenue) -> list[str]:
    if not told.rows:
        return [_("No times at the venue are changed.")]
    away = ngettext("{n} booked time goes elsewhere or is called off.",
                    "{n} booked times go elsewhere or are called off.", told.away)  # fmt: skip
    off = ngettext("{n} of them has no new time yet.", "{n} of them have no new time yet.",
                   told.called_off)  # fmt: skip
    coming = ngettext("{n} time from elsewhere or another product comes instead.",
                      "{n} times from elsewhere or another product come instead.",
                      told.coming)  # fmt: skip
    said = [away.format(n=told.away), coming.format(n=told.coming)]
    if told.called_off:
        said.insert(1, off.format(n=told.called_off))
    return [" ".join(said)]

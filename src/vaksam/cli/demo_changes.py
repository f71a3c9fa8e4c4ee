"""The demo's changes: one that waits for a second person, one to be gone on with, and plans for
what has not happened yet. By the product's own actions.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from vaksam.base import clock
from vaksam.base import queries as accounts
from vaksam.base.models import User
from vaksam.booking import queries as booking
from vaksam.core.errors import VaksamError
from vaksam.programmes import actions as directives
from vaksam.programmes import queries as programmes
from vaksam.replanning.actions import working
from vaksam.supply import queries as supply
from vaksam.venues import queries as venues
from vaksam.venues.queries import VenueRef

Say = Callable[[str], None]
Part = Mapping[str, Any]
PAUSED, STOPPED = date(2021, 3, 16), date(2021, 10, 6)


def provide(region: str, today: date, *, say: Say) -> None:
    """Changes on the morning, each previewed and planned."""
    running = [code for code in programmes.running(on=today)]
    here = [ref for ref in venues.venues(regions=[region]) if ref.public and not ref.is_store]
    if not running or not here:
        return
    say("Changes of the evening …")
    by = accounts.user_named("samordnare")
    busiest = _busiest(here, today)
    product = _most_booked(here, today)
    friday = today + timedelta(days=(4 - today.weekday()) % 7)
    told: list[tuple[str, str, list[Part], bool]] = [
        ("Fredagens leverans halveras",
         "Tillverkaren levererar hälften av det som var sagt, besked i går kväll.",
         [{"kind": "delivery", "product": product, "from": today.isoformat(),
           "to": (today + timedelta(days=13)).isoformat(), "share": 0.5}], False),
        (f"Om {busiest.name} måste stänga", "Beredskap: smitta bland personalen.",
         [{"kind": "venue_closed", "venue": busiest.id, "from": friday.isoformat(),
           "to": (friday + timedelta(days=6)).isoformat()}], True),
        ("Om leveranserna uteblir i två veckor", "Beredskap inför ryckiga leveranser.",
         [{"kind": "delivery", "product": product, "from": today.isoformat(),
           "to": (today + timedelta(days=13)).isoformat(), "share": 0.0}], True),
    ]  # fmt: skip
    for name, why, parts, what_if in told:
        _change(region, running[0], name, why, parts, what_if, by)
    name, why, rule = _rule(region, today, product)
    version = _draft(region, running[0], name, rule, today, by)
    if version is not None:
        parts = [{"kind": "directive", "version": version}]
        _change(region, running[0], name, why, parts, False, by)


def _change(
    region: str, programme: str, name: str, why: str, parts: list[Part], what_if: bool, by: User
) -> None:
    change = working.begin_change(region=region, programme=programme, name=name, why=why,
                                  parts=parts, what_if=what_if, by=by)  # fmt: skip
    working.work_out(change=change, by=by)


def _rule(region: str, today: date, product: str) -> tuple[str, str, Part]:
    """The evening's news: a product paused, or (October 2021) stopped for the young."""
    if today >= STOPPED:
        return (
            "Spikevax stoppas för födda 1991 och senare", "Misstänkt ovanlig biverkan hos unga.",
            {"kind": "use", "code": f"region-{region}-spikevax-1991", "product": "spikevax",
             "allowed": False, "who": [{"born_from": 1991}]},
        )  # fmt: skip
    if PAUSED <= today < PAUSED + timedelta(days=9):
        product = "vaxzevria"
    return (
        "Paus i användningen", "Pausas medan ett larm om biverkningar utreds.",
        {"kind": "pause", "code": f"region-{region}-paus-{product}", "product": product},
    )  # fmt: skip


def _draft(region: str, programme: str, name: str, rule: Part, today: date, by: User) -> int | None:
    """A directive in work, from tomorrow on."""
    title = {"sv": name, "en": name}
    body = {
        "directive": {
            "code": f"region-{region}-kvallen", "programme": programme, "authority": "region",
            "region": region, "title": title,
            "announced_at": clock.now().isoformat(timespec="seconds"),
            "effective_from": (today + timedelta(days=1)).isoformat(),
            "author": "–", "checker": "–",
            "review_on": (today + timedelta(days=60)).isoformat(),
            "source": {"document": "Utkast", "passage": "Ett hypotetiskt besked en kväll."},
        },
        "rule": [{**rule, "title": title}],
    }  # fmt: skip
    try:
        return directives.draft_directive(body=body, by=by)
    except VaksamError:
        return None


def _busiest(here: list[VenueRef], today: date) -> VenueRef:
    times = _coming(today)
    return max(here, key=lambda ref: (sum(each.venue == ref.id for each in times), -ref.id))


def _most_booked(here: list[VenueRef], today: date) -> str:
    """The product of most times; where nobody has one, of most doses."""
    counts: dict[str, int] = {}
    for each in _coming(today):
        counts[each.product] = counts.get(each.product, 0) + 1
    if not counts:
        for (_, product), there in supply.expected([ref.id for ref in here]).items():
            counts[product] = counts.get(product, 0) + there.held
    return max(sorted(counts), key=lambda product: counts[product], default="comirnaty")


def _coming(today: date) -> list[booking.AppointmentRef]:
    start = clock.at(today)
    return booking.between(start, start + timedelta(days=21))

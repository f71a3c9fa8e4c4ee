"""Times at a hospital, for who may not be vaccinated here."""

from vaksam.base import clock
from vaksam.booking import queries as booking
from vaksam.booking.queries import Search
from vaksam.booking.queries.times import names
from vaksam.clinic.queries import VisitView
from vaksam.venues.queries import VenueRef
from vaksam.web.planning.booking.common import stamp


def times(view: VisitView, place: VenueRef) -> list[tuple[int, str, str]]:
    """The next at the nearest hospitals, for the dose that is due: slot, when, where."""
    ref = view.ref
    held = [ref.appointment] if ref.appointment else []
    judged = booking.judged(ref.person, ref.programme, without=held)
    if judged is None or not judged.may:
        return []
    search = Search(
        programme=ref.programme, regions=(view.region_code,), hospital=True,
        since=clock.at(judged.since) if judged.since else None,
        products=frozenset(judged.products), dose=judged.dose,
        latitude=place.latitude, longitude=place.longitude,
    )  # fmt: skip
    found = [each for each in booking.near(search, venues=3, each=3, online=False)
             if judged.products[each.product] <= clock.day_of(each.starts_at)]  # fmt: skip
    places = names(found)
    return [(each.slot, stamp(each.starts_at), places[each.venue].name) for each in found]

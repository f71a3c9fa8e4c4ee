"""What a venue can give: places from stations, staff and room; doses to count on; queues."""

from vaksam.core.capacity.accordion import Accordion, accordion, open_places, spread_days
from vaksam.core.capacity.crowding import Crowd
from vaksam.core.capacity.doses import Coming, doses_by_day, doses_to_count_on
from vaksam.core.capacity.places import Interval, Limit, limits, places
from vaksam.core.capacity.setup import Setup
from vaksam.core.capacity.simulation import Simulated, simulate
from vaksam.core.capacity.visits import UNITS, Visit, units

__all__ = [
    "UNITS",
    "Accordion",
    "Coming",
    "Crowd",
    "Interval",
    "Limit",
    "Setup",
    "Simulated",
    "Visit",
    "accordion",
    "doses_by_day",
    "doses_to_count_on",
    "limits",
    "open_places",
    "places",
    "simulate",
    "spread_days",
    "units",
]

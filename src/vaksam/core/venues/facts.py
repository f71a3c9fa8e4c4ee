"""A venue as a file tells of it."""

from dataclasses import dataclass
from datetime import time
from typing import Final

KINDS: Final = (
    "store", "health_centre", "hospital", "mass_venue", "mobile", "care_homes", "homes", "bus",
    "pop_up", "care_home", "workplace", "school", "place_of_worship", "pharmacy",
)  # fmt: skip
PROVIDERS: Final = ("region", "municipality", "private")
#: Kinds that residents cannot choose, unless a file says otherwise; a store never.
HIDDEN: Final = frozenset({"store", "care_homes", "homes", "care_home"})


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueFacts:
    """A venue or store. `hours_from_store`: journey; `doses_per_week`: what it can give.

    `languages`: ISO 639 codes spoken there; `room`: people let in at once (None: no limit);
    `stations` work side by side, each `minutes_per_person`; `interval_minutes` between times
    that can be booked; `public`: residents may choose it.
    """

    code: str
    name: str
    kind: str
    region_code: str
    municipality_code: str
    provider: str = "region"
    frozen: bool = False
    hours_from_store: float = 1.0
    doses_per_week: int = 0
    cut_off: time = time(15)
    contact: str = ""
    telephone: str = ""
    latitude: float | None = None
    longitude: float | None = None
    street: str = ""
    postcode: str = ""
    city: str = ""
    step_free: bool = True
    lift: bool = False
    toilet: bool = False
    quiet_room: bool = False
    parking: bool = False
    hearing_loop: bool = False
    languages: tuple[str, ...] = ()
    public_transport: str = ""
    directions: str = ""
    web: str = ""
    observation_minutes: int = 15
    room: int | None = None
    stations: int = 1
    minutes_per_person: float = 5.0
    interval_minutes: int = 10
    public: bool = True

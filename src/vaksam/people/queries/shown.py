"""What pages get of a person: plain values, never models."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class IdentityView:
    """A number in its normal form, whole: the page masks it where it must."""

    id: int
    kind: str
    issuer: str
    value: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the same household."""

    person: int
    given_name: str
    family_name: str


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim with its evidence. `sender` is empty for a protected person: it tells where."""

    id: int
    group: str
    source: str
    legal_basis: str
    purpose: str
    sender: str
    given_on: date
    valid_until: date | None
    recorded_at: datetime
    withdrawn_at: datetime | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact choice; of several the first is the newest, and counts."""

    channel: str
    mobile: str
    email: str
    chosen_at: datetime


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody lives, as far as is known. None of it is stored for protected persons."""

    street: str
    postcode: str
    city: str
    municipality_code: str
    small_area_code: str
    small_area_name: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class PersonView:
    """All that one person's page shows. `address` is None for a protected person."""

    id: int
    region_code: str
    given_name: str
    family_name: str
    born_on: date | None
    born_year: int | None
    sex: int
    protection: str
    address: Address | None
    residence: str
    language: str
    interpreter: bool
    digital_identity: bool | None
    extra_time: bool
    travel_help: bool
    home_visit: bool
    died_on: date | None
    moved_out_on: date | None
    identities: tuple[IdentityView, ...]
    household: tuple[Member, ...]
    claims: tuple[ClaimView, ...]
    contact: tuple[ContactView, ...]

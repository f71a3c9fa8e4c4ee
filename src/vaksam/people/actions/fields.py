"""What is known of a person, checked before it is stored."""

import re
from datetime import date
from typing import Any, Final, TypedDict

from vaksam.areas import queries as areas
from vaksam.base import clock
from vaksam.core.errors import Refused
from vaksam.people.models import Residence, Sex
from vaksam.people.places import small_area_at


class Fields(TypedDict, total=False):
    """All optional; what is left out stays as it is.

    `born_on` sets `born_year`; `born_year` alone says that no more is known. `small_area` is an
    area's id, found from `latitude` and `longitude` (WGS 84) where small areas are imported.
    """

    given_name: str
    family_name: str
    born_on: date | None
    born_year: int | None
    sex: int
    municipality_code: str
    small_area: int | None
    street: str
    postcode: str
    city: str
    latitude: float | None
    longitude: float | None
    residence: str
    language: str
    interpreter: bool
    digital_identity: bool | None
    extra_time: bool
    travel_help: bool
    home_visit: bool


ADDRESS: Final = ("municipality_code", "street", "postcode", "city")
POINT: Final = ("small_area", "latitude", "longitude")
#: What a person with protected identity must not have, and what it is then.
ERASED: Final[dict[str, Any]] = (
    dict.fromkeys(ADDRESS, "") | dict.fromkeys(POINT) | {"household": None}
)
FIRST_YEAR: Final = 1890


def checked(fields: Fields, *, region_code: str, protected: bool) -> dict[str, Any]:
    """Values by attribute of Person. Raises Refused (`bad-…`, `protected-address`)."""
    values: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value for name, value in fields.items()
    }
    if protected and any(values.get(name) for name in (*ADDRESS, *POINT)):
        raise Refused(
            "protected-address",
            "A person with protected identity has no address in Vaksam. Leave it out.",
        )
    _check_born(values)
    _check_codes(values)
    _check_place(values, region_code)
    if "small_area" in values:
        values["small_area_id"] = values.pop("small_area")
    return values


def _check_born(values: dict[str, Any]) -> None:
    if (born_on := values.get("born_on")) is not None:
        values["born_year"] = born_on.year
        if born_on > clock.today():
            raise Refused("bad-birth", "The birth date lies ahead. Correct it.")
    elif values.get("born_year") is not None:
        values["born_on"] = None
    if (year := values.get("born_year")) and not FIRST_YEAR <= year <= clock.today().year:
        raise Refused("bad-birth", "The birth year must be from {first} to now.", first=FIRST_YEAR)


def _check_codes(values: dict[str, Any]) -> None:
    if values.get("sex", 0) not in Sex.values:
        raise Refused("bad-sex", "Sex is 0 (unknown), 1 (male) or 2 (female).")
    if values.get("residence", Residence.OWN_HOME) not in Residence.values:
        raise Refused("bad-residence", "The kind of residence is not known: choose from the list.")
    if "postcode" in values:
        values["postcode"] = values["postcode"].replace(" ", "")
        if not re.fullmatch(r"([0-9]{5})?", values["postcode"]):
            raise Refused("bad-postcode", "A postcode has five digits.")
    if not re.fullmatch(r"([a-z]{2,3})?", values.get("language", "")):
        raise Refused("bad-language", "A language is an ISO 639 code, such as sv.")


def _check_place(values: dict[str, Any], region_code: str) -> None:
    municipality = values.get("municipality_code")
    if municipality and municipality not in {
        each.code for each in areas.municipalities(region_code)
    }:
        raise Refused(
            "bad-municipality", "Region {region} has no municipality {municipality}.",
            region=region_code, municipality=municipality,
        )  # fmt: skip
    if (values.get("latitude") is None) != (values.get("longitude") is None):
        raise Refused("bad-point", "Latitude and longitude belong together: give both or neither.")
    if values.get("latitude") is not None and values.get("small_area") is None:
        values["small_area"] = small_area_at(
            values["latitude"], values["longitude"], region_code=region_code
        )
    elif any(name in values for name in ADDRESS) and not any(name in values for name in POINT):
        values |= dict.fromkeys(POINT)  # those of the old address would point to the wrong place

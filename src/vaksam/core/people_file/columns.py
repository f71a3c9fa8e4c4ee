"""The columns of a people file. Any may be left out or be empty but those that a row needs."""

from typing import Any, Final

COLUMNS: Final = (
    "local_id", "personal_number", "coordination_number", "reserve_number", "reserve_issuer",
    "passport", "passport_country", "given_name", "family_name", "born_on", "sex", "region",
    "municipality", "small_area", "latitude", "longitude", "street", "postcode", "city",
    "residence", "household", "language", "interpreter", "digital_identity", "extra_time",
    "travel_help", "home_visit", "mobile", "email", "contact", "protected", "died_on",
    "moved_out_on",
)  # fmt: skip

CHOICES: Final[dict[str, dict[str, Any]]] = {
    "sex": {"": 0, "U": 0, "M": 1, "F": 2},
    "residence": {"": "", "own_home": "own_home", "care_home": "care_home",
                  "lss_housing": "lss_housing", "none": "none"},
    "contact": {"": "", "sms": "sms", "letter": "letter", "phone": "phone", "email": "email",
                "none": "none"},
    "protected": {"": "", "confidentiality_marking": "confidentiality_marking",
                  "protected_registration": "protected_registration"},
    **{name: {"": None, "yes": True, "no": False} for name in
       ("interpreter", "digital_identity", "extra_time", "travel_help", "home_visit")},
}  # fmt: skip
"""What may be written in a column, and what it means."""

LONGEST: Final = {
    "local_id": 60, "given_name": 100, "family_name": 100, "street": 120, "city": 60,
    "household": 80, "language": 3, "mobile": 20, "email": 254,
}  # fmt: skip
"""Characters at most."""

PLACES: Final = ("municipality", "small_area", "latitude", "longitude", "street", "postcode",
                 "city", "household")  # fmt: skip
"""What is dropped for a protected person before anything is kept."""

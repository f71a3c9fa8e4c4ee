"""The columns of a report of doses, and the headings that municipalities use for them."""

from typing import Final

from vaksam.people.actions.lists.reading import HEADINGS

#: Of the person, as in lists of groups; a report needs no address.
PERSON: Final = {name: HEADINGS[name] for name in HEADINGS if name not in ("street", "postcode")}
DOSE: Final = {
    "given_on": ("datum", "vaccinationsdatum", "given"),
    "product": ("vaccin", "produkt"),
    "lot": ("satsnummer", "batch", "batchnummer"),
    "dose_number": ("dosnummer", "dos"),
    "site": ("ställe", "kroppsdel"),
    "vaccinator_name": ("vaccinatör", "vaccinator", "vaccinerat_av"),
    "vouched_by": ("intygas_av", "ansvarig", "vouched_for_by"),
}
COLUMNS: Final = PERSON | DOSE
NAMES: Final = {other: name for name, others in COLUMNS.items() for other in (name, *others)}
#: Columns of the template.
TEMPLATE: Final = (
    "personal_number", "reserve_number", "given_name", "family_name", "born_on", "given_on",
    "product", "lot", "dose_number", "site", "vaccinator_name", "vouched_by",
)  # fmt: skip
LONGEST: Final = {
    "given_name": 100, "family_name": 100, "lot": 40, "vaccinator_name": 120, "vouched_by": 80,
}  # fmt: skip

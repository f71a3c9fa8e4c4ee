"""What a list, a sheet or a page says of somebody. Of a protected identity it tells nothing."""

from vaksam.people.models import Person


def name(person: Person) -> str:
    """A name; a number for those with protected identity."""
    if person.protection:
        return f"#{person.pk}"
    return f"{person.given_name} {person.family_name}".strip() or f"#{person.pk}"


def born(person: Person) -> str:
    """The day in ISO 8601, or the year where no more is known."""
    if person.protection:
        return ""
    return person.born_on.isoformat() if person.born_on else str(person.born_year or "")

"""What others may ask about persons. Plain values come back, never models."""

from vaksam.people.queries.alike import Alike
from vaksam.people.queries.finding import Found, Hit, find
from vaksam.people.queries.lists import (
    ListInForce,
    RowView,
    candidates,
    list_row,
    list_rows,
    lists_in_force,
)
from vaksam.people.queries.persons import (
    Looked,
    MergeView,
    Oneself,
    alike,
    looked,
    merges,
    oneself,
    person,
    region_of,
    regions,
)
from vaksam.people.queries.shown import (
    Address,
    ClaimView,
    ContactView,
    IdentityView,
    Member,
    PersonView,
)
from vaksam.people.queries.viewing import in_force

__all__ = [
    "Address",
    "Alike",
    "ClaimView",
    "ContactView",
    "Found",
    "Hit",
    "IdentityView",
    "ListInForce",
    "Looked",
    "Member",
    "MergeView",
    "Oneself",
    "PersonView",
    "RowView",
    "alike",
    "candidates",
    "find",
    "in_force",
    "list_row",
    "list_rows",
    "lists_in_force",
    "looked",
    "merges",
    "oneself",
    "person",
    "region_of",
    "regions",
]

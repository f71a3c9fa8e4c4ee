"""Writes with consequences: persons, their numbers, households, claims and lists."""

from vaksam.people.actions.claims import claim_group, withdraw_claim
from vaksam.people.actions.contact import choose_contact
from vaksam.people.actions.fields import Fields
from vaksam.people.actions.holding import hold, tell
from vaksam.people.actions.households import leave_household, set_household
from vaksam.people.actions.identities import add_identity, end_identity
from vaksam.people.actions.importing import ImportResult, import_people
from vaksam.people.actions.lists import Uploaded, decide_row, end_list, end_lists, upload_list
from vaksam.people.actions.merging import merge, undo_merge
from vaksam.people.actions.persons import (
    Registered,
    change_person,
    record_death,
    record_move_out,
    register_person,
)
from vaksam.people.actions.protecting import protect, set_protection, unprotect

__all__ = [
    "Fields",
    "ImportResult",
    "Registered",
    "Uploaded",
    "add_identity",
    "change_person",
    "choose_contact",
    "claim_group",
    "decide_row",
    "end_identity",
    "end_list",
    "end_lists",
    "hold",
    "import_people",
    "leave_household",
    "merge",
    "protect",
    "record_death",
    "record_move_out",
    "register_person",
    "set_household",
    "set_protection",
    "tell",
    "undo_merge",
    "unprotect",
    "upload_list",
    "withdraw_claim",
]

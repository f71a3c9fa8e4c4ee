"""Register doses, one by one or by the file; correct them; take back what was a mistake."""

from vaksam.records.actions.correcting import correct, withdraw
from vaksam.records.actions.importing import Doses, import_doses
from vaksam.records.actions.many import register_many
from vaksam.records.actions.refusing import decline, lift
from vaksam.records.actions.registering import Told, register

__all__ = [
    "Doses", "Told", "correct", "decline", "import_doses", "lift", "register", "register_many",
    "withdraw",
]  # fmt: skip

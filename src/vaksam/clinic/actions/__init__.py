"""What happens at the visit."""

from vaksam.clinic.actions.arriving import ask_physician, check_in, leave
from vaksam.clinic.actions.closing import close_day
from vaksam.clinic.actions.giving import Given, give
from vaksam.clinic.actions.observing import observed
from vaksam.clinic.actions.prescribing import prescribe, revoke, sign
from vaksam.clinic.actions.rerouting import Rerouted, to_hospital
from vaksam.clinic.actions.telling import consent, declare, refuse

__all__ = [
    "Given", "Rerouted", "ask_physician", "check_in", "close_day", "consent", "declare", "give",
    "leave", "observed", "prescribe", "refuse", "revoke", "sign", "to_hospital",
]  # fmt: skip

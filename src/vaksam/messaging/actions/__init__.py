"""Writes with consequences: what is to be sent, sending it, letters to print."""

from vaksam.messaging.actions.calling import put_on_call_list
from vaksam.messaging.actions.of_change import tell
from vaksam.messaging.actions.printing import make_letters
from vaksam.messaging.actions.queueing import drop_of_appointment, drop_of_person, queue
from vaksam.messaging.actions.sending import Sent, send_due

__all__ = [
    "Sent", "drop_of_appointment", "drop_of_person", "make_letters", "put_on_call_list", "queue",
    "send_due", "tell",
]  # fmt: skip

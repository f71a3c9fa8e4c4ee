"""Tell the national register of doses, hear its answer; take reports of municipalities."""

from vaksam.exchange.actions.collecting import collect, retry
from vaksam.exchange.actions.deciding import decide_row
from vaksam.exchange.actions.receiving import Received, receive
from vaksam.exchange.actions.reporting import Reported, report_doses
from vaksam.exchange.actions.sending import Sent, forget, hand_over, send

__all__ = [
    "Received", "Reported", "Sent", "collect", "decide_row", "forget", "hand_over", "receive",
    "report_doses", "retry", "send",
]  # fmt: skip

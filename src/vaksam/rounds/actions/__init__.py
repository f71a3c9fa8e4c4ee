"""Propose and save rounds, start and close them; send sheets out and take them back."""

from vaksam.rounds.actions.deciding import decide
from vaksam.rounds.actions.going import close, drop, start
from vaksam.rounds.actions.proposing import Proposal, propose, save
from vaksam.rounds.actions.returning import Back, take_back
from vaksam.rounds.actions.sheets import sheet
from vaksam.rounds.choosing import CARE_HOMES, HOMES, Ask

__all__ = [
    "CARE_HOMES", "HOMES", "Ask", "Back", "Proposal", "close", "decide", "drop", "propose", "save",
    "sheet", "start", "take_back",
]  # fmt: skip

"""Work out who is due, and store what changed."""

from vaksam.eligibility.actions.asking import ask_for_refresh
from vaksam.eligibility.actions.refreshing import Refreshed, refresh_persons, refresh_region

__all__ = ["Refreshed", "ask_for_refresh", "refresh_persons", "refresh_region"]

"""Doses needed, left over and expiring by week, as a fan of what may come."""

from vaksam.core.supply.forecast.fan import Fan, forecast
from vaksam.core.supply.forecast.scenario import Change, Scenario, apply, read_scenario
from vaksam.core.supply.forecast.situation import Cohort, Coming, Held, Line, Situation
from vaksam.core.supply.forecast.uptake import Uptake, learn

__all__ = [
    "Change", "Cohort", "Coming", "Fan", "Held", "Line", "Scenario", "Situation", "Uptake",
    "apply", "forecast", "learn", "read_scenario",
]  # fmt: skip

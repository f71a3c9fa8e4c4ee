"""What a plan does with everybody whose time is wrong, how good it is, and the other ways out."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from vaksam.replanning.queries import ChangeView
from vaksam.web import formats
from vaksam.web.components import Column, Stat, Table, Text
from vaksam.web.planning.changes.counts import TOTAL, Counts, told
from vaksam.web.planning.changes.words import ACTIONS, BY_HAND, WAYS, WHYS

Plan = Mapping[str, Any]
PLANNED = ("keep", "other_product", "move", "ask", "cancel")


def stats(plan: Plan, counts: Counts) -> list[Stat]:
    quality = plan["quality"]
    return [
        Stat(_("Half are moved at most"), _days(quality["median_days"]),
             _("nine of ten at most %(n)s") % {"n": _days(quality["p90_days"])}),
        Stat(_("Half travel farther by at most"), _km(quality["median_km"]),
             _("nine of ten at most %(n)s") % {"n": _km(quality["p90_km"])}),
        Stat(_("Second doses outside their interval"),
             counts.number(quality["second_doses_outside_interval"]),
             _("without a new time: %(n)s") % {"n": counts.number(quality["seconds_cancelled"])}),
        Stat(_("From the best plan there can be"), proof(plan),
             _("worked out in %(n)s s") % {"n": formats.decimal(plan["seconds"], 1)}),
    ]  # fmt: skip


def proof(plan: Plan) -> str:
    """How far from the best at most."""
    return formats.share(plan["gap"], 1) if plan["gap"] >= 0.0005 else _("none is better")


def actions_table(plan: Plan, counts: Counts) -> Table:
    safe = counts.by({(code,): plan["actions"].get(code, 0) for code in PLANNED}, ["action"])
    rows: list[list[Text]] = [
        [str(ACTIONS[code]), told(safe.get((code,), 0))]
        for code in PLANNED if safe.get((code,), 0) != 0
    ]  # fmt: skip
    return Table("actions", _("What happens to each"),
                 [Column(_("What happens")), Column(_("Times"), numeric=True)], rows,
                 [_("All"), told(safe.get((TOTAL,)))], note=counts.note())  # fmt: skip


def whys_table(plan: Plan, counts: Counts) -> Table:
    rows: list[list[Text]] = [
        [f"{ACTIONS.get(action, action)}: {WHYS.get(why or '', why or '–')}", counts.number(n)]
        for action, why, n in plan["why"]
    ]
    return Table("whys", _("What happens, and why"),
                 [Column(_("What and why")), Column(_("Times"), numeric=True)], rows,
                 note=counts.note())  # fmt: skip


def ways(change: ChangeView, counts: Counts) -> dict[str, Any] | None:
    """The ways out side by side, with what can be taken; None where they are not compared."""
    found = (change.plan or {}).get("ways")
    if not found:
        return None
    taken = change.alternative or "proposed"
    heads = (_("Moved"), _("Asked"), _("Called off"), _("Days, half"), _("Km, half"),
             _("Second doses outside"), _("Seats left empty"))  # fmt: skip
    rows = [
        {
            "code": code, "name": WAYS[code], "taken": code == taken,
            "may_take": code not in (*BY_HAND, taken),
            "cells": (
                counts.number(one["moved"] + one["other_product"]), counts.number(one["asked"]),
                counts.number(one["cancelled"]), _days(one["median_days"]),
                _km(one["median_km"]), counts.number(one["second_doses_outside_interval"]),
                counts.number(one["seats_left_empty"]),
            ),
        }
        for code, one in sorted(found.items(), key=lambda each: list(WAYS).index(each[0]))
        if code in WAYS
    ]  # fmt: skip
    return {"heads": heads, "rows": rows}


def sentences(change: ChangeView) -> list[str]:
    """What applying does, in words with numbers, for the page that asks once more."""
    actions = (change.plan or {}).get("actions", {})
    said = (
        ("move", _("Get another time: %(n)s. They are told the new one, and may choose another.")),
        ("other_product", _("Keep their time and get another product: %(n)s.")),
        ("ask", _("Are asked: %(n)s. Where there is a place it is held while they answer.")),
        ("cancel", _("Are called off: %(n)s. They keep their place in line.")),
        ("keep", _("Stay as they are, because you said so: %(n)s.")),
    )
    return [text % {"n": formats.number(actions[code])} for code, text in said
            if actions.get(code)]  # fmt: skip


def _days(value: float | None) -> str:
    return "–" if value is None else _("%(n)s d") % {"n": formats.decimal(value, 0)}


def _km(value: float | None) -> str:
    return "–" if value is None else _("%(n)s km") % {"n": formats.decimal(value, 1)}

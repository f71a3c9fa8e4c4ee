"""A change is begun, previewed and planned; nothing of what it would do happens here."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import polars as pl
from django.db import connection, transaction

from vaksam.base import audit, clock
from vaksam.base.models import User
from vaksam.base.scope import demand
from vaksam.core import replanning as core
from vaksam.core.errors import Refused
from vaksam.core.replanning import Limits, Weights
from vaksam.core.replanning import parts as made_of
from vaksam.programmes import queries as programmes
from vaksam.replanning import facts
from vaksam.replanning.actions.common import PLANNERS, locked
from vaksam.replanning.facts import World
from vaksam.replanning.judging import wrong_then
from vaksam.replanning.models import Change, State
from vaksam.replanning.planning import Planned, free, planned
from vaksam.replanning.preview import preview
from vaksam.replanning.ways import extra_sessions, more_sessions, reserve_of_store

OPEN = (State.DRAFT, State.PREVIEWED)
_WAVES = (timedelta(days=2), timedelta(days=7))
_COPY = """COPY replanning_move (change_id, appointment_id, person_id, party, wrong, action, why,
    to_slot_id, days, km, cost, step, "left", wave, extra) FROM STDIN (FORMAT csv)"""
_DO = ("stay", "ask", "cancel")


@transaction.atomic
def begin_change(
    *, region: str, programme: str, name: str, parts: Sequence[Mapping[str, Any]],
    by: User | None, why: str = "", what_if: bool = False,
) -> int:  # fmt: skip
    """Begin a change; its id. `what_if`: to be looked at and compared, never applied.

    Raises
    ------
    Refused
        It has no name or no parts, or a part is not whole.
    NotFound, NotAllowed
        There is no such programme; only the region's coordinators may.
    """
    demand(by, region, *PLANNERS)
    programmes.programme(programme)
    made_of.read(parts)
    if not name.strip():
        raise Refused("needs-name", "Give the change a name.")
    if not parts:
        raise Refused("needs-parts", "Say what changes: add a part.")
    row = Change.objects.create(
        region_code=region, programme_id=programme, name=name.strip()[:120],
        why=why.strip()[:400], parts=list(parts), what_if=what_if, author=by,
        made_at=clock.now(),
    )  # fmt: skip
    audit.record(by=by, action="replanning.begin", target=f"change {row.pk}")
    return row.pk


@transaction.atomic
def change_parts(
    *, change: int, parts: Sequence[Mapping[str, Any]], by: User | None,
    name: str | None = None, why: str | None = None,
) -> None:  # fmt: skip
    """Other parts: what was worked out before is dropped. Raises as `begin_change`."""
    made_of.read(parts)
    row = _open(change, by)
    row.parts = list(parts)
    if name is not None and name.strip():
        row.name = name.strip()[:120]
    if why is not None:
        row.why = why.strip()[:400]
    _forget(row)
    audit.record(by=by, action="replanning.change_parts", target=f"change {change}")


@transaction.atomic
def set_terms(
    *, change: int, by: User | None, weights: Mapping[str, float | None] | None = None,
    rules: Sequence[Mapping[str, Any]] | None = None, alternative: str | None = None,
) -> None:  # fmt: skip
    """How the plan is to weigh, what the planner decides, which way out is taken.

    The plan is to be made anew. Raises Refused where a weight or a rule cannot be.
    """
    row = _open(change, by)
    if weights is not None:
        _terms(weights)
        row.weights = dict(weights)
    if rules is not None:
        if any(rule.get("do") not in _DO for rule in rules):
            raise Refused("bad-rule", "Say what is to happen: stay, ask or cancel.")
        row.rules = list(rules)
    if alternative is not None:
        _take_way(row, alternative)
    row.plan, row.planned_at = None, None
    row.save()
    row.moves.all().delete()
    audit.record(by=by, action="replanning.set_terms", target=f"change {change}")


def work_out(*, change: int, by: User | None) -> None:
    """Preview and plan a change now, on the live data, which is left as it is.

    What is read is one moment's. The plan replaces the one before.

    Raises Refused (`applied`: it is too late), NotFound, NotAllowed, and what a part cannot be.
    """
    with transaction.atomic():
        row = _open(change, by)
    world, told = _looked(row)
    with transaction.atomic():
        row = _open(change, by)
        began = clock.real_now()
        row.preview = preview(world, told)
        row.previewed_at, row.state = clock.now(), State.PREVIEWED
        row.save()
        made = _planned(row, world, told)
        _store(row, made, world)
        row.plan = summary(made) | {"alternative": row.alternative}
        row.planned_at = clock.now()
        row.seen, row.busy, row.failed = facts.seen(row), "", ""
        row.save()
        seconds = (clock.real_now() - began).total_seconds()
    details = {"wrong": told.height, "seconds": round(seconds, 1)}
    audit.record(by=by, action="replanning.work_out", target=f"change {change}", details=details)


@transaction.atomic
def ask(*, change: int, what: str, by: User | None) -> None:
    """Have a job work it out (`plan`) or compare the ways (`compare`); the page tells when it is.

    Raises as `work_out`.
    """
    from vaksam.replanning import tasks

    row = _open(change, by)
    row.busy, row.failed = what, ""
    row.save(update_fields=["busy", "failed"])
    tasks.defer_work(change, what)


@transaction.atomic
def note_failure(*, change: int, said: str) -> None:
    """What went wrong with the last working out."""
    Change.objects.filter(pk=change).update(busy="", failed=said[:300])


def compare(*, change: int, by: User | None) -> None:
    """Work out the other ways, and what regions did by hand, beside the plan there is.

    Raises as `work_out`.
    """
    with transaction.atomic():
        row = _open(change, by)
    world, told = _looked(row)
    weights, limits = _terms(row.weights)
    basic = planned(world, told, weights=weights, limits=limits, rules=row.rules)
    problem = basic.problem
    ways: dict[str, Any] = {}
    more, reserve = more_sessions(world, told), reserve_of_store(world, told)
    more = free(world, more) if more is not None else None
    found = core.alternatives(
        problem.affected, problem.may, problem.slots, problem.venues, problem.doses,
        weights=weights, limits=limits, reserve=reserve,
        more_slots=more,
    )  # fmt: skip
    for way, plan in found.items():
        slots = problem.slots
        if way == core.Way.MORE_SESSIONS and more is not None:
            slots = pl.concat([slots, more])
        ways[str(way)] = asdict(core.quality(plan, problem.affected, problem.may, slots)) | {
            "gap": plan.gap, "seconds": plan.seconds,
        }  # fmt: skip
    by_hand = {
        "cancel_all": core.cancel_all_and_rebook(
            problem.affected, problem.may, problem.slots, problem.venues, problem.doses,
            weights=weights,
        ),
        "shift_all": core.shift_all(
            problem.affected, problem.may, problem.slots, problem.venues, problem.doses, days=7,
            weights=weights,
        ),
    }  # fmt: skip
    for name, plan in by_hand.items():
        ways[name] = asdict(core.quality(plan, problem.affected, problem.may, problem.slots))
    with transaction.atomic():
        row = _open(change, by)
        row.plan = (row.plan or {}) | {"ways": ways}
        row.busy = ""
        row.save()
    audit.record(by=by, action="replanning.compare", target=f"change {change}")


@transaction.atomic
def drop(*, change: int, by: User | None) -> None:
    """Give a change up; it is kept. Raises as `change_parts`."""
    row = _open(change, by)
    row.state = State.DROPPED
    row.save()
    row.moves.all().delete()
    audit.record(by=by, action="replanning.drop", target=f"change {change}")


def summary(made: Planned) -> dict[str, Any]:
    """What the page shows of a plan."""
    moves = made.moves
    by_action = dict(moves.group_by("action").len().iter_rows())
    counted = moves.group_by("action", "why").len().sort("len", descending=True)
    by_why = [list(row) for row in counted.iter_rows()]
    quality = core.quality(made.plan, made.problem.affected, made.problem.may, made.problem.slots)
    return {
        "times": moves.height, "actions": by_action, "why": by_why, "quality": asdict(quality),
        "objective": made.objective, "bound": made.bound, "gap": made.gap,
        "seconds": made.seconds, "statistics": dict(made.plan.statistics),
    }  # fmt: skip


def _looked(row: Change) -> tuple[World, pl.DataFrame]:
    world = facts.world(row)
    return world, wrong_then(world)


def _planned(row: Change, world: World, told: pl.DataFrame) -> Planned:
    weights, limits = _terms(row.weights)
    reserve = reserve_of_store(world, told) if row.alternative == core.Way.RESERVE else None
    limits = _limits(limits, row.alternative)
    return planned(world, told, weights=weights, limits=limits, rules=row.rules, reserve=reserve)


def _take_way(row: Change, way: str) -> None:
    """The sessions that are to be opened become parts of the change; another way drops them."""
    if way not in {"", *core.Way}:
        raise Refused("bad-way", "Choose one of the ways that are shown.")
    row.parts = [part for part in row.parts if not part.get("proposed")]
    if way == core.Way.MORE_SESSIONS:
        world, told = _looked(row)
        row.parts += [
            {"kind": "extra_session", "venue": each.venue, "day": each.day.isoformat(),
             "opens": f"{each.opens:%H:%M}", "closes": f"{each.closes:%H:%M}",
             "product": each.product, "vaccinators": each.vaccinators, "proposed": True}
            for each in extra_sessions(world, told)
        ]  # fmt: skip
    row.alternative = way


def _limits(limits: Limits, way: str) -> Limits:
    if way == core.Way.OWN_VENUE:
        return replace(limits, own_venue=True)
    if way == core.Way.SAME_PRODUCT:
        return replace(limits, other_product=core.Other.NEVER)
    return limits


def _terms(told: Mapping[str, float | None]) -> tuple[Weights, Limits]:
    """Weights and limits from what the planner set. Raises Refused."""
    mine = dict(told)
    limits = {name: mine.pop(name) for name in ("max_km", "max_days") if name in mine}
    try:
        return Weights(**mine), Limits(**limits)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise Refused("bad-weight", "Weights lie between 0 and 10 000.") from error


def _store(row: Change, made: Planned, world: World) -> None:
    """The moves, by one COPY. A slot of a session to be opened is named by place and moment."""
    row.moves.all().delete()
    starts = world.appointments.select("appointment", held_at="starts_at")
    soon = pl.col("held_at") - pl.lit(world.now.astimezone(clock.SWEDEN).replace(tzinfo=None))
    rows = made.moves.join(starts, on="appointment", how="left").with_columns(
        wave=pl.when(soon <= _WAVES[0]).then(0).when(soon <= _WAVES[1]).then(1).otherwise(2)
    )
    opened = pl.col("to_slot") < 0
    at = pl.struct(
        "venue", "product", at=pl.col("starts_at").dt.to_string("iso")
    ).struct.json_encode()
    content = rows.with_columns(extra=pl.when(opened).then(at)).select(
        pl.lit(row.pk).alias("change"), "appointment", "person", "party", "wrong", "action",
        pl.col("why").fill_null(""), pl.when(~opened).then("to_slot").alias("to_slot"), "days",
        "km", pl.col("cost").fill_null(0.0),
        pl.lit("planned").alias("step"), pl.lit("").alias("left"), "wave", "extra",
    ).write_csv(include_header=False, quote_style="non_numeric")  # fmt: skip
    with connection.cursor() as cursor, cursor.copy(_COPY) as stream:
        stream.write(content)


def _forget(row: Change) -> None:
    row.state, row.preview, row.previewed_at = State.DRAFT, None, None
    row.plan, row.planned_at, row.seen = None, None, ""
    row.save()
    row.moves.all().delete()


def _open(change: int, by: User | None) -> Change:
    row = locked(change, by=by)
    if row.state not in OPEN:
        raise Refused("applied", "The change is approved or applied. Begin another one.")
    return row

"""Changes and what they do, as pages show them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet

from vaksam.base import clock
from vaksam.base.access import Subject
from vaksam.base.roles import Role
from vaksam.base.scope import Scope
from vaksam.core.errors import NotFound
from vaksam.people.queries.persons import log
from vaksam.replanning.facts import seen
from vaksam.replanning.models import Change, Move, State

READERS = (Role.REGION_COORDINATOR, Role.REGION_ANALYST, Role.NATIONAL_VIEWER)
MOST = 200


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change. `preview` and `plan` are what was last worked out, as plain values; None: not yet.

    `steps` counts moves by how far they have come; `left` those left for a human, by why.
    """

    id: int
    region_code: str
    programme: str
    name: str
    why: str
    parts: tuple[dict[str, Any], ...]
    what_if: bool
    state: str
    author: str
    author_id: int | None
    made_at: datetime
    weights: dict[str, float]
    rules: tuple[dict[str, Any], ...]
    alternative: str
    preview: dict[str, Any] | None
    previewed_at: datetime | None
    plan: dict[str, Any] | None
    planned_at: datetime | None
    busy: str
    failed: str
    approved_by: str
    approved_at: datetime | None
    began_at: datetime | None
    stop: bool
    applied_at: datetime | None
    undo_until: datetime | None
    undone_at: datetime | None
    loud: str
    texts: dict[str, Any]
    steps: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)

    @property
    def may_undo(self) -> bool:
        return (
            self.state == State.APPLIED
            and self.undo_until is not None
            and clock.now() < self.undo_until
        )


@dataclass(frozen=True, slots=True)
class MoveView:
    """What happens to one appointment. Of protected persons no name is told."""

    id: int
    person: int
    appointment: int
    given_name: str = field(repr=False)
    family_name: str = field(repr=False)
    born_on: date | None = field(repr=False)
    protected: bool
    party: int
    dose: int
    wrong: str
    action: str
    why: str
    from_venue: str
    from_product: str
    from_at: datetime
    to_venue: str
    to_product: str
    to_at: datetime | None
    days: int | None
    km: float | None
    cost: float
    step: str
    left: str
    wave: int


def changes(*, scope: Scope, what_if: bool | None = None) -> list[ChangeView]:
    """Changes of the regions one sees, the newest first; without preview and plan."""
    rows = _reached(scope).defer("preview", "plan")
    if what_if is not None:
        rows = rows.filter(what_if=what_if)
    return [_view(row, light=True) for row in rows.order_by("-made_at", "-pk")[:MOST]]


def change(pk: int, *, scope: Scope) -> ChangeView:
    """One change, with how far its moves have come. Raises NotFound."""
    row = _one(pk, scope)
    counts = row.moves.order_by().values("step", "left").annotate(number=Count("pk"))
    steps: dict[str, int] = {}
    left: dict[str, int] = {}
    for count in counts:
        steps[count["step"]] = steps.get(count["step"], 0) + count["number"]
        if count["left"]:
            left[count["left"]] = left.get(count["left"], 0) + count["number"]
    return _view(row, steps=steps, left=left)


def is_old(pk: int, *, scope: Scope) -> bool:
    """Whether bookings or rules have changed since the plan was made."""
    row = _one(pk, scope)
    return row.planned_at is not None and row.seen != seen(row)


def moves(
    pk: int, *, scope: Scope, path: str = "", action: str = "", wrong: str = "", step: str = "",
    after: int = 0, most: int = 50,
) -> list[MoveView]:  # fmt: skip
    """What happens to single persons, the costliest first; looking is logged.

    For those who work with persons in the region. Raises NotFound.
    """
    row = _one(pk, scope)
    if not scope.reaches(row.region_code, Role.REGION_COORDINATOR):
        raise NotFound("unknown-change", "There is no such change.")
    rows = Move.objects.filter(change=row).select_related(
        "person", "appointment__slot__venue", "appointment__slot__product", "to_slot__venue",
        "to_slot__product",
    )  # fmt: skip
    for name, value in (("action", action), ("wrong", wrong), ("step", step)):
        if value:
            rows = rows.filter(**{name: value})
    found = [_move(each) for each in rows.order_by("-cost", "pk")[after : after + most]]
    log("replanning.moves", scope, subject=Subject("change", str(pk)),
        reason=f"hits={len(found)}", path=path)  # fmt: skip
    return found


def moves_of(person: int) -> list[tuple[int, str]]:
    """Changes that touched a person's times: the change's id and name. For their own record."""
    rows = Move.objects.filter(person=person, step=Move.Step.DONE)
    return list(rows.order_by("-pk").values_list("change", "change__name"))


def _reached(scope: Scope) -> QuerySet[Change]:
    rows = Change.objects.select_related("author", "approved_by")
    regions = scope.regions_as(*READERS)
    return rows if regions is None else rows.filter(region_code__in=sorted(regions))


def _one(pk: int, scope: Scope) -> Change:
    for row in _reached(scope).filter(pk=pk):
        return row
    raise NotFound("unknown-change", "There is no such change.")


def _view(
    row: Change, *, light: bool = False, steps: dict[str, int] | None = None,
    left: dict[str, int] | None = None,
) -> ChangeView:  # fmt: skip
    return ChangeView(
        id=row.pk, region_code=row.region_code, programme=row.programme_id, name=row.name,
        why=row.why, parts=tuple(row.parts), what_if=row.what_if, state=row.state,
        author=row.author.get_username() if row.author else "", author_id=row.author_id,
        made_at=row.made_at, weights=row.weights, rules=tuple(row.rules),
        alternative=row.alternative, preview=None if light else row.preview,
        previewed_at=row.previewed_at, plan=None if light else row.plan,
        planned_at=row.planned_at, busy=row.busy, failed=row.failed,
        approved_by=row.approved_by.get_username() if row.approved_by else "",
        approved_at=row.approved_at, began_at=row.began_at, stop=row.stop,
        applied_at=row.applied_at, undo_until=row.undo_until, undone_at=row.undone_at,
        loud=row.loud, texts=row.texts, steps=steps or {}, left=left or {},
    )  # fmt: skip


def _move(row: Move) -> MoveView:
    person, hidden = row.person, bool(row.person.protection)
    old, new = row.appointment.slot, row.to_slot
    to_at = new.starts_at if new else None
    if row.extra and new is None:  # in a session that is still to be opened
        to_at = datetime.fromisoformat(row.extra["at"]).replace(tzinfo=clock.SWEDEN)
    return MoveView(
        id=row.pk, person=person.pk, appointment=row.appointment_id,
        given_name="" if hidden else person.given_name,
        family_name="" if hidden else person.family_name,
        born_on=None if hidden else person.born_on, protected=hidden, party=row.party,
        dose=row.appointment.dose, wrong=row.wrong, action=row.action, why=row.why,
        from_venue=old.venue.name, from_product=old.product.name, from_at=old.starts_at,
        to_venue=new.venue.name if new else "", to_product=new.product.name if new else "",
        to_at=to_at, days=row.days, km=row.km, cost=row.cost,
        step=row.step, left=row.left, wave=row.wave,
    )  # fmt: skip

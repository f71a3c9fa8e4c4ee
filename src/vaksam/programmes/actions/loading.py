"""Directives from files: all of them or none, checked together with those there are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction

from vaksam.base import audit, clock, outbox
from vaksam.base.models import User
from vaksam.core.errors import BadFile, Fault
from vaksam.core.rules import files as reader
from vaksam.core.rules.checking import check
from vaksam.core.rules.definition import Directive as CoreDirective
from vaksam.programmes.models import Directive, DirectiveVersion, Programme
from vaksam.programmes.queries.directives import approved
from vaksam.programmes.queries.programmes import products

State = DirectiveVersion.State


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many directives were new, changed (a new version) and as they were."""

    new: int
    changed: int
    unchanged: int
    warnings: tuple[Fault, ...]


@transaction.atomic
def import_directives(*, files: Sequence[tuple[str, str]], by: User | None) -> Loaded:
    """Load directive files: their author and checker stand in the file, and differ.

    The same content again changes nothing. Changed content is a new version, which must have
    been announced no earlier than the one before.

    Raises
    ------
    BadFile
        Any of the files has faults, alone or together with the others; nothing was changed.
    """
    read = read_all(files)
    lock({said.programme for _, said, _ in read})
    warnings = demand_sound([said for _, said, _ in read], file_name=_named(files))
    done = [_store(said, body, by=by) for _, said, body in read]
    for programme, region in sorted({(s.programme, s.region) for _, s, _ in read}):
        tell(programme, region)
    audit.record(
        by=by,
        action="programmes.import_directives",
        target=_named(files),
        details={"codes": [said.code for _, said, _ in read]},
    )
    return Loaded(done.count("new"), done.count("changed"), done.count(""), tuple(warnings))


def check_directives(*, files: Sequence[tuple[str, str]]) -> list[Fault]:
    """Check directive files together with all that are approved, and keep nothing.

    Returns warnings. Raises BadFile as `import_directives` does.
    """
    read = read_all(files)
    return demand_sound([said for _, said, _ in read], file_name=_named(files))


def read_all(
    files: Sequence[tuple[str, str]],
) -> list[tuple[str, CoreDirective, reader.Body]]:
    """Name, directive and body of each file. Raises BadFile with the faults of all."""
    read, faults = [], list[Fault]()
    for name, text in files:
        try:
            said = reader.read(text, file_name=name)
        except BadFile as error:
            faults += [_in(name, fault) for fault in error.faults]
        else:
            read.append((name, said, reader.body_of(text, file_name=name)))
    if faults:
        raise BadFile(_named(files), faults)
    return read


def lock(programmes: Collection[str]) -> None:
    """Keep others from changing what holds in these programmes, in a transaction.

    Two directives that contradict one another would else take effect at once, each checked when
    the other was not there yet. Locked before directives, so that nobody waits in a circle.
    """
    rows = Programme.objects.filter(code__in=programmes).order_by("code")
    list(rows.select_for_update(no_key=True).values_list("code"))


def demand_sound(said: Sequence[CoreDirective], *, file_name: str) -> list[Fault]:
    """Warnings about directives, seen together with all that are approved. Raises BadFile."""
    ours = {each.code for each in said}
    others = [each for each in approved() if each.code not in ours and each.taken_back_at is None]
    known = dict(Programme.objects.values_list("code", "disease"))
    found = check([*others, *said], products=products(), programmes=known, about=ours)
    if wrong := [each.fault for each in found if each.wrong]:
        raise BadFile(file_name, wrong)
    return [each.fault for each in found]


def tell(programme: str, region: str) -> None:
    """Say that rules have changed; in the transaction of the change."""
    outbox.publish(
        "programmes.directives_changed",
        {"programme": programme, "region": region},
        key=f"directives {programme}",
    )


def _store(said: CoreDirective, body: reader.Body, *, by: User | None) -> str:
    directive, _ = Directive.objects.get_or_create(
        code=said.code,
        defaults={
            "programme_id": said.programme,
            "authority": said.authority,
            "region_code": said.region,
        },
    )
    Directive.objects.select_for_update().get(pk=directive.pk)
    rows = DirectiveVersion.objects.filter(directive=directive).order_by("number")
    newest = rows.filter(state=State.APPROVED).last()
    if newest is not None and newest.body == body:
        return ""
    _demand_same(said, directive)
    demand_follows(said, newest)
    last = rows.last()
    now = clock.now()
    DirectiveVersion.objects.create(
        directive=directive,
        number=last.number + 1 if last else 1,
        state=State.APPROVED,
        body=body,
        announced_at=said.announced_at,
        effective_from=said.effective_from,
        effective_to=said.effective_to,
        author=by,
        author_name=said.author,
        checker_name=said.checker,
        written_at=now,
        approved_at=now,
    )
    return "changed" if newest else "new"


def _demand_same(said: CoreDirective, directive: Directive) -> None:
    same = (directive.programme_id, directive.region_code) == (said.programme, said.region)
    if not same:
        fault = Fault(
            "moved",
            "The directive belongs to another programme or region already. Give it a code of its "
            "own.",
            column="directive.code",
            value=said.code,
        )
        raise BadFile(said.code, [fault])


def demand_follows(said: CoreDirective, newest: DirectiveVersion | None) -> None:
    """Announced no earlier than the approved version before: else what was known would change."""
    if newest is not None and said.announced_at < newest.announced_at:
        fault = Fault(
            "announced-earlier",
            "A new version is announced no earlier than the one before ({before}).",
            column="directive.announced_at",
            value=said.announced_at.isoformat(),
            values={"before": newest.announced_at.isoformat()},
        )
        raise BadFile(said.code, [fault])


def _in(name: str, fault: Fault) -> Fault:
    return Fault(
        fault.code, fault.message, sheet=name, row=fault.row, column=fault.column,
        value=fault.value, values=fault.values,
    )  # fmt: skip


def _named(files: Sequence[tuple[str, str]]) -> str:
    return files[0][0] if len(files) == 1 else f"{len(files)} files"

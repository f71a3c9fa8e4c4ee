"""Coverage goals."""

from importlib import resources

from django.db import transaction

from vaksam.base import audit
from vaksam.base.models import User
from vaksam.core.coverage.goals import files
from vaksam.programmes.models import Goal


@transaction.atomic
def import_goals(*, text: str, file_name: str, by: User | None) -> int:
    """Add the goals of a file, or change those it names again; returns how many.

    Raises
    ------
    BadFile
        The file has faults; all are listed and nothing was changed.
    """
    read = files.read(text, file_name=file_name)
    for goal, name_sv in zip(read.goals, read.names_sv, strict=True):
        Goal.objects.update_or_create(
            code=goal.code,
            defaults={
                "name_sv": name_sv,
                "name_en": goal.name,
                "age_from": goal.age_from,
                "age_to": goal.age_to,
                "doses": goal.doses,
                "share": goal.share,
                "by_on": goal.by_on,
                "source": goal.source,
                "author": read.author,
                "checker": read.checker,
                "review_on": read.review_on,
            },
        )
    audit.record(
        by=by,
        action="programmes.import_goals",
        target=file_name,
        details={"codes": [goal.code for goal in read.goals]},
    )
    return len(read.goals)


def seed_goals() -> None:
    """The covid-19 programme's own goals, where there are none yet."""
    if not Goal.objects.exists():
        text = resources.files("vaksam.programmes").joinpath("data/goals.toml").read_text("utf-8")
        import_goals(text=text, file_name="goals.toml", by=None)

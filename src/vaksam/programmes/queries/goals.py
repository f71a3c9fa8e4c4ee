"""Coverage goals."""

from vaksam.core.coverage.goals import Goal
from vaksam.programmes.models import Goal as GoalRow


def goals(*, language: str = "en") -> list[Goal]:
    """Every goal, named in the language (sv or en), the one with the earliest day first."""
    return [
        Goal(
            code=row.code,
            name=row.name_sv if language == "sv" else row.name_en,
            age_from=row.age_from,
            age_to=row.age_to,
            doses=row.doses,
            share=row.share,
            by_on=row.by_on,
            source=row.source,
        )
        for row in GoalRow.objects.order_by("by_on", "code")
    ]

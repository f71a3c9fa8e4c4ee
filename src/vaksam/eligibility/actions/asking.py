"""Ask for a bulk refresh."""

from django.db import transaction

from vaksam.base import audit
from vaksam.base.models import User
from vaksam.eligibility import tasks


@transaction.atomic
def ask_for_refresh(*, region_code: str, programme: str, by: User | None) -> None:
    """Have everyone of a region worked out anew in the background."""
    tasks.defer_refresh(region_code, programme=programme)
    audit.record(
        by=by,
        action="eligibility.ask_for_refresh",
        target=region_code,
        details={"programme": programme},
    )

"""Venues from a TOML file: all of them or none."""

import tomllib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction

from vaksam.areas import queries as areas
from vaksam.base import audit
from vaksam.base.models import User
from vaksam.base.roles import Role
from vaksam.base.scope import scope_of
from vaksam.core.errors import BadFile, Fault, NotAllowed
from vaksam.core.venues import VenueFacts, read_venues
from vaksam.venues.models import Venue


@transaction.atomic
def import_venues(*, text: str, file_name: str, by: User | None) -> int:
    """Add the venues of a file, or change those of the same code; returns how many.

    Raises
    ------
    BadFile
        With every fault; nothing was changed.
    NotAllowed
        `by` is no coordinator of each venue's region.
    """
    try:
        data: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = "The file is no TOML: {why}"
        raise BadFile(file_name, [Fault("not-toml", said, values={"why": str(error)})]) from error
    places = {each.code: each.region_code for each in areas.municipalities()}
    found = read_venues(data, file_name=file_name, municipalities=places)
    keep_venues(found, by=by)
    return len(found)


@transaction.atomic
def keep_venues(found: Sequence[VenueFacts], *, by: User | None) -> None:
    """Add venues, or change those of the same code. Raises NotAllowed as `import_venues`."""
    for region in sorted({each.region_code for each in found}):
        if by is not None and not scope_of(by).reaches(region, Role.REGION_COORDINATOR):
            raise NotAllowed("role-needed", "A region's venues are kept by its coordinators.")
    for each in found:
        _keep(each)
    codes = [each.code for each in found]
    audit.record(by=by, action="venues.keep_venues", details={"codes": codes})


def _keep(each: VenueFacts) -> None:
    values = asdict(each)
    Venue.objects.update_or_create(code=values.pop("code"), defaults=values)

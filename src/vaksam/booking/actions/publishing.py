"""Write what is free as static files: SMART Scheduling Links, and one small file for web pages.

They are written anew every minute by one job, beside the others and put in place at once, so that
however many ask, the database is not. A file shows what could be booked when it was made.
"""

import json
import os
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import F

from vaksam.base import clock
from vaksam.base.postgres import home
from vaksam.booking.models import Slot
from vaksam.core.exchange import scheduling
from vaksam.core.weeks import Week
from vaksam.programmes import queries as programmes
from vaksam.venues import queries as venues
from vaksam.venues.queries import VenueRef

WITHIN = timedelta(days=60)
MANIFEST = "$bulk-publish"
AVAILABILITY = "availability.json"
_KINDS = {"locations.ndjson": "Location", "schedules.ndjson": "Schedule"}


def folder() -> Path:
    """Where the files lie."""
    found = home(os.environ) / "published"
    found.mkdir(parents=True, exist_ok=True)
    return found


def publish() -> list[str]:
    """Write every file; their names. One query for the slots; linear in those that are free."""
    now = clock.now()
    rows = Slot.objects.filter(
        online=True, starts_at__gt=now, starts_at__lt=now + WITHIN, session__closed_at=None,
        taken__lt=F("places"),
    ).select_related("session").order_by("starts_at", "pk")  # fmt: skip
    refs = {ref.id: ref for ref in venues.venues() if ref.public}
    free = [row for row in rows if row.venue_id in refs]
    shown = sorted({row.venue_id for row in free})
    files = {
        "locations.ndjson": scheduling.locations(_location(refs[pk]) for pk in shown),
        "schedules.ndjson": scheduling.schedules(_schedules(free)),
        **_slots(free, refs),
    }
    base = f"{settings.VAKSAM_PUBLIC_URL}/scheduling"
    kinds = [(_kind(name), f"{base}/{name}") for name in files]
    files[MANIFEST] = scheduling.manifest(
        url=f"{base}/{MANIFEST}",
        at=now,
        files=kinds,
        states=sorted({scheduling.STATES.get(refs[pk].region_code, "") for pk in shown}),
    )
    files[AVAILABILITY] = json.dumps(_summary(free, refs), ensure_ascii=False)
    for name, content in files.items():
        _write(folder() / name, content)
    for old in folder().glob("slots-*.ndjson"):
        if old.name not in files:
            old.unlink(missing_ok=True)
    return sorted(files)


def _slots(free: list[Slot], refs: dict[int, VenueRef]) -> dict[str, str]:
    """A file for each week."""
    weeks: dict[str, list[scheduling.Slot]] = defaultdict(list)
    for row in free:
        week = Week.of(clock.day_of(row.starts_at))
        weeks[f"slots-{week.year}-W{week.number:02}.ndjson"].append(
            scheduling.Slot(
                id=str(row.pk), schedule=_schedule_id(row), starts_at=row.starts_at,
                ends_at=row.starts_at + timedelta(minutes=row.session.interval),
                capacity=row.places - row.taken,
                link=f"{settings.VAKSAM_PUBLIC_URL}/boka/sv/tid/{row.pk}/?from=links",
                telephone=refs[row.venue_id].telephone or settings.VAKSAM_TELEPHONE,
            )
        )  # fmt: skip
    return {name: scheduling.slots(rows) for name, rows in weeks.items()}


def _schedules(free: list[Slot]) -> list[scheduling.Schedule]:
    products = {each.code: each for each in programmes.products()}
    found: dict[str, scheduling.Schedule] = {}
    for row in free:
        product = products[row.product_id]
        found[_schedule_id(row)] = scheduling.Schedule(
            _schedule_id(row), str(row.venue_id), product.disease, product.name,
            scheduling.CVX.get(product.code, ""),
            row.dose,
        )  # fmt: skip
    return list(found.values())


def _schedule_id(row: Slot) -> str:
    dose = f"-{row.dose}" if row.dose else ""
    return f"{row.venue_id}-{row.programme_id}-{row.product_id}{dose}"


def _location(ref: VenueRef) -> scheduling.Location:
    return scheduling.Location(
        id=str(ref.id), name=ref.name, telephone=ref.telephone,
        url=ref.web or f"{settings.VAKSAM_PUBLIC_URL}/boka/", street=ref.street, city=ref.city,
        state=scheduling.STATES.get(ref.region_code, ""), postcode=ref.postcode,
        description=ref.directions, latitude=ref.latitude, longitude=ref.longitude,
    )  # fmt: skip


def _summary(free: list[Slot], refs: dict[int, VenueRef]) -> dict[str, object]:
    """Each venue with its first free time and how many places are free."""
    first: dict[int, Slot] = {}
    count: dict[int, int] = defaultdict(int)
    for row in free:
        first.setdefault(row.venue_id, row)
        count[row.venue_id] += row.places - row.taken
    return {
        "at": scheduling.instant(clock.now()),
        "venues": [
            {"id": pk, "name": refs[pk].name, "first": scheduling.instant(row.starts_at),
             "free": count[pk]}
            for pk, row in first.items()
        ],
    }  # fmt: skip


def _kind(name: str) -> str:
    return _KINDS.get(name, "Slot")


def _write(path: Path, content: str) -> None:
    """In place at once: whoever reads sees the old file or the new one."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    made.write_text(content, "utf-8")
    made.replace(path)

"""Deliveries that came, from anyone's file."""

import hashlib

from django.db import connection, transaction

from vaksam.base import audit
from vaksam.base.models import User
from vaksam.core.supply.deliveries_file import ColumnMap, read_deliveries
from vaksam.programmes.models import Product
from vaksam.supply import access
from vaksam.supply.models import Delivered

_LOCK = 0x64656C69  # "deli"


@transaction.atomic
def import_deliveries(
    *, content: bytes, file_name: str, columns: ColumnMap, by: User | None
) -> int:
    """Bring in deliveries through a column map; how many rows were new.

    The same file again changes nothing. A name that is none of our products is kept as it stands.

    Raises BadFile with every fault; nothing was changed.
    """
    access.demand_planner(by)
    frame = read_deliveries(content, file_name=file_name, columns=columns)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    sha256 = hashlib.sha256(content).hexdigest()
    if Delivered.objects.filter(sha256=sha256).exists():
        return 0
    known = set(Product.objects.values_list("code", flat=True))
    Delivered.objects.bulk_create(
        (
            Delivered(
                product_id=each["product"] if each["product"] in known else None,
                supplier=each["product"][:80], receiver=each["receiver"][:40], day=each["day"],
                doses=each["doses"], file_name=file_name[:200], sha256=sha256, row=each["row"],
            )
            for each in frame.iter_rows(named=True)
        ),
        batch_size=5000,
    )  # fmt: skip
    audit.record(by=by, action="supply.import_deliveries", target=file_name[:80],
                 details={"rows": frame.height})  # fmt: skip
    return frame.height

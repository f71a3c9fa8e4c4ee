"""Products and programmes from files."""

from django.db import transaction

from vaksam.base import audit
from vaksam.base.models import User
from vaksam.core.errors import BadFile, Fault
from vaksam.core.products import Product as CoreProduct
from vaksam.core.products import files
from vaksam.programmes.models import Product, ProductApproval, ProductVial, Programme


@transaction.atomic
def import_products(*, text: str, file_name: str, by: User | None) -> int:
    """Add the products of a file, or change those it names again; returns how many.

    Raises
    ------
    BadFile
        The file has faults, or gives a product another number; nothing was changed.
    """
    read = files.read_products(text, file_name=file_name)
    _demand_numbers(read, file_name)
    for each in read:
        _store(each)
    _record("programmes.import_products", file_name, [each.code for each in read], by=by)
    return len(read)


@transaction.atomic
def import_programmes(*, text: str, file_name: str, by: User | None) -> int:
    """Add the programmes of a file, or change those it names again; returns how many.

    Raises
    ------
    BadFile
        The file has faults, or names products that are not known; nothing was changed.
    """
    read = files.read_programmes(text, file_name=file_name)
    known = set(Product.objects.values_list("code", flat=True))
    faults = [
        Fault("unknown-product", "Import this product first.", column=each.code, value=product)
        for each in read
        for product in each.products
        if product not in known
    ]
    if faults:
        raise BadFile(file_name, faults)
    for each in read:
        row, _ = Programme.objects.update_or_create(
            code=each.code,
            defaults={
                "name_sv": each.name_sv,
                "name_en": each.name_en,
                "disease": each.disease,
                "starts_on": each.starts_on,
                "ends_on": each.ends_on,
            },
        )
        row.products.set(Product.objects.filter(code__in=each.products))
    _record("programmes.import_programmes", file_name, [each.code for each in read], by=by)
    return len(read)


def _demand_numbers(read: tuple[CoreProduct, ...], file_name: str) -> None:
    """A number stands in stored columns: it stays with its product for ever."""
    numbers = dict(Product.objects.values_list("code", "number"))
    owners = {number: code for code, number in numbers.items()}
    faults = [
        Fault(
            "number-taken",
            "A product's number is never changed nor given to another.",
            column=each.code,
            value=str(each.number),
        )
        for each in read
        if numbers.get(each.code, each.number) != each.number
        or owners.get(each.number, each.code) != each.code
    ]
    if faults:
        raise BadFile(file_name, faults)


def _store(each: CoreProduct) -> None:
    row, _ = Product.objects.update_or_create(
        code=each.code,
        defaults={
            "number": each.number,
            "name": each.name,
            "manufacturer": each.manufacturer,
            "atc": each.atc,
            "disease": each.disease,
            "storage": each.storage,
            "days_after_thaw": each.days_after_thaw,
            "hours_after_opening": each.hours_after_opening,
            "shake_sensitive": each.shake_sensitive,
            "source": each.source,
        },
    )
    row.approvals.all().delete()
    row.vials.all().delete()
    ProductApproval.objects.bulk_create(
        ProductApproval(product=row, from_on=a.from_on, age_from=a.age_from, age_to=a.age_to)
        for a in each.approvals
    )
    ProductVial.objects.bulk_create(
        ProductVial(product=row, from_on=vial.from_on, doses=vial.doses) for vial in each.vials
    )


def _record(action: str, file_name: str, codes: list[str], *, by: User | None) -> None:
    audit.record(by=by, action=action, target=file_name, details={"codes": codes})

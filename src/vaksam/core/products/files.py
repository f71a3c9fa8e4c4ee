"""Products and programmes as TOML files."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from vaksam.core.errors import BadFile, Fault
from vaksam.core.products import Approval, Product, Storage, Vial


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """A programme as its file says it."""

    code: str
    name_sv: str
    name_en: str
    disease: str
    starts_on: date
    ends_on: date | None
    products: tuple[str, ...]


def read_products(text: str, *, file_name: str) -> tuple[Product, ...]:
    """The products of a file. Raises BadFile with every fault."""
    rows, faults = _tables(text, "product", file_name), list[Fault]()
    products = [made for n, row in enumerate(rows, 1) if (made := _try(_product, row, n, faults))]
    for name in ("code", "number"):
        faults += _twice([getattr(each, name) for each in products], name)
    if faults:
        raise BadFile(file_name, faults)
    return tuple(products)


def read_programmes(text: str, *, file_name: str) -> tuple[ProgrammeFacts, ...]:
    """The programmes of a file. Raises BadFile with every fault."""
    rows, faults = _tables(text, "programme", file_name), list[Fault]()
    found = [made for n, row in enumerate(rows, 1) if (made := _try(_programme, row, n, faults))]
    faults += _twice([each.code for each in found], "code")
    if faults:
        raise BadFile(file_name, faults)
    return tuple(found)


def _tables(text: str, name: str, file_name: str) -> list[Mapping[str, Any]]:
    try:
        rows = tomllib.loads(text).get(name, [])
    except tomllib.TOMLDecodeError as error:
        fault = Fault("not-toml", "The file is no TOML: {why}", values={"why": str(error)})
        raise BadFile(file_name, [fault]) from error
    if not isinstance(rows, list) or not rows:
        fault = Fault("nothing-there", "The file has no [[{name}]].", values={"name": name})
        raise BadFile(file_name, [fault])
    return rows


def _try(make: Any, row: Mapping[str, Any], number: int, faults: list[Fault]) -> Any:
    """What `make` makes of a row; None and a fault where a value is missing or cannot be."""
    try:
        return make(row)
    except KeyError as error:
        faults.append(
            Fault("missing", "This is missing.", sheet=str(number), column=str(error.args[0]))
        )
    except (TypeError, ValueError) as error:
        faults.append(
            Fault("cannot-be", "A value cannot be: {why}", sheet=str(number),
                  column=str(row.get("code", "")), values={"why": str(error)})
        )  # fmt: skip
    return None


def _product(row: Mapping[str, Any]) -> Product:
    if not 1 <= int(row["number"]) <= 62:
        raise ValueError("number must be 1 to 62")
    return Product(
        code=row["code"],
        number=row["number"],
        name=row["name"],
        manufacturer=row["manufacturer"],
        atc=row["atc"],
        disease=row["disease"],
        storage=Storage(row["storage"]),
        approvals=tuple(
            Approval(_day(each["from_on"]), each["age_from"], each.get("age_to"))
            for each in row["approvals"]
        ),
        vials=tuple(Vial(_day(each["from_on"]), each["doses"]) for each in row["vials"]),
        days_after_thaw=row.get("days_after_thaw"),
        hours_after_opening=row.get("hours_after_opening"),
        shake_sensitive=row.get("shake_sensitive", False),
        source=row["source"],
    )


def _programme(row: Mapping[str, Any]) -> ProgrammeFacts:
    ends_on = row.get("ends_on")
    if ends_on is not None and _day(ends_on) < _day(row["starts_on"]):
        raise ValueError("it ends before it starts")
    return ProgrammeFacts(
        code=row["code"],
        name_sv=row["name"]["sv"],
        name_en=row["name"]["en"],
        disease=row["disease"],
        starts_on=_day(row["starts_on"]),
        ends_on=None if ends_on is None else _day(ends_on),
        products=tuple(row["products"]),
    )


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise ValueError(f"{value!r} is no day (2021-04-13)")
    return value


def _twice(values: list[Any], name: str) -> list[Fault]:
    doubled = sorted({str(each) for each in values if values.count(each) > 1})
    return [Fault("twice", "This stands twice.", column=name, value=each) for each in doubled]

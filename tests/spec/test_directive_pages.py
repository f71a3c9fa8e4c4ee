"""The pages about directive files: what stands there can be loaded, and nothing is left out."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.spec.examples import directives, products, programmes
from vaksam.core import groups
from vaksam.core.rules import checking, files

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = DOCS / "reference/directives.md"
HOW_TO = DOCS / "how-to/write-a-directive.md"


def blocks(page: Path) -> str:
    return "\n".join(re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), flags=re.DOTALL))


@pytest.mark.parametrize("page", [REFERENCE, HOW_TO], ids=lambda page: page.stem)
def test_the_blocks_are_a_directive_that_fits_among_the_shipped_ones(page: Path):
    said = files.read(blocks(page), file_name=page.name)
    found = checking.check(
        [*directives(), said], products=products(), programmes=programmes(), about=[said.code]
    )
    assert [str(each.fault) for each in found] == []


def test_every_kind_has_an_example():
    said = files.read(blocks(REFERENCE), file_name="")
    assert {type(rule) for rule in said.rules} == set(files.KINDS.values())


def names(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for each in schema.values():
            yield from names(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from names(each)


def test_every_field_of_the_schema_and_every_group_is_told():
    text = REFERENCE.read_text("utf-8")
    told = set(re.findall(r"\w+", text))
    assert set(names(files.schema())) - told == set()
    assert [code for code in groups.CATALOGUE if f"| `{code}` |" not in text] == []


def test_every_fault_is_told():
    code = "\n".join(
        path.read_text("utf-8") for path in Path(checking.__file__).parent.glob("*.py")
    )
    known = re.findall(r'(?:wrong|odd)\(\s*[\w.]+,\s*"([a-z-]+)"', code)
    assert len(set(known)) > 15
    text = REFERENCE.read_text("utf-8")
    assert [each for each in known if f"`{each}`" not in text] == []

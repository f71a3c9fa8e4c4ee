"""The tool that finds texts and checks their translations."""

import ast
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools import messages

TEMPLATE = """{% load i18n %}
    <p class="x">{% translate "Plain" %} {{ _("In a variable") }}</p>
  {% comment %}Translators: on a button{% endcomment %}
  <b>{% translate "Show" context "verb" %}</b>
{% blocktranslate trimmed count n=rows %}
      One row,
      with "quotes".
    {% plural %}
      {{ n }} rows.
{% endblocktranslate %}
"""


def test_texts_in_a_template(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(TEMPLATE, encoding="utf-8")
    found = list(messages.texts_in(path))
    assert [(text, context) for text, _comments, context in found] == [
        ("Plain", None),
        ("In a variable", None),
        ("Show", "verb"),
        (('One row, with "quotes".', "%(n)s rows."), None),
    ]
    assert found[2][1] == ["Translators: on a button"]


@pytest.mark.parametrize(
    ("text", "flags", "said"),
    [
        ("", [], "not translated"),
        ("Visa", ["fuzzy"], "marked as fuzzy"),
        ("Visa", [], None),
    ],
)
def test_faults_of_a_translation(text: str, flags: list[str], said: str | None) -> None:
    template, catalog = Catalog(), Catalog("sv")
    template.add("Show", locations=[("page.html", 0)])
    catalog.add("Show", text, flags=flags)
    faults = list(messages.faults_of(catalog, template))
    assert faults == ([f"sv: {said}: 'Show' (page.html)"] if said else [])


def test_texts_added_removed_and_damaged_are_faults() -> None:
    template, catalog = Catalog(), Catalog("sv")
    template.add("New", locations=[("page.html", 0)])
    template.add("%(n)s rows", locations=[("page.html", 0)])
    catalog.add("Old", "Gammal")
    catalog.add("%(n)s rows", "%(m)s rader")
    faults = list(messages.faults_of(catalog, template))
    assert len(faults) == 3
    assert "sv: no longer in the code: 'Old'" in faults
    assert "sv: not in the file: 'New' (page.html)" in faults


def carried(code: str) -> list[str]:
    return list(messages.carried(ast.parse(code), Path("x.py")))


def test_texts_that_errors_carry_are_found() -> None:
    assert carried('raise NotFound("no-area", "There is no area {area}.", area=1)') == [
        "There is no area {area}."
    ]
    assert carried('found.warn("odd", "is odd", row=3)') == ["is odd"]
    assert carried('said = "is empty"\nfound.fault("missing", said)') == ["is empty"]
    assert carried('look_up("area", message="no such area")') == ["no such area"]
    assert carried('print("not", "these")') == []


def test_a_text_that_no_translation_can_reach_is_refused() -> None:
    with pytest.raises(ValueError, match=r"x\.py:1"):
        carried('raise Refused("no-area", f"There is no area {area}.")')


def test_no_text_hides_in_an_f_string() -> None:
    """The extraction does not look into them, so such a text would never be translated."""
    hidden = [
        f"{path.name}:{node.lineno}"
        for path in messages.SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in messages.KEYWORDS
    ]
    assert hidden == []

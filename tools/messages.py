"""Texts and their translations, without a system gettext.

    python tools/messages.py update     bring src/vaksam/locale/*/django.po up to date with the code
    python tools/messages.py compile    make the .mo files that Django reads
    python tools/messages.py check      fail where a translation is missing, unsure or left over

Message ids are English, so only the other languages have files. To add a language, make the
folder `src/vaksam/locale/CODE/LC_MESSAGES` and run update.
"""

import argparse
import ast
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src/vaksam"
LOCALES = SOURCES / "locale"
# Which arguments hold texts; "c" marks the context.
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Faults and refusals carry their texts along until a page shows them. Where pages meet them the
# text is the second argument of these calls, or is named `message` or `said` on its way there.
CARRIED_IN = (
    "core/coverage/workbook", "core/exchange", "core/groups", "core/identity", "core/rules",
    "coverage", "areas/queries", "people", "programmes", "records", "eligibility", "supply",
    "venues", "core/supply", "replanning", "booking", "messaging", "core/venues", "web", "clinic",
    "core/clinic", "rounds", "core/rounds", "exchange", "core/replanning",
)  # fmt: skip
CARRIERS = {
    "Fault", "Refused", "NotFound", "NotAllowed", "Unreachable",
    "Check", "OddCell", "fault", "warn",
}  # fmt: skip
FINDINGS = {"wrong", "odd"}  # about a directive, which comes first
ON_ITS_WAY = {"message", "said"}
TABLES = {"_MESSAGES", "_SAID", "_LACKS"}  # texts by code
# Small differences between one version of a file and the next.
STYLE = {"sort_output": True, "include_lineno": False, "ignore_obsolete": True, "width": 98}


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Texts and their translations.")
    parser.add_argument("task", choices=["update", "compile", "check"])
    task = parser.parse_args(arguments).task
    return {"update": update, "compile": compile_, "check": check}[task]()


def update() -> int:
    template = extracted()
    for path in catalogs():
        catalog = read(path)
        written_on = catalog.creation_date
        catalog.update(template, no_fuzzy_matching=True)
        if path.exists():
            catalog.creation_date = written_on  # else every update would touch the file
        with path.open("wb") as file:
            write_po(
                file,
                catalog,
                sort_output=True,
                include_lineno=False,
                ignore_obsolete=True,
                width=98,
            )
        print(f"{path.relative_to(ROOT)}: {len(catalog)} texts")
    return 0


def compile_() -> int:
    for path in catalogs():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path))
    return 0


def check() -> int:
    template = extracted()
    faults = [fault for path in catalogs() for fault in faults_of(read(path), template)]
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print(
            f"{len(faults)} faults in the translations. Run `python tools/messages.py update`, "
            "then write what is missing in src/vaksam/locale/.",
            file=sys.stderr,
        )
    return 1 if faults else 0


def faults_of(catalog: Catalog, template: Catalog) -> Iterator[str]:
    """Every text that is missing, unsure or wrong in a catalog, or no longer in the code."""
    language = catalog.locale_identifier
    for wanted in template:
        if wanted.id and (problem := problem_with(catalog.get(wanted.id, wanted.context))):
            yield f"{language}: {problem}: {wanted.id!r} ({wanted.locations[0][0]})"
    for message in catalog:
        if message.id and template.get(message.id, message.context) is None:
            yield f"{language}: no longer in the code: {message.id!r}"
    for message, errors in catalog.check():
        yield from (f"{language}: {error}: {message.id!r}" for error in errors)


def problem_with(message: Message | None) -> str:
    if message is None:
        return "not in the file"
    texts = [message.string] if isinstance(message.string, str) else message.string
    if not texts or not all(texts):
        return "not translated"
    return "marked as fuzzy" if message.fuzzy else ""


def catalogs() -> list[Path]:
    return sorted(folder / "django.po" for folder in LOCALES.glob("*/LC_MESSAGES"))


def read(path: Path) -> Catalog:
    language = path.parts[-3]
    if not path.exists():
        who = {"msgid_bugs_address": "-", "last_translator": "-", "language_team": "-"}
        return Catalog(
            language, project="Vaksam", version="-", fuzzy=False, header_comment="# Vaksam", **who
        )
    with path.open("rb") as file:
        return read_po(file, locale=language)


def extracted() -> Catalog:
    """Every text in the code and the templates, with the files that it stands in."""
    catalog = Catalog(project="Vaksam", charset="utf-8")
    for path in sorted([*SOURCES.rglob("*.py"), *SOURCES.rglob("*.html")]):
        for text, comments, context in texts_in(path):
            place = (path.relative_to(ROOT).as_posix(), 0)
            catalog.add(text, None, [place], auto_comments=comments, context=context)
    return catalog


def texts_in(path: Path) -> Iterator[tuple[str | tuple[str, ...], list[str], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        # Python to Babel's eyes, once lines are not indented as the markup was.
        code = templatize(source, origin=str(path))
        source = "\n".join(line.lstrip() for line in code.splitlines())
    found = extract("python", BytesIO(source.encode()), KEYWORDS, ["Translators:"])
    for _line, text, comments, context in found:
        yield text, comments, context
    if path.suffix == ".py" and any(path.is_relative_to(SOURCES / part) for part in CARRIED_IN):
        yield from ((text, [], None) for text in carried(ast.parse(source), path))


def carried(tree: ast.AST, path: Path) -> Iterator[str]:
    """The texts of faults and refusals; ValueError where one is out of reach."""
    for node in (node for holder in ast.walk(tree) for node in held(holder)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            raise ValueError(f"{path}:{node.lineno}: no f-string; give {{places}} and values")


def held(node: ast.AST) -> Iterator[ast.expr]:
    """Where a text of a fault or refusal stands in this node, if it is a call or an assignment."""
    if isinstance(node, ast.Assign) and ON_ITS_WAY & set(map(name_of, node.targets)):
        yield node.value
    if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Dict):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from node.value.values if TABLES & set(map(name_of, targets)) else ()
    if isinstance(node, ast.Call):
        yield from (each.value for each in node.keywords if each.arg in ON_ITS_WAY)
        if name_of(node.func) in CARRIERS:
            yield from node.args[1:2]
        if name_of(node.func) in FINDINGS:
            yield from node.args[2:3]


def name_of(node: ast.AST) -> str:
    """The last part of a dotted name; empty for what is none."""
    return getattr(node, "attr", None) or getattr(node, "id", None) or ""


if __name__ == "__main__":
    sys.exit(main())

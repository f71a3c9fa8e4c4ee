"""The command `vaksam`. `main` is its entry; `everything()` is the whole tree, for the reference.

Each first word has a module of its own, loaded when that word is used: `vaksam --help` loads
neither Django nor the database.
"""

import os
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from vaksam.cli.exits import EPILOG, told


class Word(NamedTuple):
    """A first word: its module, whether that needs Django, and what `vaksam --help` says."""

    module: str
    help: str
    django: bool = True


WORDS = {
    "demo": Word(
        "demo",
        "Serve, with sign-ins for every role, and a region that does not exist.",
        django=False,
    ),
    "serve": Word("serve", "Serve the pages, the API and the background jobs.", django=False),
    "prepare": Word("prepare", "Bring the database and the static files up to date."),
    "worker": Word("worker", "Do background jobs, where `serve --no-worker` leaves them."),
    "import": Word(
        "imports",
        "Import figures, people, lists, directives, products, programmes, supply, goals, areas.",
    ),
    "export": Word("export", "Write figures to a CSV, XLSX or Parquet file."),
    "coverage": Word("coverage", "Show coverage: figures, goals, editions and revisions."),
    "due": Word("due", "Who is due: counts, and working them out."),
    "supply": Word("supply", "Stock, alerts, allocation and the weeks ahead."),
    "rules": Word("rules", "Directives: check files, see what is in force, explain."),
    "messages": Word("messages", "Messages that were written to files."),
    "register": Word("register", "The national register: collect, send, receive, status."),
    "lists": Word("lists", "Lists of groups: those in force, ending one."),
    "check": Word("check", "Check the configuration and the database."),
    "clock": Word("clock", "Show or move Vaksam's clock."),
    "user": Word("users", "Accounts and roles."),
    "openapi": Word("openapi", "Print the description of the HTTP API."),
}


def start_django(*, words_only: bool = False) -> None:
    """Load the settings and the apps; texts are in English.

    With `words_only` no database is started, since only a help text is wanted.
    """
    import django
    from django.apps import apps
    from django.utils import translation

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaksam.settings")
    if words_only and not apps.ready:
        os.environ.setdefault("DATABASE_URL", "postgresql:///none")
    if not apps.ready:
        django.setup()
    translation.activate("en")


class Root(TyperGroup):
    """Loads the module of a word when it is used, and turns errors into exit codes."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        if name in WORDS:
            command = _load(name, words_only="--help" in rest or ctx.resilient_parsing)
        return name, command, rest

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        ctx.meta["arguments"] = list(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        with told(ctx.meta["arguments"]):
            return super().invoke(ctx)


def _load(name: str, *, words_only: bool) -> TyperCommand | TyperGroup:
    word = WORDS[name]
    if word.django:
        start_django(words_only=words_only)
    command: Any = get_command(import_module(f"vaksam.cli.{word.module}").app)
    command.name = name
    return command  # type: ignore[no-any-return]


def _version(asked: bool) -> None:
    if asked:
        from vaksam import __version__

        typer.echo(__version__)
        raise typer.Exit


def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Run a vaccination programme, from delivery plan to equal coverage."""


def _app() -> typer.Typer:
    app = typer.Typer(
        name="vaksam",
        cls=Root,
        no_args_is_help=True,
        epilog=EPILOG,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.callback()(_root)
    return app


def _unloaded() -> None:
    raise AssertionError("Root loads the real command")


app = _app()
for _name, _word in WORDS.items():
    app.command(_name, help=_word.help)(_unloaded)


def everything() -> TyperGroup:
    """The whole tree with every command loaded; no database is started."""
    whole: Any = get_command(app)
    whole.commands = {name: _load(name, words_only=True) for name in WORDS}
    return whole  # type: ignore[no-any-return]


def main() -> None:
    app()

"""`vaksam serve`: pages, API and background jobs, in processes that live and die together.

    vaksam serve            prepares in a process of its own, loads the pages, then is granian's
    ├── granian worker …    answer requests
    └── job worker          does background jobs

Nothing outlives the first: it stops the others when it is asked to stop, and they stop by
themselves when it is killed. The embedded PostgreSQL stops when the last of them has ended.
"""

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Annotated, Any

import typer

from vaksam.cli.exits import Exit
from vaksam.core.errors import Refused

app = typer.Typer(add_completion=False)

PORT = 8000
PORTS_TRIED = 100

HostOption = Annotated[str, typer.Option("--host", help="The address to listen on.")]
PortOption = Annotated[
    int | None,
    typer.Option("--port", min=1, max=65535, help="Else 8000, or the next one that is free."),
]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", min=1, help="Processes that answer; else one a core.")
]
NoWorkerOption = Annotated[
    bool, typer.Option("--no-worker", help="Do no background jobs here; see `vaksam worker`.")
]


@app.command()
def serve(
    host: HostOption = "127.0.0.1",
    port: PortOption = None,
    workers: WorkersOption = None,
    no_worker: NoWorkerOption = False,
) -> None:
    """Serve the pages, the API and the background jobs until Ctrl-C or SIGTERM.

    The database and the static files are brought up to date first; see `vaksam prepare`.
    """
    run(host, port, workers, jobs=not no_worker, prepare=[], announce=_announce)


def run(
    host: str,
    port: int | None,
    workers: int | None,
    *,
    jobs: bool,
    prepare: Sequence[str],
    announce: Callable[[str], None],
) -> None:
    """Prepare, then serve; `announce` gets the address when requests are answered."""
    chosen = free_port(host, port)
    # Loading takes as long as preparing: at the same time, each has a core of its own.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with _preparing(prepare) as preparing:
        _load_pages()
        if code := preparing.wait():
            raise typer.Exit(code if code > 0 else Exit.UNEXPECTED)
    from vaksam.cli.processes import Service

    Service(host, chosen, workers=workers, jobs=jobs, announce=announce).serve()


def free_port(host: str, port: int | None) -> int:
    """The port that was asked for, else the first free one from 8000 on; Refused if none is."""
    for candidate in [port] if port else range(PORT, PORT + PORTS_TRIED):
        if _is_free(host, candidate):
            return candidate
    if port:
        raise Refused("port-taken", "Port {port} is in use. Choose another --port.", port=port)
    raise Refused("no-port", "No port from {first} on is free. Choose a --port.", first=PORT)


def _is_free(host: str, port: int) -> bool:
    try:
        (family, _, _, _, address), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror:
        raise Refused("no-such-host", "{host} is no address to listen on.", host=host) from None
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError:
            return False
    return True


class _preparing:
    """`vaksam prepare` while the block runs; stopped when the block is left early."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._command = [sys.executable, "-m", "vaksam.cli", "prepare", *arguments]

    def __enter__(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(self._command)  # noqa: S603 - ourselves
        return self._process

    def __exit__(self, *_: Any) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait()


def _load_pages() -> None:
    """Import everything that answers requests, so that granian's processes start with it."""
    from django.urls import get_resolver

    from vaksam.cli import start_django

    start_django()
    _ = get_resolver().url_patterns


def _announce(address: str) -> None:
    typer.echo(f"Vaksam is at {address} (Ctrl-C stops it).")

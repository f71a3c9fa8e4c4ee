"""A few pages from `vaksam serve`, over HTTP with keep-alive: alone, and by several at once."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from report import Table
from timing import Times

RUNS = 40
AT_ONCE = 4
PATIENCE_SECONDS = 60
_PAGES = (
    ("health", "/health"),
    ("overview, Sweden", "/coverage/"),
    (
        "over time, six areas",
        "/coverage/over-time/?area=24&with=SE&with=01&with=12&with=14&with=25",
    ),
    ("ranking, 290 municipalities", "/coverage/ranking/"),
    ("API: cut, 290 municipalities", "/api/coverage/cut?level=municipality&dose=1"),
)


def run() -> list[Table]:
    with _server() as port:
        rows = [_row(port, name, url) for name, url in _PAGES]
    return [
        Table(
            "Pages from the server, over HTTP with keep-alive",
            ("page", "median ms", "p95 ms", f"median ms, {AT_ONCE} at once", "requests/s then"),
            rows,
            ["The server and the one that asks share the machine; answers are gzipped."],
        )
    ]


def _row(port: int, name: str, url: str) -> tuple[str, float, float, float, float]:
    for _ in range(10):  # each of the server's processes remembers for itself
        _ask(port, url, 2)
    alone = _ask(port, url, RUNS)
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as askers:
        together = list(askers.map(lambda _: _ask(port, url, RUNS // 2), range(AT_ONCE)))
    seconds = time.perf_counter() - began
    all_of_them = Times([one for times in together for one in times.seconds])
    rate = len(all_of_them.seconds) / seconds
    return name, alone.median * 1e3, alone.p95 * 1e3, all_of_them.median * 1e3, rate


def _ask(port: int, url: str, times: int) -> Times:
    """Over one connection."""
    found = Times()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)

    def once() -> None:
        connection.request("GET", url, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, f"{url}: {answer.status}"

    connection.connect()
    for _ in range(times):
        found.add(once)
    connection.close()
    return found


@contextmanager
def _server() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "vaksam.cli", "serve", "--no-worker", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < give_up_at:
        try:
            _ask(port, "/health", 1)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")

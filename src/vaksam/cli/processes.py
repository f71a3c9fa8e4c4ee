"""The processes of `vaksam serve`."""

import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from multiprocessing.process import BaseProcess
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from vaksam.cli import start_django

# As many as a process has connections to the database. Python runs one thread at a time: with
# more, requests only get in one another's way (measured: 8 or 32 answered no faster).
THREADS = 4
MOST_WORKERS = 4
STOP_SECONDS = 5  # a request gets this long to finish
JOB_STOP_SECONDS = 10  # a job too; what is cut off is done again later
PAUSE_SECONDS = 5  # before a job worker that died is started again


class Service:
    """Granian's processes and one job worker."""

    def __init__(
        self, host: str, port: int, *, workers: int | None, jobs: bool,
        announce: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._host, self._port, self._announce = host, port, announce
        self._stopping = threading.Event()
        self._jobs: BaseProcess | None = None
        self._server = Server(
            "vaksam.settings.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers or min(os.cpu_count() or 1, MOST_WORKERS),
            blocking_threads=THREADS,
            workers_kill_timeout=STOP_SECONDS,
            respawn_failed_workers=True,
            log_level=LogLevels.error,
        )
        self._server.on_startup(self._stop_on_hangup)
        if jobs:
            self._server.on_startup(self._start_jobs)
        self._server.on_startup(self._wait_and_announce)
        self._server.on_shutdown(self._stop)

    def serve(self) -> None:
        """Serve until SIGINT or SIGTERM; raises SystemExit when the workers keep crashing."""
        self._server.serve(target_loader=load_application)

    def _stop_on_hangup(self) -> None:
        """Granian takes a closed terminal as a wish to reload."""
        signal.signal(signal.SIGHUP, self._server.signal_handler_interrupt)

    def _start_jobs(self) -> None:
        self._jobs = multiprocessing.Process(target=work, name="vaksam-jobs")
        self._jobs.start()
        threading.Thread(target=self._keep_jobs, args=(self._jobs,), daemon=True).start()

    def _keep_jobs(self, process: BaseProcess) -> None:
        process.join()
        if not self._stopping.wait(PAUSE_SECONDS):
            self._start_jobs()

    def _wait_and_announce(self) -> None:
        threading.Thread(target=self._announce_when_open, daemon=True).start()

    def _announce_when_open(self) -> None:
        while not self._stopping.wait(0.05):
            if _is_open(self._host, self._port):
                name = f"[{self._host}]" if ":" in self._host else self._host
                self._announce(f"http://{name}:{self._port}")
                return

    def _stop(self) -> None:
        self._stopping.set()
        if self._jobs is None:
            return
        self._jobs.terminate()
        self._jobs.join(JOB_STOP_SECONDS)
        if self._jobs.is_alive():
            self._jobs.kill()
            self._jobs.join()


def load_application(_target: str) -> Callable[..., Any]:
    """What a granian worker answers with."""
    follow_parent()
    start_django()
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def work() -> None:
    """The life of the job worker."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # until the worker has its own
    follow_parent()
    start_django()
    from vaksam.base.jobs import run_worker

    run_worker()


def follow_parent() -> None:
    """Leave Ctrl-C to the process that started this one, and end with it, even by `kill -9`."""
    os.setpgid(0, 0)
    parent = multiprocessing.parent_process()
    assert parent is not None, "started by multiprocessing"

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(JOB_STOP_SECONDS)
        os._exit(1)

    threading.Thread(target=wait, name="parent", daemon=True).start()


def _is_open(host: str, port: int) -> bool:
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    try:
        with closing(socket.create_connection((address, port), timeout=1)):
            return True
    except OSError:
        return False

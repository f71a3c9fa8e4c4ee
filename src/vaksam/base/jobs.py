"""Background jobs on the same PostgreSQL, through procrastinate.

An area puts its jobs in its own `jobs.py`, with `@app.task` from here, and imports that file in
`AppConfig.ready()`.
"""

from typing import Any, cast

from django.contrib.sessions.backends.db import SessionStore
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

__all__ = ["app", "run_worker"]

GRACE = 30.0  # seconds a running job gets to finish when the worker is asked to stop


def run_worker(*, wait: bool = True, concurrency: int = 1) -> None:
    """Do jobs: until SIGTERM or SIGINT, or with `wait=False` until none is left.

    On a signal no new job is started and the running one is let finish; after `GRACE` seconds it
    is given up and stays to be done again. Must run in the main thread to hear signals.
    """
    connector = cast(DjangoConnector, app.connector)
    with app.replace_connector(connector.get_worker_connector()):
        app.run_worker(
            wait=wait,
            concurrency=concurrency,
            install_signal_handlers=wait,
            shutdown_graceful_timeout=GRACE,
            delete_jobs="successful",
        )


@app.periodic(cron="10 3 * * *")
@app.task(queueing_lock="clear-sessions", name="jobs.clear_sessions")
def clear_sessions(timestamp: int) -> None:
    """Delete sessions that have run out; each visit to the provider begins one."""
    SessionStore.clear_expired()


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="retry-stalled", pass_context=True, name="jobs.retry_stalled")
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Put back the jobs of workers that died without a word."""
    manager: Any = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)

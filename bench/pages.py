"""Every coverage page and the API, in this process: time, queries, database time, size."""

import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from report import Table
from timing import Times, measure

from vaksam.base.actions import add_user_with_role
from vaksam.base.roles import Role
from vaksam.coverage import queries
from vaksam.coverage.queries.revisions import _sums

RUNS = 25
REGION = "24"
SIX = "area=24&with=SE&with=01&with=12&with=14&with=25"


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    url: str
    signed_in: bool = False


@dataclass(slots=True)
class Seen:
    """What one page did in the database, run by run."""

    statements: list[tuple[str, Any]] = field(default_factory=list)
    seconds: float = 0.0

    def watch(self, execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, *rest)
        finally:
            self.seconds += time.perf_counter() - began
            self.statements.append((sql, params))


@dataclass(slots=True)
class Measured:
    page: Page
    times: Times
    database: Times
    first: float
    seen: Seen
    size: int
    sent: int


def pages() -> list[Page]:
    new, old, *_ = queries.editions()
    week = queries.weeks(new.id)[-20]
    dates = f"old={old.edition_on}&new={new.edition_on}"
    return [
        Page("overview, Sweden", "/coverage/"),
        Page("overview, a region", f"/coverage/?area={REGION}&week={week}"),
        Page("overview, a municipality", "/coverage/?area=2480"),
        Page("over time, six areas", f"/coverage/over-time/?{SIX}"),
        Page("by age, two areas", f"/coverage/ages/?area={REGION}&with=SE"),
        Page("ranking, 290 municipalities", "/coverage/ranking/"),
        Page("goals", f"/coverage/goals/?area={REGION}"),
        Page("editions", "/coverage/editions/"),
        Page("one edition", f"/coverage/editions/{new.id}/"),
        Page("revisions", "/coverage/revisions/"),
        Page("Today, coordinator", "/today/", signed_in=True),
        Page("API: show", f"/api/coverage/show?area={REGION}&dose=1&week={week}"),
        Page("API: cut, 290 municipalities", "/api/coverage/cut?level=municipality&dose=1"),
        Page("API: figures, 500", f"/api/coverage/figures?area={REGION}&dose=1"),
        Page("API: goals", f"/api/coverage/goals?area={REGION}"),
        Page("API: revisions", f"/api/coverage/revisions?{dates}"),
    ]


def run() -> list[Measured]:
    coordinator = _coordinator()
    return [_measure(page, coordinator) for page in pages()]


def table(found: list[Measured], figures: int) -> Table:
    return Table(
        "Pages and API at size, in one process",
        ("page", "median ms", "p95 ms", "first ms", "queries", "database ms", "kB", "kB gzipped"),
        [
            (
                one.page.name, one.times.median * 1e3, one.times.p95 * 1e3, one.first * 1e3,
                len(one.seen.statements), one.database.median * 1e3, one.size / 1e3,
                one.sent / 1e3,
            )
            for one in found
        ],
        [
            f"{figures:,} figures in {len(queries.editions())} editions; {RUNS} runs each.",
            "“First” has nothing remembered of the edition. Aim: median at most 100 ms, at most 12"
            " queries.",
        ],
    )  # fmt: skip


def _coordinator() -> Client:
    user = add_user_with_role(
        username="benchmark", password=None, role=Role.REGION_COORDINATOR, region_code=REGION,
        by=None,
    )  # fmt: skip
    client = _client()
    client.force_login(user)
    return client


def _client() -> Client:
    return Client(SERVER_NAME="localhost", HTTP_ACCEPT_ENCODING="gzip")


def _measure(page: Page, coordinator: Client) -> Measured:
    client = coordinator if page.signed_in else _client()
    _get(client, page)  # templates and code, which a server loads once
    forget()
    first = Times()
    first.add(lambda: _get(client, page))
    database = Times()
    seen = Seen()

    def watched() -> None:
        nonlocal seen
        seen = Seen()
        with connection.execute_wrapper(seen.watch):
            _get(client, page)
        database.seconds.append(seen.seconds)

    times = measure(watched, RUNS, warm=0)
    response = _get(client, page)
    body = response.content
    packed = response.get("Content-Encoding") == "gzip"
    size = len(gzip.decompress(body)) if packed else len(body)
    return Measured(page, times, database, first.seconds[0], seen, size, len(body))


def forget() -> None:
    """What queries remember of editions."""
    for remembered in (queries.tables, _sums):
        remembered.cache_clear()


def _get(client: Client, page: Page) -> HttpResponse:
    response = client.get(page.url)
    assert response.status_code == 200, f"{page.url}: {response.status_code}"
    return response

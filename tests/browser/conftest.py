"""A county and its discipline desk as processes over real nats-servers, and a Chromium in front of them.

The nodes live in a thread with a loop of its own: the browser is driven synchronously and keeps this thread's loop to itself.
That is also why the browser is started here and not by pytest-playwright's session fixtures, which would leave a loop running
under every asynchronous test that comes later.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.sync_api import Browser, sync_playwright

from deploy.setup.browser import ADVICE, find_chromium
from nodekit.peers.keys import generate_keys
from services.county.app import SPEC as COUNTY_SPEC
from services.discipline_commission.app import SPEC as DESK_SPEC
from tests.browser.officer import AtScreen
from tests.federation.conftest import OFFICES, Servers, topology_of
from tests.support.postgres import PgServer, shared_server
from tests.support.processes import Office, Role, made

COUNTY = Role(
    "990121-inspection", "services.county", COUNTY_SPEC,
    {"经办人戊": ("office_clerk",), "组长甲": ("team_leader",), "主任乙": ("office_director", "leading_group_head")},
)
DESK = Role("990121-discipline", "services.discipline_commission", DESK_SPEC, {"案管己": ("discipline_intake",), "承办庚": ("discipline_desk",)})
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync")
PATIENCE_MS = 60_000
"""How long an answer may take on a busy machine before the walk fails."""


@dataclass
class Stage:
    """The two offices, running. `call` runs one of their coroutines."""

    county: Office
    desk: Office
    portal: BlockingPortal

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return self.portal.call(function, *arguments)


@asynccontextmanager
async def _running(folder: Path, pg: PgServer) -> AsyncIterator[tuple[Office, Office]]:
    generate_keys(OFFICES, folder)
    async with Servers(folder / "nats", topology_of({COUNTY.office, DESK.office})) as servers:
        county, desk = [await made(role, servers, folder, pg) for role in (COUNTY, DESK)]
        try:
            await asyncio.gather(county.start(), desk.start())
            yield county, desk
        finally:
            await asyncio.gather(county.stop(), desk.stop())


@pytest.fixture(scope="package")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(_running(tmp_path_factory.mktemp("offices"), shared_server())) as (county, desk):
        yield Stage(county, desk, portal)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.fail(ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def at_screen(chromium: Browser) -> Iterator[Callable[..., AtScreen]]:
    """`at_screen(office, "经办人戊")`: an officer signed in at a browser of his own. At the end nobody's console may have complained."""
    seated: list[AtScreen] = []

    def sit_down(office: Office, username: str = "", **options: Any) -> AtScreen:
        context = chromium.new_context(base_url=office.url, locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1366, "height": 768}, **options)
        context.set_default_timeout(PATIENCE_MS)
        officer = AtScreen(context)
        seated.append(officer)
        if username:
            officer.sign_in(username)
        return officer

    yield sit_down
    complaints = [complaint for officer in seated for complaint in officer.complaints]
    for officer in seated:
        officer.context.close()
    assert complaints == []

"""One county office with nothing but nodekit's own rooms, and a clock that tests move."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest

from nodekit.clock import utc_now
from nodekit.identity.accounts import create_account
from nodekit.spec import NodeSpec
from nodekit.testing import TestNode
from shared_schemas.offices import OfficeKind, Tier

OFFICE = "990121-inspection"
PASSWORD = "Correct-horse-battery-7"
SPEC = NodeSpec(service="county", kind=OfficeKind.INSPECTION, tiers=(Tier.COUNTY,), slices=())


class Clock:
    """Starts now; moves only when told."""

    def __init__(self) -> None:
        self.moved = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.moved

    def forward(self, **span: float) -> None:
        self.moved += timedelta(**span)


class Browser:
    """One browser at one address, with its own cookie jar."""

    def __init__(self, office: TestNode, address: str) -> None:
        transport = httpx.ASGITransport(app=office.app, client=(address, 50000))
        self.http = httpx.AsyncClient(transport=transport, base_url=f"http://{office.office}.test", timeout=60)
        self.csrf = ""

    async def sign_in(self, username: str, password: str = PASSWORD) -> httpx.Response:
        answer = await self.http.post("/api/session", json={"username": username, "password": password})
        if answer.status_code == 200:
            self.csrf = answer.json()["csrf"]
        return answer

    async def who(self) -> int:
        """Status of asking who one is: 200 signed in, 401 not."""
        return (await self.http.get("/api/session")).status_code

    async def submit(self, url: str, **fields: object) -> httpx.Response:
        return await self.http.post(url, data={"csrf": self.csrf, **fields}, headers={"Accept": "text/html"})


class House(TestNode):
    """The office under test, its clock, and browsers at any address."""

    __test__ = False

    def __init__(self, tested: TestNode, clock: Clock) -> None:
        super().__init__(tested.node)
        self.clock = clock

    def browser(self, address: str = "10.1.1.1") -> Browser:
        return Browser(self, address)

    async def account(self, username: str, *posts: str, must_change: bool = False) -> str:
        async with self.node.unit_of_work() as uow:
            made = await create_account(uow, username=username, name=username, password=PASSWORD, posts=posts, must_change=must_change)
            return str(made.id)

    async def actions(self) -> list[str]:
        """Actions of the audit log, oldest first."""
        return list(await self.scalar("SELECT coalesce(array_agg(action ORDER BY seq), '{}') FROM nodekit.audit_log"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def house(start_federation, clock: Clock) -> AsyncIterator[House]:
    async with start_federation({OFFICE: SPEC}, clock=clock) as federation:
        yield House(federation[OFFICE], clock)

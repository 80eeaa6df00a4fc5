"""The demo's story played over nodes in this process instead of servers: same clients, same steps, same calendar."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx

from deploy.demo.clock import LONGEST
from deploy.demo.roster import PASSWORD, Roster
from deploy.demo.scenario.client import Client, Keys
from deploy.demo.scenario.story import Planned, Script, stages
from nodekit.bus.topology import Topology
from nodekit.clock import local_date, utc_now
from nodekit.identity.accounts import create_account
from nodekit.testing.federation import OFFICES


class Calendar:
    """The clock given to the nodes of a story; it is moved by the story alone."""

    def __init__(self) -> None:
        self.behind = LONGEST

    def now(self) -> datetime:
        return utc_now() - timedelta(days=self.behind)


class InProcessStory:
    """What a chapter sees of the federation."""

    def __init__(self, fed: Any, calendar: Calendar) -> None:
        self._fed, self._calendar, self._roster, self._topology = fed, calendar, Roster.load(), Topology.load(OFFICES)
        self._clients: dict[tuple[str, str], Client] = {}
        self._facts: dict[str, Any] = {}
        self._keys = Keys("")
        self.plan: Any = SimpleNamespace(member=lambda office: SimpleNamespace(office=self._topology.office(office)))
        self.taken: list[str] = []

    async def open_accounts(self, *offices: str) -> None:
        """The demo's accounts at these offices."""
        for office in offices:
            async with self._fed[office].node.unit_of_work() as uow:
                for account in self._roster.accounts(self._topology.office(office)):
                    await create_account(uow, username=account.username, name=account.name, password=PASSWORD, posts=list(account.posts), must_change=False)

    async def play(self, *chapters: str) -> None:
        """The chapters with these keys, woven into each other by their days."""
        planned: list[Planned] = []
        for stage in (stage for stage in stages() if stage.key in chapters):
            script = Script(self.plan, stage)
            await stage.module.play(script)
            planned += script.planned
        for step in sorted(planned, key=lambda step: -step.ago):
            if step.ago < self._calendar.behind:
                await self._fed.settle()
                self._calendar.behind = step.ago
            self._keys = Keys(step.key)
            await step.work(self)
            self.taken.append(step.title)
        await self._fed.settle()

    @property
    def today(self) -> date:
        return local_date(self._calendar.now())

    def day(self, ago: int) -> date:
        """The day that will be `ago` days past when the story ends."""
        return self.today + timedelta(days=self._calendar.behind - ago)

    def officer(self, office: str, post: str) -> Client:
        username = self._roster.holder(self._topology.office(office), post).username
        if (office, username) not in self._clients:
            transport = httpx.ASGITransport(app=self._fed[office].app)
            self._clients[office, username] = Client(office, f"http://{office}.test", username, PASSWORD, lambda: self._keys, transport)
        return self._clients[office, username]

    def remember(self, name: str, value: Any) -> None:
        self._facts[name] = value

    def recall(self, name: str) -> Any:
        return self._facts[name]

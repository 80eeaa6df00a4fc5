"""The demo's story played over nodes in this process instead of servers: same clients, same steps."""

from types import SimpleNamespace
from typing import Any

import httpx

from deploy.demo.roster import PASSWORD, Roster
from deploy.demo.scenario.client import Client, Keys
from nodekit.bus.topology import Topology
from nodekit.identity.accounts import create_account
from nodekit.testing.federation import OFFICES


class InProcessStory:
    """What a stage sees of the federation."""

    def __init__(self, fed: Any) -> None:
        self._fed, self._roster, self._topology = fed, Roster.load(), Topology.load(OFFICES)
        self._clients: dict[tuple[str, str], Client] = {}
        self._facts: dict[str, Any] = {}
        self._keys = Keys("")
        self.plan = SimpleNamespace(member=lambda office: SimpleNamespace(office=self._topology.office(office)))
        self.taken: list[str] = []

    async def open_accounts(self, *offices: str) -> None:
        """The demo's accounts at these offices."""
        for office in offices:
            async with self._fed[office].node.unit_of_work() as uow:
                for account in self._roster.accounts(self._topology.office(office)):
                    await create_account(uow, username=account.username, name=account.name, password=PASSWORD, posts=list(account.posts), must_change=False)

    async def step(self, title: str, work: Any) -> None:
        self._keys = Keys(work.__name__)
        await work(self)
        self.taken.append(title)

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

"""Several nodes over real nats-servers: the offices named by a test and every hub between them."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from nodekit.bus.nats_bus import NatsBus
from nodekit.bus.topology import Topology
from nodekit.spec import NodeSpec
from nodekit.testing import Federation, eventually
from tests.bus.tree import Tree
from tests.support.postgres import PgServer

OFFICES = Path(__file__).parents[2] / "deploy" / "offices.toml"


class Servers(Tree):
    """nats-servers and link proxies only; the nodes bring their own ends of the bus."""

    async def __aenter__(self) -> Self:
        await self.write()
        await asyncio.gather(*(server.start() for server in self.servers.values()))
        return self

    async def __aexit__(self, *_error: object) -> None:
        await asyncio.gather(*(server.stop() for server in self.servers.values()))
        await asyncio.gather(*(proxy.stop() for proxy in self.proxies.values()))

    def bus(self, office_id: str) -> NatsBus:
        provider = trace.get_tracer_provider()
        return NatsBus(self.topology, office_id, self.access(office_id), provider if isinstance(provider, TracerProvider) else None)


@dataclass
class OverNats:
    """A federation and the servers under it."""

    fed: Federation
    servers: Servers

    async def linked(self) -> None:
        """Every node connected to its server, every link up."""

        async def all_up() -> bool:
            states = [node.node.bus.status() for node in self.fed]
            return all(state.connected and state.parent_link in ("up", "none") for state in states)

        await eventually(all_up, what="all links up")


def topology_of(offices: set[str]) -> Topology:
    """These offices and every hub above them, as in deploy/offices.toml."""
    records = {record["id"]: record for record in tomllib.loads(OFFICES.read_text(encoding="utf-8"))["office"]}
    wanted = set(offices)
    for office in offices:
        while parent := records[office].get("parent"):
            wanted.add(parent)
            office = parent  # noqa: PLW2901 - climbing
    return Topology.from_records([{**record, "superior": record.get("superior") if record.get("superior") in wanted else None} for record in records.values() if record["id"] in wanted])


@pytest.fixture
def over_nats(pg_server: PgServer, tmp_path: Path) -> Callable:
    """`async with over_nats({office: SPEC}) as net:` — every hub on the way must be among the specs, it relays for the others."""

    @asynccontextmanager
    async def start(specs: dict[str, NodeSpec], **options) -> AsyncIterator[OverNats]:
        async with (
            Servers(tmp_path / "nats", topology_of(set(specs))) as servers,
            Federation.start(specs, pg=pg_server, folder=tmp_path / "keys", buses=servers.bus, **options) as fed,
        ):
            net = OverNats(fed, servers)
            await net.linked()
            yield net

    return start

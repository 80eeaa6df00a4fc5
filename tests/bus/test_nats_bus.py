"""The shared behaviour suite on real servers."""

import pytest
import pytest_asyncio

from nodekit.bus.nats_bus import NatsBus
from nodekit.bus.port import OnWire, WireIn
from tests.bus.behaviour import BusBehaviour
from tests.bus.tree import Tree, small_tree

pytestmark = pytest.mark.asyncio(loop_scope="module")


class RealWorld:
    """Satisfies tests.bus.behaviour.World."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    async def restart(self, office_id: str, on_wire: OnWire | None = None) -> NatsBus:
        await self.tree.buses[office_id].stop()
        return await self.tree.start_bus(office_id, on_wire)

    def end(self, office_id: str) -> NatsBus:
        return self.tree.buses[office_id]

    def received(self, office_id: str) -> list[WireIn]:
        return self.tree.received[office_id]

    async def cut(self, child_id: str) -> None:
        await self.tree.proxies[child_id].cut()

    async def heal(self, child_id: str) -> None:
        await self.tree.proxies[child_id].heal()

    async def stop_server(self, office_id: str) -> None:
        await self.tree.servers[office_id].stop()

    async def start_server(self, office_id: str) -> None:
        await self.tree.servers[office_id].start()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tree(tmp_path_factory):
    async with Tree(tmp_path_factory.mktemp("bus"), small_tree()) as tree:
        yield tree


@pytest_asyncio.fixture(loop_scope="module")
async def world(tree):
    await tree.linked()
    return RealWorld(tree)


class TestNatsBus(BusBehaviour):
    """The shared suite."""

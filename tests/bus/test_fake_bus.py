"""The in-memory bus behaves like the real one, and its own handles for tests work."""

from collections import defaultdict

import pytest
import pytest_asyncio

from nodekit.bus.fake_bus import FakeBus, FakeNetwork
from nodekit.bus.port import OnWire, WireIn
from tests.bus.behaviour import BusBehaviour
from tests.bus.tree import CITY, COUNTY_A, small_tree

pytestmark = pytest.mark.asyncio(loop_scope="function")


class FakeWorld:
    """Satisfies tests.bus.behaviour.World."""

    def __init__(self) -> None:
        self.topology = small_tree()
        self.network = FakeNetwork(self.topology)
        self.ends: dict[str, FakeBus] = {}
        self._received: dict[str, list[WireIn]] = defaultdict(list)

    async def restart(self, office_id: str, on_wire: OnWire | None = None) -> FakeBus:
        async def record(wires: list[WireIn]) -> None:
            self._received[office_id].extend(wires)

        if office_id in self.ends:
            await self.ends[office_id].stop()
        self.ends[office_id] = self.network.bus(office_id)
        await self.ends[office_id].start(on_wire or record)
        return self.ends[office_id]

    def end(self, office_id: str) -> FakeBus:
        return self.ends[office_id]

    def received(self, office_id: str) -> list[WireIn]:
        return self._received[office_id]

    async def cut(self, child_id: str) -> None:
        self.network.cut(child_id, self._parent(child_id))

    async def heal(self, child_id: str) -> None:
        self.network.heal(child_id, self._parent(child_id))

    async def stop_server(self, office_id: str) -> None:
        self.network.stop_server(office_id)

    async def start_server(self, office_id: str) -> None:
        self.network.start_server(office_id)

    def _parent(self, child_id: str) -> str:
        return self.topology.office(child_id).parent or ""


@pytest_asyncio.fixture
async def world():
    world = FakeWorld()
    for office in world.topology:
        await world.restart(office.id)
    yield world
    for end in world.ends.values():
        await end.stop()


class TestFakeBus(BusBehaviour):
    """The shared suite."""


async def test_dropped_and_duplicated_as_told(world):
    world.network.drop = lambda transit: transit.wire.data == b"lost"
    world.network.duplicate = lambda transit: transit.wire.data == b"twice"
    for data in (b"lost", b"twice", b"once"):
        await world.end(COUNTY_A).send(CITY, data)
    await world.network.settled()
    assert [wire.data for wire in world.received(CITY)] == [b"twice", b"twice", b"once"]


async def test_a_wipe_loses_what_is_under_way(world):
    world.network.cut(COUNTY_A, CITY)
    await world.end(COUNTY_A).send(CITY, b"gone")
    world.network.wipe()
    world.network.heal()
    await world.network.settled()
    assert world.received(CITY) == []


async def test_without_a_topology_any_two_may_talk():
    network = FakeNetwork()
    received: list[WireIn] = []

    async def keep(wires: list[WireIn]) -> None:
        received.extend(wires)

    sender, receiver = network.bus("a"), network.bus("b")
    await sender.start(keep)
    await receiver.start(keep)
    await sender.send("b", b"hello")
    await network.settled()
    assert [(wire.src, wire.data) for wire in received] == [("a", b"hello")]
    await sender.stop()
    await receiver.stop()

"""The bus in memory, for tests of everything above it. Held to the same behaviour suite as NATS (tests/bus/behaviour.py).

`FakeNetwork` can cut and heal links, stop an office's server, drop and duplicate. Nothing sleeps: `settled()` waits until all that
can move has moved.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from nodekit.bus.policy import may_talk
from nodekit.bus.port import BusFull, BusStatus, BusUnavailable, OnWire, ParentLink, RouteRefused, WireIn
from nodekit.bus.streams import PAIR_MESSAGES_MAX
from nodekit.bus.topology import Topology

RETRY_S = 0.02


@dataclass(frozen=True, slots=True)
class Transit:
    """One message under way."""

    src: str
    dst: str
    wire: WireIn


Hook = Callable[[Transit], bool]


class FakeNetwork:
    """All offices of a federation; without a topology any two may talk over a direct link."""

    def __init__(self, topology: Topology | None = None) -> None:
        self.topology = topology
        self.drop: Hook = lambda _transit: False
        self.duplicate: Hook = lambda _transit: False
        self._buses: dict[str, FakeBus] = {}
        self._under_way: list[Transit] = []
        self._cut: set[frozenset[str]] = set()
        self._down: set[str] = set()

    def bus(self, office_id: str) -> "FakeBus":
        """A new end for an office; the former one, if any, is as good as killed."""
        former = self._buses.get(office_id)
        bus = self._buses[office_id] = FakeBus(self, office_id)
        if former:
            bus.mailbox = former.abandon()
        return bus

    def cut(self, one: str, other: str) -> None:
        """Nothing passes between two neighbours (or, without a topology, any two)."""
        self._cut.add(frozenset((one, other)))

    def heal(self, one: str | None = None, other: str | None = None) -> None:
        """Heal one link, or all."""
        if one is None or other is None:
            self._cut.clear()
        else:
            self._cut.discard(frozenset((one, other)))
        self.move()

    def stop_server(self, office_id: str) -> None:
        self._down.add(office_id)

    def start_server(self, office_id: str) -> None:
        self._down.discard(office_id)
        self.move()

    def wipe(self) -> None:
        """All stores lost: under way and in mailboxes."""
        self._under_way.clear()
        for bus in self._buses.values():
            bus.mailbox.clear()

    async def settled(self) -> None:
        """Returns when no message can move and no batch is being handled."""
        while any(bus.busy for bus in self._buses.values()):  # noqa: ASYNC110 - whoever handles may send again: no single event says "all done"
            await asyncio.sleep(0)

    def up(self, office_id: str) -> bool:
        return office_id not in self._down

    def parent_link(self, office_id: str) -> ParentLink:
        parent = self.topology.office(office_id).parent if self.topology else None
        if parent is None:
            return "none"
        passable = frozenset((office_id, parent)) not in self._cut and self.up(office_id) and self.up(parent)
        return "up" if passable else "down"

    def accept(self, transit: Transit) -> None:
        """Take over a message as the local stream does.

        Raises:
            RouteRefused, BusUnavailable, BusFull: as nodekit.bus.port says.
        """
        if not self._may_talk(transit.src, transit.dst):
            raise RouteRefused(f"no route from {transit.src} to {transit.dst}")
        if not self.up(transit.src):
            raise BusUnavailable("the local server is down")
        if sum((each.src, each.dst) == (transit.src, transit.dst) for each in self._under_way) >= PAIR_MESSAGES_MAX:
            raise BusFull(f"the queue for {transit.dst} is full")
        if not self._arrives(transit):
            self._under_way.append(transit)

    def move(self) -> None:
        """Let everything arrive that has an open way."""
        self._under_way = [transit for transit in self._under_way if not self._arrives(transit)]

    def _arrives(self, transit: Transit) -> bool:
        """False while a cut link or a stopped server is in the way; a dropped message is no longer under way either."""
        if not self._passable(transit):
            return False
        if not self.drop(transit):
            target = self._buses.setdefault(transit.dst, FakeBus(self, transit.dst))
            target.arrive([transit.wire] * (2 if self.duplicate(transit) else 1))
        return True

    def _may_talk(self, src: str, dst: str) -> bool:
        if self.topology is None:
            return src != dst
        known = src in self.topology and dst in self.topology
        return known and may_talk(self.topology.office(src), self.topology.office(dst))

    def _passable(self, transit: Transit) -> bool:
        path = self._path(transit.src, transit.dst)
        hops = [frozenset(pair) for pair in pairwise(path)]
        return all(self.up(office) for office in path) and not self._cut.intersection([*hops, frozenset((transit.src, transit.dst))])

    def _path(self, src: str, dst: str) -> list[str]:
        if self.topology is None:
            return [src, dst]
        ways = [[office_id, *(above.id for above in self.topology.ancestors(office_id))] for office_id in (src, dst)]
        meeting = next(office_id for office_id in ways[0] if office_id in ways[1])
        up, down = (way[: way.index(meeting)] for way in ways)
        return [*up, meeting, *reversed(down)]


class FakeBus:
    """One office's end. Satisfies nodekit.bus.port.Bus; made by FakeNetwork.bus()."""

    def __init__(self, network: FakeNetwork, office_id: str) -> None:
        self._network, self._office_id = network, office_id
        self.mailbox: deque[WireIn] = deque()
        self._arrived = asyncio.Event()
        self._handling = False
        self._task: asyncio.Task[None] | None = None
        self._since = datetime.now(UTC)
        self._last_error: str | None = None

    @property
    def busy(self) -> bool:
        return self._task is not None and not self._task.done() and (bool(self.mailbox) or self._handling)

    async def start(self, on_wire: OnWire) -> None:
        self._arrived.set()
        self._task = asyncio.create_task(self._run(on_wire))

    async def send(self, dst: str, data: bytes, headers: Mapping[str, str] | None = None) -> None:
        wire = WireIn(self._office_id, data, dict(headers or {}))
        self._network.accept(Transit(self._office_id, dst, wire))

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def adopt(self, topology: Topology) -> None:
        """See nodekit.bus.port.Bus.adopt. A network without a topology lets any two talk already."""
        if self._network.topology is not None:
            self._network.topology = topology

    def status(self) -> BusStatus:
        connected = self._task is not None and self._network.up(self._office_id)
        return BusStatus(connected, self._network.parent_link(self._office_id), self._last_error, self._since)

    def arrive(self, wires: list[WireIn]) -> None:
        self.mailbox.extend(wires)
        self._arrived.set()

    def abandon(self) -> deque[WireIn]:
        """What a killed process leaves in its stream: everything not acknowledged."""
        if self._task:
            self._task.cancel()
        return self.mailbox

    async def _run(self, on_wire: OnWire) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self.mailbox:
                await self._hand_over(on_wire)

    async def _hand_over(self, on_wire: OnWire) -> None:
        """Taken out of the mailbox only afterwards: that is the acknowledgement."""
        batch = list(self.mailbox)
        self._handling = True
        try:
            await on_wire(batch)
        except Exception as error:  # noqa: BLE001 - whatever the node raises, the batch comes again
            self._last_error = f"{type(error).__name__}: {error}"
            await asyncio.sleep(RETRY_S)
            return
        finally:
            self._handling = False
        for _ in range(min(len(batch), len(self.mailbox))):
            self.mailbox.popleft()

"""A small federation of real nats-servers on random loopback ports, with a TCP proxy on every link."""

import asyncio
import contextlib
import os
import random
import socket
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from nats.aio.client import Client

from nodekit.bus.connection import NatsAccess, api, connect
from nodekit.bus.generate import Endpoint, Layout, generate
from nodekit.bus.keys import KeyFolder
from nodekit.bus.nats_bus import NatsBus
from nodekit.bus.port import OnWire, WireIn
from nodekit.bus.server import NatsServer
from nodekit.bus.topology import Topology
from tests.support.tcp_proxy import TcpProxy

FIRST_PORT, PORTS_PER_WORKER, WORKERS_MAX = 20000, 1500, 8
PROVINCE, CITY = "990000-inspection", "990100-inspection"
COUNTY_A, COUNTY_B = "990121-inspection", "990122-inspection"
DESK_A, CITY_DESK = "990121-discipline", "990100-discipline"


def record(office_id: str, tier: str, parent: str | None, superior: str | None = None) -> dict[str, Any]:
    """One entry as in offices.toml."""
    division, _, kind = office_id.partition("-")
    found: dict[str, Any] = {"id": office_id, "name": f"机构{division}", "tier": tier, "kind": kind, "division": division}
    return found | ({"parent": parent} if parent else {}) | ({"superior": superior} if superior else {})


RECORDS = [
    record(PROVINCE, "province", None),
    record(CITY, "city", PROVINCE),
    record(COUNTY_A, "county", CITY),
    record(COUNTY_B, "county", CITY),
    record(DESK_A, "county", COUNTY_A, CITY_DESK),
    record(CITY_DESK, "city", CITY),
]


def small_tree() -> Topology:
    """Province, city, two counties, the discipline desks of one county and of the city."""
    return Topology.from_records(RECORDS)


async def eventually(check: Callable[[], Any], *, within_s: float = 20.0, what: str = "") -> None:
    """Wait for a condition with a deadline; polls, since what is awaited happens in other processes."""
    try:
        async with asyncio.timeout(within_s):
            while not check():
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise AssertionError(f"did not happen within {within_s} s: {what}") from None


class Tree:
    """Servers, proxies and one NatsBus per office."""

    def __init__(self, folder: Path, topology: Topology, tracer_provider: Any = None) -> None:
        self.folder, self.topology, self._tracer_provider = folder, topology, tracer_provider
        self.endpoints: dict[str, Endpoint] = {}
        self.proxies: dict[str, TcpProxy] = {}
        self.servers: dict[str, NatsServer] = {}
        self.buses: dict[str, NatsBus] = {}
        self.received: dict[str, list[WireIn]] = defaultdict(list)

    async def __aenter__(self) -> Self:
        await self.write()
        try:
            await asyncio.gather(*(server.start() for server in self.servers.values()))
            for office in self.topology:
                await self.start_bus(office.id)
            await self.linked()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_error: object) -> None:
        await asyncio.gather(*(bus.stop() for bus in self.buses.values()))
        await asyncio.gather(*(server.stop() for server in self.servers.values()))
        await asyncio.gather(*(proxy.stop() for proxy in self.proxies.values()))

    async def write(self) -> None:
        """(Re)generate all folders; new offices get ports and a proxy, old ones keep theirs."""
        for office in self.topology:
            if office.id not in self.endpoints:
                ports = free_ports(3)
                self.endpoints[office.id] = Endpoint(ports[0], ports[1], monitor_port=ports[2])
            if office.parent and office.id not in self.proxies:
                self.proxies[office.id] = await TcpProxy(self.endpoints[office.parent].leaf_port).start()
        parent_urls = {office_id: f"tls://127.0.0.1:{proxy.port}" for office_id, proxy in self.proxies.items()}
        generate(self.topology, Layout(self.folder, self.endpoints, parent_urls=parent_urls))
        for office in self.topology:
            self.servers.setdefault(office.id, NatsServer(self.folder / office.id))

    async def start_bus(self, office_id: str, on_wire: OnWire | None = None) -> NatsBus:
        bus = self.buses[office_id] = NatsBus(self.topology, office_id, self.access(office_id), self._tracer_provider)

        async def keep(wires: list[WireIn]) -> None:
            self.received[office_id].extend(wires)

        await bus.start(on_wire or keep)
        return bus

    def access(self, office_id: str) -> NatsAccess:
        return NatsAccess(self.endpoints[office_id].client_url, KeyFolder(self.folder / office_id / "keys"))

    async def client(self, office_id: str, role: str) -> Client:
        return await connect(self.access(office_id), role)

    async def linked(self, within_s: float = 20.0) -> None:
        """All offices connected, all links up."""

        def all_up() -> bool:
            return all(bus.status().connected and bus.status().parent_link in ("up", "none") for bus in self.buses.values())

        await eventually(all_up, within_s=within_s, what=f"{ {name: bus.status() for name, bus in self.buses.items()} }")

    async def arrives(self, src: str, dst: str, data: bytes, within_s: float = 20.0) -> None:
        """`data` from `src` is among what `dst` received."""
        await eventually(lambda: (src, data) in self.data_at(dst), within_s=within_s, what=f"{src} -> {dst}: {data!r}")

    def data_at(self, office_id: str) -> list[tuple[str, bytes]]:
        return [(wire.src, wire.data) for wire in self.received[office_id]]


async def stream_state(client: Client, stream: str) -> dict[str, Any]:
    """State of a stream as the provisioner's user sees it."""
    state: dict[str, Any] = (await api(client, f"STREAM.INFO.{stream}"))["state"]
    return state


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on now, below those the kernel gives to outgoing connections; each test worker has a range of its own."""
    first = FIRST_PORT + PORTS_PER_WORKER * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS_MAX)
    found: list[int] = []
    while len(found) < count:
        port = random.randrange(first, first + PORTS_PER_WORKER)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            if port not in found:
                found.append(port)
    return found

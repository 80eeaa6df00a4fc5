"""F2, F3, F7, F8, F9, F21: the bus forgets, rots, is cut off, repeats itself, lies and shouts."""

from __future__ import annotations

import asyncio
import shutil
import signal
from pathlib import Path

from tests.fault.faults.fault import READY_S, Fault
from tests.fault.office import BUS
from tests.support.tcp_proxy import TcpProxy

FLIPS_MAX = 64
FILES_MAX = 3


class StoreWiped(Fault):
    """Streams, consumers, messages: all gone while it was down."""

    kind, name = "F2", "JetStream store wiped"

    @property
    def claims(self) -> frozenset[str]:
        return self.parts(BUS)

    @property
    def store(self) -> Path:
        return self.office.servers.nats / "js"

    async def inject(self) -> None:
        await self.office.bus.hold()
        shutil.rmtree(self.store, ignore_errors=True)
        self.office.bus.release()

    async def heal(self) -> None:
        await self.office.bus.ready(READY_S)


class StoreDamaged(StoreWiped):
    """Bits flipped or ends missing in the store's files while it was down."""

    kind, name = "F3", "JetStream files damaged"

    async def inject(self) -> None:
        await self.office.bus.hold()
        files = [path for path in sorted(self.store.rglob("*")) if path.is_file() and path.stat().st_size]
        chosen = self.rng.sample(files, min(len(files), self.rng.randint(1, FILES_MAX)))
        self.facts["files"] = [self._damage(path) for path in chosen]
        self.office.bus.release()

    def _damage(self, path: Path) -> str:
        data = bytearray(path.read_bytes())
        if self.rng.random() < 0.3:
            keep = self.rng.randrange(len(data))
            path.write_bytes(data[:keep])
            return f"{path.name} cut from {len(data)} to {keep} bytes"
        flips = self.rng.randint(1, FLIPS_MAX)
        for _ in range(flips):
            data[self.rng.randrange(len(data))] ^= 1 << self.rng.randrange(8)
        path.write_bytes(data)
        return f"{path.name}: {flips} bits of {len(data)} bytes"


class LinkFault(Fault):
    """The link of an office to its parent."""

    kind = "F7"
    holds_s = (1.0, 8.0)

    @property
    def claims(self) -> frozenset[str]:
        return self.parts("link")

    @property
    def proxy(self) -> TcpProxy:
        """Of this office; of a child of it when it has no parent itself."""
        proxies = self.scene.ground.proxies
        return proxies.get(self.office.id) or proxies[sorted(proxies)[0]]

    async def heal(self) -> None:
        await self.proxy.heal()


class LinkCut(LinkFault):
    name = "link cut"

    async def inject(self) -> None:
        await self.proxy.cut()


class LinkStalled(LinkFault):
    name = "link swallows everything"

    async def inject(self) -> None:
        self.proxy.stall()


class LinkOneWay(LinkFault):
    name = "link swallows one direction"

    async def inject(self) -> None:
        there = self.rng.random() < 0.5
        self.facts["towards"] = "parent" if there else "child"
        self.proxy.stall(there=there, back=not there)


class LinkFlaps(LinkFault):
    name = "link flaps"
    holds_s = (0.0, 1.0)

    async def inject(self) -> None:
        for _ in range(self.rng.randint(3, 8)):
            await self.proxy.cut()
            await asyncio.sleep(self.rng.uniform(0.05, 0.5))
            await self.proxy.heal()
            await asyncio.sleep(self.rng.uniform(0.05, 0.8))


class LinkSlow(LinkFault):
    name = "link slow and narrow"
    holds_s = (2.0, 8.0)

    async def inject(self) -> None:
        self.proxy.delay_s, self.proxy.bytes_per_s = self.rng.uniform(0.02, 0.4), self.rng.choice((20_000.0, 100_000.0, 1_000_000.0))
        self.facts |= {"delay_s": self.proxy.delay_s, "bytes_per_s": self.proxy.bytes_per_s}


class Rogues(Fault):
    """A client with valid bus credentials at one server."""

    @property
    def claims(self) -> frozenset[str]:
        return self.parts("rogue")


class Replay(Rogues):
    kind, name = "F8", "recorded messages said again"

    async def inject(self) -> None:
        self.facts["messages"] = await self.scene.rogues[self.office.id].replay(self.rng.randint(5, 200))


class Forgery(Rogues):
    kind, name = "F9", "corrupted, spliced, re-signed, misdirected messages"

    async def inject(self) -> None:
        self.facts["messages"] = await self.scene.rogues[self.office.id].forge(self.rng.randint(5, 100))


class Flood(Rogues):
    kind, name = "F21", "garbage, and one message a thousand times"

    async def inject(self) -> None:
        rogue = self.scene.rogues[self.office.id]
        count = self.rng.randint(200, 2000)
        self.facts["messages"] = await (rogue.repeat(count) if self.rng.random() < 0.6 else rogue.garbage(self.rng.randint(20, 100)))


class BusStoppedPolitely(Fault):
    """Long enough for everybody to notice."""

    kind, name = "F1", "nats-server down for a while"
    holds_s = (2.0, 8.0)

    @property
    def claims(self) -> frozenset[str]:
        return self.parts(BUS)

    async def inject(self) -> None:
        await self.office.bus.hold(signal.SIGTERM)

    async def heal(self) -> None:
        self.office.bus.release()
        await self.office.bus.ready(READY_S)

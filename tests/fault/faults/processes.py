"""F1, F4, F14: processes that die, are stopped, are told to start again."""

from __future__ import annotations

import asyncio
import signal

from tests.fault.faults.fault import READY_S, Fault
from tests.fault.office import BUS, DATABASE, NODE


class NodeKilled(Fault):
    """At any moment; its keeper starts it again."""

    kind, name = "F1", "kill -9 node"

    @property
    def claims(self) -> frozenset[str]:
        return self.parts(NODE)

    async def inject(self) -> None:
        await asyncio.sleep(self.rng.random())
        self.office.node.send(signal.SIGKILL)

    async def heal(self) -> None:
        await self.office.node.ready(READY_S)


class NodeKilledInTheAct(NodeKilled):
    """At a named place, the k-th time it comes by."""

    name = "node dies at a named place"
    holds_s = (1.0, 4.0)

    async def inject(self) -> None:
        from nodekit.delivery.crash import PLACES

        place, count = self.rng.choice(sorted(PLACES)), self.rng.randint(1, 4)
        self.facts["place"] = f"{place}:{count}"
        self.office.crash = f"{place}:{count}"
        self.office.node.send(signal.SIGKILL)

    async def heal(self) -> None:
        await self.office.node.hold()  # if it did not come by, it does not die later, when nobody expects it
        self.office.node.release()
        await self.office.node.ready(READY_S)


class BusKilled(Fault):
    kind, name = "F1", "kill -9 nats-server"

    @property
    def claims(self) -> frozenset[str]:
        return self.parts(BUS)

    async def inject(self) -> None:
        await asyncio.sleep(self.rng.random())
        self.office.bus.send(signal.SIGKILL)

    async def heal(self) -> None:
        await self.office.bus.ready(READY_S)


class PostmasterKilled(Fault):
    """Its children end themselves; the next start recovers from the log."""

    kind, name = "F4", "kill -9 postmaster"

    @property
    def claims(self) -> frozenset[str]:
        return self.parts(DATABASE)

    async def inject(self) -> None:
        await asyncio.sleep(self.rng.random())
        self.office.database.send(signal.SIGKILL)

    async def heal(self) -> None:
        await self.office.database.ready(READY_S)


class ImmediateStop(PostmasterKilled):
    """As `pg_ctl -m immediate`."""

    name = "PostgreSQL stopped at once"

    async def inject(self) -> None:
        await asyncio.sleep(self.rng.random())
        self.office.database.send(signal.SIGQUIT)


class EverythingKilled(Fault):
    """A power cut, as far as processes go: all three of an office in the same moment."""

    kind, name = "F1", "kill -9 all of an office"

    @property
    def claims(self) -> frozenset[str]:
        return self.parts(NODE, BUS, DATABASE)

    async def inject(self) -> None:
        for part in self.office.parts.values():
            part.send(signal.SIGKILL)

    async def heal(self) -> None:
        await self.office.ready(READY_S)


class RollingRestart(Fault):
    """Each in turn, politely, as an upgrade does it."""

    kind, name = "F14", "rolling restart"

    @property
    def claims(self) -> frozenset[str]:
        return self.parts(NODE, BUS, DATABASE)

    async def inject(self) -> None:
        for part, number in ((self.office.node, signal.SIGTERM), (self.office.bus, signal.SIGTERM), (self.office.database, signal.SIGINT)):
            await part.hold(number)
            part.release()
            await part.ready(READY_S)

    async def heal(self) -> None:
        await self.office.ready(READY_S)


class ConfigurationReloaded(Fault):
    kind, name = "F14", "SIGHUP to nats-server and PostgreSQL"

    @property
    def claims(self) -> frozenset[str]:
        return self.parts(BUS, DATABASE)

    async def inject(self) -> None:
        self.office.bus.send(signal.SIGHUP)
        self.office.database.send(signal.SIGHUP)


class Frozen(Fault):
    """A process that neither works nor dies: everybody's timeouts."""

    kind, name = "F11", "a process stopped for a while (SIGSTOP)"
    holds_s = (1.0, 8.0)

    @property
    def claims(self) -> frozenset[str]:
        return self.parts(NODE, BUS, DATABASE)

    async def inject(self) -> None:
        self.victim = self.rng.choice((NODE, BUS, DATABASE))
        self.facts["part"] = self.victim
        self.office.parts[self.victim].send(signal.SIGSTOP)

    async def heal(self) -> None:
        self.office.parts[self.victim].send(signal.SIGCONT)
        await self.office.ready(READY_S)

"""F12, F13, F15, F17: the clock, the release, a second copy of the office, handlers that fail."""

from __future__ import annotations

import asyncio
import shutil
import signal
import time

import asyncpg

from deploy.demo.process import Program
from tests.bus.tree import free_ports
from tests.fault.cluster import DATABASE as DATABASE_NAME
from tests.fault.cluster import HOST, Cluster
from tests.fault.faults.fault import READY_S, Fault
from tests.fault.office import DATABASE, NODE
from tests.fault.reading import lift_fences

HOUR_S, DAY_S = 3600.0, 86400.0
SHIFTS_S = (-DAY_S, -HOUR_S, -60.0, 60.0, HOUR_S, DAY_S)
FENCED_WITHIN_S = 120.0


class ClockJumps(Fault):
    """Of the node, forwards or backwards, and back again."""

    kind, name = "F12", "clock jumps"
    holds_s = (1.0, 8.0)

    @property
    def claims(self) -> frozenset[str]:
        return self.parts("clock")

    async def inject(self) -> None:
        shift = self.rng.choice(SHIFTS_S)
        self.facts["shift_s"] = shift
        self.office.clock.turn(shift)

    async def heal(self) -> None:
        self.office.clock.turn(0.0)


class OlderRelease(Fault):
    """An office on a release that does not know a type yet, then on one that does."""

    kind, name = "F13", "release that knows one type less, then upgraded"
    holds_s = (3.0, 8.0)

    @property
    def claims(self) -> frozenset[str]:
        return self.parts(NODE)

    async def inject(self) -> None:
        self.office.older = True
        await self._restart()

    async def heal(self) -> None:
        self.office.older = False
        await self._restart()

    async def _restart(self) -> None:
        await self.office.node.hold(signal.SIGTERM)
        self.office.node.release()
        await self.office.node.ready(READY_S)


class Poison(Fault):
    """Every third event of a case makes its handler raise, dawdle or block the whole process."""

    kind, name = "F17", "handlers fail"
    holds_s = (2.0, 12.0)

    @property
    def claims(self) -> frozenset[str]:
        return self.parts("handlers")

    async def inject(self) -> None:
        kind = self.rng.choice(("raise", "slow", "hog"))
        self.facts["handlers"] = kind
        self.office.poison_file.write_text(kind, encoding="utf-8")

    async def heal(self) -> None:
        self.office.poison_file.unlink(missing_ok=True)


class SecondCopy(Fault):
    """The office's database copied, a second node started on the copy with the same keys and the same bus, while the first lives.

    Ends as an operator would end it: both are stopped, the copy is thrown away, a person lifts what stopped, the first starts again.
    """

    kind, name = "F15", "second copy of a node"
    alone = True

    @property
    def claims(self) -> frozenset[str]:
        return self.parts(DATABASE, NODE)

    async def inject(self) -> None:
        office, servers = self.office, self.office.servers
        self._since = time.monotonic()
        before = await self._retired()
        copy = await office.cluster.backup("copy")
        twin = Cluster(office.cluster.home, f"{office.cluster.name}_copy", free_ports(1)[0], servers.home / "logs" / f"{office.id}-copy-postgres.log")
        shutil.rmtree(twin.folder, ignore_errors=True)
        twin.folder.mkdir()
        shutil.move(copy, twin.data)
        self._twin, self._postgres = twin, await Program.start(
            [twin.home.place.binaries / "postgres", "-D", twin.data, "-c", f"port={twin.port}"], log=twin.log, identity=twin.home.place.identity
        )
        while not await twin.ready():
            await asyncio.sleep(0.1)
        file = servers.home / f"{office.id}-copy.toml"
        office.write_settings(file, f"postgresql://node@{HOST}:{twin.port}/{DATABASE_NAME}", free_ports(1)[0])
        self._node = office.copy_start(file, servers.home / "logs" / f"{office.id}-copy.log")
        started = time.monotonic()
        while time.monotonic() - started < FENCED_WITHIN_S:
            if await self._retired() > before:
                self.facts["noticed_after_s"] = round(time.monotonic() - started, 1)
                return
            await asyncio.sleep(0.2)
        self.facts["violation"] = f"two copies of {office.id} alive for {FENCED_WITHIN_S:.0f} s and no peer noticed"

    async def heal(self) -> None:
        self._node.send_signal(signal.SIGKILL)
        await self._node.wait()
        self._postgres.send_signal(signal.SIGQUIT)
        await self._postgres.wait()
        shutil.rmtree(self._twin.folder, ignore_errors=True)
        await self.office.node.hold()
        self.facts["lifted"] = await lift_fences(self.office)
        self.office.node.release()
        await self.office.node.ready(READY_S)

    async def _retired(self) -> int:
        """How often peers have seen a superseded process of this office alive."""
        found = 0
        for peer in self.scene.offices.values():
            if peer is self.office:
                continue
            try:
                connection = await peer.connect()
            except (OSError, asyncpg.PostgresError):
                continue
            try:
                found += await connection.fetchval("SELECT count(*) FROM nodekit.retired_boot WHERE peer = $1", self.office.id)
            finally:
                await connection.close()
        return found

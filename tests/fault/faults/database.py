"""F5, F11, F20: the database of an office goes back in time, is locked, is full of strangers, is copied while it works."""

from __future__ import annotations

import signal

import asyncpg

from tests.fault.cluster import CONNECTIONS_MAX, HOST
from tests.fault.faults.fault import READY_S, Fault
from tests.fault.office import BACKUPS_KEPT, DATABASE, NODE, Office

LOCKED = ("nodekit.outbox", "nodekit.inbox", "nodekit.out_channel", "nodekit.in_channel", "nodekit.receipt", "fault_ledger.noted")
RESERVED = 6
"""Connections only the superuser gets, and a few more for the harness."""


class BackupTaken(Fault):
    """Of an office at work; what the next restore goes back to."""

    kind, name = "F20", "backup taken under traffic"

    @property
    def claims(self) -> frozenset[str]:
        return self.parts(DATABASE, NODE)

    async def inject(self) -> None:
        await self.office.back_up()


class Restored(Fault):
    """PostgreSQL ends at once, its files are put back; the node is killed too, or finds another database under itself."""

    kind, name = "F5", "restored to an older backup"

    @property
    def victims(self) -> list[Office]:
        return [self.office]

    @property
    def claims(self) -> frozenset[str]:
        return frozenset(f"{office.id} {part}" for office in self.victims for part in (DATABASE, NODE))

    async def inject(self) -> None:
        node_dies = self.rng.random() < 0.5
        for office in self.victims:
            if node_dies:
                await office.node.hold()
            await office.database.hold(self.rng.choice((signal.SIGKILL, signal.SIGQUIT)))
        ages = []
        for office in self.victims:
            ages.append(round(await office.restore(self.rng.randint(1, BACKUPS_KEPT)), 1))
            office.database.release()
            if node_dies:
                office.node.release()
        self.facts |= {"ages_s": ages, "node_dies": node_dies}

    async def heal(self) -> None:
        for office in self.victims:
            await office.database.ready(READY_S)
            await office.node.ready(READY_S)


class BothRestored(Restored):
    """An office and one it talks to, each to a backup of its own."""

    name = "two offices restored"

    @property
    def victims(self) -> list[Office]:
        others = sorted(office.id for office in self.scene.offices.values() if office is not self.office)
        other = others[sum(self.office.id.encode()) % len(others)]
        return [self.office, self.scene.offices[other]]


class TableLocked(Fault):
    """Somebody at the console."""

    kind, name = "F11", "table locked"
    holds_s = (2.0, 10.0)

    @property
    def claims(self) -> frozenset[str]:
        return self.parts(DATABASE)

    async def inject(self) -> None:
        self._connection = await self.office.connect()
        table = self.rng.choice(LOCKED)
        self.facts["table"] = table
        await self._connection.execute("BEGIN")
        await self._connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")

    async def heal(self) -> None:
        self._connection.terminate()


class ConnectionsExhausted(Fault):
    """No connection is left for the node; those it has are ended."""

    kind, name = "F11", "connections exhausted"
    holds_s = (2.0, 8.0)

    @property
    def claims(self) -> frozenset[str]:
        return self.parts(DATABASE)

    async def inject(self) -> None:
        self._held: list[asyncpg.Connection] = []
        admin = await self.office.connect()
        try:
            await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'node'")
            for _ in range(CONNECTIONS_MAX - RESERVED):
                self._held.append(await asyncpg.connect(host=HOST, port=self.office.cluster.port, user="node", database="node", timeout=5))
        except (asyncpg.PostgresError, OSError, TimeoutError):
            self.facts["full"] = True
        finally:
            await admin.close()
        self.facts["connections"] = len(self._held)

    async def heal(self) -> None:
        for connection in self._held:
            connection.terminate()

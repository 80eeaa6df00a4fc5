"""What the bench asks of a pipeline, and the tables and processes that the three foreign ones share."""

from __future__ import annotations

import asyncio
import json
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from tests.bench.filing import COLUMNS, Filing
from tests.bench.ground import LoneServer
from tests.support.postgres import PgServer

ROOT = Path(__file__).parents[3]
READY = b"ready\n"
START_WITHIN_S = 120.0

FILING = """event_id uuid PRIMARY KEY, case_id uuid NOT NULL, serial varchar(40) NOT NULL, title varchar(200) NOT NULL,
    happened_on date NOT NULL, amount integer NOT NULL, note text NOT NULL"""
SENDER_TABLES = f"""
CREATE TABLE said ({FILING});
CREATE TABLE outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id uuid NOT NULL, event_bytes bytea NOT NULL, sent_at timestamptz);
CREATE INDEX outbox_unsent ON outbox (id) WHERE sent_at IS NULL;
"""
RECEIVER_TABLES = f"""
CREATE TABLE handled (event_id uuid PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
CREATE TABLE noted ({FILING}, origin varchar(56) NOT NULL);
"""


class Pipeline(ABC):
    """One way from a sender's database to a receiver's."""

    name: str
    slow = False
    """Writes one event at a time; gets smaller loads."""
    said, noted = "said", "noted"
    sender_dsn = receiver_dsn = ""
    """Empty until there are databases."""

    @abstractmethod
    async def open(self) -> None:
        """Fresh databases, both processes running and connected."""

    @abstractmethod
    async def close(self) -> None: ...

    @abstractmethod
    def pids(self) -> dict[str, Sequence[int]]:
        """Process ids of `sender`, `receiver` and `nats`."""

    @abstractmethod
    async def commit(self, connection: asyncpg.Connection, batch: Sequence[Filing]) -> None:
        """Business rows and outbox rows, in the caller's transaction, and whatever wakes the sender."""

    async def quiet(self, sender: asyncpg.Connection) -> None:
        """Wait until nothing caused by the load is left to do."""
        while await sender.fetchval("SELECT EXISTS (SELECT 1 FROM outbox WHERE sent_at IS NULL)"):
            await asyncio.sleep(0.05)


@dataclass(slots=True)
class Worker:
    """One of our own processes; says `ready` once it is connected."""

    process: asyncio.subprocess.Process

    @classmethod
    async def start(cls, module: str, role: str, **config: object) -> Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, role, json.dumps(config), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout
        line = await asyncio.wait_for(process.stdout.readline(), START_WITHIN_S)
        assert line == READY, f"{module} {role} did not start"
        return cls(process)

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()


class ForeignPipeline(Pipeline):
    """A pipeline with an outbox table, two workers of one module and perhaps a bus between them."""

    module: str

    def __init__(self, pg: PgServer, bus: LoneServer | None, name: str, **config: object) -> None:
        self.name, self._pg, self._bus, self._config = name, pg, bus, config
        self._workers: dict[str, Worker] = {}

    async def open(self) -> None:
        self.sender_dsn = await asyncio.to_thread(self._pg.create_database)
        self.receiver_dsn = await asyncio.to_thread(self._pg.create_database)
        for dsn, tables in ((self.sender_dsn, SENDER_TABLES), (self.receiver_dsn, RECEIVER_TABLES)):
            connection = await asyncpg.connect(dsn)
            await connection.execute(tables)
            await connection.close()
        if self._bus:
            await self._bus.start()
        shared = {"nats": self._bus.url if self._bus else "", **self._config}
        self._workers["receiver"] = await Worker.start(self.module, "receiver", dsn=self.receiver_dsn, **shared)
        self._workers["sender"] = await Worker.start(self.module, "sender", dsn=self.sender_dsn, **shared)

    async def close(self) -> None:
        for worker in self._workers.values():
            await worker.stop()
        if self._bus:
            await self._bus.stop()
        for dsn in filter(None, (self.sender_dsn, self.receiver_dsn)):
            await asyncio.to_thread(self._pg.drop_database, database_of(dsn))

    def pids(self) -> dict[str, Sequence[int]]:
        return {**{role: [worker.process.pid] for role, worker in self._workers.items()}, "nats": self._bus.pids() if self._bus else []}

    async def commit(self, connection: asyncpg.Connection, batch: Sequence[Filing]) -> None:
        await connection.copy_records_to_table("said", records=[item.row for item in batch], columns=COLUMNS)
        await connection.copy_records_to_table("outbox", records=[(item.id, item.raw) for item in batch], columns=("event_id", "event_bytes"))
        await connection.execute("SELECT pg_notify('bench_outbox', '')")


def database_of(dsn: str) -> str:
    return dsn.partition("?")[0].rpartition("/")[2]

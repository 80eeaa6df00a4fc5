"""The shipped path: a county's and a city's node as `nodekit run` starts them, their real servers, their real outbox and handlers."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import httpx
from sqlalchemy.ext.asyncio import create_async_engine

from nodekit.cli import load_spec
from nodekit.db.migrate import migrate
from nodekit.peers.keys import generate_keys
from nodekit.settings import Settings
from tests.bench.filing import CITY, COLUMNS, COUNTY, Filing
from tests.bench.ground import Offices
from tests.bench.ledger.event import BenchNoted
from tests.bench.pipelines.pipeline import ROOT, START_WITHIN_S, Pipeline, database_of
from tests.bus.tree import free_ports
from tests.federation.conftest import OFFICES
from tests.support.postgres import PgServer, sqlalchemy_url

SERVICES = {COUNTY: "tests.bench.county", CITY: "tests.bench.city"}
ROLES = {"sender": COUNTY, "receiver": CITY}
OUTBOX_COLUMNS = ("event_id", "dst", "event_bytes", "type", "agg", "created_at", "trace")


class Shipped(Pipeline):
    """county -> its city."""

    name = "shipped"
    said, noted = "bench_ledger.said", "bench_ledger.noted"

    def __init__(self, pg: PgServer, folder: Path) -> None:
        self._pg, self._folder = pg, folder
        generate_keys(OFFICES, folder / "keys")
        self._offices = Offices(folder / "nats", {COUNTY, CITY})
        self._nodes: dict[str, asyncio.subprocess.Process] = {}

    async def open(self) -> None:
        await self._offices.start()
        dsns = {office: await asyncio.to_thread(self._database, office) for office in SERVICES}
        self.sender_dsn, self.receiver_dsn = dsns[COUNTY], dsns[CITY]
        await asyncio.gather(*(self._start(role, office, dsns[office]) for role, office in ROLES.items()))

    def _database(self, office: str) -> str:
        service = SERVICES[office]

        def build(dsn: str) -> None:
            asyncio.run(_migrated(dsn, service))

        return self._pg.create_database(template=self._pg.template(f"bench_{service.rpartition('.')[2]}", build))

    async def _start(self, role: str, office: str, dsn: str) -> None:
        settings = Settings(
            office=office, offices_file=OFFICES, directory_file=self._folder / "keys" / "directory.json", keys_dir=self._folder / "keys" / office / "keys",
            database_url=dsn, nats_url=self._offices.urls[office], nats_seeds_dir=self._folder / "nats" / office / "keys",
            http_port=free_ports(1)[0], state_dir=self._folder,
        )
        file = self._folder / f"{office}.toml"
        values = {key: value for key, value in settings.model_dump(mode="json").items() if value != ""}
        file.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items()), encoding="utf-8")
        command = [sys.executable, "-W", "ignore", "-m", "nodekit", "run", "--service", SERVICES[office], "--settings", str(file)]
        with (self._folder / f"{office}.log").open("ab") as log:
            self._nodes[role] = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=log, stderr=log)
        async with asyncio.timeout(START_WITHIN_S), httpx.AsyncClient() as http:
            while not await _connected(http, f"http://127.0.0.1:{settings.http_port}/readyz", linked=role == "sender"):
                await asyncio.sleep(0.05)

    async def close(self) -> None:
        for process in self._nodes.values():
            if process.returncode is None:
                process.terminate()
                await process.wait()
        self._nodes.clear()
        await self._offices.stop()
        for dsn in filter(None, (self.sender_dsn, self.receiver_dsn)):
            await asyncio.to_thread(self._pg.drop_database, database_of(dsn))

    def pids(self) -> dict[str, Sequence[int]]:
        return {**{role: [process.pid] for role, process in self._nodes.items()}, "nats": self._offices.pids()}

    async def commit(self, connection: asyncpg.Connection, batch: Sequence[Filing]) -> None:
        """What `uow.publish` writes, in bulk."""
        rows = [(item.id, CITY, item.raw, BenchNoted.TYPE, item.agg, item.at, item.trace) for item in batch]
        await connection.copy_records_to_table("said", schema_name="bench_ledger", records=[item.row for item in batch], columns=COLUMNS)
        await connection.copy_records_to_table("outbox", schema_name="nodekit", records=rows, columns=OUTBOX_COLUMNS)
        await connection.execute("SELECT pg_notify('nodekit_outbox', $1)", CITY)

    async def quiet(self, sender: asyncpg.Connection) -> None:
        """Every event has its signed receipt."""
        while await sender.fetchval("SELECT EXISTS (SELECT 1 FROM nodekit.outbox WHERE final IS NULL)"):
            await asyncio.sleep(0.05)


async def _migrated(dsn: str, service: str) -> None:
    engine = create_async_engine(sqlalchemy_url(dsn))
    await migrate(engine, load_spec(service))
    await engine.dispose()


async def _connected(http: httpx.AsyncClient, url: str, *, linked: bool) -> bool:
    try:
        answer = await http.get(url)
    except httpx.HTTPError:
        return False
    bus = answer.json()["bus"]
    return answer.status_code == 200 and bus["connected"] and (not linked or bus["parent_link"] == "up")

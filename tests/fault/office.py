"""One office: PostgreSQL, nats-server and node as processes that are kept running, and the officer who acts there."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx

from deploy.demo.federation import _greets
from deploy.demo.node_process import NodeProcess
from deploy.demo.process import Program
from nodekit.bus.generate import Endpoint
from nodekit.bus.server import find_binary
from nodekit.cli import load_spec
from nodekit.delivery.backup_marks import mark_backup
from nodekit.identity.accounts import create_account
from nodekit.opening import open_node
from nodekit.settings import Settings
from nodekit.testing import OfficerClient
from nodekit.testing.federation import PASSWORD
from tests.fault.clock import Clock
from tests.fault.cluster import Cluster
from tests.fault.node import NodeStart, Nursery
from tests.fault.part import Part

START_WITHIN_S = 240.0
REQUEST_S = 8.0
OFFICER = "banan"
BACKUPS_KEPT = 3
DATABASE, BUS, NODE = "postgres", "nats", "node"
_preparing = asyncio.Lock()


@dataclass(frozen=True)
class Servers:
    """Where the parts of an office are."""

    office: str
    service: str
    home: Path
    cluster: Cluster
    nats: Path
    endpoint: Endpoint
    http_port: int
    clock: Clock


@dataclass(frozen=True)
class Backup:
    """One copy of the data folder, and when it was begun (seconds since 1970): what was answered before is in it."""

    folder: Path
    began: float


class Office:
    """One office."""

    def __init__(self, servers: Servers, nursery: Nursery) -> None:
        self.id, self.servers, self.cluster, self.clock = servers.office, servers, servers.cluster, servers.clock
        self._nursery = nursery
        self.backups: list[Backup] = []
        self.restores: list[tuple[float, float]] = []
        """(when the backup was begun, when it was put back): an act answered in between may be gone for ever."""
        self.crash = ""
        self.older = False
        logs = servers.home / "logs"
        self.database = Part(f"{self.id} {DATABASE}", self.cluster.log, self.cluster.start, self.cluster.ready)
        self.bus = Part(f"{self.id} {BUS}", logs / f"{self.id}-nats.log", self._start_nats, self._nats_ready)
        self.node = Part(f"{self.id} {NODE}", logs / f"{self.id}.log", self._start_node, self.node_ready)

    @property
    def parts(self) -> dict[str, Part]:
        return {DATABASE: self.database, BUS: self.bus, NODE: self.node}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.servers.http_port}"

    @property
    def settings_file(self) -> Path:
        return self.servers.home / f"{self.id}.toml"

    @property
    def state_folder(self) -> Path:
        return self.servers.home / "state" / self.id

    @property
    def poison_file(self) -> Path:
        return self.state_folder / "poison"

    async def open(self) -> None:
        """Create the database and its officer, start everything, take the first backup."""
        self.state_folder.mkdir(parents=True)
        await self.cluster.create()
        self.database.keep()
        self.bus.keep()
        await self.database.ready(START_WITHIN_S)
        await self.cluster.ensure_database()
        settings = self.write_settings(self.settings_file, self.cluster.url, self.servers.http_port)
        async with _preparing:  # alembic's operations belong to one migration of a process at a time
            node = open_node(load_spec(self.servers.service), settings, bus_off=True)
            await node.prepare()
            async with node.unit_of_work() as uow:
                await create_account(uow, username=OFFICER, name=OFFICER, password=PASSWORD)
            await node.engine.dispose()
        await self.back_up()
        self.node.keep()
        await self.ready(START_WITHIN_S)

    def write_settings(self, file: Path, database_url: str, http_port: int) -> Settings:
        home = self.servers.home
        settings = Settings(
            office=self.id, offices_file=home / "offices.toml", directory_file=home / "keys" / "directory.json", keys_dir=home / "keys" / self.id / "keys",
            database_url=database_url, nats_url=self.servers.endpoint.client_url, nats_seeds_dir=self.servers.nats / "keys", http_port=http_port,
            state_dir=self.state_folder,
        )
        values = {key: value for key, value in settings.model_dump(mode="json").items() if value != ""}
        file.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items()), encoding="utf-8")
        return settings

    async def close(self) -> None:
        await self.node.close(signal.SIGKILL)
        await self.bus.close(signal.SIGKILL)
        await self.database.close(signal.SIGQUIT)  # at once: nobody will read its files again

    async def ready(self, within_s: float) -> None:
        for part in self.parts.values():
            await part.ready(within_s)

    async def connect(self) -> asyncpg.Connection:
        return await self.cluster.connect()

    async def back_up(self) -> None:
        """A mark in the database, then a copy of its files; at most BACKUPS_KEPT are kept."""
        began = time.time()
        node = open_node(load_spec(self.servers.service), Settings.load(self.settings_file), bus_off=True)
        try:
            async with node.unit_of_work() as uow:
                await mark_backup(uow.session, uow.now)
        finally:
            await node.engine.dispose()
        folder = await self.cluster.backup(f"backup-{int(began * 1000)}")
        self.backups.append(Backup(folder, began))
        while len(self.backups) > BACKUPS_KEPT:
            shutil.rmtree(self.backups.pop(0).folder, ignore_errors=True)

    async def restore(self, back: int) -> float:
        """Put the data folder back to the `back`-th newest backup, the server being down. Newer ones are void. Returns its age in seconds."""
        index = max(0, len(self.backups) - back)
        chosen = self.backups[index]
        for newer in self.backups[index + 1 :]:
            shutil.rmtree(newer.folder, ignore_errors=True)
        del self.backups[index + 1 :]
        await self.cluster.put_back(chosen.folder)
        now = time.time()
        self.restores.append((chosen.began, now))
        return now - chosen.began

    async def sign_in(self) -> OfficerClient:
        http = httpx.AsyncClient(base_url=self.url, timeout=REQUEST_S, trust_env=False)
        try:
            answer = await http.post("/api/session", json={"username": OFFICER, "password": PASSWORD})
            answer.raise_for_status()
        except BaseException:
            await http.aclose()
            raise
        return OfficerClient(http, answer.json()["csrf"])

    async def node_ready(self) -> bool:
        """It answers, its database and its bus are there, and the link to the parent is up."""
        async with httpx.AsyncClient(timeout=2, trust_env=False) as http:
            try:
                answer = await http.get(f"{self.url}/readyz")
                bus = answer.json()["bus"]
            except (httpx.HTTPError, ValueError, KeyError):
                return False
        return answer.status_code == httpx.codes.OK and bus["connected"] and bus["parent_link"] in ("up", "none")

    async def _nats_ready(self) -> bool:
        return await _greets(self.servers.endpoint.client_port)

    async def _start_nats(self) -> Program:
        return await Program.start([find_binary(), "-c", self.servers.nats / "nats.conf"], log=self.bus.log)

    async def _start_node(self) -> NodeProcess:
        crash, self.crash = self.crash, ""  # once: its successor lives
        begin = NodeStart(self.servers.service, str(self.settings_file), str(self.clock.file), str(self.node.log), crash, self.older)
        return self._nursery.start(begin)

    def copy_start(self, settings_file: Path, log: Path) -> NodeProcess:
        """A second node of this office, not kept."""
        begin = NodeStart(self.servers.service, str(settings_file), str(self.clock.file), str(log))
        return self._nursery.start(begin)

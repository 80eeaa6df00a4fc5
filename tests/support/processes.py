"""Offices as processes of their own: settings, database, accounts; started, killed and stopped like a real node."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from nodekit.delivery.crash import CRASH_EXIT_CODE, ENVIRONMENT_NAME
from nodekit.identity.accounts import create_account
from nodekit.opening import open_node
from nodekit.settings import Settings
from nodekit.spec import NodeSpec
from nodekit.testing import OfficerClient, eventually
from nodekit.testing.federation import PASSWORD
from tests.bus.tree import free_ports
from tests.federation.conftest import OFFICES, Servers
from tests.support.postgres import PgServer

ROOT = Path(__file__).parents[2]
START_WITHIN_S = 180
"""Only bounds a failure: a busy machine takes long to import a node."""


@dataclass(frozen=True)
class Role:
    """An office to be played: what it runs and who works there."""

    office: str
    service: str
    """What `--service` is given."""
    spec: NodeSpec
    officers: Mapping[str, tuple[str, ...]]
    """Username -> posts. The name on screen is the same."""


class Office:
    """One node as a process of its own."""

    def __init__(self, role: Role, folder: Path, settings: Settings) -> None:
        self.role, self.folder, self.settings = role, folder, settings
        self.process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.settings.http_port}"

    @property
    def log(self) -> Path:
        return self.folder / f"{self.role.office}.log"

    async def start(self, crash: str = "") -> None:
        """Start it and wait until it is ready.

        Args:
            crash: place (nodekit.delivery.crash) at which the process kills itself; it may do so before it is ready.
        """
        command = [sys.executable, "-m", "nodekit", "run", "--service", self.role.service, "--settings", str(self.folder / f"{self.role.office}.toml")]
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=log, stderr=log, env={**os.environ, ENVIRONMENT_NAME: crash})
        await eventually(self._ready, within_s=START_WITHIN_S, what=f"{self.role.office} ready")

    async def _ready(self) -> bool:
        ended = self.process.returncode if self.process else None
        if ended is not None:
            assert ended == CRASH_EXIT_CODE, f"{self.role.office} ended with {ended}: {self.log.read_text(encoding='utf-8')[-2000:]}"
            return True
        async with httpx.AsyncClient() as http:
            try:
                return (await http.get(f"{self.url}/readyz")).status_code == 200
            except httpx.HTTPError:
                return False

    async def died(self) -> int:
        """Wait for its death; returns the exit code."""
        assert self.process
        return await asyncio.wait_for(self.process.wait(), 60)

    async def stop(self) -> None:
        """Ask it to end, as a service manager does."""
        if self.process and self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(self.process.wait(), 30)

    async def sign_in(self, username: str) -> OfficerClient:
        """An officer at the node's JSON door."""
        http = httpx.AsyncClient(base_url=self.url, timeout=60)
        answer = await http.post("/api/session", json={"username": username, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return OfficerClient(http, answer.json()["csrf"])


async def made(role: Role, servers: Servers, folder: Path, pg: PgServer) -> Office:
    """Settings, database and accounts of an office; its process is not started."""
    access = servers.access(role.office)
    settings = Settings(
        office=role.office, offices_file=OFFICES, directory_file=folder / "directory.json", keys_dir=folder / role.office / "keys",
        database_url=pg.create_database(), nats_url=access.url, nats_seeds_dir=access.keys.folder, http_port=free_ports(1)[0], state_dir=folder,
    )
    values = {key: value for key, value in settings.model_dump(mode="json").items() if value != ""}
    (folder / f"{role.office}.toml").write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items()), encoding="utf-8")
    node = open_node(role.spec, settings, bus_off=True)
    await node.prepare()
    async with node.unit_of_work() as uow:
        for username, posts in role.officers.items():
            await create_account(uow, username=username, name=username, password=PASSWORD, posts=posts)
    await node.engine.dispose()
    return Office(role, folder, settings)

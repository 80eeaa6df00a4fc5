"""A PostgreSQL of one office alone: it can be killed, backed up under traffic and put back to an older copy of its files."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psutil

from deploy.demo.postgres import Location, locate
from deploy.demo.process import Program

HOST = "127.0.0.1"
DATABASE = "node"
POLL_S = 0.05
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = on
synchronous_commit = on
full_page_writes = on
wal_level = replica
max_wal_senders = 4
max_wal_size = 128MB
shared_buffers = 32MB
max_connections = {connections}
jit = off
recovery_init_sync_method = syncfs
log_min_messages = fatal
log_min_error_statement = panic
"""
CONNECTIONS_MAX = 40
ACCESS = "host all all 127.0.0.1/32 trust\nhost replication all 127.0.0.1/32 trust\n"


class ProgramFailed(Exception):
    """initdb or pg_basebackup did not do what it should."""


@dataclass(frozen=True)
class Home:
    """Where clusters of a run live, and the programs for them; created once and copied per office."""

    place: Location

    @classmethod
    def at(cls, folder: Path) -> Home:
        place = locate(folder)
        place.folder.mkdir(parents=True, exist_ok=True, mode=0o711)
        _give(place.folder, place)
        return cls(place)

    async def pattern(self) -> Path:
        """An empty cluster with one database `node` of role `node`, to be copied."""
        pattern = self.place.folder / "pattern"
        if pattern.exists():
            return pattern
        await self.run("initdb", "-D", pattern, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
        for name, text in (("postgresql.conf", SETTINGS.format(connections=CONNECTIONS_MAX)), ("pg_hba.conf", ACCESS)):
            (pattern / name).write_text(text, encoding="utf-8")
        return pattern

    async def run(self, program: str, *arguments: str | Path) -> None:
        """One of PostgreSQL's programs, as the user the cluster runs as.

        Raises:
            ProgramFailed: with what it said.
        """
        identity = self.place.identity
        command = [str(self.place.binaries / program), *map(str, arguments)]
        done = await asyncio.to_thread(
            subprocess.run, command, capture_output=True, text=True, check=False, cwd=self.place.folder,
            user=identity.uid if identity else None, group=identity.gid if identity else None, extra_groups=[] if identity else None,
        )
        if done.returncode:
            raise ProgramFailed(f"{program}: {done.stderr.strip()[-600:]}")


class Cluster:
    """One data folder and its port."""

    def __init__(self, home: Home, name: str, port: int, log: Path) -> None:
        self.home, self.name, self.port, self.log = home, name, port, log
        self.folder = home.place.folder / name
        self.data = self.folder / "data"

    @property
    def url(self) -> str:
        return f"postgresql://node@{HOST}:{self.port}/{DATABASE}"

    async def create(self) -> None:
        """Empty, not running."""
        self.folder.mkdir(parents=True, exist_ok=True)
        _give(self.folder, self.home.place)
        await self.copy(await self.home.pattern(), self.data)

    async def copy(self, source: Path, target: Path) -> None:
        """A data folder with its owner and modes; anything at `target` is gone afterwards."""
        shutil.rmtree(target, ignore_errors=True)
        await asyncio.to_thread(subprocess.run, ["cp", "-a", str(source), str(target)], check=True)

    async def start(self) -> Program:
        place = self.home.place
        return await Program.start([place.binaries / "postgres", "-D", self.data, "-c", f"port={self.port}"], log=self.log, identity=place.identity)

    async def ready(self) -> bool:
        try:
            connection = await self.connect("postgres")
        except (OSError, asyncpg.PostgresError):
            return False
        await connection.close()
        return True

    async def connect(self, database: str = DATABASE) -> asyncpg.Connection:
        """As the superuser, for whom a few connections are always kept."""
        return await asyncpg.connect(host=HOST, port=self.port, user="postgres", database=database, timeout=5)

    async def ensure_database(self) -> None:
        connection = await self.connect("postgres")
        try:
            await connection.execute("CREATE ROLE node LOGIN")
            await connection.execute(f"CREATE DATABASE {DATABASE} OWNER node")
        finally:
            await connection.close()

    async def backup(self, name: str) -> Path:
        """pg_basebackup while everything goes on."""
        target = self.folder / name
        await self.home.run("pg_basebackup", "-h", HOST, "-p", str(self.port), "-U", "postgres", "-D", target, "-X", "stream", "-c", "fast", "--no-sync")
        return target

    async def put_back(self, copy: Path) -> None:
        """Replace the data folder by a copy of `copy`; the server must be down, or on its way: after kill -9 its children take a moment."""
        while await asyncio.to_thread(self._inhabited):
            await asyncio.sleep(POLL_S)
        await self.copy(copy, self.data)

    def _inhabited(self) -> bool:
        return any(process.info["name"] == "postgres" and process.info["cwd"] == str(self.data) for process in psutil.process_iter(["name", "cwd"]))

    async def dump(self, target: Path) -> None:
        """The whole database as SQL text, for whoever looks into a failure."""
        scratch = self.folder / "dump.sql"
        await self.home.run("pg_dump", "-h", HOST, "-p", str(self.port), "-U", "postgres", "-d", DATABASE, "-f", scratch)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(scratch, target)


def _give(path: Path, place: Location) -> None:
    if place.identity:
        os.chown(path, place.identity.uid, place.identity.gid)

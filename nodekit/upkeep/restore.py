"""`node restore`: from a backup file back to service on an empty machine, by one command.

Order: the whole file is verified before anything is touched; files, database, migrations, `node check`; only then may the node run. What happened
after the backup comes back from the peers by itself when channels open (docs/architecture/delivery.md). Never: into a database or folder in use.
"""

from __future__ import annotations

import asyncio
import json
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import asyncpg

from nodekit.db.migrate import migrate
from nodekit.delivery import crash
from nodekit.delivery.crash import CrashPoints
from nodekit.errors import NodeError
from nodekit.opening import open_node
from nodekit.parcels.standing import begin_new_lines
from nodekit.settings import Settings
from nodekit.upkeep import pg_programs
from nodekit.upkeep.backup import BUS, DATABASE, DIRECTORY, KEYS, OFFICES, SETTINGS, verify
from nodekit.upkeep.check import DatabaseUnreachable, check_node
from nodekit.upkeep.vessel import VesselReader, VesselUnreadable

if TYPE_CHECKING:
    from nodekit.spec import NodeSpec
    from nodekit.upkeep.report import Report


class TargetNotEmpty(NodeError):
    """Something lives there already; a restore never mixes with it."""

    code = "upkeep.target_not_empty"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}不是空的。", hint="恢复只能写入空文件夹和空数据库;请另建之后重试,原有内容请保留备查。")


@dataclass(frozen=True)
class Target:
    """Where the office is put.

    Attributes:
        changes: settings that differ on this machine, e.g. http_port.
    """

    folder: Path
    database_url: str
    changes: dict[str, Any]


@dataclass(frozen=True)
class Restored:
    settings_file: Path
    about: dict[str, object]
    report: Report


async def restore(spec: NodeSpec, file: Path, passphrase: str, target: Target) -> Restored:
    """Put an office back. The caller starts it if the report is clean.

    Raises:
        VesselUnreadable, TargetNotEmpty, DatabaseUnreachable, ProgramMissing, ProgramFailed: the database is as empty as before.
    """
    about = await asyncio.to_thread(verify, file, passphrase)
    major = await _require_empty(target)
    pg_programs.find("pg_restore", major)
    points = CrashPoints.from_environment()
    await asyncio.to_thread(_unpack, file, passphrase, target, major)
    points.reach(crash.AFTER_RESTORE_LOADED)
    settings_file = target.folder / SETTINGS
    settings = Settings.load(settings_file)
    node = open_node(spec, settings, bus_off=True)
    try:
        await migrate(node.engine, spec)  # the backup may be of an older release
        points.reach(crash.AFTER_RESTORE_MIGRATED)
        async with node.unit_of_work() as uow:
            await begin_new_lines(uow.session, settings.offline_offices)
            await uow.audit("upkeep.restored", subject=file.name, taken_at=about["taken_at"])
    finally:
        await node.engine.dispose()
    return Restored(settings_file, about, await check_node(spec, settings))


async def _require_empty(target: Target) -> int:
    """PostgreSQL's major version, if folder and database are empty."""
    if target.folder.exists() and any(target.folder.iterdir()):
        raise TargetNotEmpty(f"文件夹 {target.folder} ")
    try:
        connection = await asyncpg.connect(target.database_url, timeout=10)
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        raise DatabaseUnreachable from error
    try:
        tables = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
        number: int = await connection.fetchval("SELECT current_setting('server_version_num')::int / 10000")
    finally:
        await connection.close()
    if tables:
        raise TargetNotEmpty("目标数据库")
    return number


def _unpack(file: Path, passphrase: str, target: Target, major: int) -> None:
    target.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    reader = VesselReader(file, passphrase)
    try:
        for name, parts in reader.members():
            if name == DATABASE:
                pg_programs.load(target.database_url, major, parts)
            elif name == SETTINGS:
                _write(target.folder / SETTINGS, [_moved(b"".join(parts), target)])
            else:
                _write(_inside(target.folder, name, file), parts)
    finally:
        reader.close()


def _inside(folder: Path, name: str, file: Path) -> Path:
    """The place of a member; one that wants to lie elsewhere means that somebody else wrote this file."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path.parts[0] not in {KEYS, BUS, OFFICES, DIRECTORY}:
        raise VesselUnreadable(file, f"含有意外的文件 {name}")
    return folder / path


def _write(path: Path, parts: Iterator[bytes] | list[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as place:
        for part in parts:
            place.write(part)


def _moved(settings: bytes, target: Target) -> bytes:
    """The settings with this machine's places; everything else stays as it was, in readable TOML."""
    values = tomllib.loads(settings.decode())
    folder = target.folder.resolve()
    values |= {
        "database_url": target.database_url, "offices_file": str(folder / OFFICES), "directory_file": str(folder / DIRECTORY),
        "keys_dir": str(folder / KEYS), "state_dir": str(folder / "state"),
    }
    if "nats_seeds_dir" in values:
        values["nats_seeds_dir"] = str(folder / BUS / Path(values["nats_seeds_dir"]).name)
    values |= target.changes
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in sorted(values.items())).encode()

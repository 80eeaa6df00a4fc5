"""`node backup`: one file from which the office can be put back to work on an empty machine, and which shows nothing without its passphrase.

The mark is committed before the snapshot is taken, so the backup knows itself, and peers learn through it what they may ever throw away. The node
goes on serving meanwhile. A backup counts only after it was read back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from nodekit.delivery import crash
from nodekit.delivery.backup_marks import forget_backup, mark_backup
from nodekit.delivery.crash import CrashPoints
from nodekit.errors import NodeError, NotFound
from nodekit.opening import open_node
from nodekit.upkeep import pg_programs
from nodekit.upkeep.vessel import Member, VesselReader, VesselWriter

if TYPE_CHECKING:
    from nodekit.node import Node
    from nodekit.settings import Settings
    from nodekit.spec import NodeSpec

DATABASE = "database.dump"
SETTINGS, OFFICES, DIRECTORY = "settings.toml", "offices.toml", "directory.json"
KEYS, BUS = "keys", "bus"
NOT_OF_THE_BUS = ("js", "nats.log", "nats.pid")
"""The message store is never truth, and a log may be long."""


class TargetExists(NodeError):
    """A backup is never overwritten."""

    code = "upkeep.target_exists"

    def __init__(self, target: Path) -> None:
        super().__init__(f"{target} 已存在。", hint="请换一个文件名,不要覆盖旧备份。")


@dataclass(frozen=True)
class Backup:
    """What was written."""

    file: Path
    mark: int
    members: list[Member]


async def back_up(spec: NodeSpec, settings: Settings, settings_file: Path, target: Path, passphrase: str) -> Backup:
    """Mark, dump, encrypt, read back.

    Raises:
        TargetExists, PassphraseTooShort, ProgramMissing, ProgramFailed, VesselUnreadable: nothing is left behind.
    """
    node = open_node(spec, settings, bus_off=True)
    mark, writer, points = 0, None, CrashPoints.from_environment()
    try:
        major = await _major(node)
        pg_programs.find("pg_dump", major)
        taken_at = node.clock()
        writer = await asyncio.to_thread(_new_writer, target, passphrase, {"office": settings.office, "taken_at": taken_at.isoformat(), "postgresql": major})
        mark = await _marked(node, target.name, taken_at)
        points.reach(crash.AFTER_BACKUP_MARK)
        members = await asyncio.to_thread(_write, writer, settings, settings_file, major)
        points.reach(crash.AFTER_BACKUP_WRITTEN)
        await asyncio.to_thread(verify, target, passphrase)
    except BaseException:
        if writer:
            writer.abandon()
        if mark:
            await _forgotten(node, mark)
        raise
    finally:
        await node.engine.dispose()
    return Backup(target, mark, members)


async def destroy_mark(spec: NodeSpec, settings: Settings, mark: int) -> None:
    """Say that a backup no longer exists, so that it no longer holds anybody's events back from being pruned.

    Raises:
        NotFound: no such mark.
    """
    node = open_node(spec, settings, bus_off=True)
    try:
        if not await _forgotten(node, mark):
            raise NotFound("该备份登记")
    finally:
        await node.engine.dispose()


def verify(file: Path, passphrase: str) -> dict[str, object]:
    """Read a whole backup and compare it with its manifest; returns what it says of itself.

    Raises:
        VesselUnreadable: wrong passphrase, cut short or altered.
    """
    reader = VesselReader(file, passphrase)
    try:
        for _name, parts in reader.members():
            for _ in parts:
                pass
    finally:
        reader.close()
    return reader.about


async def _major(node: Node) -> int:
    async with node.engine.connect() as connection:
        number: int = (await connection.execute(text("SELECT current_setting('server_version_num')::int / 10000"))).scalar_one()
    return number


async def _marked(node: Node, name: str, at: datetime) -> int:
    async with node.unit_of_work() as uow:
        mark = await mark_backup(uow.session, at)
        await uow.audit("upkeep.backed_up", subject=name, mark=mark)
    return mark


async def _forgotten(node: Node, mark: int) -> bool:
    async with node.unit_of_work() as uow:
        gone = await forget_backup(uow.session, mark)
        if gone:
            await uow.audit("upkeep.backup_destroyed", subject=str(mark))
    return gone


def _new_writer(target: Path, passphrase: str, about: dict[str, object]) -> VesselWriter:
    if target.exists():
        raise TargetExists(target)
    return VesselWriter(target, passphrase, about)


def _write(writer: VesselWriter, settings: Settings, settings_file: Path, major: int) -> list[Member]:
    for name, file in ((SETTINGS, settings_file), (OFFICES, settings.offices_file), (DIRECTORY, settings.directory_file)):
        writer.add(name, [file.read_bytes()])
    for name, file in _folder(KEYS, settings.keys_dir):
        writer.add(name, [file.read_bytes()])
    if settings.nats_seeds_dir is not None:
        server, seeds = settings.nats_seeds_dir.parent, settings.nats_seeds_dir
        for name, file in _folder(BUS, server) if (server / "nats.conf").exists() else _folder(f"{BUS}/{seeds.name}", seeds):
            writer.add(name, [file.read_bytes()])
    writer.add(DATABASE, pg_programs.dump(settings.database_url, major))
    return writer.close()


def _folder(name: str, folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        if file.is_file() and inside.parts[0] not in NOT_OF_THE_BUS:
            yield f"{name}/{inside.as_posix()}", file

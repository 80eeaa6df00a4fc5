"""Which backups an office keeps: list them, and destroy the oldest ones when there are more than wanted.

Order: the file first, its mark afterwards. A mark without a file only holds bodies back for longer; a file without a mark would let other
offices throw away what a restore from it needs.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nodekit.delivery.backup_marks import Mark, forget_backup, list_marks
from nodekit.opening import open_node

if TYPE_CHECKING:
    from nodekit.node import Node
    from nodekit.settings import Settings
    from nodekit.spec import NodeSpec


@dataclass(frozen=True)
class Kept:
    """What became of the backups beyond the wanted number: destroyed here, or somewhere else and left to a person."""

    destroyed: list[Mark]
    elsewhere: list[Mark]


async def marks_of(spec: NodeSpec, settings: Settings) -> list[Mark]:
    """Every backup noted in the node's database, oldest first."""
    node = open_node(spec, settings, bus_off=True)
    try:
        async with node.reading() as uow:
            return await list_marks(uow.session)
    finally:
        await node.engine.dispose()


async def keep_newest(spec: NodeSpec, settings: Settings, folder: Path, count: int) -> Kept:
    """Destroy backups in `folder` beyond the newest `count` complete ones, and the rests of failed ones before those.

    A file that is not in `folder` any more was moved, or destroyed by hand: only a person knows, so its mark stays.
    """
    node = open_node(spec, settings, bus_off=True)
    try:
        async with node.reading() as uow:
            marks = await list_marks(uow.session)
        complete = [mark for mark in marks if mark.completed_at is not None]
        if len(complete) < count:
            return Kept([], [])
        oldest_wanted = complete[-count].id
        kept = Kept([], [])
        for mark in marks:
            if mark.id >= oldest_wanted:
                break
            if mark.completed_at is None or await asyncio.to_thread(_destroy, Path(mark.file), folder):
                await _forget(node, mark)
                kept.destroyed.append(mark)
            else:
                kept.elsewhere.append(mark)
        return kept
    finally:
        await node.engine.dispose()


def _destroy(file: Path, folder: Path) -> bool:
    """Whether it was here and is gone now."""
    if file.parent != folder.resolve() or not file.is_file():
        return False
    file.unlink()
    return True


async def _forget(node: Node, mark: Mark) -> None:
    async with node.unit_of_work() as uow:
        if await forget_backup(uow.session, mark.id):
            await uow.audit("upkeep.backup_destroyed", subject=str(mark.id), file=Path(mark.file).name)

"""Is there room on the disks? Measured here, decided by the protocol and the pages: an office that is almost full takes nothing more from others.

Two sources: the disks themselves (those of folders on this machine), and PostgreSQL, whose refusal for want of space (53100) counts as full for
a while even where its disk cannot be seen from here. Nothing is switched off that a person must switch on again.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import DBAPIError

from nodekit.errors import NodeError

if TYPE_CHECKING:
    from nodekit.settings import Settings

LOOK_EVERY_S = 5.0
RELIEF_PERCENT = 1.0
"""A full disk counts as full until it is so much below the limit: at the limit itself nothing flutters."""
REFUSED_FOR_S = 15.0
"""How long one refusal of PostgreSQL counts; then the next write finds out."""
OUT_OF_SPACE = "53100"

log = structlog.get_logger()


class DiskFull(NodeError):
    """Large things wait until there is room; nothing was changed."""

    code = "node.disk_full"
    status = 507

    def __init__(self) -> None:
        super().__init__(
            "本节点磁盘空间不足,未作任何改动。", hint="请联系系统管理员腾出空间(见“存储空间”);附件、导入和大段内容稍后再提交,恢复后无需重启。",
        )


@dataclass(frozen=True, slots=True)
class Volume:
    """One watched folder's disk."""

    title: str
    path: Path
    used_percent: float
    free_bytes: int


class Space:
    """Free room of the disks this node writes to.

    Args:
        places: title -> folder; folders that are not there are left out.
        limit_percent: a disk used beyond this is full.
        usage: shutil.disk_usage, or a test's idea of it.
    """

    def __init__(self, places: Mapping[str, Path], limit_percent: float, usage: Callable[[Path], tuple[int, int, int]] = shutil.disk_usage) -> None:
        self.limit_percent = limit_percent
        self._places, self._usage = dict(places), usage
        self._crowded: set[str] = set()
        self._refused_until = float("-inf")
        self.volumes: list[Volume] = []

    @classmethod
    def of(cls, settings: Settings) -> Space:
        """PostgreSQL's folder if it is here, the bus's folder, and where this node keeps logs and temporary files."""
        places = {"数据库": settings.database_dir, "消息服务": settings.nats_seeds_dir and settings.nats_seeds_dir.parent, "本机文件": settings.state_dir}
        return cls({title: place for title, place in places.items() if place is not None}, settings.disk_full_percent)

    @property
    def full(self) -> bool:
        """No room for packets, files and other large things."""
        return bool(self._crowded) or time.monotonic() < self._refused_until

    @property
    def reasons(self) -> list[str]:
        """Why, for people."""
        crowded = [f"{volume.title}所在磁盘已用 {volume.used_percent:.0f}%(上限 {self.limit_percent:.0f}%)" for volume in self.volumes if volume.title in self._crowded]
        refused = ["数据库因磁盘空间不足拒绝写入"] if time.monotonic() < self._refused_until else []
        return crowded + refused

    def require(self) -> None:
        """Before something large is taken in.

        Raises:
            DiskFull: there is no room.
        """
        if self.full:
            raise DiskFull

    def ran_out(self) -> None:
        """PostgreSQL has refused a write for want of space."""
        self._refused_until = time.monotonic() + REFUSED_FOR_S

    def look(self) -> None:
        """Measure now."""
        self.volumes = [volume for title, place in self._places.items() if (volume := self._measure(title, place))]
        for volume in self.volumes:
            limit = self.limit_percent - (RELIEF_PERCENT if volume.title in self._crowded else 0.0)
            if volume.used_percent > limit:
                self._crowded.add(volume.title)
            else:
                self._crowded.discard(volume.title)

    async def watch(self) -> None:
        """Measure for the life of the node; says when room ends and when there is room again."""
        said = False
        while True:
            await asyncio.to_thread(self.look)
            if self.full != said:
                said = self.full
                log.log(30 if said else 20, "disk space", full=said, reasons=self.reasons)
            await asyncio.sleep(LOOK_EVERY_S)

    def _measure(self, title: str, place: Path) -> Volume | None:
        try:
            total, used, free = self._usage(place)
        except OSError:  # not there yet, or not on this machine: there is nothing to watch
            return None
        reachable = used + free  # without what is kept for root, as df says it
        return Volume(title, place, 100.0 * used / reachable if total and reachable else 0.0, free)


def is_out_of_space(error: BaseException) -> bool:
    """Whether PostgreSQL (through SQLAlchemy or its driver) refused for want of space."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlstate", "") or "") == OUT_OF_SPACE

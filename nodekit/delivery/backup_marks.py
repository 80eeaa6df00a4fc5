"""What the backups that may still be restored hold of each channel: a sender may throw away only what all of them hold.

Whoever takes a backup writes the mark first, so that the backup contains it, notes when it was read back, and forgets the mark when the
backup is destroyed: after that, never before. Until a first backup is complete, nothing counts as kept by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from nodekit.delivery.repair_tables import backup_mark
from nodekit.delivery.tables import in_channel, out_channel


@dataclass(frozen=True, slots=True)
class Mark:
    """One backup that may be restored; without `completed_at` it is being taken, or failed half-way."""

    id: int
    taken_at: datetime
    file: str
    completed_at: datetime | None


async def list_marks(session: AsyncSession) -> list[Mark]:
    """Oldest first."""
    columns = (backup_mark.c.id, backup_mark.c.taken_at, backup_mark.c.file, backup_mark.c.completed_at)
    return [Mark(*row) for row in await session.execute(select(*columns).order_by(backup_mark.c.id))]


async def mark_backup(session: AsyncSession, at: datetime, file: str = "") -> int:
    """Note where every channel stands, just before the backup is taken; returns the mark's id for its manifest."""
    cursors = {row.src: row.cursor for row in await session.execute(select(in_channel.c.src, in_channel.c.cursor))}
    heads = {row.dst: row.head_seq for row in await session.execute(select(out_channel.c.dst, out_channel.c.head_seq))}
    row = insert(backup_mark).values(taken_at=at, cursors=cursors, heads=heads, file=file).returning(backup_mark.c.id)
    mark: int = (await session.execute(row)).scalar_one()
    return mark


async def forget_backup(session: AsyncSession, mark: int) -> bool:
    """The backup of this mark is gone and will never be restored; False if there is no such mark."""
    gone = await session.execute(delete(backup_mark).where(backup_mark.c.id == mark).returning(backup_mark.c.id))
    return gone.first() is not None


async def complete_backup(session: AsyncSession, mark: int, at: datetime) -> bool:
    """The backup of this mark was read back; False if the mark was forgotten meanwhile."""
    done = await session.execute(update(backup_mark).where(backup_mark.c.id == mark).values(completed_at=at).returning(backup_mark.c.id))
    return done.first() is not None


async def complete_restored(session: AsyncSession, at: datetime) -> None:
    """In a database just restored: the backup it came from is complete, which it could not know of itself. Its mark is the newest one in it."""
    newest = select(func.max(backup_mark.c.id)).scalar_subquery()
    await session.execute(update(backup_mark).where(backup_mark.c.id == newest, backup_mark.c.completed_at.is_(None)).values(completed_at=at))

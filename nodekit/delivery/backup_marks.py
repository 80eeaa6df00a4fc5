"""What the backups that may still be restored hold of each channel: a sender may throw away only what all of them hold.

Whoever takes a backup writes the mark first, so that the backup contains it, and forgets the mark when the backup is destroyed.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from nodekit.delivery.repair_tables import backup_mark
from nodekit.delivery.tables import in_channel


async def mark_backup(session: AsyncSession, at: datetime) -> int:
    """Note where every incoming channel stands, just before the backup is taken; returns the mark's id for its manifest."""
    cursors = {row.src: row.cursor for row in await session.execute(select(in_channel.c.src, in_channel.c.cursor))}
    row = insert(backup_mark).values(taken_at=at, cursors=cursors).returning(backup_mark.c.id)
    mark: int = (await session.execute(row)).scalar_one()
    return mark


async def forget_backup(session: AsyncSession, mark: int) -> bool:
    """The backup of this mark is gone and will never be restored; False if there is no such mark."""
    gone = await session.execute(delete(backup_mark).where(backup_mark.c.id == mark).returning(backup_mark.c.id))
    return gone.first() is not None

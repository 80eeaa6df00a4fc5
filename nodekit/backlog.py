"""How much waits to be delivered, and who has to wait when it is too much: statistics and the like, never clues, receipts or answers.

A slice names the types of its events that can wait (`Slice.optional_events`): whoever says one beyond the limit is refused, and says it later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from nodekit.errors import NodeError

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

UNDELIVERED = text("""
    SELECT (SELECT count(*) FROM (SELECT 1 FROM nodekit.outbox WHERE seq IS NULL LIMIT :most) AS waiting)
         + (SELECT coalesce(sum(head_seq - peer_cursor), 0) FROM nodekit.out_channel)
""")


class OutboxFull(NodeError):
    """Too much waits to be delivered already; what can wait has to."""

    code = "delivery.outbox_full"
    status = 503

    def __init__(self, waiting: int, most: int) -> None:
        super().__init__(
            f"待送出的事项已积压 {waiting} 件(上限 {most} 件),统计报送等可延后的事项暂不受理,未作任何改动。",
            hint="请在“节点联邦”查看哪些通道不通并尽快恢复;积压消化后自动恢复报送。线索移交、签收、反馈等不受影响。", waiting=waiting, most=most,
        )


async def undelivered(session: AsyncSession, most: int) -> int:
    """Events no other office has proved to hold, from figures and a partial index; rows without a number are counted to `most` + 1 only."""
    count: int = (await session.execute(UNDELIVERED, {"most": most + 1})).scalar_one()
    return int(count)


async def require_room(session: AsyncSession, most: int) -> None:
    """Before something optional is said.

    Raises:
        OutboxFull: more than `most` events wait.
    """
    waiting = await undelivered(session, most)
    if waiting > most:
        raise OutboxFull(waiting, most)

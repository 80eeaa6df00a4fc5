"""What a person does about events whose handlers failed for good, and about transmissions that were not acceptable.

Signing stays with the relay: a refusal is a row here, and the receipt follows from the process that holds the key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from nodekit.delivery.outbox import INBOX_CHANNEL
from nodekit.delivery.tables import inbox, quarantine
from nodekit.errors import NodeError

REFUSED_BY_OFFICER = "refused_by_officer"


class NotQuarantined(NodeError):
    """Somebody was quicker, or there is no such event."""

    code = "delivery.not_quarantined"

    def __init__(self, event_id: UUID) -> None:
        super().__init__("该事项不在隔离区,可能已由他人处理。", hint="请刷新隔离清单后再操作。", event_id=str(event_id))


@dataclass(frozen=True, slots=True)
class RejectedTransmission:
    """Bytes that were not acceptable, kept as evidence within bounds."""

    id: int
    src: str
    why: str
    size_bytes: int
    received_at: datetime


async def retry_event(session: AsyncSession, src: str, event_id: UUID) -> None:
    """Give a quarantined event to its handlers again, after the cause was mended.

    Raises:
        NotQuarantined: it is not in quarantine.
    """
    await _leave_quarantine(session, src, event_id, {"status": "delivered", "attempts": 0, "next_attempt_at": None})


async def refuse_event(session: AsyncSession, src: str, event_id: UUID, *, officer: str, reason: str, at: datetime) -> None:
    """Refuse a quarantined event for good; its sender gets a signed refusal naming the officer, not the reason text.

    Raises:
        NotQuarantined: it is not in quarantine.
    """
    changes = {"status": "refused", "code": REFUSED_BY_OFFICER, "reason": reason, "decided_by": officer, "decided_at": at}
    await _leave_quarantine(session, src, event_id, changes)


async def list_rejected(session: AsyncSession, *, limit: int = 100) -> list[RejectedTransmission]:
    """Latest unacceptable transmissions."""
    columns = (quarantine.c.id, quarantine.c.src, quarantine.c.why, quarantine.c.size_bytes, quarantine.c.received_at)
    rows = await session.execute(select(*columns).order_by(quarantine.c.id.desc()).limit(limit))
    return [RejectedTransmission(*row) for row in rows]


async def clear_rejected(session: AsyncSession, src: str) -> int:
    """Throw kept transmissions of one peer away, making room for new evidence; evidence of a stopped channel stays."""
    done = await session.execute(
        delete(quarantine).where(quarantine.c.src == src, quarantine.c.why.not_like("stopped.%")).returning(quarantine.c.id)
    )
    return len(done.all())


async def _leave_quarantine(session: AsyncSession, src: str, event_id: UUID, changes: dict[str, object]) -> None:
    where = (inbox.c.src == src, inbox.c.event_id == event_id, inbox.c.status == "quarantined")
    changed = await session.execute(update(inbox).where(*where).values(**changes).returning(inbox.c.event_id))
    if changed.first() is None:
        raise NotQuarantined(event_id)
    await session.execute(select(func.pg_notify(INBOX_CHANNEL, src)))

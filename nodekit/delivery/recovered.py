"""Events this office signed, a peer holds and the restored database did not know: shown until a person has settled each.

The protocol has them back (they stand in the outbox with their numbers); what a restore took is the business entry behind them. A
clerk reads what was sent, enters it again where it belongs, and notes that here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from nodekit.delivery.envelope import EventDoc, decode_stored_event, event_hash
from nodekit.delivery.repair_tables import recovered
from nodekit.delivery.tables import outbox
from nodekit.errors import NodeError

LISTED_MAX = 500


class NotRecovered(NodeError):
    """Somebody was quicker, or there is no such event."""

    code = "delivery.not_recovered"

    def __init__(self, event_id: UUID) -> None:
        super().__init__("该事项不在待核清单中,可能已由他人登记。", hint="请刷新清单后再操作。", event_id=str(event_id))


@dataclass(frozen=True, slots=True)
class RecoveredEvent:
    """One that waits, with what was said."""

    dst: str
    seq: int
    found_at: datetime
    event: EventDoc


@dataclass(frozen=True, slots=True)
class SettledEvent:
    """One a person has dealt with; its body may have been thrown away since."""

    dst: str
    seq: int
    type: str
    settled_at: datetime
    note: str
    pruned: bool


async def list_recovered(session: AsyncSession) -> list[RecoveredEvent]:
    """Those that wait, first to last. Their bodies are never thrown away while they do."""
    query = select(recovered, outbox.c.event_bytes).join(outbox, outbox.c.event_id == recovered.c.event_id)
    query = query.where(recovered.c.settled_at.is_(None)).order_by(recovered.c.dst, recovered.c.seq)
    return [
        RecoveredEvent(row.dst, row.seq, row.found_at, decode_stored_event(row.event_bytes, event_hash(row.event_bytes)))
        for row in await session.execute(query.limit(LISTED_MAX))
    ]


async def list_settled(session: AsyncSession) -> list[SettledEvent]:
    """Latest first."""
    columns = (recovered.c.dst, recovered.c.seq, outbox.c.type, recovered.c.settled_at, recovered.c.note, outbox.c.pruned_at.is_not(None))
    query = select(*columns).join(outbox, outbox.c.event_id == recovered.c.event_id).where(recovered.c.settled_at.is_not(None))
    return [SettledEvent(*row) for row in await session.execute(query.order_by(recovered.c.settled_at.desc()).limit(LISTED_MAX))]


async def count_recovered(session: AsyncSession) -> int:
    """How many still wait for a person."""
    return await session.scalar(select(func.count()).select_from(recovered).where(recovered.c.settled_at.is_(None))) or 0


async def settle_recovered(session: AsyncSession, event_id: UUID, *, officer: str, note: str, at: datetime) -> None:
    """A person has done what the event calls for.

    Raises:
        NotRecovered: it does not wait.
    """
    where = (recovered.c.event_id == event_id, recovered.c.settled_at.is_(None))
    done = await session.execute(update(recovered).where(*where).values(settled_at=at, settled_by=officer, note=note).returning(recovered.c.seq))
    if done.first() is None:
        raise NotRecovered(event_id)

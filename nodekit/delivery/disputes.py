"""Why channels stopped, with the evidence, and a person's way out. Nothing starts again by itself.

Lifting a stop does not decide who is right: both sides meet anew and compare everything. If the contradiction is still there, the
channel stops again with new evidence; the way out of a fork is to restore the side that is wrong from the right backup first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from nodekit.delivery.outbox import OUTBOX_CHANNEL
from nodekit.delivery.repair_tables import dispute, retired_boot
from nodekit.delivery.tables import in_channel, out_channel
from nodekit.errors import NodeError

LISTED_MAX = 200


class NotStopped(NodeError):
    """Somebody was quicker, or the channel never stopped."""

    code = "delivery.not_stopped"

    def __init__(self, peer: str) -> None:
        super().__init__("该通道没有停用,可能已由他人解除。", hint="请刷新后再操作。", peer=peer)


@dataclass(frozen=True, slots=True)
class Dispute:
    """One stop. `theirs` is the peer's signed transmission, `ours` our signed links."""

    id: int
    peer: str
    reason: str
    theirs: bytes
    ours: bytes
    found_at: datetime
    settled_at: datetime | None
    settled_by: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class CopySeen:
    """A process of a peer that had been replaced and spoke again: two copies of that office's node are alive."""

    peer: str
    boot: str
    seen_at: datetime


async def list_disputes(session: AsyncSession) -> list[Dispute]:
    """Newest first."""
    columns = (dispute.c.id, dispute.c.peer, dispute.c.reason, dispute.c.theirs, dispute.c.ours, dispute.c.found_at, dispute.c.settled_at, dispute.c.settled_by, dispute.c.note)
    return [Dispute(*row) for row in await session.execute(select(*columns).order_by(dispute.c.id.desc()).limit(LISTED_MAX))]


async def list_copies(session: AsyncSession) -> list[CopySeen]:
    """Newest first."""
    columns = (retired_boot.c.peer, retired_boot.c.boot, retired_boot.c.seen_at)
    return [CopySeen(*row) for row in await session.execute(select(*columns).order_by(retired_boot.c.seen_at.desc()).limit(LISTED_MAX))]


async def lift_stop(session: AsyncSession, peer: str, *, officer: str, note: str, at: datetime) -> list[str]:
    """Let the channel with `peer` try again, both ways; returns why it had stopped.

    Raises:
        NotStopped: it has not.
    """
    reasons: list[str] = []
    for table, column in ((out_channel, out_channel.c.dst), (in_channel, in_channel.c.src)):
        stopped = (column == peer, table.c.stopped_reason.is_not(None))
        reasons += await session.scalars(select(table.c.stopped_reason).where(*stopped).with_for_update())
        await session.execute(update(table).where(*stopped).values(stopped_reason=None, stopped_at=None))
    if not reasons:
        raise NotStopped(peer)
    settled = {"settled_at": at, "settled_by": officer, "note": note}
    await session.execute(update(dispute).where(dispute.c.peer == peer, dispute.c.settled_at.is_(None)).values(**settled))
    await session.execute(select(func.pg_notify(OUTBOX_CHANNEL, peer)))
    return sorted(set(reasons))

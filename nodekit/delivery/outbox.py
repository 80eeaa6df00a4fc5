"""The only way out of a unit of work: an outbox row in the transaction that changed the business rows.

No number is given here and no lock is taken, so two officers never wait for each other. The notification is sent by
PostgreSQL when, and only when, the transaction commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from nodekit.db.bulk import driver_of
from nodekit.delivery.envelope import event_hash
from nodekit.delivery.tables import handled, inbox, outbox

OUTBOX_CHANNEL, INBOX_CHANNEL = "nodekit_outbox", "nodekit_inbox"
CLAIM_MANY = """
    INSERT INTO nodekit.handled (handler, origin, event_id, handled_at)
    SELECT t.handler, t.origin, t.event_id, $1 FROM unnest($2::text[], $3::text[], $4::uuid[]) AS t(handler, origin, event_id)
    ON CONFLICT DO NOTHING RETURNING handler, origin, event_id
"""


@dataclass(frozen=True, slots=True)
class OutgoingEvent:
    """One event to say. `raw` is what `encode_event` made; the other fields repeat its header."""

    id: UUID
    src: str
    dst: str
    type: str
    agg: str
    raw: bytes
    created_at: datetime
    trace: str | None = None


async def enqueue(session: AsyncSession, doc: OutgoingEvent) -> None:
    """Say `doc` when this transaction commits. To the office itself it is delivered at once, link or no link."""
    if doc.src == doc.dst:
        await _deliver_locally(session, doc)
        return
    row = insert(outbox).values(
        event_id=doc.id, dst=doc.dst, event_bytes=doc.raw, type=doc.type, agg=doc.agg, created_at=doc.created_at, trace=doc.trace
    )
    await session.execute(row)
    await session.execute(select(func.pg_notify(OUTBOX_CHANNEL, doc.dst)))


async def _deliver_locally(session: AsyncSession, doc: OutgoingEvent) -> None:
    row = insert(inbox).values(
        src=doc.src, event_id=doc.id, eh=event_hash(doc.raw), type=doc.type, agg=doc.agg, event_bytes=doc.raw, status="delivered",
        code="", reason="", decided_by="", attempts=0, received_at=doc.created_at,
    )
    await session.execute(row)
    await session.execute(select(func.pg_notify(INBOX_CHANNEL, doc.src)))


async def mark_signed(session: AsyncSession, event_id: UUID, at: datetime) -> None:
    """A person at the recipient has signed for what this event carried (签收); told by a business event."""
    await session.execute(update(outbox).where(outbox.c.event_id == event_id, outbox.c.signed_at.is_(None)).values(signed_at=at))


async def claim(session: AsyncSession, *, handler: str, origin: str, event_id: UUID | str, at: datetime) -> bool:
    """Take an event for one handler, once for ever: False if this handler has had it. Undone if the transaction is."""
    row = upsert(handled).values(handler=handler, origin=origin, event_id=UUID(str(event_id)), handled_at=at)
    taken = await session.execute(row.on_conflict_do_nothing().returning(handled.c.event_id))
    return taken.first() is not None


async def claim_many(session: AsyncSession, claims: Sequence[tuple[str, str, UUID]], at: datetime) -> set[tuple[str, str, UUID]]:
    """`claim` for many (handler, origin, event id) in one statement; returns those that were free."""
    if not claims:
        return set()
    names, origins, ids = (list(column) for column in zip(*claims, strict=True))
    driver = await driver_of(session)
    return set(map(tuple, await driver.fetch(CLAIM_MANY, at, names, origins, ids)))

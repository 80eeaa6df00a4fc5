"""Chunks as the rest of the node uses them: put in what an officer attaches, read out what he downloads, see how far an arriving event is.

Only ciphertext passes here. A chunk is written once and never changed; whoever refers to it knows its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from nodekit.delivery.blob_tables import chunk, chunk_need
from nodekit.delivery.core.blob import BLOB_GONE, BLOB_MISSING, chunk_hash, chunks_of
from nodekit.delivery.envelope import decode_stored_event
from nodekit.delivery.outbox import INBOX_CHANNEL
from nodekit.delivery.repair_tables import prior
from nodekit.delivery.tables import in_link, inbox, outbox
from nodekit.errors import NodeError


class NotGone(NodeError):
    """There is still hope, or nothing is waiting."""

    code = "delivery.attachment_not_gone"

    def __init__(self) -> None:
        super().__init__("该事项的附件并非全部确认缺失,不能放弃等待。", hint="请等待附件继续接收;对方答复“已无此附件”后再办理。")


@dataclass(frozen=True, slots=True)
class Arriving:
    """An event that waits for its attachments. `held` of `total` chunks are here; `gone` of the others the sender has not any more."""

    src: str
    event_id: UUID
    type: str
    received_at: datetime
    held: int
    total: int
    gone: int


@dataclass(frozen=True, slots=True)
class Leaving:
    """Attachments of an event of ours. `missing` chunks are not here (any more): if the receiver lacks them too, they are gone."""

    total: int
    missing: int


async def put_chunk(session: AsyncSession, data: bytes, at: datetime) -> str:
    """Keep one chunk of ciphertext; returns its name."""
    name = chunk_hash(data)
    await session.execute(upsert(chunk).values(hash=name, bytes=data, stored_at=at).on_conflict_do_nothing())
    return name


async def get_chunk(session: AsyncSession, name: str) -> bytes | None:
    data: bytes | None = await session.scalar(select(chunk.c.bytes).where(chunk.c.hash == name))
    return data


async def missing_of(session: AsyncSession, names: Sequence[str]) -> int:
    """How many of these are not here."""
    held = await session.scalar(select(func.count()).select_from(chunk).where(chunk.c.hash.in_(list(names))))
    return len(set(names)) - (held or 0)


async def arriving(session: AsyncSession, *, limit: int = 50) -> list[Arriving]:
    """Events held for their attachments, oldest first."""
    needs = (
        select(chunk_need.c.peer, chunk_need.c.event_id, func.count().label("missing"), func.count(chunk_need.c.gone_at).label("gone"))
        .where(~chunk_need.c.own).group_by(chunk_need.c.peer, chunk_need.c.event_id).subquery()
    )
    rows = await session.execute(
        select(inbox.c.src, inbox.c.event_id, inbox.c.type, inbox.c.received_at, needs.c.missing, needs.c.gone, in_link.c.event_bytes, inbox.c.eh)
        .join(needs, (needs.c.peer == inbox.c.src) & (needs.c.event_id == inbox.c.event_id))
        .join(in_link, (in_link.c.src == inbox.c.src) & (in_link.c.seq == inbox.c.seq))
        .where(inbox.c.status == "held", inbox.c.reason == BLOB_MISSING).order_by(inbox.c.arrival).limit(limit)
    )
    found = []
    for row in rows:
        total = len(chunks_of(decode_stored_event(row.event_bytes, row.eh).blobs))
        found.append(Arriving(row.src, row.event_id, row.type, row.received_at, total - row.missing, total, row.gone))
    return found


async def leaving(session: AsyncSession, event_id: UUID) -> Leaving:
    """What an outgoing event has attached."""
    row = (await session.execute(select(outbox.c.event_bytes).where(outbox.c.event_id == event_id))).first()
    names = chunks_of(decode_stored_event(row.event_bytes, "").blobs) if row else []
    return Leaving(len(names), await missing_of(session, names) if names else 0)


async def give_up(session: AsyncSession, src: str, event_id: UUID, *, officer: str, reason: str, at: datetime) -> None:
    """End the waiting for chunks the sender has not any more: the event is refused, with a signed receipt, as `blob_gone`.

    If this office accepted it before a restore, what it signed stands: the event is applied without them.

    Raises:
        NotGone: it does not wait, or something is not yet said to be gone.
    """
    row = (await session.execute(
        select(inbox.c.seq).where(inbox.c.src == src, inbox.c.event_id == event_id, inbox.c.status == "held", inbox.c.reason == BLOB_MISSING).with_for_update()
    )).first()
    needs = (chunk_need.c.peer == src, ~chunk_need.c.own, chunk_need.c.event_id == event_id)
    gone = (await session.execute(select(func.count(), func.count(chunk_need.c.gone_at)).where(*needs))).one()
    if row is None or not gone[0] or gone[0] != gone[1]:
        raise NotGone
    where = (inbox.c.src == src, inbox.c.event_id == event_id)
    accepted = await session.scalar(select(prior.c.status).where(prior.c.src == src, prior.c.seq == row.seq))
    if accepted == "accepted":
        await session.execute(update(chunk_need).where(*needs).values(given_up=True))
        await session.execute(update(inbox).where(*where).values(status="delivered", reason="", next_attempt_at=None))
    else:
        await session.execute(delete(chunk_need).where(*needs))
        await session.execute(update(inbox).where(*where).values(status="refused", code=BLOB_GONE, reason=reason, decided_by=officer, decided_at=at))
    await session.execute(select(func.pg_notify(INBOX_CHANNEL, src)))

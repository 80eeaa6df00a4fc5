"""导入数据包: verify, store what continues the channel, close what receipts decide, learn where the partner stands. Handlers run afterwards, as ever.

The rules are those of a packet (docs/architecture/delivery.md) without a session; what a session protects against, the line does. Repeats change
nothing. Never: a second link for a number, a number out of order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.link import Link, channel_name, genesis
from nodekit.delivery.core.receipt import Receipt
from nodekit.delivery.envelope import EventDoc
from nodekit.delivery.ledger import STOP_LABELS
from nodekit.delivery.outbox import INBOX_CHANNEL
from nodekit.parcels.errors import ChannelStopped, ParcelDamaged, ParcelForAnother, ParcelFromOldLine, ParcelGap
from nodekit.parcels.form import Head, Parcel, Run, Statement, open_parcel, read_head
from nodekit.parcels.standing import Standing, keep, standing_with
from nodekit.parcels.tables import parcel

if TYPE_CHECKING:
    from nodekit.delivery.pg_store import PgStore
    from nodekit.unit_of_work import UnitOfWork

EVIDENCE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file changed. `stopped` is a reason code when two signed facts contradict each other: the channel stands still now."""

    peer: str
    number: int
    events: int
    receipts: int
    repeated: bool = False
    stopped: str = ""
    behind: int = 0
    """The partner holds our numbers up to here, but this database does not know them: it was restored."""


async def take_parcel(uow: UnitOfWork, store: PgStore, data: bytes, *, media: str = "") -> Taken:
    """Take one file.

    Raises:
        ParcelDamaged, ParcelForAnother, ParcelFromOldLine, ParcelGap, ChannelStopped: nothing was changed; each says what to do.
    """
    content = _opened(uow, data)
    head, digest = content.head, hashlib.sha256(data).hexdigest()
    standing = await standing_with(uow.session, head.src)
    if head.line in standing.retired:
        raise ParcelFromOldLine
    seen = await uow.session.scalar(select(func.count()).select_from(parcel).where(parcel.c.way == "in", parcel.c.digest == digest))
    if seen:
        return Taken(head.src, head.number, 0, 0, repeated=True)
    channel = await store.in_channel(head.src)
    if channel.stopped:
        raise ChannelStopped(STOP_LABELS.get(channel.stopped, channel.stopped))
    now = uow.now.timestamp()
    stored, reason = await _store_runs(uow, store, content, now)
    decided = 0
    if not reason:
        decided, reason = await _finish(store, content.receipts, head.src)
    behind = 0
    if reason:
        await _stop(store, head.src, reason, data, now)
    else:
        standing = _known_line(standing, head)
        behind, reason = await _learn(uow, store, standing, content.statement)
        if reason:
            await _stop(store, head.src, reason, data, now)
    await _note(uow, head, digest, content, media)
    await uow.audit("parcels.taken", subject=digest, peer=head.src, number=head.number, events=stored, receipts=decided, stopped=reason)
    if stored:
        await uow.session.execute(select(func.pg_notify(INBOX_CHANNEL, head.src)))
    return Taken(head.src, head.number, stored, decided, stopped=reason, behind=behind)


def _opened(uow: UnitOfWork, data: bytes) -> Parcel:
    try:
        head = read_head(data)
        if head.dst != uow.office:
            raise ParcelForAnother(uow.node.directory.name(head.dst))
        return open_parcel(data, keyring=uow.node.keyring, sealer=uow.node.sealer)
    except Reject as reject:
        raise ParcelDamaged(reject.code) from reject


async def _store_runs(uow: UnitOfWork, store: PgStore, content: Parcel, now: float) -> tuple[int, str]:
    """(links stored, reason to stop)."""
    src = content.head.src
    channel = await store.in_channel(src)
    cursor, prev = channel.cursor, channel.hash or genesis(channel_name(src, uow.office), uow.node.keyring)
    links: list[Link] = []
    events: list[EventDoc] = []
    for run in content.runs:
        if run.first > cursor + 1:
            raise ParcelGap(cursor + 1, run.first - 1)
        if await _contradicts(uow, store, src, run, (cursor, prev)):
            return 0, "fork"
        if run.last > cursor:
            links += run.links[cursor + 1 - run.first :]
            events += run.events[cursor + 1 - run.first :]
            cursor, prev = run.last, run.links[-1].lh
    if links:
        await store.ingest(src, channel.cursor, links, events, now)
    return len(links), ""


async def _contradicts(uow: UnitOfWork, store: PgStore, src: str, run: Run, end: tuple[int, str]) -> bool:
    """Whether the run says something else than what is held, for a number both have."""
    cursor, prev = end
    if run.first == cursor + 1:
        return run.prev != prev
    common = min(run.last, cursor)
    ours = prev if common == cursor else await store.in_hash(src, common)
    before = genesis(channel_name(src, uow.office), uow.node.keyring) if run.first == 1 else await store.in_hash(src, run.first - 1)
    return ours != run.links[common - run.first].lh or before != run.prev


async def _finish(store: PgStore, receipts: Sequence[Receipt], peer: str) -> tuple[int, str]:
    """(numbers decided, reason to stop)."""
    decided = 0
    hashes = await store.out_hashes(peer, {span.last for receipt in receipts for span in receipt.spans})
    for receipt in receipts:
        if any(hashes.get(span.last) not in {span.lh, None} for span in receipt.spans):
            return decided, "receipt_for_unknown_link"
        if any(span.last not in hashes for span in receipt.spans):
            continue  # of a number lost here in a restore; it comes again with the number
        if await store.finish(peer, receipt):
            return decided, "receipt_contradicts"
        decided += sum(span.last - span.first + 1 for span in receipt.spans)
    return decided, ""


def _known_line(standing: Standing, head: Head) -> Standing:
    """A new line of the partner ends its former one: what is still on the way under that name will be refused."""
    if head.line == standing.their_line:
        return replace(standing, their_last=max(standing.their_last, head.number))
    retired = (*standing.retired, standing.their_line) if standing.their_line else standing.retired
    return replace(standing, their_line=head.line, their_last=head.number, retired=retired)


async def _learn(uow: UnitOfWork, store: PgStore, standing: Standing, said: Statement) -> tuple[int, str]:
    """What the partner holds of ours: (number we do not know, reason to stop)."""
    peer = standing.peer
    out = await store.out_channel(peer)
    behind, reason = 0, ""
    if said.cursor > out.head:
        behind = said.cursor
        standing = replace(standing, confirmed=False)
    elif said.cursor and (await store.out_hashes(peer, (said.cursor,))).get(said.cursor) != said.hash:
        reason = "fork"
    else:
        await store.advance_peer_cursor(peer, said.cursor)
        standing = replace(standing, confirmed=standing.confirmed or said.line == standing.our_line, wanted=said.want)
        mine = (parcel.c.way == "out", parcel.c.peer == peer, parcel.c.line == said.line, parcel.c.number <= said.taken, parcel.c.acknowledged_at.is_(None))
        await uow.session.execute(update(parcel).where(*mine).values(acknowledged_at=uow.now))
    await keep(uow.session, standing)
    return behind, reason


async def _stop(store: PgStore, peer: str, reason: str, data: bytes, now: float) -> None:
    """Two signed facts contradict each other: keep the evidence, stand still, let people decide."""
    await store.quarantine(peer, f"stopped.{reason}", data[:EVIDENCE_BYTES], now)
    await (store.stop_in if reason == "fork" else store.stop_out)(peer, reason, now)


async def _note(uow: UnitOfWork, head: Head, digest: str, content: Parcel, media: str) -> None:
    first = content.runs[0].first if content.runs else content.statement.head + 1
    last = content.runs[-1].last if content.runs else content.statement.head
    await uow.session.execute(insert(parcel).values(
        way="in", peer=head.src, line=head.line, number=head.number, digest=digest, first=first, last=last, receipts=len(content.receipts),
        media=media, carrier="", officer=uow.officer.name if uow.officer else "系统", at=uow.now,
    ))

"""导出数据包: number what waits for an office without a link, and put links, events, receipts and our statement into one file.

Numbers are given here only to offices the settings call offline, only while their line is confirmed, and never beside the relay
(standing.exclusively): for one number there is one link, whichever way it travels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import false, func, insert, or_, select, true

from nodekit.delivery.core.flow import cut
from nodekit.delivery.core.limits import PACKET_BYTES_MAX, RUN_EVENTS_MAX
from nodekit.delivery.core.link import channel_name, genesis, sign_run, signature_text, vouch
from nodekit.delivery.core.receipt import vouch_receipt
from nodekit.delivery.core.store import SentLink, Unnumbered
from nodekit.delivery.envelope import decode_stored_event, event_hash, instant_text
from nodekit.delivery.ledger import STOP_LABELS
from nodekit.delivery.tables import inbox, outbox, receipt
from nodekit.parcels import form
from nodekit.parcels.errors import ChannelStopped, NothingToPack
from nodekit.parcels.form import Head, Run, Statement, seal_parcel
from nodekit.parcels.standing import Standing, keep, standing_with
from nodekit.parcels.tables import parcel

if TYPE_CHECKING:
    from nodekit.delivery.pg_store import PgStore
    from nodekit.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Carrying:
    """On what and by whom the file travels (C.18: every step of a medium is written down)."""

    media: str
    carrier: str


@dataclass(frozen=True, slots=True)
class Packed:
    """One file. `left` events did not fit and go into the next one; `unnumbered` wait for the partner's confirmation."""

    data: bytes
    name: str
    events: int
    receipts: int
    left: bool
    unconfirmed: bool


async def make_parcel(uow: UnitOfWork, store: PgStore, peer: str, carrying: Carrying, *, again_from: int = 0) -> Packed:
    """What `peer` is not known to hold, from `again_from` if it asked for that.

    Raises:
        UnknownOffice, PeerKeyChanged: nobody to seal to. ChannelStopped, NothingToPack: with what to do.
    """
    uow.node.directory.office(peer)
    channel = await store.out_channel(peer)
    if channel.stopped:
        raise ChannelStopped(STOP_LABELS.get(channel.stopped, channel.stopped))
    standing = await standing_with(uow.session, peer)
    if peer in uow.node.settings.offline_offices and standing.confirmed:
        await _number(uow, store, peer)
        channel = await store.out_channel(peer)
    first = again_from or channel.peer_cursor + 1
    if not 1 <= first <= channel.head + 1:
        raise NothingToPack(first, channel.head)
    runs = await _runs(uow, store, peer, first)
    receipts = await _receipts(uow, peer, standing)
    head = Head(uow.office, peer, standing.our_line, standing.our_count + 1, instant_text(uow.now))
    data = seal_parcel(head, runs, receipts, await _statement(uow, store, standing), keyring=uow.node.keyring, sealer=uow.node.sealer)
    last = runs[-1].last if runs else channel.head
    await keep(uow.session, replace(standing, our_count=head.number))
    await _note(uow, head, data, (runs[0].first if runs else last + 1, last, len(receipts)), carrying)
    name = f"parcel-{uow.office}-{peer}-{head.number}.ldp"
    await uow.audit("parcels.packed", subject=name, peer=peer, first=first, last=last, media=carrying.media)
    return Packed(data, name, sum(len(run.links) for run in runs), len(receipts), last < channel.head, not standing.confirmed)


async def _number(uow: UnitOfWork, store: PgStore, peer: str) -> None:
    """As the relay would, in the order of commits, in runs that also fit a packet."""
    while rows := await _waiting(uow, peer):
        channel = await store.out_channel(peer)
        name = channel_name(uow.office, peer)
        events = [(row.event_id, event_hash(row.raw)) for row in rows]
        links = sign_run(name, channel.head, channel.head_hash or genesis(name, uow.node.keyring), events, uow.node.keyring)
        await store.number(peer, channel.head, [row.row for row in rows], links)


async def _waiting(uow: UnitOfWork, peer: str) -> list[Unnumbered]:
    """The next run."""
    columns = (outbox.c.id, outbox.c.event_id, outbox.c.event_bytes, outbox.c.trace)
    query = select(*columns).where(outbox.c.dst == peer, outbox.c.seq.is_(None), outbox.c.voided_at.is_(None)).order_by(outbox.c.id).limit(RUN_EVENTS_MAX)
    rows = [Unnumbered(row.id, str(row.event_id), peer, row.event_bytes, row.trace) for row in await uow.session.execute(query)]
    size, fitting = 0, 0
    for row in rows:
        size += len(row.raw)
        if fitting and size > PACKET_BYTES_MAX:
            break
        fitting += 1
    return rows[:fitting]


async def _runs(uow: UnitOfWork, store: PgStore, peer: str, first: int) -> list[Run]:
    """Whole signed runs from `first` on, within the limits of a file."""
    runs: list[Run] = []
    events, size = 0, 0
    prev = (await store.out_hashes(peer, (first - 1,))).get(first - 1) if first > 1 else genesis(channel_name(uow.office, peer), uow.node.keyring)
    while prev is not None and (links := cut(await store.sent_links(peer, first, RUN_EVENTS_MAX, PACKET_BYTES_MAX))):
        events, size = events + len(links), size + sum(len(item.raw) for item in links)
        if runs and (events > form.EVENTS_MAX or size > form.EVENT_BYTES_MAX):
            break
        runs.append(_run(uow, peer, prev, links))
        first, prev = runs[-1].last + 1, links[-1].link.lh
    return runs


def _run(uow: UnitOfWork, peer: str, prev: str, links: list[SentLink]) -> Run:
    last = links[-1].link
    by, signature = vouch(channel_name(uow.office, peer), links[-2].link.lh if len(links) > 1 else prev, last, uow.node.keyring)
    signed = [*(item.link for item in links[:-1]), replace(last, sig=signature_text(last.kid, by, signature))]
    return Run(prev, signed, [decode_stored_event(item.raw, item.link.eh) for item in links])


async def _receipts(uow: UnitOfWork, peer: str, standing: Standing) -> list[tuple[bytes, str, str]]:
    """Ours that the partner lacks: those it asked for, then those signed since it last showed that a parcel of ours had arrived."""
    mine = select(receipt.c.document, receipt.c.kid, receipt.c.sig).where(receipt.c.peer == peer, receipt.c.issued == "ours")
    asked = [inbox.c.seq.between(first, last) for first, last in standing.wanted]
    names = select(inbox.c.receipt).where(inbox.c.src == peer, or_(false(), *asked))
    acknowledged = select(func.max(parcel.c.at)).where(
        parcel.c.way == "out", parcel.c.peer == peer, parcel.c.line == standing.our_line, parcel.c.acknowledged_at.is_not(None),
    )
    since = await uow.session.scalar(acknowledged)
    later = receipt.c.kept_at >= since if since is not None else true()
    rows = await uow.session.execute(mine.where(or_(receipt.c.rh.in_(names), later)).order_by(receipt.c.kept_at).limit(form.RECEIPTS_MAX))
    return [vouch_receipt((row.document, row.kid, row.sig), uow.node.keyring) for row in rows]


async def _statement(uow: UnitOfWork, store: PgStore, standing: Standing) -> Statement:
    peer = standing.peer
    inc, out = await store.in_channel(peer), await store.out_channel(peer)
    return Statement(
        inc.cursor, inc.hash or genesis(channel_name(peer, uow.office), uow.node.keyring),
        out.head, out.head_hash or genesis(channel_name(uow.office, peer), uow.node.keyring),
        standing.their_line, standing.their_last, tuple(_spans(await store.unfinished(peer, 0, out.head, form.EVENTS_MAX)))[: form.WANTED_SPANS_MAX],
    )


def _spans(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbours joined."""
    spans: list[tuple[int, int]] = []
    for number in numbers:
        if spans and spans[-1][1] + 1 == number:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return spans


async def _note(uow: UnitOfWork, head: Head, data: bytes, content: tuple[int, int, int], carrying: Carrying) -> None:
    first, last, receipts = content
    await uow.session.execute(insert(parcel).values(
        way="out", peer=head.dst, line=head.line, number=head.number, digest=hashlib.sha256(data).hexdigest(), first=first, last=last, receipts=receipts,
        media=carrying.media, carrier=carrying.carrier, officer=uow.officer.name if uow.officer else "系统", at=uow.now,
    ))

# ruff: noqa: ARG002  the contract hands over more than a dictionary needs
"""The store in memory: for the simulator and for unit tests of the protocol. Same contract as PostgreSQL's.

Rows are immutable, so a transaction is a shallow copy of the tables: `begin()` gives a working copy, `commit(copy)` makes
it the truth, dropping it is a rollback, and keeping an old one is a backup.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nodekit.delivery.core.limits import (
    QUARANTINE_BYTES_MAX,
    QUARANTINE_EXCERPT_BYTES,
    QUARANTINE_ROWS_MAX,
    RETIRED_MAX,
    RETRY_CAP_S,
)
from nodekit.delivery.core.link import Link
from nodekit.delivery.core.receipt import FINAL, Receipt, Span
from nodekit.delivery.core.store import (
    HeldLink,
    InChannel,
    OutChannel,
    Prior,
    ReadyEvent,
    SentLink,
    Settlement,
    StoreBroken,
    Unnumbered,
)
from nodekit.delivery.core.wire import State
from nodekit.delivery.envelope import EventDoc
from nodekit.delivery.memory_blobs import MemoryBlobStore, Need

COUNT_MAX = 1000


@dataclass(frozen=True, slots=True)
class OutboxRow:
    row: int
    event: EventDoc
    seq: int | None = None
    final: str | None = None
    code: str = ""
    rh: str | None = None


@dataclass(frozen=True, slots=True)
class InboxRow:
    arrival: int
    event: EventDoc
    seq: int | None
    lh: str | None
    status: str = "delivered"
    code: str = ""
    text: str = ""
    by: str = ""
    attempts: int = 0
    next_attempt_at: float | None = None
    decided_at: float | None = None
    rh: str | None = None


@dataclass
class Tables:
    """Everything one office's database holds for delivery."""

    outbox: dict[int, OutboxRow] = field(default_factory=dict)
    out_channels: dict[str, OutChannel] = field(default_factory=dict)
    out_links: dict[tuple[str, int], tuple[Link, int]] = field(default_factory=dict)
    in_channels: dict[str, InChannel] = field(default_factory=dict)
    in_links: dict[tuple[str, int], Link] = field(default_factory=dict)
    in_events: dict[tuple[str, int], EventDoc] = field(default_factory=dict)
    inbox: dict[tuple[str, str], InboxRow] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    heard: dict[str, tuple[State, float]] = field(default_factory=dict)
    quarantined: dict[str, tuple[tuple[str, bytes], ...]] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)
    priors: dict[tuple[str, int], Prior] = field(default_factory=dict)
    recovered: dict[tuple[str, int], str] = field(default_factory=dict)
    retired: dict[tuple[str, str], bytes] = field(default_factory=dict)
    disputes: tuple[tuple[str, str, bytes, bytes], ...] = ()
    marks: dict[int, dict[str, int]] = field(default_factory=dict)
    chunks: dict[str, bytes] = field(default_factory=dict)
    needs: dict[tuple[str, bool, str, str], Need] = field(default_factory=dict)

    def copy(self) -> Tables:
        fields: dict[str, Any] = {name: getattr(self, name) for name in self.__dataclass_fields__}
        copied: dict[str, Any] = {name: dict(value) if isinstance(value, dict) else value for name, value in fields.items()}
        return type(self)(**copied)


class MemoryStore(MemoryBlobStore):
    """`Store` over one copy of the tables."""

    def __init__(self, tables: Tables | None = None) -> None:
        self.tables = tables or Tables()

    def begin(self) -> MemoryStore:
        return type(self)(self.tables.copy())

    def commit(self, working: MemoryStore) -> None:
        self.tables = working.tables

    def put_outgoing(self, event: EventDoc) -> None:
        """Commit one event, as a unit of work would; to the office itself it is delivered at once."""
        if event.src == event.dst:
            row = InboxRow(len(self.tables.inbox) + 1, event, None, None)
            self.tables.inbox.setdefault((event.src, event.id), row)
        else:
            number = len(self.tables.outbox) + 1
            self.tables.outbox[number] = OutboxRow(number, event)

    # --- sending half

    async def peers(self) -> list[str]:
        return sorted(set(self.tables.out_channels) | set(self.tables.in_channels) | set(self.tables.heard))

    async def out_channel(self, dst: str) -> OutChannel:
        return self.tables.out_channels.get(dst, OutChannel())

    async def unnumbered(self, limit: int, skip: Collection[str]) -> list[Unnumbered]:
        rows = [row for row in self.tables.outbox.values() if row.seq is None and row.event.dst not in skip]
        return [Unnumbered(row.row, row.event.id, row.event.dst, row.event.raw, row.event.tp) for row in rows[:limit]]

    async def number(self, dst: str, head: int, rows: Sequence[int], links: Sequence[Link]) -> None:
        channel = await self.out_channel(dst)
        if channel.head != head or [link.seq for link in links] != list(range(head + 1, head + 1 + len(rows))):
            raise StoreBroken(f"head of the channel to {dst} is {channel.head}, not {head}")
        for row, link in zip(rows, links, strict=True):
            self.tables.outbox[row] = replace(self.tables.outbox[row], seq=link.seq)
            self.tables.out_links[dst, link.seq] = (link, row)
        self.tables.out_channels[dst] = replace(channel, head=links[-1].seq, head_hash=links[-1].lh)

    async def sent_links(self, dst: str, first: int, count_max: int, bytes_max: int) -> list[SentLink]:
        found: list[SentLink] = []
        size = 0
        for seq in range(first, first + count_max):
            if (dst, seq) not in self.tables.out_links:
                break
            link, row = self.tables.out_links[dst, seq]
            event = self.tables.outbox[row].event
            size += len(event.raw)
            if found and size > bytes_max:
                break
            found.append(SentLink(link, event.raw, event.tp))
        return found

    async def out_hashes(self, dst: str, seqs: Collection[int]) -> dict[int, str]:
        return {seq: self.tables.out_links[dst, seq][0].lh for seq in seqs if (dst, seq) in self.tables.out_links}

    async def advance_peer_cursor(self, dst: str, cursor: int) -> None:
        channel = await self.out_channel(dst)
        self.tables.out_channels[dst] = replace(channel, peer_cursor=max(channel.peer_cursor, cursor))

    async def unfinished(self, dst: str, after: int, up_to: int, limit: int) -> list[int]:
        seqs = (seq for seq in range(after + 1, up_to + 1) if (dst, seq) in self.tables.out_links)
        return [seq for seq in seqs if self.tables.outbox[self.tables.out_links[dst, seq][1]].final is None][:limit]

    async def finish(self, dst: str, receipt: Receipt) -> list[Span]:
        self.tables.receipts.setdefault(receipt.rh, receipt)
        contradicted = []
        for span in receipt.spans:
            for seq in range(span.first, span.last + 1):
                _, number = self.tables.out_links[dst, seq]
                row = self.tables.outbox[number]
                if row.final is None:
                    self.tables.outbox[number] = replace(row, final=span.status, code=span.code, rh=receipt.rh)
                elif row.final != span.status:
                    contradicted.append(span)
        return contradicted

    async def heard_state(self, peer: str, state: State, data: bytes, now: float) -> None:
        self.tables.heard[peer] = (state, now)

    async def stop_out(self, dst: str, reason: str, now: float) -> None:
        self.tables.out_channels[dst] = replace(await self.out_channel(dst), stopped=reason)

    async def undecided(self, src: str) -> tuple[int, int]:
        states = [row.status for (origin, _), row in self.tables.inbox.items() if origin == src]
        return min(COUNT_MAX, states.count("delivered") + states.count("held")), min(COUNT_MAX, states.count("quarantined"))

    async def held_links(self, src: str, seqs: Collection[int]) -> list[HeldLink]:
        return [self._held(src, self.tables.in_links[src, seq]) for seq in sorted(seqs) if (src, seq) in self.tables.in_links]

    async def receipts(self, rhs: Collection[str]) -> list[tuple[bytes, str, str]]:
        return [(receipt.document, receipt.kid, receipt.sig) for rh in sorted(rhs) if (receipt := self.tables.receipts.get(rh))]

    async def receipts_for(self, dst: str, first: int, last: int) -> list[tuple[bytes, str, str]]:
        rows = (self.tables.outbox[self.tables.out_links[dst, seq][1]] for seq in range(first, last + 1) if (dst, seq) in self.tables.out_links)
        return await self.receipts({row.rh for row in rows if row.rh})

    async def held_run(self, src: str, first: int, count_max: int, bytes_max: int) -> list[SentLink]:
        found: list[SentLink] = []
        size = 0
        for seq in range(first, first + count_max):
            if (src, seq) not in self.tables.in_links:
                break
            raw = self.tables.in_events[src, seq].raw
            size += len(raw)
            if found and size > bytes_max:
                break
            found.append(SentLink(self.tables.in_links[src, seq], raw, None))
        return found

    async def recover(self, dst: str, head: int, links: Sequence[Link], events: Sequence[EventDoc], now: float) -> None:
        unnumbered = {row.event.id: row for row in self.tables.outbox.values() if row.seq is None}
        rows = []
        for link, event in zip(links, events, strict=True):
            known = unnumbered.get(event.id)
            if known is None:
                known = OutboxRow(len(self.tables.outbox) + 1, event)
                self.tables.outbox[known.row] = known
                self.tables.recovered[dst, link.seq] = event.id
            elif known.event.eh != event.eh:
                raise StoreBroken(f"event {event.id} to {dst} stands for other bytes")
            rows.append(known.row)
        await self.number(dst, head, rows, links)

    async def dispute(self, peer: str, reason: str, theirs: bytes, ours: bytes, now: float) -> None:
        self.tables.disputes = (*self.tables.disputes, (peer, reason, theirs, ours))

    async def disputed(self, peer: str, document: bytes) -> bool:
        return any(name == peer and document in theirs for name, _, theirs, _ in self.tables.disputes)

    async def retire(self, peer: str, boot: str, evidence: bytes, now: float) -> None:
        self.tables.retired.setdefault((peer, boot), evidence)

    async def retired(self, peer: str) -> list[str]:
        return [boot for name, boot in self.tables.retired if name == peer][-RETIRED_MAX:]

    async def durable(self, src: str) -> int:
        return min((cursors.get(src, 0) for cursors in self.tables.marks.values()), default=0)

    # --- receiving half

    async def in_channel(self, src: str) -> InChannel:
        return self.tables.in_channels.get(src, InChannel())

    async def in_hash(self, src: str, seq: int) -> str | None:
        link = self.tables.in_links.get((src, seq))
        return link.lh if link else None

    async def ingest(self, src: str, cursor: int, links: Sequence[Link], events: Sequence[EventDoc], now: float) -> None:
        channel = await self.in_channel(src)
        if channel.cursor != cursor or [link.seq for link in links] != list(range(cursor + 1, cursor + 1 + len(events))):
            raise StoreBroken(f"cursor of the channel from {src} is {channel.cursor}, not {cursor}")
        for link, event in zip(links, events, strict=True):
            self.tables.in_links[src, link.seq] = link
            self.tables.in_events[src, link.seq] = event
            if not self._known(src, event):
                self.tables.inbox[src, event.id] = InboxRow(len(self.tables.inbox) + 1, event, link.seq, link.lh)
        self.tables.in_channels[src] = replace(channel, cursor=links[-1].seq, hash=links[-1].lh)

    async def stop_in(self, src: str, reason: str, now: float) -> None:
        self.tables.in_channels[src] = replace(await self.in_channel(src), stopped=reason)

    async def ready(self, now: float, limit: int) -> list[ReadyEvent]:
        blocked: set[tuple[str, str]] = set()
        found: list[ReadyEvent] = []
        for (src, _), row in sorted(self.tables.inbox.items(), key=lambda item: item[1].arrival):
            aggregate = (src, row.event.agg)
            if row.status == "delivered" and _due(row.next_attempt_at, now) and aggregate not in blocked:
                found.append(ReadyEvent(row.arrival, src, row.seq, row.lh, row.attempts, row.event))
            elif row.status not in FINAL:
                blocked.add(aggregate)
        return found[:limit]

    async def postpone(self, src: str, event_id: str, attempts: int, reason: str, next_attempt_at: float) -> None:
        self._change(src, event_id, attempts=attempts, text=reason, next_attempt_at=next_attempt_at)

    async def quarantine_event(self, src: str, event_id: str, attempts: int, reason: str) -> None:
        self._change(src, event_id, attempts=attempts, text=reason, status="quarantined")

    async def hold_event(self, src: str, event_id: str, reason: str) -> None:
        self._change(src, event_id, text=reason, status="held")

    async def release_held(self) -> None:
        for (src, event_id), row in list(self.tables.inbox.items()):
            if row.status == "held":
                self._change(src, event_id, status="delivered", next_attempt_at=None)

    async def settle(self, settlements: Sequence[Settlement], receipts: Sequence[Receipt], now: float) -> None:
        self.tables.receipts.update((receipt.rh, receipt) for receipt in receipts)
        for end in settlements:
            if self.tables.inbox[end.src, end.event_id].status in FINAL:
                self._change(end.src, end.event_id, rh=end.rh)
            else:
                self._change(
                    end.src, end.event_id, status=end.status, code=end.code, text=end.text, by=end.by, rh=end.rh, decided_at=now
                )

    async def keep_priors(self, src: str, priors: Sequence[Prior], receipts: Sequence[Receipt], now: float) -> None:
        for receipt in receipts:
            self.tables.receipts.setdefault(receipt.rh, receipt)
        undecided = {(origin, row.seq) for (origin, _), row in self.tables.inbox.items() if row.status not in FINAL}
        self.tables.priors.update(((prior.src, prior.seq), prior) for prior in priors if (prior.src, prior.seq) in undecided)

    async def any_priors(self) -> bool:
        return bool(self.tables.priors)

    async def priors(self, keys: Sequence[tuple[str, int]]) -> list[Prior]:
        return [self.tables.priors[key] for key in keys if key in self.tables.priors]

    async def forget_priors(self, keys: Sequence[tuple[str, int]]) -> None:
        for key in keys:
            self.tables.priors.pop(key, None)

    async def unreceipted(self, limit: int) -> list[tuple[str, str, HeldLink]]:
        rows = [
            (src, event_id, self._held(src, self.tables.in_links[src, row.seq]))
            for (src, event_id), row in self.tables.inbox.items()
            if row.status in FINAL and row.rh is None and row.seq is not None
        ]
        return rows[:limit]

    async def quarantine(self, src: str, why: str, data: bytes, now: float) -> None:
        kept = self.tables.quarantined.get(src, ())
        self.tables.rejected[src] = self.tables.rejected.get(src, 0) + 1
        excerpt = data[:QUARANTINE_EXCERPT_BYTES]
        if len(kept) < QUARANTINE_ROWS_MAX and sum(len(item[1]) for item in kept) + len(excerpt) <= QUARANTINE_BYTES_MAX:
            self.tables.quarantined[src] = (*kept, (why, excerpt))

    # --- what an operator does

    def retry_event(self, src: str, event_id: str) -> None:
        """Out of quarantine, to be tried again now."""
        self._change(src, event_id, status="delivered", attempts=0, next_attempt_at=None)

    def resume(self, peer: str) -> None:
        """A person lifts the stop of a channel, both ways."""
        if peer in self.tables.out_channels:
            self.tables.out_channels[peer] = replace(self.tables.out_channels[peer], stopped="")
        if peer in self.tables.in_channels:
            self.tables.in_channels[peer] = replace(self.tables.in_channels[peer], stopped="")

    def refuse_event(self, src: str, event_id: str, code: str, by: str, now: float) -> None:
        """Out of quarantine, refused by a person; the relay signs the receipt."""
        self._change(src, event_id, status="refused", code=code, by=by, decided_at=now)

    def _known(self, src: str, event: EventDoc) -> bool:
        return (src, event.id) in self.tables.inbox

    def _change(self, src: str, event_id: str, **changes: object) -> None:
        row = self.tables.inbox[src, event_id]
        self.tables.inbox[src, event_id] = replace(row, **changes)  # type: ignore[arg-type]

    def _held(self, src: str, link: Link) -> HeldLink:
        row = self.tables.inbox[src, link.event_id]
        return HeldLink(
            link.seq, link.lh, row.seq == link.seq, row.event.eh == link.eh, row.status, row.code, row.by, row.rh, row.decided_at
        )


def _due(next_attempt_at: float | None, now: float) -> bool:
    """A retry further off than the cap was set before the clock jumped back: it is due."""
    return next_attempt_at is None or not now < next_attempt_at <= now + RETRY_CAP_S

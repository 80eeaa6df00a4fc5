"""Attachments on their way: whoever lacks chunks asks for a few at a time (GETB), whoever has them gives them (CHUNK), verified at both ends.

Pulled and never pushed, so that a receiver takes what it has room for and resumes where it stopped. Given is only what an event of the
channel between the two names; kept is only what is missing and bears its own hash. An event is decided when all its chunks are here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from nodekit.delivery.core.blob import BLOB_MISSING, chunk_hash, chunks_of
from nodekit.delivery.core.blob_wire import ask_wire, chunk_wire, gone_wire
from nodekit.delivery.core.ground import Ground
from nodekit.delivery.core.limits import CHUNK_GONE_RETRY_S, CHUNKS_IN_FLIGHT_MAX, CHUNKS_PER_TICK
from nodekit.delivery.core.pulls import Asked
from nodekit.delivery.core.reading import HeardAsk, HeardChunk, HeardGone
from nodekit.delivery.core.store import BlobStore, ReadyEvent, ReceivingStore, SendingStore
from nodekit.delivery.core.wire import Out
from nodekit.delivery.envelope import EventDoc, decode_stored_event


class Blobs:
    """Both ends of it, for one node. What is under way lives in `ground.pulls`."""

    def __init__(self, ground: Ground) -> None:
        self.me, self._keyring, self._sessions = ground.me, ground.keyring, ground.sessions
        self._rules, self._pulls = ground.rules, ground.pulls

    # --- receiving half

    async def complete(self, store: ReceivingStore, rows: Sequence[ReadyEvent], now: float) -> list[ReadyEvent]:
        """Those of `rows` that may be decided. An event that lacks chunks is held, and in its aggregate nothing overtakes it.

        Given up by a person are only chunks of an event that was accepted before a restore and that neither side has any more.
        """
        if not self._rules.blob_complete or not any(row.event.blobs for row in rows):
            return list(rows)
        complete: list[ReadyEvent] = []
        waiting: set[tuple[str, str]] = set()
        for row in rows:
            aggregate = row.src, row.event.agg
            if aggregate in waiting:
                continue
            if await self._lacks(store, row):
                await store.hold_event(row.src, row.event.id, BLOB_MISSING)
                self._pulls.look(row.src, now)
                waiting.add(aggregate)
            else:
                complete.append(row)
        return complete

    async def _lacks(self, store: ReceivingStore, row: ReadyEvent) -> bool:
        if not row.event.blobs or row.seq is None:  # what an office says to itself lies in its own store
            return False
        missing, given_up = await store.need_chunks(row.src, row.seq, row.event.id, chunks_of(row.event.blobs), own=False)
        return missing > given_up

    async def take(self, store: ReceivingStore, heard: Iterable[HeardChunk], now: float) -> int:
        """Keep what was missing; returns how many events may be decided now."""
        released = 0
        for item in heard:
            self._pulls.answered(item.src, [item.name], now)
            if chunk_hash(item.data) != item.name and self._rules.chunk_verify:
                await store.quarantine(item.src, "chunk.hash_mismatch", item.data, now)
            else:
                released += await store.keep_chunk(item.src, item.name, item.data, now)
        return released

    # --- sending half

    async def recovered(self, store: SendingStore, peer: str, events: Sequence[tuple[int, EventDoc]], now: float) -> None:
        """Our own past is back, by number: what it had attached is asked back as well, as far as the peer has it."""
        for seq, event in events:
            if event.blobs:
                missing, _ = await store.need_chunks(peer, seq, event.id, chunks_of(event.blobs), own=True)
                if missing:
                    self._pulls.look(peer, now)

    def hear_ask(self, heard: HeardAsk, now: float) -> None:
        if self._sessions.speaks(heard.src, heard.mark):
            self._pulls.owe(heard.src, [Asked(heard.own, heard.seq, name) for name in heard.names], now)

    async def hear_gone(self, store: SendingStore, heard: HeardGone, now: float) -> None:
        if self._sessions.speaks(heard.src, heard.mark):
            await store.chunks_gone(heard.src, heard.names, now)
            self._pulls.answered(heard.src, heard.names, now)

    async def tick(self, store: SendingStore, now: float) -> list[Out]:
        """Ask for what is missing, give what was asked for: both little at a time, behind everything else."""
        if self._pulls.sweep_overdue(now):
            self._pulls.swept(await store.owing_chunks(), now)
        outs: list[Out] = []
        for peer in self._pulls.due(now):
            outs += await self._ask(store, peer, now)
        for peer, asked in self._pulls.pay(CHUNKS_PER_TICK):
            outs += await self._give(store, peer, asked)
        return outs

    async def _ask(self, store: BlobStore, peer: str, now: float) -> list[Out]:
        under_way = self._pulls.in_flight(peer)
        room = CHUNKS_IN_FLIGHT_MAX - len(under_way)
        needed = await store.needed_chunks(peer, room, under_way, now - CHUNK_GONE_RETRY_S, now) if room > 0 else []
        if not needed:
            self._pulls.nothing_to_ask(peer, now)
            return []
        self._pulls.asked(peer, [need.name for need in needed], now)
        mark = self._sessions.mark(peer)
        return [
            ask_wire(self.me, peer, seq, [need.name for need in group], mark, self._keyring, own=own)
            for (own, seq), group in groupby(needed, key=lambda need: (need.own, need.seq))
        ]

    async def _give(self, store: SendingStore, peer: str, asked: Asked) -> list[Out]:
        links = await (store.held_run if asked.own else store.sent_links)(peer, asked.seq, 1, 1)
        if not links or asked.name not in chunks_of(decode_stored_event(links[0].raw, links[0].link.eh).blobs):
            return []
        data = await store.chunk(asked.name)
        if data is None or (self._rules.chunk_verify and chunk_hash(data) != asked.name):
            return [gone_wire(self.me, peer, [asked.name], self._sessions.mark(peer), self._keyring)]
        return [chunk_wire(self.me, peer, asked.name, data, self._keyring)]

"""One node over its real database, its peers over stores in memory: only what the node costs is counted, its own processor time and PostgreSQL's."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from nodekit.delivery.applying import SavepointAttempts, own_lines, store_transaction, transaction
from nodekit.delivery.core.decision import Decision
from nodekit.delivery.core.link import Link
from nodekit.delivery.core.protocol import Protocol
from nodekit.delivery.core.reading import HeardPacket, Words
from nodekit.delivery.core.store import InChannel, OutChannel
from nodekit.delivery.core.suite import INTL_1
from nodekit.delivery.core.wire import Out
from nodekit.delivery.envelope import EventDoc, decode_event
from nodekit.delivery.memory_store import MemoryStore, OutboxRow, Tables
from nodekit.delivery.outbox import claim_many
from tests.bench.filing import Filing, filings
from tests.bench.ledger.event import BenchNoted
from tests.bench.pipelines.shipped import OUTBOX_COLUMNS
from tests.bench.scale.history import ends
from tests.delivery.swarm.node import finish
from tests.support.keyrings import TestKeyring, keyrings
from tests.support.postgres import sqlalchemy_url

ME = "990100-inspection"
MEETING_ROUNDS, GREETING_S = 300, 0.02


class Accepting:
    """Claims every event as a node's handlers do, and accepts it."""

    async def apply(self, session: AsyncSession, event: EventDoc) -> Decision:
        return (await self.apply_many(session, [event]))[0]

    async def apply_many(self, session: AsyncSession, events: Sequence[EventDoc]) -> list[Decision]:
        await claim_many(session, [("bench.note", event.src, UUID(event.id)) for event in events], datetime.now(UTC))
        return [Decision("accepted")] * len(events)


class Agreeing:
    """Handlers of a peer."""

    async def together(self, rows: Sequence[object]) -> list[Decision]:
        return [Decision("accepted")] * len(rows)

    async def alone(self, _row: object) -> Decision:
        return Decision("accepted")


class Peer:
    """The shipped protocol over a store in memory."""

    def __init__(self, name: str, keyring: TestKeyring, head: tuple[int, str], cursor: tuple[int, str]) -> None:
        self.name = name
        self.protocol = Protocol(name, keyring, random.SystemRandom())
        self.store = MemoryStore(Tables())
        self.store.tables.out_channels[ME] = OutChannel(*head, head[0])
        self.store.tables.out_links[ME, head[0]] = Link(head[0], head[1], head[1], "k", INTL_1.name, None, "history"), 0
        self.store.tables.outbox[0] = OutboxRow(0, decode_event(filings(1, src=name, dst=ME)[0].raw), head[0], "accepted")
        self.store.tables.in_channels[ME] = InChannel(*cursor)
        self._rows = 0

    def hear(self, outs: Sequence[Out]) -> list[Out]:
        answers: list[Out] = []
        for out in outs:
            heard = self.protocol.read(ME, out.data)
            if isinstance(heard, HeardPacket):
                finish(self.protocol.receiver.ingest(self.store, [heard], time.time()))
                answers += finish(self.protocol.receiver.apply(self.store, Agreeing(), time.time())).outs
            else:
                answers += finish(self.protocol.listener.hear(self.store, [heard], time.time()))
        return answers

    def speak(self) -> list[Out]:
        now = time.time()
        return [*finish(self.protocol.sender.pump(self.store, now)).outs, *finish(self.protocol.sender.tick(self.store, now))]

    def say(self, batch: Sequence[Filing]) -> list[Out]:
        for item in batch:
            self._rows += 1
            self.store.tables.outbox[self._rows] = OutboxRow(self._rows, decode_event(item.raw))
        return finish(self.protocol.sender.pump(self.store, time.time())).outs


def _all_open(protocol: Protocol) -> bool:
    flows = [flow for _, flow in protocol._flows.all()]
    return bool(flows) and all(flow.open for flow in flows)


class Hub:
    """The node that is measured."""

    def __init__(self, name: str, dsn: str, peers: list[str]) -> None:
        self.name, self._dsn, self._names = name, dsn, peers
        self.engine = own_lines(create_async_engine(sqlalchemy_url(dsn)))
        self.spent = 0.0

    async def open(self) -> None:
        rings = keyrings(ME, *self._names)
        self.protocol = Protocol(ME, rings[ME], random.SystemRandom())
        heads, cursors = await ends(self._dsn)
        self.peers = [Peer(name, rings[name], cursors[name], heads[name]) for name in self._names]
        self._clerk = await asyncpg.connect(self._dsn)
        by_name = {peer.name: peer for peer in self.peers}
        for _ in range(MEETING_ROUNDS):
            for peer in self.peers:
                await self._hear(peer.name, peer.speak())
            for out in await self._speak():
                await self._hear(out.dst, by_name[out.dst].hear([out]))
            if all(_all_open(protocol) for protocol in (self.protocol, *(peer.protocol for peer in self.peers))):
                return
            await asyncio.sleep(GREETING_S)  # greetings are due after a moment of their own
        raise AssertionError(f"{self.name}: channels did not open")

    async def close(self) -> None:
        await self._clerk.close()
        await self.engine.dispose()

    async def exchange(self, turn: int, count: int) -> None:
        """`count` events to one peer and `count` from it, with their receipts. `spent` grows by this process's time for the node."""
        peer = self.peers[turn % len(self.peers)]
        rows = [(item.id, peer.name, item.raw, BenchNoted.TYPE, item.agg, item.at, item.trace) for item in filings(count, src=ME, dst=peer.name)]
        await self._clerk.copy_records_to_table("outbox", schema_name="nodekit", records=rows, columns=OUTBOX_COLUMNS)
        packets = peer.say(filings(count, src=peer.name, dst=ME))
        outs = await self._speak()
        receipts = peer.hear([out for out in outs if out.dst == peer.name])
        await self._hear(peer.name, receipts)
        peer.hear(await self._hear(peer.name, packets))

    async def open_ends(self) -> int:
        """Events without a final receipt: a measurement that leaves any is worth nothing."""
        return int(await self._clerk.fetchval("SELECT count(*) FROM nodekit.outbox WHERE final IS NULL"))

    async def _speak(self) -> list[Out]:
        now = time.time()
        with self._counted():
            async with store_transaction(self.engine) as store:
                outs = (await self.protocol.sender.pump(store, now)).outs
                if self.protocol.next_due() <= now or not outs:
                    outs += await self.protocol.sender.tick(store, now)
        return outs

    async def _hear(self, src: str, outs: Sequence[Out]) -> list[Out]:
        packets: list[HeardPacket] = []
        words: list[Words] = []
        answers: list[Out] = []
        if not outs:
            return answers
        with self._counted():
            for out in outs:
                heard = self.protocol.read(src, out.data)
                (packets if isinstance(heard, HeardPacket) else words).append(heard)  # type: ignore[arg-type]
            if packets:
                async with transaction(self.engine) as (session, store):
                    await self.protocol.receiver.ingest(store, packets, time.time())
                    attempts = SavepointAttempts(session, Accepting(), hopeful=True)
                    answers += (await self.protocol.receiver.apply(store, attempts, time.time(), closed=False)).outs
            if words:
                async with store_transaction(self.engine) as store:
                    answers += await self.protocol.listener.hear(store, words, time.time())
        return answers

    @contextmanager
    def _counted(self) -> Iterator[None]:
        before = time.process_time()
        yield
        self.spent += time.process_time() - before

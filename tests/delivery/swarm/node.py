"""One simulated office: the shipped protocol over the store in memory, with crashes wherever a process can die."""

from __future__ import annotations

import random
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from nodekit.delivery.core import limits
from nodekit.delivery.core.canonical import Reject
from nodekit.delivery.core.decision import Decision, HandlerFailed
from nodekit.delivery.core.protocol import Protocol
from nodekit.delivery.core.reading import HeardPacket
from nodekit.delivery.core.store import ReadyEvent
from nodekit.delivery.core.wire import Out
from nodekit.delivery.envelope import EventDoc
from nodekit.delivery.memory_store import MemoryStore, Tables
from tests.delivery.swarm.feature import Feature
from tests.delivery.swarm.variant import Variant
from tests.support.keyrings import HashKeyring, TrustingKeyring

BACKUPS_KEPT = 3
CRASH_BEFORE_COMMIT, CRASH_AFTER_COMMIT, FAILED, NO_CRASH = "before", "after", "failed", ""
"""How a step ends: the process dies on either side of the commit, or the transaction fails and the process lives on."""


@dataclass
class OfficeTables(Tables):
    """Delivery tables and the business effects that commit with them."""

    effects: dict[tuple[str, str], int] = field(default_factory=dict)
    order: dict[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)
    given_back: dict[tuple[str, int], str] = field(default_factory=dict)
    """(sender, number): the receipt that came with it when it was stored, if one did. For the oracle only."""


class ForgetfulStore(MemoryStore):
    """No memory of event ids: a repeated event is a new event."""

    def _known(self, src: str, event: EventDoc) -> bool:
        return False


def finish(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine that never suspends."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("the memory store must not suspend")


class Handlers:
    """What the office does with events: features decide; what none of them claims is accepted and has its effect."""

    def __init__(self, node: SimNode, store: MemoryStore, *, effects: bool) -> None:
        self._node, self._store, self._effects = node, store, effects

    async def together(self, rows: Sequence[ReadyEvent]) -> list[Decision]:
        before = self._store.tables.copy()
        try:
            return [await self.alone(row) for row in rows]
        except HandlerFailed:
            self._store.tables = before
            raise

    async def alone(self, row: ReadyEvent) -> Decision:
        for feature in self._node.features:
            refusal = feature.attempt(self._node, row)
            if refusal is not None:
                return refusal
        tables = self._store.tables
        assert isinstance(tables, OfficeTables)
        if self._effects:
            key = (row.src, row.event.id)
            tables.effects[key] = tables.effects.get(key, 0) + 1
        aggregate = (row.src, row.event.agg)
        tables.order[aggregate] = (*tables.order.get(aggregate, ()), row.arrival)
        return Decision("accepted")


class SimNode:
    """A database that survives and a process that does not."""

    def __init__(self, name: str, rng: random.Random, variant: Variant, features: Sequence[Feature]) -> None:
        self.name, self._rng, self._variant, self.features = name, rng, variant, features
        store = MemoryStore if variant.dedupe_event_ids else ForgetfulStore
        self.store = store(OfficeTables())
        self.repaired: set[str] = set()
        self.skew = 0.0
        self.release = 1
        self.pinned = False
        """Its backups are somebody else's business: machines do not restore it."""
        self.down = False
        """The relay has stopped itself for good: two peers have seen another copy of it."""
        self.backups: list[Tables] = []
        self.boot()

    @property
    def tables(self) -> OfficeTables:
        tables = self.store.tables
        assert isinstance(tables, OfficeTables)
        return tables

    def twin(self) -> SimNode:
        """A second process over a copy of the database."""
        twin = SimNode(self.name, self._rng, self._variant, self.features)
        twin.repaired, twin.skew, twin.release = set(self.repaired), self.skew, self.release
        twin.replace(self.tables)
        return twin

    def boot(self) -> None:
        self.down = False
        keyring = HashKeyring(self.name) if self._variant.verify else TrustingKeyring(self.name)
        self.protocol = Protocol(self.name, keyring, self._rng, self._variant.rules)

    def stopped(self, peer: str) -> bool:
        """True if a channel with this peer stands still, in either direction."""
        channels = self.tables.in_channels.get(peer), self.tables.out_channels.get(peer)
        return any(channel is not None and channel.stopped for channel in channels)

    def back_up(self) -> None:
        """Mark and copy; the oldest of more than BACKUPS_KEPT is destroyed."""
        tables = self.tables
        tables.marks[len(tables.marks) + 1] = {src: channel.cursor for src, channel in tables.in_channels.items()}
        self.backups = [*self.backups, tables.copy()][-BACKUPS_KEPT:]

    def restore(self, rng: random.Random) -> bool:
        """To any backup still kept; newer ones belong to a line that is abandoned now."""
        if not self.backups:
            return False
        chosen = rng.randrange(len(self.backups))
        self.backups = self.backups[: chosen + 1]
        self.replace(self.backups[-1])
        return True

    def replace(self, tables: Tables) -> None:
        """Another state of the database is put in place while the process is down; then it starts."""
        self.store.tables = tables.copy()
        self.boot()

    def crash(self) -> list[Out]:
        self.boot()
        return []

    def install(self, release: int) -> None:
        """Another release, newer or older, and a start."""
        self.release = release
        self.boot()

    def upgrade_in_place(self) -> None:
        """The newer release without the new session a start brings: what the network lost must be sent again by timers alone."""
        self.release = 2
        self.protocol.receiver.forget()

    def receive(self, src: str, data: bytes, now: float, crash: str, *, apply_now: bool) -> list[Out]:
        """One bus message through the whole receiving path; what is returned has left the process."""
        now += self.skew
        try:
            heard = self.protocol.read(src, data)
        except Reject as reject:
            why = reject.code
            return self._step(crash, lambda work: self._quarantine(work, src, why, data, now))
        if isinstance(heard, HeardPacket):
            return self._step(crash, lambda work: self._ingest(work, heard, now, apply_now=apply_now))
        return self._step(crash, lambda work: self.protocol.listener.hear(work, [heard], now))

    def apply(self, now: float, crash: str) -> list[Out]:
        return self._step(crash, lambda work: self._apply(work, now + self.skew))

    def pump(self, now: float, crash: str) -> list[Out]:
        return self._step(crash, lambda work: self._pump(work, now + self.skew))

    def tick(self, now: float, crash: str) -> list[Out]:
        return self._step(crash, lambda work: self.protocol.sender.tick(work, now + self.skew))

    def _step(self, crash: str, work_on: Any) -> list[Out]:
        if self.down:
            return []
        working = self.store.begin()
        outs: list[Out] = finish(work_on(working))
        if self.protocol.fenced:
            outs, self.down = [], True
        if crash == CRASH_BEFORE_COMMIT:
            self.crash()
            return outs if not self._variant.send_after_commit else []
        if crash == FAILED:
            self.protocol.forget()  # as the runner does
            return []
        self.store.commit(working)
        return self.crash() if crash == CRASH_AFTER_COMMIT else outs

    async def _pump(self, work: MemoryStore, now: float) -> list[Out]:
        return (await self.protocol.sender.pump(work, now)).outs

    async def _ingest(self, work: MemoryStore, packet: HeardPacket, now: float, *, apply_now: bool) -> list[Out]:
        await self.protocol.receiver.ingest(work, [packet], now)
        return await self._apply(work, now) if apply_now else []

    async def _apply(self, work: MemoryStore, now: float) -> list[Out]:
        effects = self._variant.decide_with_effects or self._rng.random() > 0.05
        handlers = Handlers(self, work, effects=effects)
        return (await self.protocol.receiver.apply(work, handlers, now, limits.APPLY_BATCH)).outs

    async def _quarantine(self, work: MemoryStore, src: str, why: str, data: bytes, now: float) -> list[Out]:
        await work.quarantine(src, why, data, now)
        return []

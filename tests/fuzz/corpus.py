"""Authentic transmissions of every kind, recorded from a conversation of two offices with restores on both sides."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nodekit.delivery.core.decision import Decision
from nodekit.delivery.core.protocol import Protocol
from nodekit.delivery.core.reading import Heard, HeardPacket
from nodekit.delivery.core.suite import Keyring
from nodekit.delivery.core.wire import Out
from nodekit.delivery.envelope import decode_event, encode_event
from nodekit.delivery.memory_store import MemoryStore
from tests.delivery.swarm.node import finish

COUNTY, CITY, STRANGER = "990121-inspection", "990100-inspection", "990122-inspection"
START = 1_800_000_000.0
TEXTS = ("移送线索一件", "e\u0301\u00e9\ufb01", '𠮷野家\u2028\x00\x1f"\\', "")


@dataclass(frozen=True, slots=True)
class Said:
    """One transmission as it was."""

    src: str
    dst: str
    kind: str
    data: bytes


class Deciding:
    """Accepts, refuses every fifth."""

    async def together(self, rows: Any) -> list[Decision]:
        return [await self.alone(row) for row in rows]

    async def alone(self, row: Any) -> Decision:
        return Decision("refused", "not_ours") if (row.event.body or {}).get("n", 0) % 5 == 4 else Decision("accepted")


class Office:
    """The shipped core over the store in memory; every step commits."""

    def __init__(self, name: str, peer: str, keyring: Keyring, seed: int) -> None:
        self.name, self.peer, self._keyring, self._rng = name, peer, keyring, random.Random(seed)
        self.store = MemoryStore()
        self.boot()

    def boot(self) -> None:
        self.protocol = Protocol(self.name, self._keyring, self._rng)
        self.protocol.schedule.know(self.peer, START)

    def say(self, count: int) -> None:
        for n in range(count):
            body, sealed = {"n": n, "text": TEXTS[n % len(TEXTS)], "list": [1, None, True, {"k": "v"}]}, {"suite": "intl-1", "ct": "AAAA", "nonce": "AAAA", "to": []}
            content: dict[str, Any] = {"sealed": sealed} if n % 3 == 2 else {"body": body}
            raw = encode_event(
                id=uuid.UUID(int=self._rng.getrandbits(128), version=4), src=self.name, dst=self.peer, type="test.happened.v1", agg=f"case-{n % 2}",
                at="2026-11-22T00:00:00Z", re=uuid.UUID(int=n + 1, version=4) if n % 2 else None, **content,
            )
            self.store.put_outgoing(decode_event(raw))

    def hear(self, heard: Heard, now: float) -> list[Out]:
        """One transmission through the receiving path, as a transaction."""
        work = self.store.begin()
        outs = finish(self._ingest(work, heard, now) if isinstance(heard, HeardPacket) else self.protocol.listener.hear(work, [heard], now))
        self.store.commit(work)
        return outs

    async def _ingest(self, work: MemoryStore, packet: HeardPacket, now: float) -> list[Out]:
        await self.protocol.receiver.ingest(work, [packet], now)
        return (await self.protocol.receiver.apply(work, Deciding(), now)).outs

    def speak(self, now: float) -> list[Out]:
        """What is due of its own accord."""
        work = self.store.begin()
        outs = finish(self.protocol.sender.pump(work, now)).outs + finish(self.protocol.sender.tick(work, now))
        self.store.commit(work)
        return outs


@dataclass
class Conversation:
    """Two offices and everything they said."""

    offices: dict[str, Office]
    said: list[Said]
    now: float = START

    def go_on(self, rounds: int) -> None:
        """Some seconds in which everything arrives."""
        boxes: dict[str, list[Out]] = {name: [] for name in self.offices}
        for _ in range(rounds):
            self.now += 0.4
            for name, office in self.offices.items():
                arrived, boxes[name] = boxes[name], []
                outs = [answer for out in arrived for answer in office.hear(office.protocol.read(office.peer, out.data), self.now)]
                for out in outs + office.speak(self.now):
                    self.said.append(Said(name, out.dst, out.kind, out.data))
                    boxes[out.dst].append(out)


def converse(ring_of: Callable[[str], Keyring], seed: int = 1) -> Conversation:
    """Events both ways; then the receiver is restored, then the sender: priors, FETCH and BACK are said."""
    offices = {name: Office(name, peer, ring_of(name), seed + n) for n, (name, peer) in enumerate(((COUNTY, CITY), (CITY, COUNTY)))}
    talk = Conversation(offices, [])
    talk.go_on(8)
    backups = {}
    for count in (1, 6, 12):
        for office in offices.values():
            office.say(count)
        talk.go_on(8)
        backups[count] = {name: office.store.tables.copy() for name, office in offices.items()}
    for name in (CITY, COUNTY):
        offices[name].store.tables = backups[1][name].copy()
        offices[name].boot()
        talk.go_on(40)
    return talk

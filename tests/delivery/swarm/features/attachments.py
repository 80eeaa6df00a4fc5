"""Events with attachments: chunks are lost, swapped and rot on the sender's disk. F18: accepted means that every chunk is held and is what its name says.

At work only where no channel may stop for good: a chunk that cannot come would be no violation.
What neither side has any more (both were restored, or a disk has rotted) a person at the receiving office sends back; everything else must arrive.
"""

from __future__ import annotations

from collections.abc import Sequence

from nodekit.delivery.core.blob import BLOB_MISSING, Blob, chunk_hash, chunks_of
from nodekit.delivery.core.limits import CHUNK_BYTES_MAX
from nodekit.delivery.core.wire import CHUNK, GETB, Out
from tests.delivery.swarm.feature import Action, Feature
from tests.delivery.swarm.node import SimNode
from tests.delivery.swarm.oracle import Violation

WITH_BLOBS = 0.15


class Attachments(Feature):
    name = "attachments"
    share = 0.6

    def start(self) -> None:
        self.true_bytes: dict[str, bytes] = {}
        self.author: dict[str, str] = {}
        self.waived: set[tuple[str, str]] = set()
        self._shapes: dict[int, int] = {}
        self._calm_since = 0.0

    def actions(self) -> Sequence[Action]:
        return [self.sometimes(self.rot, 0.5), self.sometimes(self.swap, 0.5), self.sometimes(self.lose_chunks, 1)]

    def blobs_of(self, node: SimNode) -> Sequence[Blob]:
        """The sizes in the envelope are those of whole chunks; the swarm's own are a few bytes, for its speed."""
        if self.rng.random() > WITH_BLOBS or any(feature.dark for feature in self.world.features):
            return ()
        self.world.count["events with attachments"] += 1
        return [self._blob(node) for _ in range(self.rng.choice((1, 1, 2)))]

    def _blob(self, node: SimNode) -> Blob:
        names = []
        for _ in range(self.rng.randint(1, 9)):
            data = self.rng.randbytes(24)
            name = chunk_hash(data)
            self.true_bytes[name], self.author[name] = data, node.name
            node.tables.chunks[name] = data
            names.append(name)
        return Blob(tuple(names), len(names) * CHUNK_BYTES_MAX)

    def rot(self) -> None:
        """The sender's disk gives other bytes than were written."""
        if names := self._own_names(node := self.world.any_node()):
            self.world.count["chunks rotten"] += 1
            node.tables.chunks[self.rng.choice(names)] = self.rng.randbytes(24)

    def swap(self) -> None:
        """Two of the sender's chunks stand under each other's name."""
        if len(names := self._own_names(node := self.world.any_node())) > 1:
            self.world.count["chunks swapped"] += 1
            one, other = self.rng.sample(names, 2)
            chunks = node.tables.chunks
            chunks[one], chunks[other] = chunks[other], chunks[one]

    def lose_chunks(self) -> None:
        """Of everything under way only attachments are lost."""
        bus = self.world.bus
        bus.in_flight = [item for item in bus.in_flight if item[1].kind not in (CHUNK, GETB)]

    def sent(self, node: SimNode, out: Out) -> None:
        self.world.count["chunks sent"] += out.kind == CHUNK

    def after_step(self, node: SimNode) -> None:
        """F18: what was accepted has every chunk here, and each is what its sender attached."""
        inbox = node.tables.inbox
        shape = hash(tuple(map(id, inbox.values())))
        if self._shapes.get(id(node)) == shape:
            return
        self._shapes[id(node)] = shape
        for (src, event_id), row in inbox.items():
            if row.status != "accepted" or not row.event.blobs or src == node.name or (node.name, event_id) in self.waived:
                continue
            if not all(self._true(node, name) for name in chunks_of(row.event.blobs)):
                raise Violation(f"F18 {node.name}: accepted an event of {src} without all it has attached")

    def heal(self) -> None:
        """In half of the seeds a good disk comes back; in the others what has rotted is lost for good."""
        self._calm_since = self.world.now
        if self.rng.random() < 0.5:
            for node in self.world.processes():
                node.tables.chunks.update((name, self.true_bytes[name]) for name in self._own_names(node))

    def look_after(self) -> None:
        """An officer ends the waiting for what is gone on both sides; what is not, he finds here in time."""
        for node in self.world.nodes.values():
            for (src, event_id), row in list(node.tables.inbox.items()):
                if row.status == "held" and row.text == BLOB_MISSING and self._given_up_by_sender(node, src, event_id):
                    self._give_up(node, src, event_id)

    def _give_up(self, node: SimNode, src: str, event_id: str) -> None:
        needed = [name for origin, own, event, name in node.tables.needs if (origin, own, event) == (src, False, event_id)]
        if any(self._true(self.world.nodes[src], name) for name in needed):
            return
        self.world.count["attachments gone for good"] += 1
        self.waived.add((node.name, event_id))
        node.store.give_up(src, event_id, "officer.1", self.world.now)

    def _given_up_by_sender(self, node: SimNode, src: str, event_id: str) -> bool:
        needs = [need for key, need in node.tables.needs.items() if key[:3] == (src, False, event_id)]
        return bool(needs) and all(need.gone_at is not None and need.gone_at - node.skew > self._calm_since for need in needs)

    def open_ends(self) -> list[str]:
        """What a restored sender had attached is back as far as the receiver has it."""
        return [
            f"{node.name}: chunk of its own event {event_id} is not back from {peer}"
            for node in self.world.nodes.values() for peer, own, event_id, name in node.tables.needs
            if own and self._true(self.world.nodes[peer], name)
        ]

    def _own_names(self, node: SimNode) -> list[str]:
        return [name for name in node.tables.chunks if self.author.get(name) == node.name]

    def _true(self, node: SimNode, name: str) -> bool:
        return node.tables.chunks.get(name) == self.true_bytes[name]

"""Two living copies of one office: somebody starts a second process over a copy of its database, and both talk.

What must hold: nothing has a second effect at a peer, a peer takes from one copy only (S3), in calm weather exactly one of them is fenced on
every channel within FENCED_S, and peers keep the evidence. Then an operator keeps one and switches the other off. Kept is one that contradicts nobody;
if both do, the state from which the copy was made: what peers hold comes back to it. After that nothing may stop any more.
"""

from __future__ import annotations

from collections.abc import Sequence

from nodekit.delivery.core.dispute import CLONED, FORK
from nodekit.delivery.memory_store import Tables
from tests.delivery.swarm.feature import Action, Feature
from tests.delivery.swarm.lines import contradict, parted
from tests.delivery.swarm.node import SimNode
from tests.delivery.swarm.oracle import Violation

FENCED_S = 120.0
"""Virtual seconds of calm weather until one of two copies must be fenced: four heartbeats."""


class Clones(Feature):
    name = "clones"
    share = 0.08
    dark = True

    def start(self) -> None:
        self.pair: tuple[SimNode, ...] = ()
        self.origin: Tables | None = None
        self.decided = False

    def actions(self) -> Sequence[Action]:
        return [(self.copy, 0.5)]

    def copy(self) -> None:
        if self.pair or len(self.world.oracle.committed) == 0:
            return
        node = self.world.any_node()
        if not node.tables.in_channels and not node.tables.out_channels:
            return
        twin = node.twin()
        self.origin, self.pair = node.tables.copy(), (node, twin)
        self.world.copies.append(twin)
        node.pinned = twin.pinned = True
        self.world.count["copies started"] += 1

    def may_stop(self, node: SimNode, peer: str, reason: str) -> bool:
        if not self.pair:
            return False
        if reason == "retired":
            return peer == self.office
        if self.decided:
            return False
        if reason == CLONED:
            return node in self.pair
        other = peer if node in self.pair else node.name
        return reason == FORK and self.office in (node.name, peer) and parted(self.office, other, self._lines(), self.world.nodes[other].tables)

    def may_differ(self, invariant: str, sender: SimNode, receiver: SimNode) -> bool:
        return invariant == "I4" and bool(self.pair) and not self.decided and self.office in (sender.name, receiver.name)

    @property
    def office(self) -> str:
        return self.pair[0].name

    def after_step(self, node: SimNode) -> None:
        if not self.pair or self.decided or node not in self.pair:
            return
        one, other = self.pair
        for peer in self._peers():
            if self._fenced(one, peer) and self._fenced(other, peer):
                raise Violation(f"S5 {self.office}: both copies are fenced towards {peer}")

    def heal(self) -> None:
        self.calm_since = self.world.now

    def look_after(self) -> None:
        if self.pair and not self.decided and self.world.now >= self.calm_since + FENCED_S:
            self._judge()
            self._decide()

    def open_ends(self) -> list[str]:
        return ["two copies live"] if self.pair and not self.decided else []

    def _judge(self) -> None:
        for peer in self._peers():
            if not any(self._fenced(copy, peer) or copy.down for copy in self.pair):
                raise Violation(f"S5 {self.office}: neither copy is fenced towards {peer} after {FENCED_S:.0f} s")
        for copy in self.pair:
            proven = {peer for peer, reason, theirs, _ in copy.tables.disputes if reason == CLONED and theirs}
            if any(self._fenced(copy, peer) and peer not in proven for peer in self._peers()):
                raise Violation(f"S5 {self.office}: fenced without evidence")

    def _decide(self) -> None:
        """An operator switches one copy off for good and lets the other meet everybody anew."""
        ranked = sorted(self.pair, key=lambda node: sum(self._fenced(node, peer) for peer in self._peers()))
        peers = [node for node in self.world.nodes.values() if node.name != self.office]
        sound = [node for node in ranked if not any(contradict(self.office, node.tables, peer.name, peer.tables) for peer in peers)]
        kept = (sound or ranked)[0]
        self.world.copies.clear()
        self.world.nodes[self.office] = kept
        kept.replace(kept.tables if sound else self.origin)
        self.world.count["copy kept" if sound else "copies both wrong"] += 1
        for peer in peers:
            kept.store.resume(peer.name)
            peer.store.resume(self.office)
        self.decided = True

    def _peers(self) -> list[str]:
        """Whom both copies know."""
        known = [set(node.tables.in_channels) | set(node.tables.out_channels) | set(node.tables.heard) for node in self.pair]
        return sorted(known[0] & known[1] & set(self.world.nodes))

    def _fenced(self, node: SimNode, peer: str) -> bool:
        channel = node.tables.out_channels.get(peer)
        return channel is not None and channel.stopped == CLONED

    def _lines(self) -> list[Tables]:
        assert self.origin is not None
        return [self.origin, *(node.tables for node in self.pair)]

"""F19: bodies are thrown away all the time while offices go back to any of their last three backups; nobody ever misses one.

A channel that stopped because a body is gone breaks I7. Now and then there is a good hour in which events are decided and backups taken:
without it nothing could ever be thrown away.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.delivery.swarm.feature import Action, Feature
from tests.delivery.swarm.node import SimNode
from tests.delivery.swarm.oracle import Violation


class Pruning(Feature):
    name = "pruning"
    share = 0.5

    def actions(self) -> Sequence[Action]:
        if any(feature.dark for feature in self.world.features):
            return []  # the rule relies on backups being restored or destroyed as people say
        return [(self.prune, 1), (self.good_hour, 0.5), self.sometimes(self.back_up_in_vain, 0.3), self.sometimes(self.restore, 0.3)]

    def good_hour(self) -> None:
        """Links hold and nobody crashes; somebody takes a backup, everybody throws away what may go."""
        world, cut = self.world, set(self.world.bus.cut)
        world.bus.cut.clear()
        world.calm = True
        for _ in range(self.rng.choice((4, 12))):
            world.calm_round()
        for node in world.processes():
            if self.rng.random() < 0.6:
                node.back_up()
        for _ in range(4):
            world.calm_round()
        for node in world.processes():
            for peer in world.nodes:
                if peer != node.name:
                    self._prune(node, peer)
        world.calm = False
        world.bus.cut.update(cut)

    def prune(self) -> None:
        node = self.world.any_node()
        self._prune(node, self.rng.choice([name for name in self.world.nodes if name != node.name]))

    def _prune(self, node: SimNode, peer: str) -> None:
        before = self._bodies(node)
        self.world.after(node, node.prune(peer, self.world.now, self.world.fate()))
        self.world.count["bodies pruned"] += max(0, before - self._bodies(node))

    def back_up_in_vain(self) -> None:
        """The mark is written and then the disk is full, or the process dies."""
        self.world.any_node().mark_backup()

    def restore(self) -> None:
        node = self.rng.choice([node for node in self.world.nodes.values() if not node.pinned])
        self.world.count["restores"] += node.restore(self.rng)
        self.world.check(node)

    def after_step(self, node: SimNode) -> None:
        """Only what is decided and receipted may be without its body; numbers, hashes and receipts stay."""
        tables = node.tables
        for row in tables.outbox.values():
            if row.pruned and (row.final is None or row.rh not in tables.receipts):
                raise Violation(f"F19 {node.name}: threw away number {row.seq} to {row.event.dst}, which has no receipt")
        for (src, seq), link in tables.in_links.items():
            if (src, seq) not in tables.in_events and tables.inbox[src, link.event_id].rh not in tables.receipts:
                raise Violation(f"F19 {node.name}: threw away number {seq} from {src}, which has no receipt")

    def _bodies(self, node: SimNode) -> int:
        return len(node.tables.in_events) + sum(not row.pruned for row in node.tables.outbox.values())

"""An operator's mistake: after a restore, a newer backup of the line that was abandoned is put back.

What must hold: nobody goes on in silence. Either both sides still fit, or the channel stops as a fork with both signatures kept; every
other channel converges. The way out is the backup where the lines part: what peers hold comes back to it.
"""

from __future__ import annotations

from collections.abc import Sequence

from nodekit.delivery.core.dispute import FORK
from nodekit.delivery.memory_store import Tables
from tests.delivery.swarm.feature import Action, Feature
from tests.delivery.swarm.features.work import Work
from tests.delivery.swarm.lines import parted
from tests.delivery.swarm.node import NO_CRASH, SimNode
from tests.delivery.swarm.oracle import Violation

TALK_S = 10.0
"""Virtual seconds of calm weather before the mistake, if chaos has not brought it."""


class RestoredForward(Feature):
    name = "restored forward"
    share = 0.06
    dark = True

    def start(self) -> None:
        self.node: SimNode | None = None
        self.lines: list[Tables] = []
        """Where the lines part, then every line there was."""
        self.abandoned: list[Tables] = []
        self.peer = ""
        self.talkative = self.rng.choice((0.05, 0.2, 1.0))
        self.happened = self.mended = False

    def actions(self) -> Sequence[Action]:
        return [(self.go_back, 0.3), (self.part, 4), (self.go_forward, 0.6), (self.talk, 4)]

    def part(self) -> None:
        """What makes lines part: numbers given and lost on the way, then a restore to just before."""
        node = self.world.any_node()
        partners = [peer for peer, flow in node.protocol._flows.all() if flow.open and not node.stopped(peer)]
        if self.node is None and partners:
            before, self.peer = node.tables.copy(), self.rng.choice(partners)
            self._say(node)
            node.pump(self.world.now, NO_CRASH)
            self.node, node.pinned = node, True
            self.abandoned = [node.tables.copy()]
            self.lines = [before, *self.abandoned]
            node.replace(before)
            self.world.check(node)

    def talk(self) -> None:
        """Work goes on with the same peer."""
        if self.node is not None and self.peer:
            self._say(self.node)

    def _say(self, node: SimNode) -> None:
        work = next(feature for feature in self.world.features if isinstance(feature, Work))
        for _ in range(self.rng.randint(1, 4)):
            work.say(node, self.peer)

    def go_back(self) -> None:
        node = self.world.any_node()
        if self.node is None and node.backups:
            self.node, node.pinned = node, True
            chosen = self.rng.randrange(len(node.backups))
            self.abandoned = [*node.backups[chosen + 1 :], node.tables.copy()]
            self.lines = [node.backups[chosen].copy(), *self.abandoned]
            node.replace(node.backups[chosen])
            self.world.check(node)

    def go_forward(self) -> None:
        if self.node is not None and not self.happened:
            self.happened = True
            self.world.count["restored onto an abandoned line"] += 1
            self.lines.append(self.node.tables.copy())
            self.node.replace(self.rng.choice(self.abandoned))
            self.world.check(self.node)

    def may_stop(self, node: SimNode, peer: str, reason: str) -> bool:
        if not self.happened or self.mended or reason != FORK or not self._concerns(node, peer):
            return False
        office, other = (node.name, peer) if node is self.node else (peer, node.name)
        assert self.node is not None
        return parted(office, other, [*self.lines, self.node.tables], self.world.nodes[other].tables)

    def may_differ(self, invariant: str, sender: SimNode, receiver: SimNode) -> bool:
        return invariant == "I4" and self.happened and not self.mended and self.node in (sender, receiver)

    def look_after(self) -> None:
        """When everything else has come to rest and a channel stands, the operator goes back to where the lines part and lifts the stops."""
        if self.node is None:
            self.part()
        node = self.node
        if node is None or self.mended:
            return
        if not self.happened:  # chaos left no time for the mistake
            if self.rng.random() < self.talkative:
                self.talk()
            if self.world.now > self.calm_since + TALK_S:
                self.go_forward()
        if not self.happened or self.world.oracle.open_ends():
            return
        stopped = [peer for peer in self.world.nodes.values() if node.stopped(peer.name) or peer.stopped(node.name)]
        self.mended = True
        if stopped:
            self.world.count["stopped as fork"] += 1
            self._evidence(stopped)
            node.replace(self.lines[0])
            for peer in self.world.nodes.values():
                node.store.resume(peer.name)
                peer.store.resume(node.name)

    def heal(self) -> None:
        self.calm_since = self.world.now

    def open_ends(self) -> list[str]:
        waiting = not self.mended if self.node is not None else self.world.now < self.calm_since + TALK_S
        return ["lines have parted and nobody has looked after it"] if waiting else []

    def _evidence(self, stopped: Sequence[SimNode]) -> None:
        node = self.node
        assert node is not None
        for peer in stopped:
            sides = [(node, peer.name), (peer, node.name)]
            for side, other in sides:
                if side.stopped(other) and not any(name == other and reason == FORK and theirs for name, reason, theirs, _ in side.tables.disputes):
                    raise Violation(f"I7 {side.name}: stopped as fork with {other} without evidence")

    def _concerns(self, node: SimNode, peer: str) -> bool:
        return self.node is not None and (node is self.node or peer == self.node.name)

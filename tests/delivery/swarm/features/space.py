"""F10: disks that are almost full (the office takes no more packets and says so) or quite full (every write fails), until somebody makes room."""

from __future__ import annotations

from collections.abc import Sequence

from nodekit.delivery.core.wire import PKT, Out
from tests.delivery.swarm.feature import Action, Feature
from tests.delivery.swarm.node import SimNode
from tests.delivery.swarm.oracle import Violation


class Space(Feature):
    name = "space"
    share = 0.5

    def start(self) -> None:
        self.healed = False
        self.cursors: dict[int, dict[str, int]] = {}
        """Where the channels of a full office stood when its process learned that it is full."""

    def actions(self) -> Sequence[Action]:
        liars = any(feature.dark for feature in self.world.features)  # they want to see how each of their words is taken
        return [(self.fill, 0.4), self.sometimes(self.run_out, 0.0 if liars else 0.2), (self.make_room, 1.2)]

    def fill(self) -> None:
        """The measured space crosses the limit."""
        self._measure(self.world.any_node(), full=True)
        self.world.count["disks almost full"] += 1

    def run_out(self) -> None:
        """Not one byte more: every transaction of this office fails, until space returns."""
        self.world.any_node().out_of_space = True
        self.world.count["disks quite full"] += 1

    def make_room(self) -> None:
        node = self.world.any_node()
        node.out_of_space = False
        self._measure(node, full=False)

    def sent(self, node: SimNode, out: Out) -> None:
        """Nothing is sent to an office that has said in this session that it has no room."""
        heard = node.protocol.sessions.of(out.dst).last
        if out.kind == PKT and heard is not None and heard.full:
            raise Violation(f"F10 {node.name}: sent a packet to {out.dst}, which is full")

    def after_step(self, node: SimNode) -> None:
        """A full office stores nothing."""
        if not node.protocol.full:
            return
        before = self.cursors[id(node)]
        if any(channel.cursor > before.get(src, 0) for src, channel in node.tables.in_channels.items()):
            raise Violation(f"F10 {node.name}: stored packets without room for them")

    def look_after(self) -> None:
        """Also in a good hour disks fill up, and somebody makes room."""
        if not self.healed and self.rng.random() < 0.4:
            self.rng.choice((self.fill, self.make_room, self.make_room))()

    def heal(self) -> None:
        self.healed = True
        for node in self.world.processes():
            node.out_of_space = False
            self._measure(node, full=False)

    def _measure(self, node: SimNode, *, full: bool) -> None:
        node.protocol.have_room(self.world.now, full=full)
        self.cursors[id(node)] = {src: channel.cursor for src, channel in node.tables.in_channels.items()}

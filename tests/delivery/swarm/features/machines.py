"""What happens to machines: crashes, failed transactions, restores to older backups, releases installed, clocks that jump."""

from __future__ import annotations

from collections.abc import Sequence

from tests.delivery.swarm.feature import Action, Feature


class Machines(Feature):
    name = "machines"

    def start(self) -> None:
        self.world.crash_rate = self.rng.random() ** 3 * 0.1
        self.world.failure_rate = self.rng.random() ** 3 * 0.1

    def actions(self) -> Sequence[Action]:
        return [
            self.sometimes(self.crash, 2), self.sometimes(self.back_up, 2), self.sometimes(self.restore, 1),
            self.sometimes(self.install, 1), self.sometimes(self.jump_clock, 1),
        ]

    def crash(self) -> None:
        self.world.count["crashes"] += 1
        self.world.any_node().crash()

    def back_up(self) -> None:
        self.world.any_node().back_up()

    def restore(self) -> None:
        """One office, sometimes several at once, goes back to a backup."""
        nodes = [node for node in self.world.nodes.values() if not node.pinned]
        for node in self.rng.sample(nodes, min(len(nodes), self.rng.choice((1, 1, 2)))):
            self.world.count["restores"] += node.restore(self.rng)
            self.world.check(node)

    def install(self) -> None:
        self.world.count["releases"] += 1
        self.world.any_node().install(self.rng.choice((1, 2)))

    def jump_clock(self) -> None:
        self.world.count["clock jumps"] += 1
        self.world.any_node().skew += self.rng.choice((-86400.0, -3600.0, 3600.0, 86400.0))

    def heal(self) -> None:
        self.world.crash_rate = self.world.failure_rate = 0.0
        for node in self.world.processes():
            node.upgrade_in_place()

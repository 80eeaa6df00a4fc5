"""What a hostile, forgetful bus does: lose, repeat, reorder, flip bits, replay, forget everything, be cut on one side or both, for days."""

from __future__ import annotations

from collections.abc import Sequence

from nodekit.delivery.core.wire import Out
from tests.delivery.swarm.feature import Action, Feature
from tests.delivery.swarm.node import SimNode

RECORDED_MAX = 400
DAY_S = 86_400.0


class BusFaults(Feature):
    name = "bus"

    def start(self) -> None:
        self.recorded: list[tuple[str, Out]] = []
        bus, rng = self.world.bus, self.rng
        bus.loss, bus.duplicate, bus.corrupt = rng.random() * 0.3, rng.random() * 0.4, rng.random() * 0.1
        bus.disorder = rng.choice((0.1, 0.4, 0.4, 1.0))

    def actions(self) -> Sequence[Action]:
        return [
            self.sometimes(self.cut_or_heal, 2), self.sometimes(self.cut_one_way, 1), self.sometimes(self.replay, 3), self.sometimes(self.wipe, 1),
            self.sometimes(self.lose_the_last, 1), self.sometimes(self.long_outage, 0.1),
        ]

    def sent(self, node: SimNode, out: Out) -> None:
        if len(self.recorded) < RECORDED_MAX:
            self.recorded.append((node.name, out))
        else:
            self.recorded[self.rng.randrange(RECORDED_MAX)] = (node.name, out)

    def replay(self) -> None:
        if self.recorded:
            self.world.count["replayed"] += 1
            self.world.arrive(*self.rng.choice(self.recorded))

    def cut_or_heal(self) -> None:
        one, other = self.rng.sample(list(self.world.nodes), 2)
        self.world.bus.cut.symmetric_difference_update(((one, other), (other, one)))
        self.world.count["cuts"] += 1

    def cut_one_way(self) -> None:
        one, other = self.rng.sample(list(self.world.nodes), 2)
        self.world.bus.cut.symmetric_difference_update(((one, other),))
        self.world.count["cuts one way"] += 1

    def wipe(self) -> None:
        self.world.bus.in_flight.clear()
        self.world.count["wipes"] += 1

    def lose_the_last(self) -> None:
        """What was sent last and may have nothing behind it."""
        if self.world.bus.in_flight:
            self.world.bus.in_flight.pop()
            self.world.count["last message lost"] += 1

    def long_outage(self) -> None:
        """Nobody reaches anybody for days; processes live and timers run out."""
        self.world.bus.in_flight.clear()
        self.world.now += DAY_S * self.rng.randint(1, 30)
        self.world.count["outages of days"] += 1

    def heal(self) -> None:
        """Faults end; in half of the seeds whatever is under way at that moment is lost, and only timers can bring it back."""
        bus = self.world.bus
        if self.rng.random() < 0.5:
            bus.in_flight.clear()
        bus.loss = bus.duplicate = bus.corrupt = 0.0
        bus.cut.clear()
